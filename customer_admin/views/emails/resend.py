"""Sending a mail once more: to whom, then the new mail. From the customer's page it goes out at once, as before."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.errors import CustomerAdminError
from customer_admin.forms.refusals import show_refusal
from customer_admin.forms.resends import ResendForm
from customer_admin.operations.resends import may_resend, obstacle_to_resend
from customer_admin.views.customers.tabs import page_url

from .columns import detail_url
from .detail import EmailMixin


class ResendView(EmailMixin, FormView):
    page_title = gettext_lazy("Send again")
    header_icon = "resubmit"
    template_name = "customer_admin/mail_log/resend.html"
    form_class = ResendForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_resend(request.user, self.email):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.email.subject or self.email.kind_label

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "email": self.email, "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            again = operations.resend_email(actor=self.request.user, email=self.email, to_address=form.address)
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The e-mail is on its way to %(email)s.") % {"email": again.to_address})
        return redirect(page_url(self.customer, "emails") if self.is_from_tab else detail_url(again))

    @property
    def is_from_tab(self) -> bool:
        """Whether it was sent from the customer's page, where the person goes on."""
        return "from_tab" in self.request.POST and self.customer is not None

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.validation_error(self.request, _("Nothing was sent. See the errors below."), form)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"obstacle": obstacle_to_resend(self.email), "back_url": detail_url(self.email)}
        return {**super().get_context_data(**kwargs), **own}
