#!/usr/bin/env python
"""Django's command line for the reference site."""

import os
import sys
from pathlib import Path

SITE = str(Path(__file__).resolve().parent / "site")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    # `site` is a plain folder because a package of that name would be hidden by the standard library. Commands
    # such as `rundramatiq` start further processes, which find `config` through PYTHONPATH.
    sys.path.insert(0, SITE)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [SITE, os.environ.get("PYTHONPATH", "")]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
