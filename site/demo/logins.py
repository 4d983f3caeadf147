"""Who of the demo's customers has a portal login, set a password, and closed the account again."""

import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from customer_admin.models import Customer, OutgoingEmail, PortalLogin
from customer_admin.operations import create_login, set_login_enabled

from .mails import was_sent
from .shop import CUSTOMERS, DAYS

if TYPE_CHECKING:
    from .seeding import Shop

LOGINS, DISABLED = 40, 5


def plan_logins(shop: "Shop") -> None:
    """Clara first; Joaquín has none yet."""
    positions = [0, *shop.random.sample(range(2, CUSTOMERS), LOGINS - 1)]
    for index, position in enumerate(positions):
        first = shop.known_since[position] + 2
        made = shop.day(first, max(first, DAYS - 40))
        clerk = shop.random.choice(shop.clerks)
        shop.timeline.add(made, partial(_make_login, shop, position, clerk), clerk, kind="create")
        if index > LOGINS - 8:
            continue  # Has not opened the mail yet.
        opened = made + datetime.timedelta(hours=shop.random.randint(1, 60))
        shop.timeline.add(
            opened, partial(_set_password, shop, position), partial(_user, shop, position), source="portal"
        )
        if 0 < index <= DISABLED:
            later = opened + datetime.timedelta(days=shop.random.randint(10, 30))
            shop.timeline.add(
                min(later, timezone.now() - datetime.timedelta(hours=2)),
                partial(_disable, shop, position, clerk),
                clerk,
                reason="Asked us to close the online account",
            )


def _login(shop: "Shop", position: int) -> PortalLogin:
    return PortalLogin.objects.select_related("user").get(customer_id=shop.customers[position].pk)


def _user(shop: "Shop", position: int) -> Any:
    return _login(shop, position).user


def _make_login(shop: "Shop", position: int, clerk: Any, when: datetime.datetime) -> None:
    customer = Customer.objects.get(pk=shop.customers[position].pk)
    username = "clara" if position == 0 else customer.email.partition("@")[0].replace("+", ".")
    login = create_login(
        actor=clerk, customer=customer, email=customer.email, username=username, send_set_password=True
    )
    PortalLogin.objects.filter(pk=login.pk).update(created_at=when)
    was_sent(OutgoingEmail.objects.get(login=login), when)


def _set_password(shop: "Shop", position: int, when: datetime.datetime) -> None:
    login = _login(shop, position)
    login.user.password = shop.password
    login.user.save(update_fields=["password"])
    login.password_set_at = when
    login.save()


def _disable(shop: "Shop", position: int, clerk: Any, when: datetime.datetime) -> None:
    set_login_enabled(actor=clerk, login=_login(shop, position), enabled=False)
