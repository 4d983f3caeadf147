"""Which city and region belong to a postal code, as earlier addresses say."""

from dataclasses import asdict, dataclass

from django.db.models import Count

from customer_admin.models import Address
from customer_admin.models.keys import storable

LONGEST_CODE = 40
MOST_READ = 500
"""Of a postal code that thousands share, so many addresses tell enough."""
MOST_TOLD = 5


@dataclass(frozen=True)
class Place:
    city: str
    region: str
    country: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def places_of(postal_code: str, country: str = "") -> list[Place]:
    """The places with this postal code, in that country if one is named; the most frequent first, at most five."""
    code = storable(postal_code[:LONGEST_CODE]).strip()
    if not code:
        return []
    same = Address.objects.filter(postal_code__in={code, code.upper()}).exclude(city="")
    if country:
        same = same.filter(country=storable(country[:2]))
    some = same.order_by().values("pk")[:MOST_READ]
    counted = Address.objects.filter(pk__in=some).order_by().values("city", "region", "country").annotate(n=Count("pk"))
    told = counted.order_by("-n", "city", "region", "country")[:MOST_TOLD]
    return [Place(row["city"], row["region"], row["country"]) for row in told]
