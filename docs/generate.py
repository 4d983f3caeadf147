"""Writes the pages of docs/reference/ that stand in the code: `make docs`."""

import inspect
from pathlib import Path

from customer_admin.conf import AppSettings

SETTINGS = Path(__file__).parent / "reference" / "settings.md"
HEAD = """# Settings

All of them are keys of one dict in your Django settings, and all are optional:

```python
CUSTOMER_ADMIN = {"SECOND_FACTOR": "required"}
```

This page is generated from `customer_admin/conf.py` by `make docs`.
"""


def settings_page() -> str:
    """The page about the settings: a heading for each property in capitals, and its docstring."""
    parts = [HEAD]
    for name, member in vars(AppSettings).items():
        if isinstance(member, property) and name.isupper() and name != "AUTH_USER_MODEL":
            parts.append(f"## `{name}`\n\n{inspect.getdoc(member)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    SETTINGS.write_text(settings_page())
