"""Runs the project's commands as a person would, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a-long-key-that-only-this-test-knows-0123456789-abcdefghij",
    "ALLOWED_HOSTS": "www.example.com",
    "BASE_URL": "https://www.example.com",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "customers@example.com",
}
"""A whole environment of a production site, whose services nobody runs."""


def run(
    *command: str, cwd: Path = ROOT, expect: int = 0, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python with nothing of the machine's settings; its end must be what the test expects."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, *command] if not Path(command[0]).is_absolute() else command,
        cwd=cwd,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == expect, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done


def manage(*arguments: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("-W", "error", "manage.py", *arguments, expect=expect, environment=environment)
