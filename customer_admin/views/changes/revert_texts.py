"""What taking back does, and what stands against it, in words for people."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import ChangeSet, Tracked
from customer_admin.operations.reverts import Action, Clash, ClashKind, RowEffect
from customer_admin.selectors.changes import RowChange, changed_fields, told_together
from customer_admin.selectors.history import newest_rows
from customer_admin.selectors.texts import Texts

KINDS = {Action.DELETE: "deleted", Action.CREATE: "created", Action.CHANGE: "changed", Action.COUNTER: "countered"}


@dataclass(frozen=True)
class ClashText:
    """A clash for the page. `values` are (label, text) pairs; `keep` and `overwrite` say what each choice does."""

    clash: Clash
    record: str
    title: str
    field: str
    sentence: str
    by: ChangeSet | None
    values: tuple[tuple[str, str], ...]
    keep: str
    overwrite: str


def effect_texts(rows: Sequence[RowEffect]) -> list[RowChange]:
    """How each row would read in the history."""
    by_model: dict[type[Tracked], list[RowEffect]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    coming_back = {(row.model, row.key) for row in rows if row.action == Action.CREATE}
    return [text for model, some in by_model.items() for text in _effects_of(model, some, coming_back)]


def _effects_of(
    model: type[Tracked], rows: Sequence[RowEffect], coming_back: Collection[tuple[Any, Any]]
) -> Iterable[RowChange]:
    sources = model.history.in_bulk([row.source_id for row in rows if row.source_id])
    newest = newest_rows(model, [row.key for row in rows])
    texts = Texts(model, [*sources.values(), *newest.values()], coming_back)
    for row in rows:
        source = sources.get(row.source_id)
        for attname, value in row.overrides.items():
            setattr(source, attname, value)
        now = newest.get(row.key) if row.action != Action.CREATE else None
        fields = changed_fields(model, now, source, texts)
        if row.action == Action.CHANGE:
            fields = tuple(field for field in fields if field.name in row.fields)
        yield RowChange(
            model=model,
            key=row.key,
            kind=KINDS[row.action],
            title=texts.title(source or now),
            fields=fields,
            told=told_together(model, fields, now, source, texts),
            older=None,
            newer=row.after_id,
            owners=(),
        )


def untracked_texts(rows: Sequence[Any]) -> list[str]:
    """How many rows without history of each kind go back."""
    counts = Counter(row.model for row in rows)
    return [f"{_counted(count)} {_what(model, count)}" for model, count in counts.items()]


def _what(model: Any, count: int) -> str:
    meta = model._meta
    if meta.auto_created:  # The links of a many-to-many are known by what they link to.
        meta = meta.auto_created._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _counted(count: int) -> str:
    return str(number_format(count, force_grouping=True))


def clash_texts(clashes: Sequence[Clash]) -> list[ClashText]:
    """The texts of these clashes, with as many questions to the database for many as for few."""
    later = ChangeSet.objects.in_bulk({clash.by_id for clash in clashes if clash.by_id})
    by_model: dict[type[Tracked], list[Clash]] = defaultdict(list)
    others: dict[Any, set[Any]] = defaultdict(set)
    for clash in clashes:
        by_model[clash.model].append(clash)
        if clash.other:
            others[clash.other[0]].add(clash.other[1])
    names = {name: text for model, keys in others.items() for name, text in _names_of(model, keys)}
    told = {}
    for model, some in by_model.items():
        if not issubclass(model, Tracked):
            told |= _untracked_clash_texts(model, some)
            continue
        wanted = {number for clash in some for number in (clash.source_id, clash.after_id) if number}
        rows = model.history.in_bulk(wanted)
        newest = newest_rows(model, [clash.row_key for clash in some])
        texts = Texts(model, [*rows.values(), *newest.values()], told={clash.field for clash in some})
        for clash in some:
            told[clash] = _clash_text(clash, texts, rows, newest, later, names)
    return [told[clash] for clash in clashes]


def _names_of(model: Any, keys: set[Any]) -> Iterable[tuple[Any, str]]:
    """How the rows with these keys are named, and whose they are."""
    path = getattr(model, "customer_path", None) or ""
    owner = path.removesuffix("_id") if path.endswith("_id") and "__" not in path else ""
    rows = model._base_manager.filter(pk__in=keys)
    for row in rows.select_related(owner) if owner else rows:
        customer = getattr(row, owner) if owner else None
        told = f"{model._meta.verbose_name} {row}"
        yield (
            (model, row.pk),
            _("%(record)s of %(customer)s") % {"record": told, "customer": customer} if customer else told,
        )


def _clash_text(
    clash: Clash, texts: Texts, rows: dict[int, Any], newest: dict[Any, Any], later: dict[int, ChangeSet], names: Any
) -> ClashText:
    model, now = clash.model, newest.get(clash.row_key)
    before, after = rows.get(clash.source_id or 0), rows.get(clash.after_id or 0)
    field = model._meta.get_field(clash.field) if clash.field else None
    values = []
    if field is not None and clash.kind in (ClashKind.CHANGED, ClashKind.TAKEN, ClashKind.MISSING):
        for label, row in ((_("Before this change"), before), (_("After it"), after), (_("Now"), now)):
            values.append((str(label), texts.of(field, row) or "–"))
    keep, overwrite = _choices(clash, texts.of(field, now), texts.of(field, before)) if field else _row_choices(clash)
    return ClashText(
        clash=clash,
        record=capfirst(str(model._meta.verbose_name)),
        title=texts.title(now or before or after),
        field=capfirst(str(field.verbose_name)) if field is not None else "",
        sentence=_sentence(clash, names),
        by=later.get(clash.by_id or 0),
        values=tuple(values),
        keep=keep,
        overwrite=overwrite if clash.may_overwrite else "",
    )


def _untracked_clash_texts(model: Any, clashes: Sequence[Clash]) -> dict[Clash, ClashText]:
    """Of rows without history only what they are now is known."""
    rows = model._base_manager.in_bulk([clash.row_key for clash in clashes])
    told = {}
    for clash in clashes:
        row, field = rows.get(clash.row_key), model._meta.get_field(clash.field)
        told[clash] = ClashText(
            clash=clash,
            record=capfirst(str(model._meta.verbose_name)),
            title=str(row) if row is not None else _("no. %(key)s") % {"key": clash.row_key},
            field=capfirst(str(field.verbose_name)),
            sentence=_untracked_sentence(clash),
            by=None,
            values=(),
            keep=_("Leave it as it is now"),
            overwrite=_("Put back what was there before") if clash.may_overwrite else "",
        )
    return told


def _untracked_sentence(clash: Clash) -> str:
    sentences = {
        ClashKind.GONE: _("It was deleted later, and there is no history to bring it back from."),
        ClashKind.MISSING: _("The account whose it was is gone. Bring that back first."),
    }
    return sentences.get(clash.kind) or _("This was changed again later.")


def _sentence(clash: Clash, names: dict[Any, str]) -> str:
    other = ""
    if clash.other is not None:
        model, key = clash.other
        other = names.get(clash.other) or _("%(record)s no. %(key)s") % {"record": model._meta.verbose_name, "key": key}
    if clash.kind == ClashKind.NEEDED:
        told = ngettext(
            "%(count)d other record refers to it: %(other)s.",
            "%(count)d other records refer to it, such as %(other)s.",
            clash.count,
        ) % {"count": clash.count, "other": other}
        return told if clash.may_overwrite else f"{told} {_('It stays. Remove what refers to it first.')}"
    sentences = {
        ClashKind.CHANGED: _("This was changed again later."),
        ClashKind.GONE: _("It was deleted later. Bring it back first."),
        ClashKind.EXISTS: _("It is there again, with other values."),
        ClashKind.TAKEN: _("By now %(other)s has this, and only one may."),
        ClashKind.MISSING: _("It refers to %(other)s, which is gone. Bring that back first."),
        ClashKind.UNKNOWN: _("There is no record of what it was before."),
        ClashKind.LOST: _("The former value was not kept, so this stays as it is now."),
    }
    return sentences[clash.kind] % {"other": other}


def _choices(clash: Clash, now: str, before: str) -> tuple[str, str]:
    """What keeping and overwriting mean for a field that is `now` this and was `before` that."""
    if clash.kind == ClashKind.TAKEN:
        return _("Leave it with the other one"), _("Give it back, and take it from the other one")
    now, before = (Truncator(text or "–").chars(60) for text in (now, before))
    return _("Keep what is there now: %(value)s") % {"value": now}, _("Put back: %(value)s") % {"value": before}


def _row_choices(clash: Clash) -> tuple[str, str]:
    """What keeping and overwriting mean for a whole row."""
    if clash.kind == ClashKind.NEEDED:
        return _("Leave it there"), _("Remove it, with what can't be without it")
    if clash.kind == ClashKind.TAKEN:
        return _("Bring it back as one of several"), _("Give it back its place, and take it from the other one")
    if clash.kind == ClashKind.EXISTS:
        return _("Leave it as it is now"), _("Set it to what it was")
    if clash.source_id is None:
        return _("Leave it there"), _("Remove it all the same")
    return _("Leave it deleted"), _("Bring it back all the same")
