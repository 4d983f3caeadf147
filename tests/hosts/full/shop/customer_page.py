"""What this host adds to the customer: fields in the form, a tab with its rows, a panel on the page, a column."""

from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from wagtail.admin.ui.tables import BooleanColumn, Column

from customer_admin.forms.customer_parts import CustomerFormPart
from customer_admin.forms.meanwhile import SeenForm
from customer_admin.selectors.added_columns import AddedColumn
from customer_admin.views.customers.parts import CustomerPanel
from customer_admin.views.customers.tabs import ListTab

from .models import LoyaltyCard, Subscription


class CardForm(SeenForm):
    class Meta:
        model = LoyaltyCard
        fields = ["code"]


class CardPart(CustomerFormPart):
    name = "card"
    heading = "Loyalty card"
    form_class = CardForm


class CardPanel(CustomerPanel):
    name = "card"
    label = "Loyalty card"
    permission = "shop.view_loyaltycard"
    template_name = "shop/card_panel.html"

    def get_context_data(self) -> dict[str, Any]:
        return {"card": LoyaltyCard.objects.filter(customer=self.customer).first()}


class CardColumn(AddedColumn):
    name = "card"
    label = "Card"
    permission = "shop.view_loyaltycard"
    expression = F("loyalty_card__code")


class SubscriptionsTab(ListTab):
    name = "subscriptions"
    label = "Subscriptions"
    order = 350
    permission = "shop.view_subscription"
    empty_text = "This customer has no subscription."

    @cached_property
    def columns(self) -> list[Any]:
        return [Column("title", label="Title", sort_key="title"), BooleanColumn("is_paused", label="Paused")]

    def get_queryset(self) -> QuerySet[Subscription]:
        return self.customer.subscriptions.order_by("pk")
