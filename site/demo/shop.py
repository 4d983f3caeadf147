"""The shop of the demo: a small winery that also sells food, with its staff, classes, goods and remarks."""

from dataclasses import dataclass

SHOP = "Alder & Vine"
SENDER = "hello@example.com"
CUSTOMERS, DAYS = 200, 3 * 365
"""How many customers the shop has by today, and for how long it has been open."""
PASSWORD = "Demo-Vine-2027"  # noqa: S105 (Printed for everybody to read.)
"""The password of every account of the demo. It opens nothing but a demo on one's own machine."""


@dataclass(frozen=True)
class StaffMember:
    username: str
    first_name: str
    last_name: str
    group: str
    role: str
    is_superuser: bool = False


STAFF = (
    StaffMember("staff", "Marta", "Hale", "Customer staff", "creates and edits customers and logins"),
    StaffMember("manager", "Jonas", "Weber", "Customer managers", "may also delete, import and change settings"),
    StaffMember("auditor", "Priya", "Nair", "Customer auditors", "reads everything, takes changes back"),
    StaffMember("admin", "Robin", "Ferreira", "", "superuser, may do everything", is_superuser=True),
    StaffMember("tasting", "Tom", "Okafor", "Customer staff", "works in the tasting room"),
)

CLASSES = (
    {"code": "retail", "name": "Retail", "kind": "retail", "is_default": True, "free_tastings": 1},
    {
        "code": "wine-club",
        "name": "Wine club",
        "kind": "club",
        "discount_percent": 15,
        "case_discount_percent": 20,
        "free_tastings": 6,
    },
    {
        "code": "restaurants",
        "name": "Restaurants",
        "kind": "wholesale",
        "invoice_layout": "business",
        "discount_percent": 30,
        "case_discount_percent": 35,
        "free_tastings": 2,
    },
    {
        "code": "distributors",
        "name": "Distributors",
        "kind": "distributor",
        "invoice_layout": "business_2",
        "discount_percent": 45,
        "case_discount_percent": 50,
        "tax_exempt_by_default": True,
    },
    {"code": "neighbours", "name": "Neighbours", "kind": "retail", "discount_percent": 10, "free_tastings": 2},
    {"code": "founders", "name": "Founders 2021", "kind": "club", "discount_percent": 25, "is_active": False},
)

GOODS = (
    ("PN-22", "Pinot Noir Hillside 2022", "32.00"),
    ("PN-23", "Pinot Noir Hillside 2023", "29.00"),
    ("RI-23", "Riesling Dry 2023", "19.50"),
    ("RI-24", "Riesling Late Harvest 2024, half bottle", "24.00"),
    ("CH-23", "Chardonnay Oak Block 2023", "27.00"),
    ("RO-24", "Rosé of Pinot 2024", "18.00"),
    ("SP-21", "Sparkling Brut 2021", "38.00"),
    ("GA-22", "Gamay Nouveau 2022", "17.00"),
    ("CA-GR", "Case of twelve, Grüner Veltliner", "198.00"),
    ("VE-01", "Verjus, 375 ml", "9.50"),
    ("VI-01", "Red wine vinegar", "8.75"),
    ("OI-01", "Cold-pressed walnut oil", "14.20"),
    ("HO-01", "Chestnut honey", "11.00"),
    ("JA-03", "Quince jelly", "7.40"),
    ("CH-12", "Mountain cheese, aged 12 months", "21.30"),
    ("CH-03", "Fresh goat cheese", "8.90"),
    ("CR-01", "Seed crackers", "5.60"),
    ("OL-02", "Marinated olives", "6.80"),
    ("SA-01", "Fennel salami", "13.50"),
    ("CO-01", "Corkscrew, beech", "16.00"),
    ("GL-06", "Six tasting glasses", "42.00"),
    ("TA-01", "Tasting for two", "36.00"),
    ("GI-01", "Gift box “Autumn”", "58.00"),
)
CHANNELS = ("Online", "Online", "Shop", "Tasting room", "Phone")

NOTES = (
    ("general", "Prefers to be called in the afternoon."),
    ("general", "Met at the harvest festival; very interested in the Riesling."),
    ("general", "Allergic to sulphites: point out the natural wines."),
    ("general", "Brings own boxes and returns the empty ones."),
    ("order", "Wants a separate invoice for each delivery."),
    ("order", "Asked for two bottles of the 2021 Sparkling if any turn up."),
    ("order", "Gift wrapping with every order in December."),
    ("club", "Will pause the club from January to March."),
    ("club", "Has recommended three new members."),
    ("delivery", "Gate code changed; ring the bell at the side door."),
    ("delivery", "Leave parcels with the neighbour at number 12."),
    ("delivery", "Only reachable by small van: the bridge is limited to 3.5 t."),
    ("call", "Called about a broken bottle; replacement sent the same day."),
    ("call", "Asked whether we host birthdays. Sent the price list."),
)
ALERTS = (
    ("info", "Choose the free tasting glass as a thank-you."),
    ("info", "Birthday this month: a card is on the counter."),
    ("warning", "Last two invoices were paid late. Ask for payment on delivery."),
    ("warning", "New delivery address is not confirmed yet. Check before packing."),
    ("stop", "Card was reported stolen. Nothing leaves before the office has called."),
    ("stop", "Account is in dispute. Speak to Jonas first."),
)

HELD_ORDER = "AV-20400"
"""The open order of the customer about whom these alerts are."""
HELD_FOR = (
    ("warning", "Deposit for the glasses is still due. Ask for it before anything is packed."),
    ("stop", "The bank took the last payment back. Hand nothing out before Jonas has spoken to him."),
)

EDITS = (
    ("phone", "New number by telephone"),
    ("email", "Told us in the shop"),
    ("notify_marketing", "Asked by e-mail"),
    ("customer_class", "Joined the wine club"),
    ("addresses", "Moved house"),
    ("last_name", "Spelling corrected by the customer"),
)
