"""Works out what taking a change set back does to each row, and where later changes stand against it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _

from customer_admin.errors import RevertRefused
from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer, Tracked, tracked_models
from customer_admin.models.bulk import in_chunks
from customer_admin.selectors.changes import models_touched
from customer_admin.selectors.own_rows import Own
from customer_admin.selectors.signposts import keys_of_account
from customer_admin.selectors.timelines import gave_away_in

from .chains import settle_entries
from .later import Story, Written, stories_of, written_by
from .report import KEEP, Action, Clash, ClashKind, Resolve, RowEffect
from .untracked import UntrackedEffect, plan_untracked, untracked_models

Wanted = dict[Any, set[str]]
"""Keys of rows to the names of those fields that are wanted; an empty set for the whole row."""


class Plan:
    """The rows to write by model and key, and the clashes met so far."""

    def __init__(self, change_set: ChangeSet, resolve: Resolve) -> None:
        self.change_set = change_set
        self.resolve = resolve
        self.rows: dict[type[Tracked], dict[Any, RowEffect]] = {}
        self.clashes: dict[tuple[str, ClashKind], Clash] = {}
        self.demotions: set[tuple[type[Tracked], Any, str]] = set()
        self.staying: dict[type[Tracked], set[Any]] = {}
        self.untracked: list[UntrackedEffect] = []
        self.done_already = 0

    def rows_of(self, model: Any, action: Action | None = None) -> list[RowEffect]:
        """The planned rows of a model, those with one action or all."""
        rows = self.rows.get(model, {}).values()
        return [row for row in rows if action is None or row.action == action]

    def drop(self, row: RowEffect) -> None:
        self.rows[row.model].pop(row.key, None)

    def let_stay(self, model: type[Tracked], key: Any) -> None:
        """Leave a created row where it is; what came along with it stays, too."""
        self.rows.get(model, {}).pop(key, None)
        self.staying.setdefault(model, set()).add(key)

    def meet(self, clash: Clash) -> str:
        """Note a clash and answer what is to be done: "keep", "overwrite" or "" as long as nobody said."""
        self.clashes[clash.key, clash.kind] = clash
        return clash.choice(self.resolve) or ("" if clash.may_overwrite else KEEP)

    @property
    def unresolved(self) -> tuple[Clash, ...]:
        return tuple(clash for clash in self.clashes.values() if not clash.choice(self.resolve))


def load_plan(
    change_set: ChangeSet, resolve: Resolve, only: Collection[str] | None, customer: Customer | int | None
) -> Plan:
    """The plan as far as the history tells; references and unique values are not looked at yet."""
    plan = Plan(change_set, resolve)
    others, only = _untracked_of(change_set, only)
    wanted = None if only is None else _parsed(only)
    if customer is not None:
        theirs = _of_customer(change_set, getattr(customer, "pk", customer))
        if any(set(keys).difference(theirs.get(model, ())) for model, keys in (wanted or {}).items()):
            raise RevertRefused(_("There is no such row in this change."))
        wanted = theirs if wanted is None else wanted
    touched = models_touched(change_set)
    if wanted is not None and set(wanted) - set(touched):
        raise RevertRefused(_("There is no such row in this change."))
    for model in touched:
        if wanted is None or model in wanted:
            _plan_model(plan, model, None if wanted is None else wanted[model])
    settle_entries(plan)
    plan_untracked(plan, others, getattr(customer, "pk", customer))
    return plan


def _untracked_of(
    change_set: ChangeSet, only: Collection[str] | None
) -> tuple[dict[Any, set[str]] | None, Collection[str] | None]:
    """The keys of the untracked rows that `only` names, as texts by model, and what else it names."""
    if only is None:
        return None, None
    by_label = {model._meta.label_lower: model for model in untracked_models(change_set)}
    keys: dict[Any, set[str]] = {}
    others = []
    for ref in only:
        label, _colon, key = ref.partition(":")
        if label in by_label:
            keys.setdefault(by_label[label], set()).add(key)
        else:
            others.append(ref)
    return keys, others


def _parsed(only: Collection[str]) -> dict[type[Tracked], Wanted]:
    by_label = {model._meta.label_lower: model for model in tracked_models()}
    wanted: dict[type[Tracked], Wanted] = {}
    for ref in only:
        label, _colon, rest = ref.partition(":")
        try:
            model = by_label[label]
            text, _colon, name = rest.rpartition(":")
            if name not in {column.name for column in model.history.model.tracked_fields}:
                text, name = rest, ""
            # A key that is a foreign key would ask that the other row is there, which may have to come back, too.
            key = getattr(model._meta.pk, "target_field", model._meta.pk).clean(text, None)
        except (KeyError, ValidationError) as error:
            raise RevertRefused(_("There is no such row in this change: %(ref)s.") % {"ref": ref}) from error
        fields = wanted.setdefault(model, {}).setdefault(key, set())
        if name:
            fields.add(name)
    return wanted


def _of_customer(change_set: ChangeSet, customer_id: int) -> dict[type[Tracked], Wanted]:
    keys = keys_of_account(customer_id)
    if not ChangeSetCustomer.objects.filter(change_set=change_set, customer__in=keys).exists():
        raise RevertRefused(_("This change did not touch that customer."))
    gave_away = gave_away_in([change_set], keys)
    wanted: dict[type[Tracked], Wanted] = {}
    for model in models_touched(change_set):
        if model.customer_path is not None:
            rows = Own(model, keys).rows_in([change_set], gave_away)
            wanted[model] = {key: set() for key in rows.values_list(model._meta.pk.attname, flat=True)}
    return wanted


def _plan_model(plan: Plan, model: type[Tracked], wanted: Wanted | None) -> None:
    plain: list[Written] = []
    involved: list[Written] = []
    columns = {column.name for column in model.history.model.tracked_fields}
    for span in written_by(model, plan.change_set.pk, wanted):
        # What has another name by now, or is gone from the model, is told by comparing the values.
        is_plain = span.is_last_word and columns.issuperset(span.changed.split())
        (plain if is_plain else involved).append(span)
    if wanted is not None and set(wanted) - {span.key for span in (*plain, *involved)}:
        raise RevertRefused(_("There is no such row in this change."))
    stories = stories_of(model, plan.change_set.pk, involved, using=router.db_for_read(model)) if involved else {}
    names: dict[str, frozenset[str]] = {}
    planned: dict[Any, RowEffect] = {}
    for span in (*plain, *involved):
        fields = (wanted or {}).get(span.key) or None
        row = None
        if not span.has_before and span.first_type != "+":
            plan.meet(Clash(model, span.key, ClashKind.UNKNOWN, after_id=span.last_id, may_overwrite=False))
        elif span.key not in stories:
            row = _plain_effect(model, span, names)
        else:
            row = _effect(plan, model, span, stories[span.key], fields)
        if row is not None and (row := _narrowed(row, fields)):
            planned[row.key] = row
    plan.rows[model] = planned
    _leave_what_is_lost(plan, model)


def _narrowed(row: RowEffect, wanted: set[str] | None) -> RowEffect | None:
    """The effect on the wanted fields alone; None when there is none."""
    if wanted is not None:
        row.fields &= wanted
    return row if row.fields or (wanted is None and row.action != Action.CHANGE) else None


def _plain_effect(model: type[Tracked], span: Written, names: dict[str, frozenset[str]]) -> RowEffect:
    """For a row that was written once by the change set and by nobody since: its one history row tells all."""
    if span.first_type == "+":
        return _removal(model, span)
    if span.first_type == "-":
        return RowEffect(model, span.key, Action.CREATE, span.before_id, span.last_id)
    if span.changed not in names:
        names[span.changed] = frozenset(span.changed.split())
    return RowEffect(model, span.key, Action.CHANGE, span.before_id, span.last_id, names[span.changed])


def _effect(plan: Plan, model: type[Tracked], span: Written, story: Story, wanted: set[str] | None) -> RowEffect | None:
    if story.before == story.after or (wanted is not None and None in (story.before, story.after)):
        return None  # A row that was created or deleted has no single field to set back.
    if story.before == story.now:
        plan.done_already += 1
        return None
    if story.before is None:
        return _deletion(plan, model, span, story)
    if story.after is None:
        return _creation(plan, model, span, story)
    return _change(plan, model, span, story, wanted)


def _removal(model: type[Tracked], span: Written) -> RowEffect:
    return RowEffect(model, span.key, Action.COUNTER if model.is_only_countered else Action.DELETE, None, span.last_id)


def _deletion(plan: Plan, model: type[Tracked], span: Written, story: Story) -> RowEffect | None:
    if model.is_only_countered:
        return _removal(model, span)  # It can only have gone to another customer, and is countered there.
    if by := story.last_touch:
        clash = Clash(model, span.key, ClashKind.CHANGED, after_id=span.last_id, by_id=by)
        if plan.meet(clash) == KEEP:
            plan.let_stay(model, span.key)
            return None
    return _removal(model, span)


def _creation(plan: Plan, model: type[Tracked], span: Written, story: Story) -> RowEffect | None:
    action, fields = Action.CREATE, frozenset[str]()
    if story.now is not None:
        action, fields = Action.CHANGE, _differing(model, story.before, story.now, range(len(story.now)))
    if action == Action.CHANGE or story.last_touch:
        kind = ClashKind.EXISTS if action == Action.CHANGE else ClashKind.CHANGED
        clash = Clash(model, span.key, kind, source_id=span.before_id, by_id=story.last_touch)
        if plan.meet(clash) == KEEP:
            return None
    return RowEffect(model, span.key, action, span.before_id, span.last_id, fields)


def _change(plan: Plan, model: type[Tracked], span: Written, story: Story, wanted: set[str] | None) -> RowEffect | None:
    assert story.before is not None
    assert story.after is not None
    columns = model.history.model.tracked_fields
    changed = [
        position
        for position in sorted(story.own)
        if story.before[position] != story.after[position] and (wanted is None or columns[position].name in wanted)
    ]
    if story.now is None:
        plan.meet(
            Clash(model, span.key, ClashKind.GONE, "", span.before_id, span.last_id, story.last_touch,
                  may_overwrite=False)
        )  # fmt: skip
        return None
    left = [position for position in changed if story.before[position] != story.now[position]]
    if not left:
        plan.done_already += 1
        return None
    fields = set()
    for position in left:
        name, by = columns[position].name, story.touched.get(position)
        clash = Clash(model, span.key, ClashKind.CHANGED, name, span.before_id, span.last_id, by)
        if by is None or plan.meet(clash) != KEEP:
            fields.add(name)
    return RowEffect(model, span.key, Action.CHANGE, span.before_id, span.last_id, frozenset(fields))


def _differing(model: type[Tracked], old: Any, new: Any, positions: Iterable[int]) -> frozenset[str]:
    fields = model.history.model.tracked_fields
    return frozenset(fields[position].name for position in positions if old[position] != new[position])


def _leave_what_is_lost(plan: Plan, model: type[Tracked]) -> None:
    """Leave out what was never stored, or is no longer: setting a password back is more than setting its date back."""
    for row in plan.rows_of(model, Action.CHANGE) if model.lost_in_history else ():
        for name in row.fields.intersection(model.lost_in_history):
            plan.meet(Clash(model, row.key, ClashKind.LOST, name, row.source_id, row.after_id, may_overwrite=False))
        row.fields = row.fields.difference(model.lost_in_history)
        if not row.fields:
            plan.drop(row)
    created = {row.source_id: row for row in plan.rows_of(model, Action.CREATE)} if model.lost_rows else {}
    for keys in in_chunks(created, router.db_for_read(model)):
        lost = model.history.filter(model.lost_rows, history_id__in=keys)
        for source_id in lost.values_list("history_id", flat=True):
            row = created[source_id]
            plan.meet(Clash(model, row.key, ClashKind.LOST, "", source_id, row.after_id, may_overwrite=False))
            plan.drop(row)
