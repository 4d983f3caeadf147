"""The screens for opening an order by its number, as an entry of the menu group."""

from typing import Any

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from customer_admin.views.open_order import NAMESPACE, AcknowledgeView, OpenOrderMenuItem, OpenOrderView, OrderView


class OpenOrderViewSet(ViewSet):
    icon = "folder-open-inverse"
    menu_label = _("Open order")
    menu_name = "open-order"
    menu_item_class = OpenOrderMenuItem
    url_prefix = "open-order"
    url_namespace = NAMESPACE

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        home = {"url": reverse_lazy("wagtailadmin_home"), "label": _("Home")}
        return super().get_common_view_kwargs(**{"breadcrumbs_items": [home], **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", self.construct_view(OpenOrderView), name="index"),
            path("<int:pk>/", self.construct_view(OrderView), name="order"),
            path("<int:pk>/acknowledge/<int:note_pk>/", self.construct_view(AcknowledgeView), name="acknowledge"),
        ]
