from wagtail import hooks

from .customer_page import CardPart, SubscriptionsTab

hooks.register("register_customer_form_part", CardPart)
hooks.register("register_customer_tab", SubscriptionsTab)
