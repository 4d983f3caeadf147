"""Fields of a host in the customer's form: shown with it, checked with it, saved in the same change set."""

from typing import Any, ClassVar

from django.forms import model_to_dict
from django.utils.functional import cached_property
from wagtail import hooks

from customer_admin import operations
from customer_admin.models import Customer, Tracked
from customer_admin.permissions import may
from customer_admin.selectors.history import Seen, version_of_absence

HOOK = "register_customer_form_part"


class CustomerFormPart:
    """Some fields beside the customer's own, made for one form.

    `name` is unique and stands before the names of the fields; `heading` is read above them; parts stand by `order`.
    `form_class` is the form of a tracked model that has at most one row for each customer and leads there by a field
    `customer`; `permission` is what a person needs to be asked for them, of this app or of another
    ("shop.change_card"), beside that to change customers, or to add them for the form of a new one. A `SeenForm` also
    lets two people edit at the same time. Register the class itself:
    `hooks.register("register_customer_form_part", CardPart)`. For a model with many rows, add a tab.
    """

    name: ClassVar[str]
    heading: ClassVar[Any]
    order: ClassVar[int] = 1000
    permission: ClassVar[str] = ""
    form_class: ClassVar[Any]

    def __init__(self, customer: Customer, user: Any, data: Any = None, files: Any = None) -> None:
        self.customer = customer
        self.user = user
        self._posted = {"data": data, "files": files}

    def is_shown(self) -> bool:
        """Whether this person is asked for these fields."""
        own = "change_customer" if self.customer.pk else "add_customer"
        return may(self.user, own) and (not self.permission or may(self.user, self.permission))

    def get_row(self) -> Tracked:
        """The customer's row, or a new one that is not saved."""
        model = self.form_class._meta.model
        found = model.objects.filter(customer=self.customer).first() if self.customer.pk else None
        return found or model()

    @cached_property
    def form(self) -> Any:
        row = self.get_row()
        new: dict[str, Any] = {}
        if row._state.adding or self._was_absent:
            # Who leaves all of it empty makes no row.
            new = {"empty_permitted": True, "use_required_attribute": False}
        if self._was_absent and not row._state.adding:
            new["initial"] = model_to_dict(type(row)())  # What the person began with; the row was made since.
        form = self.form_class(instance=row, prefix=self.name, for_user=self.user, **self._posted, **new)
        if "seen" in form.fields and row._state.adding and self.customer.pk:
            form.initial["seen"] = version_of_absence(type(row), self.customer)
        return form

    @cached_property
    def seen(self) -> Seen | None:
        """What the person saw of the row; the operation notes in it what others made of it since."""
        return self.form.cleaned_data.get("seen") or self._seen_as_posted

    def save(self, customer: Customer) -> None:
        """Write what was entered, inside the recording of the customer's form. Raises what the operation refuses."""
        form = self.form
        entered = dict(form.cleaned_data)
        if not form.has_changed():
            if form.instance._state.adding or not self._was_absent:
                return
            # The operation is asked all the same: it says who made the row meanwhile.
            entered = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        entered.pop("seen", None)
        operations.save_extension(actor=self.user, row=form.instance, customer=customer, seen=self.seen, **entered)

    @property
    def _seen_as_posted(self) -> Seen | None:
        try:
            return Seen.of((self._posted["data"] or {}).get(f"{self.name}-seen"))
        except ValueError:
            return None

    @cached_property
    def _was_absent(self) -> bool:
        """Whether the form that was filled in showed no row, whatever there is by now."""
        seen = self._seen_as_posted
        if seen is None:
            return False
        shown = self.form_class._meta.model.history.filter(history_id=seen.version).exclude(history_type="-")
        return not shown.exists()


def parts_for(customer: Customer, user: Any, data: Any = None, files: Any = None) -> dict[str, CustomerFormPart]:
    """The parts of a customer's form by their names, in their order."""
    registered = sorted(hooks.get_hooks(HOOK), key=lambda part: part.order)
    parts = (kind(customer, user, data, files) for kind in registered)
    return {part.name: part for part in parts if part.is_shown()}
