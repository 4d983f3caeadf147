from wagtail import hooks

from .customer_page import CardColumn, CardPanel, CardPart, SubscriptionsTab

hooks.register("register_customer_form_part", CardPart)
hooks.register("register_customer_panel", CardPanel)
hooks.register("register_customer_column", CardColumn)
hooks.register("register_customer_tab", SubscriptionsTab)
