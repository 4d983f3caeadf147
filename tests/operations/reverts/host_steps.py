"""What is done to a host's own tracked models: many-to-many links, one-to-one rows, keys that are no numbers."""

from django.contrib.contenttypes.models import ContentType

from customer_admin.models import Customer
from tests.hosts.full.shop.models import Allowance, Label, LoyaltyCard, Remark, Subscription

from .rows import pick, swap


def make_label(a: int, b: int, value: int) -> None:
    Label.objects.create(name=f"Label {value}")  # Fails when the name is taken.


def put_labels_on(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        customer.labels.set(Label.objects.all()[b % 3 : b % 3 + value % 3])


def take_label_off(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        customer.labels.remove(*Label.objects.all()[: value % 3])
        if b % 2:
            customer.labels.add(*Label.objects.all()[:1])


def rename_or_drop_label(a: int, b: int, value: int) -> None:
    if label := pick(Label, a):
        label.name = f"Label {value}"
        label.delete() if b % 3 == 0 else label.save()


def give_card(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        LoyaltyCard.objects.create(customer=customer, code=f"card {value}")


def move_card(a: int, b: int, value: int) -> None:
    if (card := pick(LoyaltyCard, a)) and (customer := pick(Customer, b)):
        card.customer = customer
        card.delete() if value % 4 == 0 else card.save()


def allow(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        Allowance.objects.update_or_create(customer=customer, defaults={"bottles": value})


def subscribe(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        Subscription.objects.update_or_create(
            customer=customer, title=f"Box {b % 2}", defaults={"is_paused": value % 2}
        )


def remark(a: int, b: int, value: int) -> None:
    found = pick(Remark, a)
    if found is None or value % 3 == 0:
        about = ContentType.objects.get_for_model(Customer)
        Remark.objects.create(about_type=about, about_id=b, text=f"remark {value}")
    elif value % 3 == 1:
        found.delete()
    else:
        Remark.objects.filter(pk=found.pk).update(text=f"remark {value}", about_id=b)


STEPS = {
    "make label": make_label,
    "put labels on": put_labels_on,
    "take label off": take_label_off,
    "rename or drop label": rename_or_drop_label,
    "give card": give_card,
    "move card": move_card,
    "swap card codes": lambda a, b, value: swap(LoyaltyCard, "code", a, b),
    "swap card owners": lambda a, b, value: swap(LoyaltyCard, "customer", a, b),
    "allow": allow,
    "subscribe": subscribe,
    "remark": remark,
}
