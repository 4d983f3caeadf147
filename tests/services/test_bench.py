import subprocess
import sys

import pytest

from bench.scratch import ROOT

SMALL = ["--rows", "40", "--rounds", "1", "--sizes", "60", "120", "--pages", "1", "--exported", "60"]
PARTS = ["imports", "changes", "merges", "page", "exports", "lists"]


@pytest.mark.services
def test_the_bench_runs_with_the_models_as_they_are() -> None:
    parts = [word for part in PARTS for word in ("--only", part)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALL, *parts], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    for told in ("rows/s", "taken back", "server time", "first byte", "page 5,000 against page 1"):
        assert told in done.stdout
