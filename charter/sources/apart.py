"""What people send, read by a process of its own: within limits of seconds and memory, telling how far it is.

Whoever waits for a page waits a few seconds and no more, one at a time in each process; long work has more of both.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

Plain = dict[str, Any]
Told = Callable[[int, int], None]

GIGABYTE = 1024**3
WAITED = 3
"""How many times its seconds of the processor a process may take by the clock: the machine has other work."""
BEAT = 0.5
_HOUSE = Path(__file__).resolve().parents[2]
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
_WRITING = threading.Lock()


class TooMuch(Exception):
    """It takes more seconds or memory than it was given; or, where somebody waits, another is being read."""


@dataclass(frozen=True)
class Patience:
    """What a process of its own is given: seconds of the processor, bytes of memory; `told`: rows seen, of how many.

    Raises through `told` whatever that raises: the process is ended then.
    """

    seconds: float = 60
    memory: int = GIGABYTE
    told: Told | None = None
    is_waited_for: bool = False


LONG = Patience()
AT_HAND = Patience(seconds=5, is_waited_for=True)
"""Of a person who waits for the page."""


def answer_of(module: str, asked: Mapping[str, Any], patience: Patience, content: bytes = b"") -> Plain:
    """What a module answers that is run as a process of its own. Raises TooMuch."""
    if patience.is_waited_for and not _ONE_AT_A_TIME.acquire(blocking=False):
        raise TooMuch
    try:
        return _answer(module, asked, patience, content)
    finally:
        if patience.is_waited_for:
            _ONE_AT_A_TIME.release()


def _answer(module: str, asked: Mapping[str, Any], patience: Patience, content: bytes) -> Plain:
    limits = {"seconds": patience.seconds, "memory": patience.memory}
    first = json.dumps({**asked, "limits": limits}, default=str).encode() + b"\n"
    pipe, command = subprocess.PIPE, [sys.executable, "-m", module]
    try:
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=_HOUSE) as process:
            too_late = threading.Timer(WAITED * patience.seconds, process.kill)
            too_late.start()
            try:
                return _asked(process, first + content, patience)
            finally:
                too_late.cancel()
                process.kill()
    except (OSError, ValueError) as error:
        raise TooMuch from error


def _asked(process: subprocess.Popen[bytes], said: bytes, patience: Patience) -> Plain:
    """The last line that the process writes, after what it tells meanwhile."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(said)
    process.stdin.close()
    found: Plain = {"told": [0, 0]}
    for line in process.stdout:
        found = json.loads(line)
        if "told" in found and patience.told is not None:
            patience.told(*found["told"])
    if "told" in found:
        raise TooMuch
    return found


class _Seen:
    """How many rows this process has seen, of how many; 0 while that is not known."""

    done = 0
    total = 0


def tell(done: int, total: int) -> None:
    """Say how many rows this process has seen, of how many: told at the next beat."""
    _Seen.done, _Seen.total = done, max(done, total)


def answering(answer: Callable[[Plain, BinaryIO], Plain]) -> None:
    """Be the process of its own: the first line of the input asks, the rest is the file."""
    os.nice(10)  # pages come first
    asked = json.loads(sys.stdin.buffer.readline())
    limits = asked["limits"]
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limits["seconds"]), math.ceil(limits["seconds"])))
    threading.Thread(target=_beat, daemon=True).start()
    found = json.dumps(answer(asked, sys.stdin.buffer), default=str)
    with _WRITING:
        sys.stdout.write(f"{found}\n")
        sys.stdout.flush()


def _beat() -> None:
    """A sign of life, twice a second."""
    pause = threading.Event()
    while not pause.wait(BEAT):
        with _WRITING:
            sys.stdout.write(json.dumps({"told": [_Seen.done, _Seen.total]}) + "\n")
            sys.stdout.flush()
