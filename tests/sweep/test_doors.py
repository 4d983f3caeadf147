"""Nothing writes a tracked row outside a change set, whichever door it comes through."""

from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_user
from tests.sweep.door import Door, Watch
from tests.sweep.doors import DOORS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_what_comes_through_a_door_is_recorded_with_person_and_values(
    door: Door, client: Client, tmp_path: Path
) -> None:
    person = make_user("sweeper", is_superuser=True, first_name="Sue", last_name="Broom")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    watch = Watch(door, person, client, tmp_path)

    door.walk(watch)

    assert watch.missed == []
    assert door.out_of_date(watch.written) == []
