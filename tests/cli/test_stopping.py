"""A process that is asked to stop many times at once stops, once."""

from __future__ import annotations

import signal
import subprocess
import sys

from config import PROJECT

PROGRAM = """
from charter.stopping import Stopping
stopping = Stopping().listen()
print("ready", flush=True)
while not stopping.wait(0.01):
    pass
print("Stopped.", flush=True)
"""


def test_signals_that_fall_over_one_another_stop_it_all_the_same() -> None:
    """Three hundred of them: a handler that takes a lock is caught by one of these within the first dozens."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for turn in range(300):
            if process.poll() is not None:
                break
            process.send_signal((signal.SIGTERM, signal.SIGINT)[turn % 2])
        said, _ = process.communicate(timeout=60)
    assert said == "Stopped.\n"
