"""Calls `manage.py demo`."""

from io import StringIO

from django.core.management import call_command


def run_demo(*arguments: str) -> str:
    """What the command says."""
    output = StringIO()
    call_command("demo", *arguments, stdout=output, no_color=True)
    return output.getvalue()
