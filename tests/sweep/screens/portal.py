"""The pages of the portal, which are there for customers and closed to nobody but where a customer's own is shown."""

from typing import Any

from customer_admin.mail.links import set_password_token
from portal.addresses import below, portal_pages
from portal.segments import to_segment
from tests.sweep.screens.rows import Rows
from tests.sweep.screens.screen import DONE, FORBIDDEN, NOT_FOUND, PAGE, SIGN_IN, answered, screen

CREDENTIALS = {"identifier": "nobody", "password": "Wrong-Field-42"}
OWN = answered(FORBIDDEN, anonymous=SIGN_IN, portal_customer=PAGE)


def page(kind: str, *route: Any) -> Any:
    def address(rows: Rows) -> str:
        start = portal_pages(rows.site)[kind].get_url_parts()[2]
        return below(start, *(each(rows) if callable(each) else each for each in route))

    return address


screen("portal:home:index_route", at=page("home"), get=answered(PAGE), post=answered(PAGE))
screen(
    "portal:sign_in:index_route",
    at=page("sign_in"),
    get=answered(PAGE, portal_customer=DONE),
    post=answered(PAGE, portal_customer=DONE),
    data=lambda rows: CREDENTIALS,
)
screen("portal:sign_in:sign_out", at=page("sign_in", "sign-out"), get=answered(DONE), post=answered(DONE))
screen(
    "portal:forgot_password:index_route",
    at=page("forgot_password"),
    get=answered(PAGE),
    post=answered(DONE),
    data=lambda rows: {"identifier": "nobody"},
)
screen("portal:forgot_password:sent", at=page("forgot_password", "sent"), get=answered(PAGE), post=answered(PAGE))
# Without the cookie that a mailed link brings, all read that the link is dead.
screen("portal:set_password:index_route", at=page("set_password"), get=answered(PAGE), post=answered(PAGE))
screen(
    "portal:set_password:open_link",
    at=page("set_password", lambda rows: to_segment(set_password_token(rows.login))),
    get=answered(DONE),
    post=answered(DONE),
)
screen("portal:account:index_route", at=page("account"), get=OWN, post=OWN)
screen(
    "portal:account:order",
    at=page("account", "orders", lambda rows: to_segment(rows.order.number)),
    get=OWN | {"portal customer": NOT_FOUND},
)
