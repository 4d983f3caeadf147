"""One of several processes that work on the same few customers: `python -m tests.services.racing SEED TIMES`.

It prints how often each kind of work was done and refused, and last the errors that were no refusals, one on a line.
"""

import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django


def main(seed: int, times: int) -> None:
    django.setup()
    from customer_admin.errors import CustomerAdminError

    dice = random.Random(seed)
    kinds: list[tuple[Callable[[random.Random], int | None], int]] = [
        (merge, 25),
        (merge_twice, 10),
        (merge_by_worker, 10),
        (assign, 25),
        (take_back, 20),
        (place_order, 15),
        (import_two_orders, 10),
        (sign_in, 5),
        (edit, 10),
        (add_note, 5),
    ]
    works, weights = zip(*kinds, strict=True)
    counts: Counter[str] = Counter()
    errors = []
    for work in dice.choices(works, weights, k=times):
        try:
            counts["orders placed"] += work(dice) or 0
            counts[f"{work.__name__} done"] += 1
        except CustomerAdminError as refusal:
            counts[f"{work.__name__} refused: {refusal.code or type(refusal).__name__}"] += 1
        except Exception:
            errors.append(work.__name__ + " | ".join(traceback.format_exc().splitlines()))
    print(dict(counts))
    for error in errors:
        print(error)


def customers(dice: random.Random, count: int) -> list[Any]:
    from customer_admin.models import Customer

    keys = list(Customer.all_objects.order_by("pk").values_list("pk", flat=True))
    return [Customer(pk=key) for key in dice.sample(keys, count)]


def merge(dice: random.Random) -> None:
    from customer_admin.models import SYSTEM
    from customer_admin.operations import merge_customers

    stays, *others = customers(dice, dice.choice([2, 2, 3]))
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=others)


def merge_twice(dice: random.Random) -> None:
    """A double click: the second one finds nothing to do, unless others have changed something in between."""
    from customer_admin.models import SYSTEM
    from customer_admin.operations import merge_customers

    stays, goes = customers(dice, 2)
    for _click in range(2):
        merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])


def merge_by_worker(dice: random.Random) -> None:
    """One more merge waits for a worker, which does all that wait, as another process may at the same time."""
    from django.contrib.auth import get_user_model

    from customer_admin.models import Customer, MergeBatch
    from customer_admin.operations import carry_out_merges, queue_merge

    person = get_user_model().objects.get(username="racer")
    living = list(Customer.objects.order_by("pk"))
    if len(living) > 1:
        stays, goes = dice.sample(living, 2)
        queue_merge(actor=person, survivor=stays, duplicates=[goes])
    for batch in MergeBatch.objects.filter(requests__state="queued").distinct().order_by("pk"):
        carry_out_merges(batch=batch)


def assign(dice: random.Random) -> None:
    from customer_admin.models import SYSTEM, Customer, Order
    from customer_admin.operations import assign_orders

    orders = dice.sample(list(Order.objects.order_by("pk").values_list("number", flat=True)), 3)
    owners = list(Customer.all_objects.order_by("pk").values_list("number", flat=True))
    pairs = [(number, dice.choice(owners)) for number in orders]
    for _click in range(dice.choice([1, 2])):
        assign_orders(actor=SYSTEM, assignments=pairs)


def take_back(dice: random.Random) -> None:
    from customer_admin.models import SYSTEM, ChangeSet
    from customer_admin.operations import revert_change_set

    done = list(ChangeSet.objects.filter(kind__in=["merge", "assign", "revert"]).order_by("-pk")[:20])
    if done:
        revert_change_set(actor=SYSTEM, change_set=dice.choice(done), resolve=dice.choice(["keep", "overwrite"]))


def place_order(dice: random.Random) -> int:
    from customer_admin.errors import CustomerRefused
    from customer_admin.models import SYSTEM, recording
    from customer_admin.operations.accounts import locked_account
    from tests.factories import make_order

    with recording(actor=SYSTEM):
        customer = locked_account(customers(dice, 1)[0], CustomerRefused)
        make_order(customer, number=f"R{dice.getrandbits(60)}")
    return 1


def import_two_orders(dice: random.Random) -> int:
    """They name accounts that may be merged in the same moment."""
    from customer_admin.models import SYSTEM, Customer
    from customer_admin.operations import import_orders
    from tests.operations.import_files import MAPPING, ORDER_FILES, write

    accounts = list(Customer.all_objects.order_by("pk").values_list("account_number", flat=True))
    one, other = dice.sample(accounts, 2)
    with TemporaryDirectory() as folder:
        texts = {file.name: file.read_text(encoding="utf-8") for file in ORDER_FILES}
        renamed = {"A-": f"I{dice.getrandbits(60)}-", ";H1;": f";{one};", ";H3;": f";{other};"}
        for old, new in renamed.items():
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        files = [write(Path(folder) / name, text) for name, text in texts.items()]
        return import_orders(actor=SYSTEM, files=files, mapping=MAPPING).created


def sign_in(dice: random.Random) -> None:
    from customer_admin.models import PortalLogin
    from customer_admin.operations import check_credentials
    from tests.factories import PASSWORD

    names = list(PortalLogin.objects.order_by("pk").values_list("username", flat=True))
    check_credentials(identifier=dice.choice(names), password=PASSWORD)


def edit(dice: random.Random) -> None:
    from customer_admin.models import SYSTEM
    from customer_admin.operations import update_customer

    update_customer(actor=SYSTEM, customer=customers(dice, 1)[0], phone=str(dice.randrange(10**6)))


def add_note(dice: random.Random) -> None:
    from customer_admin.models import SYSTEM, Customer
    from customer_admin.operations import add_note

    (chosen,) = customers(dice, 1)
    add_note(actor=SYSTEM, customer=Customer.all_objects.get(pk=chosen.pk), body="Called")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
