"""Links in mails, opened by whoever reads them."""

from django.test import Client
from django.urls import reverse

from customer_admin.mail.verification import verification_token
from customer_admin.models import ActorKind, Source
from tests.factories import make_customer, make_linked_email
from tests.sweep.door import Watch, door


@door(
    "link that verifies an address",
    "changed",
    source=Source.PORTAL,
    only=["customer_admin.LinkedEmail.verified_at", "customer_admin.LinkedEmail.verified_key"],
)
def verify(watch: Watch) -> None:
    token = verification_token(make_linked_email(make_customer()))
    with watch.going_through(by=ActorKind.CUSTOMER):
        assert Client().post(reverse("customer_admin:verify_email", args=[token])).status_code == 200
