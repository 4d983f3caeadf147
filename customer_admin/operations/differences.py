"""Says in words what one person entered and what another made of the same thing meanwhile."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.utils import timezone
from django.utils.dateformat import time_format
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from customer_admin.errors import Difference
from customer_admin.models import Tracked
from customer_admin.models.actors import Actor
from customer_admin.selectors.changes import Texts
from customer_admin.selectors.history import Since, as_stored

LONGEST_TEXT = 500
"""How many characters of a value are told; the history has all of them."""


class Teller:
    """Tells about one row: `fields` is what the person entered, `since` what others did to it.

    `name` is the row's place in the record, "<relation>.<row>", or "" for the record itself.
    """

    def __init__(self, row: Tracked, since: Since, fields: Mapping[str, Any], actor: Actor, name: str) -> None:
        model = type(row)
        self.row, self.since, self.actor, self.name = row, since, actor, name
        self.columns = columns_of(model)
        self.entered = model.history.model()
        for field in fields.keys() & self.columns.keys():
            column = self.columns[field]
            setattr(self.entered, column.attname, as_stored(column, fields[field]))
        self.texts = Texts(model, [each for each in (since.before, row, self.entered) if each is not None])

    def clash(self, column: models.Field) -> Difference:
        """The person and somebody else changed this field, to different values."""
        if self.since.before is None:
            told = _(
                "%(who)s changed this to %(now)s %(when)s. You entered %(entered)s. Save again to put yours in place."
            )
        elif self._is_own(self.since.change_of(column.attname)):
            told = _(
                "You changed this from %(before)s to %(now)s %(when)s, in another window. Here you entered "
                "%(entered)s. Save again to put that in place."
            )
        else:
            told = _(
                "%(who)s changed this from %(before)s to %(now)s %(when)s, while you were editing. You entered "
                "%(entered)s. Save again to put yours in place."
            )
        return self._of_field(column, told)

    def kept(self, column: models.Field) -> Difference:
        """Somebody else changed this field, and the person did not."""
        return self._of_field(column, _("%(label)s is %(now)s (%(who)s, %(when)s)"))

    def clash_with_removal(self) -> Difference:
        """Somebody else removed the row, which the person changed."""
        if not self.name:
            told = _("%(who)s removed this %(when)s, while you were editing it. Save again to add it anew.")
            return self._of_row(told, NON_FIELD_ERRORS)
        told = _(
            "%(who)s removed this %(when)s, while you were editing it. Save again to add it anew, or remove it here as "
            "well."
        )
        return self._of_row(told, self.name)

    def kept_removal(self) -> Difference:
        """Somebody else removed the row, which the person had open."""
        return self._of_row(_("%(row)s was removed (%(who)s, %(when)s)"), self.name)

    def clash_of_removal(self, changed: Sequence[models.Field]) -> Difference:
        """The person removes the row, in which somebody else changed these fields."""
        told = _(
            "%(who)s changed %(row)s %(when)s, while you were removing it: %(changes)s. Save again to remove it all "
            "the same."
        )
        changes = (
            _("%(label)s from %(before)s to %(now)s")
            % {
                "label": capfirst(str(column.verbose_name)),
                "before": _quoted(self.texts.of(column, self.since.before)),
                "now": _quoted(self.texts.of(column, self.row)),
            }
            for column in changed
        )
        return self._of_row(told, NON_FIELD_ERRORS, changes=", ".join(changes))

    def clash_of_choice(self, flag: models.Field, name: str) -> Difference:
        """Somebody else gave this row the flag that the person gave to the one at `name`."""
        told = _(
            "%(who)s chose %(row)s for this %(when)s, while you were editing. Save again to put your choice in place."
        )
        return self._of_row(told, name, self.since.change_of(flag.attname))

    def _of_field(self, column: models.Field, told: str) -> Difference:
        label = capfirst(str(column.verbose_name))
        if self.name:
            label = f"{capfirst(self._title)} – {label}"
        before = self.texts.of(column, self.since.before) if self.since.before is not None else None
        now, entered = self.texts.of(column, self.row), self.texts.of(column, self.entered)
        who, when = self._who_and_when(self.since.change_of(column.attname))
        message = told % {
            "label": label,
            "who": who,
            "when": moment(when),
            "before": _quoted(before or ""),
            "now": _quoted(now),
            "entered": _quoted(entered),
        }
        name = f"{self.name}.{column.name}" if self.name else column.name
        return Difference(name, label, before, now, entered, who, when, message)

    def _of_row(self, told: str, name: str, changed: Any = None, **words: str) -> Difference:
        who, when = self._who_and_when(changed or (self.since.later[-1] if self.since.later else None))
        message = told % {"row": self._title, "who": who, "when": moment(when), **words}
        return Difference(name, capfirst(self._title), None, "", "", who, when, message)

    @property
    def _title(self) -> str:
        row = self.since.before or self.row
        return f"{self.row._meta.verbose_name} {_quoted(self.texts.title(row))}"

    def _who_and_when(self, changed: Any) -> tuple[str, datetime.datetime]:
        if changed is None:
            return _("Somebody"), timezone.now()
        who = _("You") if self._is_own(changed) else changed.change_set.actor_label
        return who or _("Somebody"), changed.change_set.created_at

    def _is_own(self, changed: Any) -> bool:
        user = self.actor.user
        return user is not None and changed is not None and changed.change_set.actor_id == user.pk


def columns_of(model: type[Tracked]) -> dict[str, models.Field]:
    """The fields of a tracked model that a person can differ about, by name."""
    left_out = {model._meta.pk.name, *model.hidden_in_history}
    tracked = model.history.model.tracked_fields
    return {column.name: column for column in tracked if column.name not in left_out}


def summary(differences: Sequence[Difference]) -> str:
    """What stands above all the differences of one refusal."""
    people = ", ".join(dict.fromkeys(difference.who for difference in differences))
    return _(
        "Nothing is saved yet, and nothing of yours is lost. The same was changed meanwhile by: %(people)s. Compare "
        "what is marked, then save again to put yours in place."
    ) % {"people": people}


def moment(when: datetime.datetime) -> str:
    """When something was, for the middle of a sentence."""
    local = timezone.localtime(when)
    if local.date() == timezone.localdate():
        return _("at %(time)s") % {"time": time_format(local, "H:i")}
    return _("on %(day)s at %(time)s") % {
        "day": date_format(local, "SHORT_DATE_FORMAT"),
        "time": time_format(local, "H:i"),
    }


def _quoted(text: str) -> str:
    return f"“{Truncator(text).chars(LONGEST_TEXT)}”" if text else _("nothing")
