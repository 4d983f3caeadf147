"""What a merge would do, in words and with the choices that a person has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import Customer, PortalLogin
from customer_admin.selectors.merges import FieldState, FieldValue, MergedField, MergePreview, RelationPlan
from customer_admin.selectors.merges.fields import READ_TOGETHER

LOGINS = f"{PortalLogin._meta.label_lower}.customer"


@dataclass
class Option:
    """One thing to choose: `text` is what one gets, `whose` the numbers of the accounts that have it."""

    value: str
    text: str
    whose: str
    is_chosen: bool


@dataclass(frozen=True)
class FieldShown:
    name: str
    label: str
    is_conflict: bool
    options: list[Option]

    @property
    def text(self) -> str:
        """What all have, where all have the same."""
        return self.options[0].text


@dataclass(frozen=True)
class RowsShown:
    """One kind of row: `title` has the count, `told` what happens to those that can't all be there."""

    name: str
    title: str
    whose: str
    is_moving: bool
    told: list[str]
    firsts: list[Option]


@dataclass(frozen=True)
class LoginShown:
    login: PortalLogin
    account: Customer
    is_chosen: bool
    told: str


def fields_shown(preview: MergePreview, *, same: bool) -> list[FieldShown]:
    """The fields in which the accounts agree, or the others: those in which they contradict each other first."""
    fields = [each for each in preview.fields if (each.state == FieldState.SAME) is same]
    fields.sort(key=lambda each: each.state != FieldState.CONFLICT)
    return [
        FieldShown(each.name, each.label, each.state == FieldState.CONFLICT, options)
        for each in fields
        if (options := _options(each)) and (not same or options[0].text)
    ]


def _options(field: MergedField) -> list[Option]:
    options: dict[Any, Option] = {}
    for each in field.values:
        # Of what is read together the text does not say all.
        same = each.customer.pk if field.name in READ_TOGETHER and each.value else each.text
        if same in options:
            known = options[same]
            known.whose = f"{known.whose}, {each.customer.number}"
            if each.is_chosen:
                known.value, known.is_chosen = str(each.customer.pk), True
        else:
            options[same] = Option(str(each.customer.pk), each.text, each.customer.number, each.is_chosen)
    return list(options.values())


def own_choices(preview: MergePreview, choices: Mapping[str, str]) -> dict[str, str]:
    """Those of `choices` that say something else than what is done when nobody chooses.

    What nobody chose follows the account that stays when another one is to stay.
    """
    usual = {each.name: {str(value.customer.pk) for value in _like_the_usual(each)} for each in preview.fields}
    for plan in preview.relations:
        usual[plan.name] = {str(preview.survivor.pk)}
    if preview.logins:
        usual[LOGINS] = {str(preview.logins[0].customer_id)}
    return {name: value for name, value in choices.items() if value not in usual.get(name, ())}


def _like_the_usual(field: MergedField) -> list[FieldValue]:
    text = next(value.text for value in field.values if value.customer == field.usual)
    same = [value for value in field.values if value.text == text and field.name not in READ_TOGETHER]
    return same or [value for value in field.values if value.customer == field.usual]


def rows_shown(preview: MergePreview) -> list[RowsShown]:
    """Each kind of row but the logins, which are told by themselves."""
    return [_rows(plan, preview) for plan in preview.relations if plan.name != LOGINS]


def _rows(plan: RelationPlan, preview: MergePreview) -> RowsShown:
    by_key = {each.pk: each for each in preview.accounts}
    owners = [
        f"{by_key[key].number}: {_number(count)}" if len(preview.duplicates) > 1 else by_key[key].number
        for key, count in plan.counts.items()
    ]
    firsts = []
    if plan.alike:
        offered = [preview.survivor, *(each for each in preview.duplicates if each.pk in plan.counts)]
        firsts = [Option(str(each.pk), str(each), each.number, each.pk == plan.winner.pk) for each in offered]
    title = f"{_number(plan.count)} {plan.what}"
    return RowsShown(plan.name, title, ", ".join(owners), plan.moves, list(_clashes(plan, preview)), firsts)


def _clashes(plan: RelationPlan, preview: MergePreview) -> Iterator[str]:
    if stay := len(plan.staying):
        yield ngettext(
            "%(count)s of them is there already, or only one may be: it stays behind with the merged account.",
            "%(count)s of them are there already, or only one may be: they stay behind with the merged account.",
            stay,
        ) % {"count": _number(stay)}
    if given := len(plan.given):
        told = ngettext(
            "%(count)s of account %(number)s gives its place to one of these, and goes to the merged account.",
            "%(count)s of account %(number)s give their place to some of these, and go to the merged account.",
            given,
        )
        yield told % {"count": _number(given), "number": preview.survivor.number}
    for flag, keys in plan.demoted.items():
        name = plan.relation.model._meta.get_field(flag).verbose_name
        yield ngettext(
            "Only one may be “%(flag)s”: %(count)s other loses that mark.",
            "Only one may be “%(flag)s”: %(count)s others lose that mark.",
            len(keys),
        ) % {"flag": name, "count": _number(len(keys))}


def logins_shown(preview: MergePreview) -> list[LoginShown]:
    """Each login with what becomes of it."""
    by_key = {each.pk: each for each in preview.accounts}
    kept = preview.login
    return [
        LoginShown(login, by_key[login.customer_id], kept == login, _told_of(login, kept)) for login in preview.logins
    ]


def _told_of(login: PortalLogin, kept: PortalLogin | None) -> str:
    if login == kept:
        return _("It stays: the customer signs in with it and finds everything of all these accounts.")
    if kept is None or not kept.is_enabled:
        return _("It is closed. After the right password, the page asks its user to contact you.")
    return _("It is closed. After the right password, the page tells its user to sign in with %(email)s.") % {
        "email": kept.email
    }


def may_stay_without_login(preview: MergePreview) -> bool:
    """Whether the account that stays has no login of its own, so that there may be none afterwards."""
    return all(login.customer_id != preview.survivor.pk for login in preview.logins)


def recipient(preview: MergePreview) -> str:
    """The address to which a mail about the merge would go; "" for none."""
    email = next(each for each in preview.fields if each.name == "email")
    chosen = next(each.value for each in email.values if each.is_chosen)
    return (preview.login.email if preview.login is not None else "") or chosen


def consequences(preview: MergePreview) -> list[str]:
    """What becomes of the accounts, and what the customer notices, a sentence each."""
    numbers, stays = _list(each.number for each in preview.duplicates), preview.survivor.number
    told = [
        ngettext(
            "Account %(numbers)s is no longer listed. Its number and old links lead to %(stays)s.",
            "Accounts %(numbers)s are no longer listed. Their numbers and old links lead to %(stays)s.",
            len(preview.duplicates),
        )
        % {"numbers": numbers, "stays": stays}
    ]
    closed = [login for login in preview.logins if login != preview.login]
    if closed:
        told.append(
            ngettext(
                "The login %(names)s no longer works, and whoever is signed in with it is signed out.",
                "The logins %(names)s no longer work, and whoever is signed in with them is signed out.",
                len(closed),
            )
            % {"names": _list(login.username for login in closed)}
        )
    if preview.logins and preview.login is None:
        told.append(_("The customer has no portal login afterwards."))
    left = [plan for plan in preview.relations if plan.name != LOGINS and not plan.moves]
    if left:
        what = _list(f"{_number(plan.count)} {plan.what}" for plan in left)
        told.append(_("What is unticked stays behind with the merged account: %(what)s.") % {"what": what})
    classes = (each for each in preview.conflicts if each.name == "customer_class")
    told += [
        _("From now on the prices are those of the class %(name)s.") % {"name": value.text}
        for each in classes
        for value in each.values
        if value.is_chosen and value.text
    ]
    told.append(_("Prices, dates and states of orders stay as they are."))
    return told


def _list(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _number(count: int) -> str:
    return str(number_format(count, force_grouping=True))
