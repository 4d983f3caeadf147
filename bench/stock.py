"""The same customers in a listing as Wagtail makes it for any snippet, to compare with."""

from typing import Any


def register() -> None:
    """Add the listing at /admin/stock-customers/. Must come before the first request, which settles the addresses."""
    from django.db import models
    from wagtail.admin.ui.tables import UpdatedAtColumn
    from wagtail.snippets.models import register_snippet
    from wagtail.snippets.views.snippets import SnippetViewSet

    class StockCustomer(models.Model):
        number = models.CharField(max_length=30)
        first_name = models.CharField(max_length=100)
        last_name = models.CharField(max_length=100)
        company = models.CharField(max_length=200)
        email = models.CharField(max_length=254)
        phone = models.CharField(max_length=40)
        customer_class = models.ForeignKey("customer_admin.CustomerClass", on_delete=models.CASCADE, related_name="+")
        created_at = models.DateTimeField()

        class Meta:
            app_label = "customer_admin"
            db_table = "customer_admin_customer"
            managed = False

        def __str__(self) -> str:
            return f"{self.first_name} {self.last_name}"

    names = ["number", "first_name", "last_name", "company", "email", "phone"]

    class StockCustomerViewSet(SnippetViewSet):
        model = StockCustomer
        url_prefix = "stock-customers"
        # Wagtail's own columns, the name and the last change, and what staff want to see between these.
        list_display: list[Any] = [
            "__str__",
            "number",
            "company",
            "email",
            "phone",
            "customer_class",
            UpdatedAtColumn(),
        ]
        list_filter = ["customer_class", "created_at"]
        search_fields = names
        search_backend_name = None

    register_snippet(StockCustomerViewSet)
