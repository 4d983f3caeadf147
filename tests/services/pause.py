"""Stops a worker at a known place, so that a test can kill it there."""

import os
import threading
from pathlib import Path

import dramatiq


class PauseBeforeTask(dramatiq.Middleware):
    """While the file `PAUSE_FILE` is there, a worker that took a message says so and goes no further."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        pause = Path(os.environ["PAUSE_FILE"])
        if pause.exists():
            pause.with_suffix(".reached").touch()
            threading.Event().wait()
