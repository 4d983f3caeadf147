"""Makes up the customers of the demo: people and firms of several countries, the same ones every time.

Nobody here exists. E-mail addresses are in the domains reserved for examples (RFC 2606), telephone numbers in the
ranges that each country's regulator keeps free for films and books; countries that keep none get no numbers.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Country:
    """Where people come from. `phone` has an x for each digit that is drawn."""

    code: str
    language: str
    first_names: str
    last_names: str
    streets: str
    cities: tuple[tuple[str, str, str], ...]
    """City, region and the form of a postal code, in which # is a digit and @ a letter."""
    phones: tuple[str, ...] = ()
    number_first: bool = False
    weight: int = 1


COUNTRIES = (
    Country(
        code="US",
        language="en",
        weight=9,
        number_first=True,
        first_names="Abigail Aaron Beatrice Caleb Daniela Desmond Eleanor Felix Gloria Harvey Imani Jasper Keisha "
        "Logan Marisol Nathan Opal Preston Rosalind Silas Thea Victor Wanda Xavier Yolanda",
        last_names="Abbott Barrera Calloway Delgado Ellison Fairbanks Greer Holloway Ibarra Jennings Kowalski "
        "Lindqvist Maddox Nakamura Oyelaran Pruitt Quintana Ramsey Sorensen Thackeray Underhill Vasquez Whitaker Yates",
        streets="Orchard Lane|Millstone Road|Juniper Street|Cannery Row|Ferry Street|Harvest Avenue|Quail Hollow",
        cities=(
            ("Portland", "OR", "972##"),
            ("Walla Walla", "WA", "99362"),
            ("Santa Rosa", "CA", "954##"),
            ("Boise", "ID", "837##"),
            ("Asheville", "NC", "288##"),
        ),
        phones=("(503) 555-01xx", "(509) 555-01xx", "707-555-01xx", "+1 208 555 01xx"),
    ),
    Country(
        code="CA",
        language="en",
        weight=2,
        number_first=True,
        first_names="Adèle Bryce Chloé Étienne Fiona Gordon Maëlle Noor Olivier Simone",
        last_names="Bélanger Campbell Desrosiers Fraser Gagnon Hébert Lavoie MacIsaac Nguyen Thériault",
        streets="Maple Crescent|Rue Saint-Denis|Dundas Street|Chemin du Verger",
        cities=(("Kelowna", "BC", "V1Y #@#"), ("Québec", "QC", "G1R #@#"), ("Guelph", "ON", "N1H #@#")),
        phones=("250-555-01xx", "418-555-01xx"),
    ),
    Country(
        code="GB",
        language="en",
        weight=3,
        number_first=True,
        first_names="Alastair Bronwen Callum Delyth Euan Freya Gareth Harriet Isla Jocelyn Kieran Siân",
        last_names="Ashworth Blackwood Cadwallader Dunmore Entwistle Fairweather Gilchrist Hargreaves O'Hara Pemberton",
        streets="Church Road|Station Lane|The Green|Mill Street|Castle Terrace",
        cities=(("Leeds", "", "LS# #@@"), ("Edinburgh", "", "EH# #@@"), ("London", "", "SE## #@@")),
        phones=("0113 496 0xxx", "0131 496 0xxx", "020 7946 0xxx"),
    ),
    Country(
        code="DE",
        language="de",
        weight=5,
        first_names="Anneliese Bärbel Christoph Dörte Emil Friederike Günther Heike Ingo Jürgen Käthe Lorenz Märit "
        "Nele Ottilie Philipp Rüdiger Sönke Theresa Ursula Veit",
        last_names="Ahlers Böhm Dreßler Eichhorn Fröhlich Grün Hölzl Jäger Köhler Löwe Möhring Oßwald Prüfer "
        "Rößler Schäfer Trautmann Übelacker Vößing Weiß Zöllner",
        streets="Gartenstraße|Am Weinberg|Mühlenweg|Lindenallee|Bahnhofstraße|Schloßplatz",
        cities=(
            ("Hamburg", "", "22###"),
            ("München", "", "80###"),
            ("Köln", "", "50###"),
            ("Nürnberg", "", "904##"),
        ),
        phones=("040 66969 xxx", "089 99998 xxx", "+49 221 4710 xxx", "030/23125 xxx"),
    ),
    Country(
        code="FR",
        language="",
        weight=3,
        first_names="Aurélie Benoît Céline Didier Éloïse François Gaëlle Hélène Jérôme Maël Noémie Thérèse",
        last_names="Aubert Bérenger Chevalier Delaunay Évrard Fournier Guérin Lefèvre Moreau Péron Rousseau",
        streets="rue des Vignes|avenue de la Gare|place du Marché|chemin des Oliviers",
        cities=(("Lyon", "", "6900#"), ("Angoulême", "", "16000"), ("Besançon", "", "25000")),
        phones=("01 99 00 xx xx", "04 65 71 xx xx", "+33 6 39 98 xx xx"),
        number_first=True,
    ),
    Country(
        code="SE",
        language="",
        first_names="Åsa Björn Gösta Hjördis Märta Örjan Sören",
        last_names="Åkesson Bergström Dahlström Höglund Lindström Sjöberg",
        streets="Björkvägen|Ågatan|Skördegränd",
        cities=(("Malmö", "", "211 ##"), ("Göteborg", "", "411 ##")),
        phones=("040-628 04 4x", "031-390 06 4x"),
    ),
    Country(
        code="AT",
        language="de",
        first_names="Aloisia Bernhard Gerlinde Jörg Leopold Zenzi",
        last_names="Brandstätter Gschwandtner Höllerer Kärntner Steindl",
        streets="Kellergasse|Hauptplatz|Rieslingweg",
        cities=(("Krems an der Donau", "", "3500"), ("Graz", "", "80##")),
    ),
    Country(
        code="IT",
        language="",
        first_names="Nicolò Ilaria Giosuè Marzia Niccolò Ornella",
        last_names="D'Angelo Barbarò Ferrante Marchetti Piccolo Tagliabue",
        streets="via Roma|via dei Mulini|piazza del Popolo",
        cities=(("Alba", "CN", "12051"), ("Forlì", "FC", "4712#")),
    ),
    Country(
        code="PL",
        language="",
        first_names="Agnieszka Łukasz Małgorzata Paweł Żaneta",
        last_names="Dąbrowski Gołębiewska Kaźmierczak Wójcik Żurawska",
        streets="ulica Wiśniowa|ulica Długa",
        cities=(("Łódź", "", "90-###"), ("Poznań", "", "60-###")),
    ),
)

FIRMS = (
    "Café {last}", "Bistro {last}", "{city} Grocers", "{last} & Daughters", "The {last} Inn", "{last} Fine Foods",
    "Hotel {city}", "{last} Catering", "{city} Cheese Company", "Wine Cellar {last}",
)  # fmt: skip
REFERRALS = ("", "", "", "Farmers' market", "A friend", "Newsletter", "Tasting", "Local paper", "Search engine")
DOMAINS = ("example.com", "example.net", "example.org")
_LETTERS = {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "æ": "ae", "'": ""}


@dataclass
class Person:
    """One made-up customer, in the words of the customer's fields."""

    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    language: str
    referral_source: str
    birth_date: datetime.date | None
    notify_marketing: bool
    addresses: list[dict[str, str]] = field(default_factory=list)


CLARA = Person(
    first_name="Clara",
    last_name="Whitfield",
    company="",
    email="clara.whitfield@example.com",
    phone="(503) 555-0142",
    language="en",
    referral_source="Farmers' market",
    birth_date=datetime.date(1986, 5, 14),
    notify_marketing=True,
    addresses=[
        {
            "kind": kind,
            "line1": "18 Juniper Street",
            "city": "Portland",
            "region": "OR",
            "postal_code": "97214",
            "country": "US",
        }
        for kind in ("billing", "shipping")
    ],
)
"""The customer whose login the demo prints."""
JOAQUIN = Person(
    first_name="Joaquín",
    last_name="Müller",
    company="",
    email="joaquin.mueller@example.net",
    phone="(509) 555-0117",
    language="en",
    referral_source="Tasting",
    birth_date=None,
    notify_marketing=False,
    addresses=[
        {
            "kind": "billing",
            "line1": "7 Cannery Row",
            "city": "Walla Walla",
            "region": "WA",
            "postal_code": "99362",
            "country": "US",
        }
    ],
)
"""A customer who has orders and waits for a login."""
EDGAR = Person(
    first_name="Edgar",
    last_name="Marchbanks",
    company="",
    email="edgar.marchbanks@example.org",
    phone="(503) 555-0163",
    language="en",
    referral_source="A friend",
    birth_date=None,
    notify_marketing=False,
    addresses=[
        {
            "kind": "billing",
            "line1": "42 Millstone Road",
            "city": "Asheville",
            "region": "NC",
            "postal_code": "28801",
            "country": "US",
        }
    ],
)
"""A customer whose open order nobody may hand out before having read why."""


def make_people(count: int, random: Random) -> list[Person]:
    """`count` customers with different e-mail addresses, about one in six of them a firm."""
    people: list[Person] = []
    taken: set[str] = set()
    while len(people) < count:
        country = random.choices(COUNTRIES, [country.weight for country in COUNTRIES])[0]
        people.append(_make_person(country, taken, random))
    return people


def _make_person(country: Country, taken: set[str], random: Random) -> Person:
    first, last = random.choice(country.first_names.split()), random.choice(country.last_names.split())
    city = random.choice(country.cities)
    is_firm = random.random() < 0.17
    company = random.choice(FIRMS).format(last=last, city=city[0]) if is_firm else ""
    is_person = not is_firm or random.random() < 0.5
    has_phone = country.phones and random.random() < 0.85
    return Person(
        first_name=first if is_person else "",
        last_name=last if is_person else "",
        company=company,
        email=_make_email(company, first, last, taken, random),
        phone=_digits(random.choice(country.phones), random, "x") if has_phone else "",
        language=country.language,
        referral_source=random.choice(REFERRALS),
        birth_date=None if is_firm or random.random() < 0.5 else _make_birth_date(random),
        notify_marketing=random.random() < 0.4,
        addresses=_make_addresses(country, city, random),
    )


def _make_email(company: str, first: str, last: str, taken: set[str], random: Random) -> str:
    plain = to_ascii(company or f"{first}.{last}").lower()
    local = re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")
    if not company and random.random() < 0.1:
        local += "+wine"
    for number in range(1, 100):
        address = f"{local}{number if number > 1 else ''}@{random.choice(DOMAINS)}"
        if address not in taken:
            taken.add(address)
            return address
    raise ValueError(f"Too many customers are called {first} {last}.")


def to_ascii(text: str) -> str:
    """`text` without accents, as people write their own names in addresses."""
    spelled = "".join(_LETTERS.get(char, char) for char in text)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def _make_birth_date(random: Random) -> datetime.date:
    return datetime.date(1944, 1, 1) + datetime.timedelta(days=random.randrange(60 * 365))


def _make_addresses(country: Country, city: tuple[str, str, str], random: Random) -> list[dict[str, str]]:
    kinds = ["billing"] + ["shipping"] * random.choice((0, 0, 1, 1, 2))
    addresses = []
    for kind in kinds:
        name, region, postal_code = random.choice(country.cities) if len(addresses) == 2 else city
        street, number = random.choice(country.streets.split("|")), random.randrange(1, 180)
        addresses.append(
            {
                "kind": kind,
                "line1": f"{number} {street}" if country.number_first else f"{street} {number}",
                "city": name,
                "region": region,
                "postal_code": _digits(postal_code, random, "#"),
                "country": country.code,
            }
        )
    return addresses


def _digits(form: str, random: Random, mark: str) -> str:
    drawn = "".join(str(random.randrange(1, 10)) if char == mark else char for char in form)
    return "".join(random.choice("ABEHJLT") if char == "@" and mark == "#" else char for char in drawn)
