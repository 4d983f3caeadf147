"""Refusals that operations raise. Each carries what a screen needs to say which field or row is meant, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class CustomerAdminError(Exception):
    """Base of all refusals.

    `message` is one sentence for the person; `fields` maps a field name to what is wrong with it, in the form in
    which Django's forms take errors, so a screen can put each message where it belongs. `code` tells programs apart
    what people read.
    """

    def __init__(
        self, message: str = "", *, fields: Mapping[str, Sequence[str] | str] | None = None, code: str = ""
    ) -> None:
        self.code = code
        self.fields: dict[str, list[str]] = {
            name: [str(m) for m in messages] if isinstance(messages, list | tuple) else [messages]  # type: ignore[list-item]
            for name, messages in (fields or {}).items()
        }
        self.message = str(message) or " ".join(str(m) for messages in self.fields.values() for m in messages)
        super().__init__(self.message)


class NotRecording(CustomerAdminError):
    """A tracked row was written while no change set was open: wrap the write in `recording(actor=…)`."""


class OnlyCountered(CustomerAdminError):
    """An entry that is never changed nor deleted was about to be: call the operation that counters it instead."""


class PermissionRefused(CustomerAdminError):
    """The actor may not do this."""


class CustomerRefused(CustomerAdminError):
    """A customer can't be saved like this."""


class ClassRefused(CustomerAdminError):
    """A customer class can't be saved or removed like this."""


class NoteRefused(CustomerAdminError):
    """A note can't be saved or acknowledged like this."""


class OrderRefused(CustomerAdminError):
    """An order can't be found or opened like this."""


class AssignmentRefused(CustomerAdminError):
    """Orders can't be assigned like this. `errors` has what is wrong with each row, by its index in `assignments`.

    What is wrong with a row stands under "order" or "customer", whichever of its two numbers is meant.
    """

    def __init__(
        self, message: str = "", *, errors: Mapping[int, Mapping[str, str]] | None = None, code: str = ""
    ) -> None:
        self.errors = {index: dict(problems) for index, problems in (errors or {}).items()}
        fields = {f"{index}.{name}": text for index, row in self.errors.items() for name, text in row.items()}
        super().__init__(message, fields=fields, code=code)


class LoyaltyRefused(CustomerAdminError):
    """A loyalty entry can't be made or countered like this."""


class CreditRefused(CustomerAdminError):
    """An entry of store credit can't be made or countered like this."""


class ClubRefused(CustomerAdminError):
    """A club can't be saved like this."""


class MembershipRefused(CustomerAdminError):
    """A club can't be joined, or a membership not be changed, like this."""


@dataclass(frozen=True)
class Difference:
    """What somebody made of a field that a person had open, in words for people; "" is no value.

    `name` is the field's, inside a record "<relation>.<row>.<field>". `before` is what the person saw, None when nobody
    knows any more; `now` is what `who` made of it at `when`; `entered` is what the person entered. `message` says it.
    """

    name: str
    label: str
    before: str | None
    now: str
    entered: str
    who: str
    when: datetime
    message: str


class ChangedMeanwhile(CustomerAdminError):
    """Somebody else changed what this person changed, and to something else, after the person had opened it.

    `differences` has each of them; the record may also be gone, with no differences to show.
    """

    def __init__(
        self,
        message: str = "",
        *,
        differences: Sequence[Difference] = (),
        fields: Mapping[str, Sequence[str] | str] | None = None,
        code: str = "",
    ) -> None:
        self.differences = tuple(differences)
        told: dict[str, list[str]] = {}
        for difference in differences:
            told.setdefault(difference.name, []).append(difference.message)
        super().__init__(message, fields={**told, **(fields or {})}, code=code)


class LoginRefused(CustomerAdminError):
    """A portal login can't be made, changed or used like this."""


class SettingsRefused(CustomerAdminError):
    """The settings of a site can't be saved like this."""


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands against deleting or merging a customer. `message` says it and what to do.

    `kind` says where that is done: "orders", "club", "credit", "merged", "site", or "needed" for rows of other models.
    """

    kind: str
    customer_id: Any
    message: str

    def __str__(self) -> str:
        return self.message


class Hindered(CustomerAdminError):
    """Base of refusals with `obstacles`, each thing that stands against what was to be done to a customer."""

    def __init__(
        self,
        message: str = "",
        *,
        obstacles: Sequence[Obstacle] = (),
        fields: Mapping[str, Sequence[str] | str] | None = None,
        code: str = "",
    ) -> None:
        self.obstacles = tuple(obstacles)
        super().__init__(message or " ".join(map(str, obstacles)), fields=fields, code=code)


class DeleteRefused(Hindered):
    """Something still stands against a deletion."""


class MergeRefused(Hindered):
    """Accounts can't be merged, or not like this; or what was asked for can't be decided any more."""


class RevertRefused(CustomerAdminError):
    """A change set can't be taken back, or not like this. `report`, if there is one, lists what stands against it."""

    def __init__(self, message: str = "", *, code: str = "", report: Any = None) -> None:
        super().__init__(message, code=code)
        self.report = report


class MailRefused(CustomerAdminError):
    """A mail can't be queued like this."""


class LinkedEmailRefused(CustomerAdminError):
    """An e-mail address can't be linked or verified like this."""


class PaymentMethodRefused(CustomerAdminError):
    """A payment method can't be saved like this."""


class ImportRefused(CustomerAdminError):
    """A file or its mapping can't be read at all; single bad rows are in the report instead."""
