"""A request to the admin that the database broke off is done again as if it had never been tried."""

import copy
import threading
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from customer_admin import retries
from customer_admin.middleware import ChangeSetMiddleware
from customer_admin.models import ChangeSet, CustomerClass
from customer_admin.retries import TRIES, is_worth_another_try
from tests.factories import make_class, make_staff
from tests.test_middleware import ask, write
from tests.threads import on_postgresql, run_together

pytestmark = pytest.mark.django_db


class BrokenOff(Exception):
    """What the database's own library raises."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def broken_off(sqlstate: str = "40P01") -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = BrokenOff(sqlstate)
    return error


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(retries.time, "sleep", taken.append)
    return taken


class View:
    """Fails in its first tries, each time after it has written."""

    def __init__(self, *, failing: int, sqlstate: str = "40P01") -> None:
        self.failing, self.sqlstate, self.tries = failing, sqlstate, 0
        self.seen: list[Any] = []

    def look(self, request: HttpRequest) -> None:
        """Subclasses note what they are given."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.tries += 1
        self.look(request)
        write(f"try-{self.tries}")
        if self.tries <= self.failing:
            raise broken_off(self.sqlstate)
        return HttpResponse("fine")


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "23503"])
def test_it_is_done_again_and_nothing_of_the_first_try_is_left(
    settings: Any, sqlstate: str, caplog: Any, pauses: list[float]
) -> None:
    staff, view = make_staff(), View(failing=2, sqlstate=sqlstate)
    assert ask(view, user=staff, settings=settings).content == b"fine"
    assert [row.code for row in CustomerClass.objects.all()] == ["try-3"]
    assert ChangeSet.objects.get().actor == staff
    assert len(pauses) == 2
    assert all(0 <= pause <= retries.LONGEST_PAUSE for pause in pauses)
    assert caplog.text == ""


@pytest.mark.filterwarnings("ignore")
def test_after_a_few_tries_it_is_an_error(settings: Any) -> None:
    view = View(failing=100)
    assert ask(view, user=make_staff(), settings=settings).status_code == 500
    assert view.tries == TRIES == 4
    assert (CustomerClass.objects.count(), ChangeSet.objects.count()) == (0, 0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sqlstate", ["23505", "57014", ""])
def test_any_other_error_is_one_at_once(settings: Any, sqlstate: str) -> None:
    view = View(failing=1, sqlstate=sqlstate)
    assert ask(view, user=make_staff(), settings=settings).status_code == 500
    assert view.tries == 1


def test_an_error_that_came_of_a_deadlock_is_one() -> None:
    refusal = LookupError()
    refusal.__context__ = broken_off()
    assert is_worth_another_try(refusal)
    assert not is_worth_another_try(OperationalError("database is locked"))
    assert not is_worth_another_try(None)


def through_the_middleware(view: Any, request: HttpRequest) -> HttpResponse:
    """What Django's handler does, with all that the request has."""
    request.user = make_staff()

    def get_response(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Exception as error:
            return middleware.process_exception(request, error) or HttpResponse(status=500)

    middleware = ChangeSetMiddleware(get_response)
    return middleware(request)


def posted(**data: Any) -> HttpRequest:
    from django.urls import reverse

    request = RequestFactory().post(reverse("wagtailadmin_home"), data)
    request.session = SessionStore()
    request.session["here"] = ["before"]
    request.session.modified = False
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    return request


def test_messages_and_session_are_as_before_the_first_try() -> None:
    from django.contrib import messages

    class Talking(View):
        def look(self, request: HttpRequest) -> None:
            self.seen.append((copy.deepcopy(dict(request.session.items())), request.session.modified))
            messages.success(request, f"Try {self.tries}")
            self.seen.append([str(message) for message in get_messages(request)])
            request.session["here"].append("changed")
            request.session["new"] = True

    request, view = posted(), Talking(failing=1)
    messages.info(request, "From before")
    assert through_the_middleware(view, request).status_code == 200
    assert view.seen == [
        ({"here": ["before"]}, False),
        ["From before", "Try 1"],
        ({"here": ["before"]}, False),
        ["From before", "Try 2"],
    ]
    assert request.session.modified


def test_uploaded_files_are_read_from_their_beginning() -> None:
    class Reading(View):
        def look(self, request: HttpRequest) -> None:
            self.seen.append((request.POST["name"], request.FILES["file"].read()))

    view = Reading(failing=2)
    response = through_the_middleware(view, posted(name="A", file=SimpleUploadedFile("a.txt", b"content")))
    assert (response.status_code, view.seen) == (200, [("A", b"content")] * 3)


def test_a_body_that_is_gone_is_not_asked_for_again() -> None:
    class Draining(View):
        def look(self, request: HttpRequest) -> None:
            request.read()

    view = Draining(failing=1)
    assert through_the_middleware(view, posted(name="A")).status_code == 500
    assert view.tries == 1


def test_a_file_that_was_taken_away_is_not_asked_for_again() -> None:
    class Taking(View):
        def look(self, request: HttpRequest) -> None:
            file = TemporaryUploadedFile("a.txt", "text/plain", 1, None)
            request.FILES["file"] = file
            file.close()

    view = Taking(failing=1)
    assert through_the_middleware(view, posted(name="A")).status_code == 500
    assert view.tries == 1


def test_an_error_at_the_commit_is_a_reason_to_try_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from customer_admin.models.recording import Recording

    close, calls = Recording.close, []

    def failing_first(self: Recording) -> None:
        calls.append(True)
        if len(calls) == 1:
            raise broken_off("40001")
        close(self)

    monkeypatch.setattr(Recording, "close", failing_first)
    view = View(failing=0)
    assert ask(view, user=make_staff(), settings=settings).content == b"fine"
    assert (view.tries, ChangeSet.objects.count()) == (2, 1)


def test_what_is_being_streamed_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from customer_admin.models.recording import Recording

    tries = []

    def view(request: HttpRequest) -> StreamingHttpResponse:
        tries.append(True)
        write()
        return StreamingHttpResponse(iter([b"a"]))

    def failing(self: Recording) -> None:
        raise broken_off()

    monkeypatch.setattr(Recording, "close", failing)
    with pytest.raises(OperationalError):
        through_the_middleware(view, posted())
    assert len(tries) == 1


@on_postgresql
def test_two_requests_that_wait_for_each_other_both_succeed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    rows = [make_class(name="as it was"), make_class(name="as it was")]
    people = [make_staff(), make_staff()]
    both_hold_one, tries = threading.Barrier(2), []

    def view_of(number: int) -> Any:
        def view(request: HttpRequest) -> HttpResponse:
            tries.append(number)
            first, second = rows if number else reversed(rows)
            CustomerClass.objects.filter(pk=first.pk).update(name=f"{number}")
            if tries.count(number) == 1:
                both_hold_one.wait(timeout=10)
            CustomerClass.objects.filter(pk=second.pk).update(name=f"{number}")
            return HttpResponse("fine")

        return view

    answers = run_together(
        *(lambda n=n: ask(view_of(n), user=people[n], settings=settings).status_code for n in (0, 1))
    )
    assert answers == [200, 200]
    assert len(tries) == 3
    written = ChangeSet.objects.filter(actor__in=people)
    assert {change_set.actor for change_set in written} == set(people)
    assert [CustomerClass.history.filter(change_set=change_set).count() for change_set in written] == [2, 2]
