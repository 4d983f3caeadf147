"""Fixtures of the tests about operations that send mail."""

from tests.mail.fixtures import login, mail_server, make_login, portal  # noqa: F401
