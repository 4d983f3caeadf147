"""The screen on which accounts are chosen, looked at side by side, and merged into one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.errors import MergeRefused, Obstacle
from customer_admin.forms.merges import AccountsForm, MergeForm, choices_in
from customer_admin.forms.refusals import show_refusal
from customer_admin.models import Customer, MergeBatch, MergeRequest
from customer_admin.models.keys import as_key
from customer_admin.operations.merges import Merge, needs_second_person
from customer_admin.permissions import may_merge
from customer_admin.selectors.merges import MergePreview, merge_preview
from customer_admin.views.customers.obstacles import LinkedObstacle, linked
from customer_admin.views.customers.tabs import page_url

from .accounts import chosen_accounts, told_of_merged
from .interrupted import KeptMerge, forget, keep, kept_for
from .shown import consequences, fields_shown, logins_shown, may_stay_without_login, own_choices, recipient, rows_shown
from .told import tell_merged


class MergeView(WagtailAdminTemplateMixin, FormView):
    """The accounts stand in the address: who stays in its path, and each that goes as `?with=<key>`.

    Every button sends the whole form. Those that do not merge keep what was chosen, and lead on.
    """

    template_name = "customer_admin/merges/merge.html"
    page_title = gettext_lazy("Merge accounts")
    header_icon = "group"
    _show_breadcrumbs = True
    index_url_name = ""
    breadcrumbs_items: list[dict[str, Any]] = []
    preview: MergePreview | None = None
    refusal = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_merge(request.user):
            raise PermissionDenied
        asked = request.GET.getlist("with")
        self.accounts = chosen_accounts(kwargs.get("pk"), filter(None, map(as_key, asked)))
        if self.accounts.done and not self.accounts.going:
            return self.tell_done()
        for told in self.accounts.told:
            messages.info(request, told)
        if [str(key) for key in self.accounts.keys] != [*map(str, [kwargs["pk"]] if "pk" in kwargs else []), *asked]:
            return redirect(self.accounts.url)
        self.look()
        return super().dispatch(request, *args, **kwargs)

    def look(self) -> None:
        """Ask what the merge would do with what is chosen so far."""
        if self.accounts.survivor is None or not self.accounts.going:
            return
        try:
            self.preview = merge_preview(self.accounts.survivor, self.accounts.going, self.choices)
        except MergeRefused as refusal:
            self.refusal = refusal.message

    @cached_property
    def kept(self) -> KeptMerge | None:
        return kept_for(self.request, self.accounts.keys)

    @cached_property
    def choices(self) -> dict[str, str]:
        if self.request.method == "POST":
            return choices_in(self.request.POST)
        return self.kept.choices if self.kept is not None else {}

    def get_form_class(self) -> type[AccountsForm]:
        return AccountsForm if self.preview is None else MergeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs if self.preview is None else {**kwargs, "survivor": self.preview.survivor}

    def get_initial(self) -> dict[str, Any]:
        if self.kept is None:
            return {}
        return {"reason": self.kept.reason, "tell_customer": self.kept.tell_customer}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.kept is not None and self.kept.is_waiting:
            self.keep(self.kept.choices, self.kept.reason, tell_customer=self.kept.tell_customer)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        do, _colon, what = request.POST.get("do", "merge").partition(":")
        form = self.get_form()
        if do == "add" or (form.is_naming and not request.POST.get("confirm", "").strip()):
            return self.add(AccountsForm(request.POST))
        if do == "merge" and self.preview is not None:
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)
        return redirect(self.led_to(do, what))

    def led_to(self, do: str, what: str) -> str:
        """Where a button leads that changes nothing but the page."""
        if do == "cancel":
            forget(self.request, self.accounts.keys)
            survivor = self.accounts.survivor
            return page_url(survivor) if survivor is not None else reverse(self.index_url_name)
        if do == "anew":
            forget(self.request, self.accounts.keys)
            return self.accounts.url
        settled = {f"{each.kind}:{each.customer_id}": self.linked(each).url for each in self.obstacles}
        settling = settled.get(what, "") if do == "settle" else ""
        url = self.accounts.url
        if do == "stay":
            url = self.accounts.with_survivor(as_key(what))
        elif do == "remove":
            url = self.accounts.without(as_key(what))
        self.keep_typed(url, is_waiting=bool(settling))
        return settling or url

    def keep_typed(self, url: str, *, is_waiting: bool = False) -> None:
        data = self.request.POST
        self.keep(
            self.choices, data.get("reason", ""), tell_customer="tell_customer" in data, url=url, is_waiting=is_waiting
        )

    def keep(self, choices: dict[str, str], reason: str, *, url: str = "", **values: Any) -> None:
        if self.preview is not None:
            choices = own_choices(self.preview, choices)
        if self.accounts.keys:
            keep(
                self.request,
                KeptMerge(sorted(self.accounts.keys), url or self.accounts.url, choices, reason[:500], **values),
            )

    def add(self, form: AccountsForm) -> HttpResponse:
        if not form.is_valid():
            return self.form_invalid(form)
        if not form.named:
            form.add_error("numbers", _("Type a number, or choose a customer."))
            return self.form_invalid(form)
        for told in told_of_merged(form.named):
            messages.info(self.request, told)
        url = self.accounts.with_others(each.customer for each in form.named)
        self.keep_typed(url)
        return redirect(url)

    def form_valid(self, form: Any) -> HttpResponse:
        assert self.preview is not None
        wanted = {
            "actor": self.request.user,
            "survivor": self.preview.survivor,
            "duplicates": self.preview.duplicates,
            "choices": self.choices,
            "tell_customer": form.cleaned_data["tell_customer"],
            "seen": self.request.POST.get("seen", "") or "-",
            "reason": form.cleaned_data["reason"],
        }
        try:
            done = self.carry_out(wanted)
        except MergeRefused as refusal:
            self.look()
            show_refusal(form, refusal)
            return self.form_invalid(form)
        forget(self.request, self.accounts.keys)
        if isinstance(done, MergeBatch):
            return redirect("customers:merge_batch", done.pk)
        return self.tell_asked(done) if isinstance(done, MergeRequest) else self.tell_done(done)

    def carry_out(self, wanted: dict[str, Any]) -> Merge | MergeRequest | MergeBatch:
        """Merge, or let somebody approve it first, or let a worker do it."""
        if self.only_asks:
            return operations.request_merge(**wanted)
        if self.preview is not None and self.preview.takes_long:
            return operations.queue_merge(**wanted)
        return operations.merge_customers(**wanted)

    def tell_done(self, done: Merge | None = None) -> HttpResponse:
        """Lead to the customer, and say what was done; without a change set it was done before."""
        survivor = self.accounts.survivor
        assert survivor is not None
        tell_merged(self.request, done, len(self.accounts.going))
        return redirect(page_url(survivor))

    @cached_property
    def only_asks(self) -> bool:
        """Whether another person has to approve the merge."""
        survivor = self.accounts.survivor
        return survivor is not None and needs_second_person(self.request.user, survivor)

    def tell_asked(self, asked: MergeRequest) -> HttpResponse:
        button = messages.button(reverse("customers:merge_request", args=[asked.pk]), _("See the request"))
        told = _("The merge is asked for. Another person who may merge has to approve it.")
        messages.success(self.request, told, buttons=[button])
        assert self.accounts.survivor is not None
        return redirect(page_url(self.accounts.survivor))

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("Nothing was merged yet. See below."))
        return super().form_invalid(form)

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        return self.preview.obstacles if self.preview is not None else ()

    def linked(self, obstacle: Obstacle) -> LinkedObstacle:
        return linked(obstacle, self.request.user)

    def get_page_subtitle(self) -> str:
        return str(self.accounts.survivor or "")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        customers = {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))}
        survivor = self.accounts.survivor
        path = [customers, *([{"url": page_url(survivor), "label": str(survivor)}] if survivor is not None else [])]
        return [*self.breadcrumbs_items, *path, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        survivor, preview = self.accounts.survivor, self.preview
        context |= {
            "accounts": [(each, page_url(each), each == survivor) for each in self._named],
            "survivor": survivor,
            "refusal": self.refusal,
            "media": context["form"].media,
            "is_kept": self.request.method == "GET" and self.kept is not None and bool(self.kept.choices),
        }
        return context if preview is None else {**context, **self._shown(preview)}

    @property
    def _named(self) -> tuple[Customer, ...]:
        if self.preview is not None:
            return self.preview.accounts
        return tuple(each for each in (self.accounts.survivor, *self.accounts.going) if each is not None)

    def _shown(self, preview: MergePreview) -> dict[str, Any]:
        return {
            "preview": preview,
            "obstacles": [(f"{each.kind}:{each.customer_id}", self.linked(each)) for each in preview.obstacles],
            "fields": fields_shown(preview, same=False),
            "same_fields": fields_shown(preview, same=True),
            "rows": rows_shown(preview),
            "logins": logins_shown(preview),
            "may_stay_without_login": may_stay_without_login(preview),
            "consequences": consequences(preview),
            "recipient": recipient(preview),
            "takes_long": preview.takes_long,
            "only_asks": self.only_asks,
            "submit_label": _("Ask for this merge")
            if self.only_asks
            else ngettext("Merge %(count)d accounts", "Merge %(count)d accounts", len(preview.accounts))
            % {"count": len(preview.accounts)},
        }
