"""Fields of a host in the customer's form: shown with it, checked with it, saved in the same change set."""

from typing import Any, ClassVar

from django.utils.functional import cached_property
from wagtail import hooks

from customer_admin import operations
from customer_admin.models import Customer, Tracked
from customer_admin.permissions import may

HOOK = "register_customer_form_part"


class CustomerFormPart:
    """Some fields beside the customer's own, made for one form.

    `name` is unique and stands before the names of the fields; `heading` is read above them; parts stand by `order`.
    `form_class` is the form of a tracked model that has at most one row for each customer and leads there by a field
    `customer`; `permission` is what a person needs to be asked for them, beside `change_customer`, of this app or of
    another ("shop.change_card"). A `SeenForm` also lets two people edit at the same time. Register the class itself:
    `hooks.register("register_customer_form_part", CardPart)`. For a model with many rows, add a tab.
    """

    name: ClassVar[str]
    heading: ClassVar[Any]
    order: ClassVar[int] = 1000
    permission: ClassVar[str] = "change_customer"
    form_class: ClassVar[Any]

    def __init__(self, customer: Customer, user: Any, data: Any = None, files: Any = None) -> None:
        self.customer = customer
        self.user = user
        self._posted = {"data": data, "files": files}

    def is_shown(self) -> bool:
        """Whether this person is asked for these fields."""
        return may(self.user, "change_customer") and may(self.user, self.permission)

    def get_row(self) -> Tracked:
        """The customer's row, or a new one that is not saved."""
        model = self.form_class._meta.model
        found = model.objects.filter(customer=self.customer).first() if self.customer.pk else None
        return found or model()

    @cached_property
    def form(self) -> Any:
        row = self.get_row()
        # Who leaves all of it empty makes no row.
        new = {"empty_permitted": True, "use_required_attribute": False} if row._state.adding else {}
        return self.form_class(instance=row, prefix=self.name, for_user=self.user, **self._posted, **new)

    def save(self, customer: Customer) -> None:
        """Write what was entered, inside the recording of the customer's form. Raises what the operation refuses."""
        if self.form.has_changed():
            entered = dict(self.form.cleaned_data)
            seen = entered.pop("seen", None)
            operations.save_extension(actor=self.user, row=self.form.instance, customer=customer, seen=seen, **entered)


def parts_for(customer: Customer, user: Any, data: Any = None, files: Any = None) -> dict[str, CustomerFormPart]:
    """The parts of a customer's form by their names, in their order."""
    registered = sorted(hooks.get_hooks(HOOK), key=lambda part: part.order)
    parts = (kind(customer, user, data, files) for kind in registered)
    return {part.name: part for part in parts if part.is_shown()}
