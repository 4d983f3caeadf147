"""Writing, changing, pinning and removing the notes of one customer."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.errors import CustomerAdminError
from customer_admin.forms.meanwhile import told_of_kept
from customer_admin.forms.notes import EditNoteForm, NoteForm
from customer_admin.forms.refusals import show_refusal
from customer_admin.forms.why import WhyForm
from customer_admin.models import AccountNote
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.permissions import may
from customer_admin.selectors.notes import seen_up_to

from .page import CustomerPageView
from .rows import RowScreenMixin
from .screens import CustomerFormView
from .tabs import page_url


def note_fields(form: NoteForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name in NOTE_FIELDS}


class AddNoteView(CustomerPageView):
    """Takes a new note from the tab; what is refused comes back there, with everything that was typed."""

    http_method_names = ["get", "post"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **{**kwargs, "tab": "notes"})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object is None:
            return self.tell_who_is_gone()
        return redirect(page_url(self.object, "notes"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (may(request.user, "add_accountnote") and may(request.user, "view_accountnote")):
            raise PermissionDenied
        if self.object is None:
            return self.tell_who_is_gone()
        form = NoteForm(request.POST, instance=AccountNote(customer=self.object))
        if form.is_valid() and self.add(form):
            messages.success(request, _("Note added."))
            return redirect(page_url(self.object, "notes"))
        messages.validation_error(request, _("The note was not saved. See the errors below."), form)
        self.tab.form = form  # type: ignore[union-attr]
        return self.render_to_response(self.get_context_data())

    def add(self, form: NoteForm) -> bool:
        try:
            seen = seen_up_to(self.object, form.cleaned_data["newest"])
            operations.add_note(actor=self.request.user, customer=self.object, seen=seen, **note_fields(form))
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            return False
        return True


class NoteScreenMixin(RowScreenMixin):
    tab = "notes"
    header_icon = "comment"
    row_model = AccountNote
    row_kwarg = "note_pk"
    row_is_gone = gettext_lazy("This note was deleted meanwhile.")
    gone_is_told_on = ("GET", "HEAD")

    @property
    def note_or_its_key(self) -> AccountNote:
        """For operations, which say what is to be said of a note that is gone."""
        return self.row or AccountNote(pk=self.kwargs["note_pk"], customer=self.customer)


class EditNoteView(NoteScreenMixin, CustomerFormView):
    permissions = ("view_customer", "change_accountnote")
    page_title = gettext_lazy("Edit note")
    template_name = "customer_admin/customers/note_form.html"
    form_class = EditNoteForm
    not_saved = gettext_lazy("The note was not saved. See the errors below.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.note_or_its_key}

    def perform(self, form: EditNoteForm) -> str:
        data = form.cleaned_data
        operations.update_note(
            actor=self.request.user,
            note=self.note_or_its_key,
            reason=data["reason"],
            seen=data["seen"],
            **note_fields(form),
        )
        return " ".join(filter(None, [_("Note saved."), told_of_kept(data["seen"])]))


class PinNoteView(NoteScreenMixin, View):
    """Pins the note or takes the pin off, whichever the button said."""

    permissions = ("view_customer", "change_accountnote")
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.back_url)  # Who had to sign in first comes here.

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pinned = request.POST.get("pinned") == "1"
        try:
            operations.update_note(actor=request.user, note=self.note_or_its_key, is_pinned=pinned)
        except CustomerAdminError as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Note pinned.") if pinned else _("Note no longer pinned."))
        return redirect(self.back_url)


class DeleteNoteView(NoteScreenMixin, CustomerFormView):
    permissions = ("view_customer", "delete_accountnote")
    page_title = gettext_lazy("Delete note")
    header_icon = "bin"
    template_name = "customer_admin/customers/note_confirm_delete.html"
    form_class = WhyForm

    def perform(self, form: WhyForm) -> str:
        operations.delete_note(actor=self.request.user, note=self.note_or_its_key, reason=form.cleaned_data["reason"])
        return _("Note deleted.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "note": self.row}
