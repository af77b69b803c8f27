"""A process that is asked to stop many times at once stops, once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

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
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for turn in range(300):
            if process.poll() is not None:
                break
            process.send_signal(signals[turn % 4])
        said, _ = process.communicate(timeout=60)
    assert said == "Stopped.\n"


def test_who_starts_it_with_nohup_wants_it_to_go_on() -> None:
    command = ["nohup", sys.executable, "-c", PROGRAM]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=PROJECT, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[0] == "Stopped.\n"
