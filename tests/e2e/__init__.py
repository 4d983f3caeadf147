"""Browser tests, and the command that takes the pictures of the documentation."""

import sys
from pathlib import Path

# pytest finds the reference site by its configuration; `python -m tests.e2e.screenshots` finds it by this.
sys.path.insert(0, str(Path(__file__).parents[2] / "site"))
