"""Whatever happened can be taken back, step by step, to exactly what was."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_admin.errors import RevertRefused
from customer_admin.models import SYSTEM, ChangeSet
from customer_admin.operations import revert_change_set
from customer_admin.selectors.drift import drift

from .histories import Step, beginnings, everything_is_consistent, histories, play, state

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("REVERT_EXAMPLES", "40"))
many = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@many
@given(begin=beginnings, history=histories)
def test_reverting_all_change_sets_newest_first_restores_every_state_and_that_can_be_undone_again(
    transactional_db: None, begin: list[Step], history: list[list[Step]]
) -> None:
    told = play([begin, *history])
    end = state()
    reverts: list[tuple[ChangeSet, dict]] = []
    for change_set, before in reversed(told):
        after = state()
        report = revert_change_set(actor=SYSTEM, change_set=change_set)
        assert state() == before
        everything_is_consistent()
        assert report.clashes == ()
        if report.change_set is not None:
            reverts.append((report.change_set, after))
    for revert, before in reversed(reverts):
        revert_change_set(actor=SYSTEM, change_set=revert)
        assert state() == before
    assert state() == end
    assert drift() == []


@many
@given(begin=beginnings, history=histories, order=st.randoms(), resolve=st.sampled_from([None, "keep", "overwrite"]))
def test_reverting_in_any_order_succeeds_or_lists_clashes_and_changes_nothing(
    transactional_db: None, begin: list[Step], history: list[list[Step]], order, resolve
) -> None:
    told = play([begin, *history])
    order.shuffle(told)
    for change_set, _before in told:
        before, count = state(), ChangeSet.objects.count()
        dry = revert_change_set(actor=SYSTEM, change_set=change_set, resolve=resolve, dry_run=True)
        assert (state(), ChangeSet.objects.count()) == (before, count)
        refusal = None
        try:
            report = revert_change_set(actor=SYSTEM, change_set=change_set, resolve=resolve)
        except RevertRefused as error:
            refusal = error
        if refusal is not None:
            assert refusal.report.clashes
            assert refusal.report.clashes == dry.clashes
            assert (state(), ChangeSet.objects.count()) == (before, count)
        else:
            assert report.unresolved == ()
            assert [row.ref for row in report.rows] == [row.ref for row in dry.rows]
            assert (report.change_set is not None) == bool(report.rows)
            again = revert_change_set(actor=SYSTEM, change_set=change_set, resolve="keep", dry_run=True)
            assert again.rows == () or report.clashes
        everything_is_consistent()
        assert drift() == []
