"""The doors. A module that is imported here adds its own to the sweep."""

from tests.sweep.door import DOORS

from . import admin, code, operations

__all__ = ["DOORS", "admin", "code", "operations"]
