"""Writes the pages of docs/reference/ that stand in the code: `make docs`."""

import ast
import inspect
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from customer_admin.conf import AppSettings

REFERENCE = Path(__file__).parent / "reference"
SETTINGS_HEAD = """# Settings

All of them are keys of one dict in your Django settings, and all are optional:

```python
CUSTOMER_ADMIN = {"SECOND_FACTOR": "required"}
```

This page is generated from `customer_admin/conf.py` by `make docs`.
"""
OPERATIONS_HEAD = """# Operations

Every write, importable from `customer_admin.operations`. All arguments are named. `actor` is a signed-in user, or an
`Actor` such as `SYSTEM`. Refusals are named classes in `customer_admin.errors`, all below `CustomerAdminError`; nothing
has changed when one is raised.

This page is generated from the docstrings by `make docs`.
"""
SIGNALS_HEAD = """# Signals

Importable from `customer_admin.signals`.

This page is generated from there by `make docs`.
"""
PERMISSIONS_HEAD = """# Permissions and groups

Every installation gets three groups, each of which can be cut differently in Wagtail's group editor. A group that is
there keeps what you made of it.

This page is generated from `customer_admin/permissions.py` by `make docs`.

| permission | staff | auditors | managers |
|---|---|---|---|"""


def settings_page() -> str:
    """A heading for each property in capitals, and its docstring."""
    parts = [SETTINGS_HEAD]
    for name, member in vars(AppSettings).items():
        if isinstance(member, property) and name.isupper() and name != "AUTH_USER_MODEL":
            parts.append(f"## `{name}`\n\n{inspect.getdoc(member)}\n")
    return "\n".join(parts)


def operations_page() -> str:
    """A heading for each function that is public, with its signature and docstring."""
    from customer_admin import operations

    parts = [OPERATIONS_HEAD]
    for name in sorted(operations.__all__):
        member = getattr(operations, name)
        if inspect.isfunction(member):
            parts.append(f"## `{name}`\n\n```python\n{_signature(name, member)}\n```\n\n{inspect.getdoc(member)}\n")
    return "\n".join(parts)


def _signature(name: str, function: Callable[..., Any]) -> str:
    """The names and defaults of the arguments, one a line where they are many; types stand in the code."""
    arguments = [
        str(parameter.replace(annotation=inspect.Parameter.empty)).replace("'", '"')
        for parameter in inspect.signature(function).parameters.values()
    ]
    one_line = f"{name}({', '.join(arguments)})"
    if len(one_line) <= 100:
        return one_line
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"


def signals_page() -> str:
    """A heading for each signal, with the text below its definition."""
    from customer_admin import signals

    parts = [SIGNALS_HEAD]
    body = ast.parse(inspect.getsource(signals)).body
    for statement, following in pairwise(body):
        if isinstance(statement, ast.Assign) and isinstance(following, ast.Expr):
            names = ", ".join(f"`{target.id}`" for target in statement.targets if isinstance(target, ast.Name))
            parts.append(f"## {names}\n\n{inspect.cleandoc(ast.literal_eval(following.value))}\n")
    return "\n".join(parts)


def permissions_page() -> str:
    """A row for each permission, with the groups that have it."""
    from django.apps import apps
    from django.contrib.auth.management import _get_all_permissions

    from customer_admin.permissions import AUDITORS, MANAGERS, STAFF

    names = {
        codename: str(name)
        for model in apps.get_app_config("customer_admin").get_models()
        for codename, name in _get_all_permissions(model._meta)
    }
    rows = [
        f"| {re.sub('^Can ', '', names[codename])} (`{codename}`) | "
        + " | ".join("yes" if codename in group else "–" for group in (STAFF, AUDITORS, MANAGERS))
        + " |"
        for codename in sorted(MANAGERS, key=lambda codename: names[codename])
    ]
    return "\n".join([PERMISSIONS_HEAD, *rows, ""])


PAGES = {
    "settings.md": settings_page,
    "operations.md": operations_page,
    "signals.md": signals_page,
    "permissions.md": permissions_page,
}


def main() -> None:
    import django

    django.setup()
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())


if __name__ == "__main__":
    main()
