"""The net under views of others: what they write in the admin is recorded, or undone whole."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, re_path, reverse, set_urlconf
from wagtail.models import Site

from customer_admin.admin_paths import is_in_admin
from customer_admin.errors import NotRecording
from customer_admin.models import SYSTEM, ChangeSet, CustomerAdminSettings, CustomerClass, recording
from customer_admin.operations import create_class
from tests.factories import make_customer, make_manager, make_portal_user, make_staff, make_user
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

MIDDLEWARE = "customer_admin.middleware.ChangeSetMiddleware"


def write(code: str = "a") -> None:
    CustomerClass(name=code, code=code).save()


def ask(view: Any, method: str = "post", *, user: Any = None, path: str = "", settings: Any = None) -> HttpResponse:
    """Let Django answer a request by `view`, with this one middleware, as it would behind the others."""
    request = getattr(RequestFactory(), method)(path or reverse("wagtailadmin_home") + "some/view/")
    request.user = user or AnonymousUser()
    handler = BaseHandler()

    class Urls:
        urlpatterns = [re_path(r"", view)]

    request.urlconf = Urls
    settings.MIDDLEWARE = [MIDDLEWARE, "tests.test_middleware.fails_below"]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    handler.load_middleware()
    try:
        return handler.get_response(request)
    finally:
        set_urlconf(None)


def fails_below(get_response: Any) -> Any:
    """A middleware that stands below, and fails on its way out when it is told to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("X-Fail"):
            raise LookupError
        return response

    return middleware


def test_what_a_view_writes_belongs_to_whoever_is_signed_in(settings: Any) -> None:
    staff = make_staff()

    def view(request: HttpRequest) -> HttpResponse:
        write("a"), write("b")
        return HttpResponse("fine")

    assert ask(view, user=staff, settings=settings).status_code == 200
    change_set = ChangeSet.objects.get()
    assert (change_set.actor, change_set.kind, change_set.source, change_set.reason) == (staff, "edit", "screen", "")
    assert CustomerClass.history.filter(change_set=change_set).count() == 2


def test_an_operation_inside_gives_kind_and_reason(settings: Any) -> None:
    manager = make_manager()

    def view(request: HttpRequest) -> HttpResponse:
        create_class(actor=request.user, name="A", code="a", reason="Because")
        write("b")
        return HttpResponse("fine")

    ask(view, user=manager, settings=settings)
    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.reason, change_set.source) == ("create", "Because", "screen")


def test_a_view_that_writes_nothing_leaves_nothing(settings: Any) -> None:
    assert ask(lambda request: HttpResponse("fine"), user=make_staff(), settings=settings).status_code == 200
    assert ChangeSet.objects.count() == 0


@pytest.mark.parametrize(
    ("error", "status"), [(LookupError, 500), (Http404, 404), (PermissionDenied, 403), (NotRecording, 500)]
)
@pytest.mark.filterwarnings("ignore")
def test_an_error_undoes_everything_and_stays_what_it_was(
    settings: Any, error: type[Exception], status: int, caplog: Any
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        write()
        raise error("broken")

    assert ask(view, user=make_staff(), settings=settings).status_code == status
    assert (CustomerClass.objects.count(), ChangeSet.objects.count()) == (0, 0)
    assert "TransactionManagementError" not in caplog.text


def test_an_error_while_a_template_is_rendered_undoes_everything(settings: Any) -> None:
    class Broken(SimpleTemplateResponse):
        @property
        def rendered_content(self) -> str:
            raise LookupError

    def view(request: HttpRequest) -> HttpResponse:
        write()
        return Broken("any.html")

    assert ask(view, user=make_staff(), settings=settings).status_code == 500
    assert (CustomerClass.objects.count(), ChangeSet.objects.count()) == (0, 0)


def test_an_error_in_a_middleware_below_undoes_everything(settings: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        write()
        return HttpResponse(headers={"X-Fail": "yes"})

    assert ask(view, user=make_staff(), settings=settings).status_code == 500
    assert (CustomerClass.objects.count(), ChangeSet.objects.count()) == (0, 0)


def test_an_answer_that_something_is_wrong_is_no_error(settings: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        write()
        return HttpResponse(status=422)

    assert ask(view, user=make_staff(), settings=settings).status_code == 422
    assert CustomerClass.objects.count() == 1


def refuses_to_write(**options: Any) -> bool:
    refused = []

    def view(request: HttpRequest) -> HttpResponse:
        try:
            write()
        except NotRecording:
            refused.append(True)
        return HttpResponse("fine")

    assert ask(view, **options).status_code == 200
    return refused == [True]


@pytest.mark.parametrize("method", ["get", "head", "options", "trace"])
def test_reading_opens_no_change_set(settings: Any, method: str) -> None:
    assert refuses_to_write(method=method, user=make_staff(), settings=settings)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_opens_one(settings: Any, method: str) -> None:
    assert not refuses_to_write(method=method, user=make_staff(), settings=settings)


def test_nobody_customers_and_pages_elsewhere_get_none(settings: Any) -> None:
    assert refuses_to_write(settings=settings)
    assert refuses_to_write(user=make_portal_user(), settings=settings)
    assert refuses_to_write(user=make_staff(), path="/shop/", settings=settings)


def test_what_is_written_elsewhere_comes_from_the_portal(settings: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with recording(actor=SYSTEM):
            write()
        return HttpResponse("fine")

    ask(view, path="/shop/", settings=settings)
    assert ChangeSet.objects.get().source == "portal"


def test_the_admin_is_known_by_its_address(settings: Any, monkeypatch: Any) -> None:
    home = reverse("wagtailadmin_home")
    factory = RequestFactory()
    assert is_in_admin(factory.get(home))
    assert is_in_admin(factory.get(f"{home}x/y/"))
    assert not is_in_admin(factory.get(f"{home.rstrip('/')}istration/"))
    assert not is_in_admin(factory.get("/other/"))

    def none(*args: Any, **kwargs: Any) -> str:
        raise NoReverseMatch

    monkeypatch.setattr("customer_admin.admin_paths.reverse", none)
    assert not is_in_admin(factory.get(home))


def test_reading_the_admin_costs_nothing(settings: Any) -> None:
    staff = get_user_model().objects.get(pk=make_staff().pk)
    with CaptureQueriesContext(connection) as queries:
        ask(lambda request: HttpResponse("fine"), method="get", user=staff, settings=settings)
    assert len(queries) == 0


def test_wagtails_own_settings_screen_is_recorded_with_the_person(client: Client) -> None:
    manager = make_user("max", groups=("Customer managers",), is_superuser=True)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    site = Site.objects.get()
    url = reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings", site.pk])
    assert client.get(url).status_code == 200
    response = client.post(
        url, {"portal_enabled": "on", "number_prefix": "W-", "sender_name": "Shop", "sender_email": "shop@example.com"}
    )
    assert response.status_code == 302
    saved = CustomerAdminSettings.objects.get()
    assert (saved.portal_enabled, saved.number_prefix) == (True, "W-")
    row = CustomerAdminSettings.history.order_by("history_id").last()
    assert (row.history_type, row.number_prefix) == ("~", "W-")
    assert (row.change_set.actor, row.change_set.source, row.change_set.kind) == (manager, "screen", "edit")


def test_a_site_that_customers_need_is_not_deleted_and_says_why(client: Client) -> None:
    site = make_customer().site
    client.force_login(make_user("root", is_superuser=True))
    url = reverse("wagtailsites:delete", args=[site.pk])
    with nothing_changes():
        response = client.post(url)
    assert response.url == url
    assert "This is still needed by: customers. Nothing was deleted." in client.get(url).content.decode()
    assert Site.objects.filter(pk=site.pk).exists()
