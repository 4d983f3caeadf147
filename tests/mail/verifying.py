"""The link in a mail that verifies a linked e-mail."""

import re


def token_of_verification(text: str) -> str:
    """The token of the one link in the mail."""
    found = re.search(r"/verify-email/([^/\s]+)/", text)
    assert found is not None
    return found[1]
