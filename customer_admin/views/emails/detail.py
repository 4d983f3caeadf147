"""One mail: what became of it, what was sent, and which mails repeat it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from customer_admin.models import Customer
from customer_admin.operations.resends import may_resend, obstacle_to_resend
from customer_admin.permissions import may
from customer_admin.selectors.mail_log import chain_of, reason_of
from customer_admin.views.customers.tabs import page_url

from .access import LogMixin

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""What was sent is shown as it looks: no script of it runs, and nothing is loaded from elsewhere."""


class EmailMixin(LogMixin, WagtailAdminTemplateMixin):
    """Leads back to the customer whom the mail is about, else to the log."""

    header_icon = "mail"
    _show_breadcrumbs = True

    @cached_property
    def customer(self) -> Customer | None:
        """Whom the mail is about, when there is a page of theirs that this person may see."""
        customer = self.email.customer
        is_there = customer is not None and customer.merged_into_id is None
        return customer if is_there and may(self.request.user, "view_customer") else None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        if self.customer is None:
            above = [{"url": reverse("customer_admin_emails:index"), "label": _("E-mails")}]
        else:
            index_url = reverse(f"{Customer.snippet_viewset.url_namespace}:list")
            above = [
                {"url": index_url, "label": capfirst(str(Customer._meta.verbose_name_plural))},
                {"url": page_url(self.customer), "label": str(self.customer)},
                {"url": page_url(self.customer, "emails"), "label": _("E-mail log")},
            ]
        return [*above, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"email": self.email, "reason": reason_of(self.email), "customer": self.customer}
        return {**super().get_context_data(**kwargs), **own}


class EmailDetailView(EmailMixin, TemplateView):
    template_name = "customer_admin/mail_log/detail.html"

    def get_page_title(self) -> str:
        return self.email.subject or self.email.kind_label

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not may_resend(self.request.user, self.email) or obstacle_to_resend(self.email):
            return []
        url = reverse("customer_admin_emails:resend", args=[self.email.pk])
        return [HeaderButton(_("Send again"), url=url, icon_name="resubmit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first, repeats = chain_of(self.email)
        return {**super().get_context_data(**kwargs), "repeat_of": first, "repeats": repeats}


class EmailBodyView(LogMixin, View):
    """The HTML body alone, for a frame. Whatever is in it can't do anything, wherever it is opened."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.email.sent_html:
            raise Http404
        response = HttpResponse(self.email.sent_html)
        response["Content-Security-Policy"] = SANDBOX
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return response


email_body = xframe_options_sameorigin(EmailBodyView.as_view())
