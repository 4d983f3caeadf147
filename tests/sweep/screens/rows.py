"""The rows that the screens are about."""

from collections.abc import Iterable
from functools import cached_property
from itertools import cycle
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import Site

from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Club,
    ClubMembership,
    CreditEntry,
    Customer,
    CustomerClass,
    DuplicatePair,
    LinkedEmail,
    LoyaltyEntry,
    MergeBatch,
    MergeRequest,
    Order,
    OrderLine,
    OutgoingEmail,
    PortalLogin,
    SavedPaymentMethod,
    TaxDocument,
    recording,
)
from customer_admin.operations import update_customer
from customer_admin.selectors.merges import merge_preview
from portal.tree import make_portal
from tests.factories import (
    make_address,
    make_class,
    make_club,
    make_credit,
    make_customer,
    make_document,
    make_email,
    make_linked_email,
    make_login,
    make_loyalty,
    make_membership,
    make_note,
    make_order,
    make_pair,
    make_payment_method,
    make_user,
)

CUSTOMER = {
    "first_name": "Ada", "last_name": "Stone", "company": "Stone & Co", "phone": "555 01",
    "referral_source": "A friend", "tax_exempt_number": "T 1", "tax_exempt_reason": "Resale",
    "tax_exempt_region": "Ohio",
}  # fmt: skip
ADDRESS = {
    "first_name": "Ada", "last_name": "Stone", "company": "Stone & Co", "line1": "1 Main Street", "line2": "Left",
    "city": "Springfield", "region": "Ohio", "postal_code": "45501", "phone": "555 02",
}  # fmt: skip


class Rows:
    """A row of each kind, made when it is first asked for.

    With `texts`, those stand in all that can be typed, one after the other, so that many of them share the rows.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        texts = list(texts)
        self.texts = cycle(texts) if texts else None

    def said(self, model: Any, **usual: str) -> dict[str, str]:
        """Values for these fields of the model: as usual, or the next texts as far as they fit."""
        if self.texts is None:
            return usual
        return {name: next(self.texts)[: model._meta.get_field(name).max_length] for name in usual}

    @cached_property
    def site(self) -> Site:
        """With the pages of a portal, which is open."""
        site = Site.objects.get(is_default_site=True)
        make_portal(site=site)
        return site

    @cached_property
    def customer(self) -> Customer:
        customer = make_customer(
            **self.said(Customer, **CUSTOMER),
            email="ada@example.com",
            customer_class=self.customer_class,
            tax_exempt=True,
            tax_exempt_document=self.document,
        )
        make_address(customer, is_primary=True, **self.said(Address, **ADDRESS))
        return customer

    @cached_property
    def other_customer(self) -> Customer:
        """Without anything that hinders its deletion, and without a login."""
        return make_customer()

    @cached_property
    def customer_class(self) -> CustomerClass:
        return make_class(**self.said(CustomerClass, name="Regulars"))

    @cached_property
    def other_class(self) -> CustomerClass:
        return make_class()

    @cached_property
    def document(self) -> TaxDocument:
        return make_document(**self.said(TaxDocument, name="certificate.pdf"))

    @cached_property
    def author(self) -> Any:
        return make_user(is_superuser=True, **self.said(get_user_model(), first_name="Sue", last_name="Broom"))

    @cached_property
    def note(self) -> AccountNote:
        texts = self.said(AccountNote, body="Prefers the side door.", author_label="Sue Broom")
        return make_note(self.customer, alert_clerk=True, is_pinned=True, author=self.author, **texts)

    @cached_property
    def login(self) -> PortalLogin:
        return make_login(self.customer)

    @cached_property
    def method(self) -> SavedPaymentMethod:
        usual = {"holder": "Ada Stone", "label": "Private", "brand": "Visa", "processor": "Shop", "token": "tok_1"}
        return make_payment_method(self.customer, **self.said(SavedPaymentMethod, **usual))

    @cached_property
    def linked_email(self) -> LinkedEmail:
        return make_linked_email(self.customer, **self.said(LinkedEmail, label="Bookkeeping"))

    @cached_property
    def pair(self) -> DuplicatePair:
        return make_pair(*sorted((self.customer, self.other_customer), key=lambda customer: customer.pk))

    @cached_property
    def certain_pair(self) -> DuplicatePair:
        DuplicatePair.objects.filter(pk=self.pair.pk).update(level=DuplicatePair.Level.CERTAIN)
        return self.pair

    @cached_property
    def loyalty(self) -> LoyaltyEntry:
        usual = {"reason": "Bought", "product_or_cause": "Honey", "note": "Liked it", "author_label": "Sue Broom"}
        return make_loyalty(self.customer, **self.said(LoyaltyEntry, **usual))

    @cached_property
    def credit(self) -> CreditEntry:
        return make_credit(self.customer, **self.said(CreditEntry, reason="Gift card", author_label="Sue Broom"))

    @cached_property
    def club(self) -> Club:
        return make_club(**self.said(Club, name="Red wine", description="Six a year", tiers="Gold"))

    @cached_property
    def other_club(self) -> Club:
        return make_club()

    @cached_property
    def membership(self) -> ClubMembership:
        return make_membership(self.customer, self.club, **self.said(ClubMembership, tier="Gold"))

    @cached_property
    def left_membership(self) -> ClubMembership:
        texts = self.said(ClubMembership, tier="Gold", cancel_reason="Moved away")
        return make_membership(self.customer, self.other_club, status="cancelled", **texts)

    @cached_property
    def held_membership(self) -> ClubMembership:
        return make_membership(self.customer, status="on_hold")

    @cached_property
    def unassigned(self) -> Order:
        """Without a customer, and by its e-mail address the customer's."""
        texts = self.said(Order, channel="Shop", billing_address="1 Main", shipping_address="2 Main")
        return make_order(None, email="ada@example.com", **texts)

    @cached_property
    def order(self) -> Order:
        usual = {"number": "SO 1", "channel": "Shop", "billing_address": "1 Main", "shipping_address": "2 Main"}
        order = make_order(self.customer, **self.said(Order, **usual))
        with recording(actor=SYSTEM, reason="Test data"):
            texts = self.said(OrderLine, description="Honey", sku="H1")
            OrderLine.objects.create(order=order, position=1, unit_price=5, **texts)
        return order

    @cached_property
    def email(self) -> OutgoingEmail:
        texts = self.said(OutgoingEmail, subject="Welcome", error="", asked_by="Sue Broom", sent_text="Hello")
        return make_email(self.customer, sent_html="<p>Hello</p>", **texts)

    @cached_property
    def merge_request(self) -> MergeRequest:
        """For a merge of both customers, which somebody else asked for."""
        return MergeRequest.objects.create(
            accounts=[self.other_customer.pk, self.customer.pk],
            seen=merge_preview(self.other_customer, [self.customer]).fingerprint,
            **self.said(MergeRequest, asked_label="Sue Broom", reason="Same phone"),
        )

    @cached_property
    def merge_batch(self) -> MergeBatch:
        """In which a worker found that it could not do this."""
        batch = MergeBatch.objects.create(**self.said(MergeBatch, started_by_label="Sue Broom"))
        texts = self.said(MergeRequest, asked_label="Sue Broom", told="They have two logins.")
        accounts = [self.other_customer.pk, self.customer.pk]
        MergeRequest.objects.create(batch=batch, accounts=accounts, state=MergeRequest.State.FAILED, **texts)
        return batch

    @cached_property
    def change_set(self) -> ChangeSet:
        """An edit of the customer, by the author and with a reason."""
        reason = self.said(ChangeSet, reason="They called")["reason"]
        update_customer(actor=self.author, customer=self.customer, reason=reason, **self.said(Customer, phone="555 03"))
        return ChangeSet.objects.latest("closed")

    @cached_property
    def protected(self) -> Any:
        """A user with a second factor."""
        from tests.second_factor.factories import make_protected

        return make_protected().user

    def make_all(self) -> None:
        """For screens that show whatever there is."""
        for name, each in vars(type(self)).items():
            if isinstance(each, cached_property):
                getattr(self, name)
