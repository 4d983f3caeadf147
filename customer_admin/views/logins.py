"""Making, editing, unlocking and deleting the portal login of one customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from customer_admin import operations
from customer_admin.errors import ChangedMeanwhile, CustomerAdminError
from customer_admin.forms.logins import MAILED, EditLoginForm, NewLoginForm
from customer_admin.forms.meanwhile import told_of_kept
from customer_admin.forms.why import WhyForm
from customer_admin.models import Customer, PortalLogin, recording
from customer_admin.permissions import may
from customer_admin.selectors.site_settings import settings_of

from .customers.login_box import end_of_lock
from .customers.screens import CustomerFormView, CustomerScreenMixin


class LoginViewMixin(CustomerScreenMixin):
    """Finds the login of the customer; one that is not there any more leads back to the customer."""

    permissions = ("change_portallogin",)
    header_icon = "key"
    is_about_login = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()  # Before anything is told of the customer.
        if self.is_about_login and self.customer.login is None:
            messages.warning(request, _("This customer has no login. Somebody may have deleted it meanwhile."))
            return redirect(self.customer_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer.objects.select_related("portal_login__user", "site"), pk=self.kwargs["pk"])

    @cached_property
    def login(self) -> PortalLogin:
        return get_object_or_404(PortalLogin.objects.select_related("user", "customer__site"), customer=self.customer)


class LoginFormView(LoginViewMixin, CustomerFormView):
    template_name = "customer_admin/logins/form.html"
    not_saved = gettext_lazy("The login was not saved. See the errors below.")

    def show(self, refusal: CustomerAdminError, form: Any) -> None:
        super().show(refusal, form)
        if isinstance(refusal, ChangedMeanwhile) and form.cleaned_data.get("password"):
            form.add_error("password", _("Type the new password once more: no page ever shows one."))


class CreateLoginView(LoginFormView):
    permissions = ("add_portallogin",)
    is_about_login = False
    page_title = gettext_lazy("New login")
    form_class = NewLoginForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.customer.login is not None:
            messages.info(request, _("This customer has a login already. Here it is."))
            return redirect("customers:login_edit", self.customer.pk)
        if not settings_of(self.customer.site).portal_enabled:
            messages.error(request, _("The portal of this site is off. Turn it on in the customer settings first."))
            return redirect(self.customer_url)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "email": self.customer.email, "username": self.customer.email}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        login = operations.create_login(
            actor=self.request.user,
            customer=self.customer,
            email=data["email"],
            username=data["username"],
            password=data["password"] or None,
            send_set_password=data["how"] == MAILED,
            reason=data["reason"],
        )
        if data["how"] == MAILED:
            told = _("Login %(username)s created. An e-mail to set a password is on its way to %(email)s.")
        else:
            told = _("Login %(username)s created. %(email)s gets an e-mail about it, without the password.")
        return told % {"username": login.username, "email": login.email}


class EditLoginView(LoginFormView):
    page_title = gettext_lazy("Edit login")
    form_class = EditLoginForm
    delete_url_name = "login_delete"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"login": self.login}
        kwargs.pop("initial")
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "unlock" in request.POST:
            unlock(request, self.login)
            return redirect(request.path)
        if "send_set_password" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            email = operations.send_set_password(actor=request.user, login=self.login)
        except CustomerAdminError as refusal:
            messages.error(request, refusal.message)
        else:
            told = _("An e-mail to set a password is on its way to %(email)s.")
            messages.success(request, told % {"email": email.to_address})
        return redirect(request.path)

    def perform(self, form: Any) -> str:
        data, user = form.cleaned_data, self.request.user
        was_enabled = self.login.is_enabled
        with recording(actor=user, kind="edit", reason=data["reason"]):
            login = operations.update_login(
                actor=user,
                login=self.login,
                seen=data["seen"],
                email=data["email"],
                username=data["username"],
                **({"password": data["password"]} if data["password"] else {}),
            )
            if data["is_enabled"] != login.is_enabled:
                login = operations.set_login_enabled(
                    actor=user, login=login, enabled=data["is_enabled"], seen=data["seen"]
                )
        if login.is_enabled == was_enabled:
            told = _("Login saved.")
        else:
            told = _("Login enabled.") if login.is_enabled else _("Login disabled. The customer is signed out.")
        return " ".join(filter(None, [told, told_of_kept(data["seen"])]))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not may(self.request.user, "delete_portallogin"):
            return []
        url = reverse("customers:login_delete", args=[self.customer.pk])
        return [Button(_("Delete login"), url=url, icon_name="bin", priority=20)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"login": self.login, "locked_until": end_of_lock(self.login)}
        return {**super().get_context_data(**kwargs), **own}


class UnlockLoginView(LoginViewMixin, View):
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.customer_url)  # Who had to sign in first comes here.

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unlock(request, self.login)
        return redirect(self.customer_url)


def unlock(request: HttpRequest, login: PortalLogin) -> None:
    """Unlock the login, and tell the person."""
    try:
        operations.unlock_login(actor=request.user, login=login)
    except CustomerAdminError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Login unlocked. The customer can try to sign in again."))


class DeleteLoginView(LoginViewMixin, FormView):
    permissions = ("delete_portallogin",)
    page_title = gettext_lazy("Delete login")
    header_icon = "bin"
    template_name = "customer_admin/logins/confirm_delete.html"

    form_class = WhyForm

    def form_valid(self, form: WhyForm) -> HttpResponse:
        try:
            operations.delete_login(actor=self.request.user, login=self.login, reason=form.cleaned_data["reason"])
        except CustomerAdminError as refusal:
            messages.error(self.request, refusal.message)
            return redirect(self.customer_url)
        told = _("Login deleted. Its username and e-mail are free again; the customer stays.")
        messages.success(self.request, told)
        return redirect(self.customer_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "login": self.login}
