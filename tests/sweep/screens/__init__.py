"""The screens. A module that is imported here puts its own into the table."""

from tests.sweep.screens.rows import Rows
from tests.sweep.screens.screen import SCREENS, Screen, screen_named
from tests.sweep.screens.walk import names_of_screens, names_of_tabs

from . import customers, portal, reports, snippets

__all__ = [
    "SCREENS",
    "Rows",
    "Screen",
    "customers",
    "names_of_screens",
    "names_of_tabs",
    "portal",
    "reports",
    "screen_named",
    "snippets",
]
