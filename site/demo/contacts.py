"""Payment methods and linked e-mails of the demo's customers, and a mail that had to be sent again.

The cards are those that processors give out for trying things; only their last four digits are anywhere.
"""

import datetime
from functools import partial
from random import Random
from typing import Any

from django.utils import timezone

from customer_admin.models import Actor, ActorKind, Customer, LinkedEmail, OutgoingEmail, SavedPaymentMethod
from customer_admin.models.keys import email_key
from customer_admin.operations import add_payment_method, link_email, resend_email

from .mails import was_refused, was_sent

CARDS = (("Visa", "4242"), ("Mastercard", "4444"), ("American Express", "0005"), ("Visa", "1111"))
LABELS = ("", "", "Business card", "For the club")
ROLES = (("bookkeeping", "orders"), ("partner", "account"), ("assistant", "orders"), ("kitchen", "orders"))


def plan_contacts(shop: Any) -> None:
    """Plan it all on the timeline of the shop. Draws from numbers of its own, so that the rest stays as it is."""
    random = Random(4711)  # noqa: S311 (The same data every time is what is wanted.)
    for index, position in enumerate([0, 0, 1, *random.sample(range(3, 120), 30)]):
        plan_method(shop, position, index, random)
    for index, position in enumerate([0, 1, *random.sample(range(3, 120), 10)]):
        plan_linked(shop, position, index, random)
    plan_resend(shop)


def plan_method(shop: Any, position: int, index: int, random: Random) -> None:
    """Every fourth one has expired by now."""
    brand, last_four = CARDS[index % len(CARDS)]
    years = 2 if index % 4 == 1 else random.randint(4, 7)
    fields = {
        "processor": "Stripe",
        "token": f"pm_1{random.randrange(16**16):016x}",
        "brand": brand,
        "last_four": last_four,
        "label": LABELS[index % len(LABELS)],
        "expires_on": datetime.date(shop.start.year + years, random.randint(1, 12), 1),
    }
    if index % 7 == 6:
        fields |= {"kind": "bank_account", "brand": "Alder Valley Bank", "expires_on": None}
    clerk, day = random.choice(shop.clerks), random.randint(40, 900)
    shop.timeline.add(
        shop.day_of(day, random), partial(_add_method, shop, position, clerk, fields), clerk, kind="create"
    )


def _add_method(shop: Any, position: int, clerk: Any, fields: dict[str, Any], when: datetime.datetime) -> None:
    customer = Customer.objects.get(pk=shop.customers[position].pk)
    holder = " ".join(filter(None, [customer.first_name, customer.last_name])) or customer.company
    address = customer.addresses.filter(kind="billing").first()
    method = add_payment_method(actor=clerk, customer=customer, holder=holder, billing_address=address, **fields)
    SavedPaymentMethod.objects.filter(pk=method.pk).update(created_at=when)


def plan_linked(shop: Any, position: int, index: int, random: Random) -> None:
    """Every third one has not opened the mail yet."""
    role, notification = ROLES[index % len(ROLES)]
    address = f"{role}{index}@example.org" if index else "cellar.books@example.org"
    clerk, linked_at = random.choice(shop.clerks), shop.day_of(random.randint(100, 1000), random)
    fields = {"email": address, "label": role.capitalize(), "gets_account": False, f"gets_{notification}": True}
    shop.timeline.add(linked_at, partial(_link, shop, position, clerk, fields), clerk, kind="create")
    if index % 3 != 1:
        reader = Actor(kind=ActorKind.CUSTOMER, label=address)
        opened = linked_at + datetime.timedelta(hours=random.randint(1, 40))
        shop.timeline.add(
            opened,
            partial(_verify, address),
            reader,
            kind="edit",
            reason=f"Opened the link that was sent to {address}",
            source="portal",
        )


def _link(shop: Any, position: int, clerk: Any, fields: dict[str, Any], when: datetime.datetime) -> None:
    customer = Customer.objects.get(pk=shop.customers[position].pk)
    linked = link_email(actor=clerk, customer=customer, **fields)
    LinkedEmail.objects.filter(pk=linked.pk).update(created_at=when)
    was_sent(OutgoingEmail.objects.get(linked_email=linked), when)


def _verify(address: str, when: datetime.datetime) -> None:
    linked = LinkedEmail.objects.get(email=address)
    linked.verified_at, linked.verified_key = when, email_key(linked.email)
    linked.save()


def plan_resend(shop: Any) -> None:
    """The last mail to set a password came back, and was sent once more."""
    clerk = shop.staff["staff"]
    shop.timeline.add(timezone.now() - datetime.timedelta(hours=3), partial(_resend, clerk), clerk)


def _resend(clerk: Any, when: datetime.datetime) -> None:
    first = OutgoingEmail.objects.filter(kind="set_password").order_by("-created_at").first()
    if first is not None:
        was_refused(first, first.created_at)
        first.status = OutgoingEmail.Status.FAILED
        was_sent(resend_email(actor=clerk, email=first), when)
