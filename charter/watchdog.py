"""Work that hangs is ended, and told: a piece of it is left behind at its deadline, a process that is stuck ends.

Work that is slow holds no other up: a few processes do what waits beside it.
"""

from __future__ import annotations

import contextvars
import logging
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

STUCK = 75
"""The exit code of a process that ended itself because its work was stuck (EX_TEMPFAIL): start it again."""

logger = logging.getLogger(__name__)


class TookTooLong(Exception):
    """The work did not end by its deadline. Its thread is left behind: nothing that it used may be used again."""


PATIENCE = 5.0
"""Seconds that are waited for a thread that has nothing left to do."""


class Worker:
    """One thread that does one piece of work after the other, and can be left behind when it hangs.

    A file system or a driver that hangs cannot be called back. What one piece opened, only the same thread uses again.
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._pieces: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def do(self, work: Callable[[], T], seconds: float | None = None) -> T:
        """What the work answers, if it does by its deadline. Raises TookTooLong, or what the work raises."""
        if threading.current_thread() is self._thread:
            return work()
        context, done = contextvars.copy_context(), threading.Event()
        answers: list[T] = []
        failures: list[BaseException] = []

        def piece() -> None:
            try:
                answers.append(context.run(work))
            except BaseException as error:
                failures.append(error)
            done.set()

        self._begin()
        self._pieces.put(piece)
        if not done.wait(seconds):
            self._leave_behind()
            raise TookTooLong
        if failures:
            raise failures[0]
        return answers[0]

    @property
    def is_begun(self) -> bool:
        """Whether a thread has done any work that was not left behind."""
        return self._thread is not None

    def end(self) -> None:
        """Let the thread go when it has done its work, and wait for it: what it held is held no longer."""
        thread = self._thread
        self._leave_behind()
        if thread is not None and thread is not threading.current_thread():
            thread.join(PATIENCE)

    def _leave_behind(self) -> None:
        """The thread goes once it comes back from what it does; the next work has another."""
        self._pieces.put(None)
        self._thread, self._pieces = None, queue.SimpleQueue()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=_work_through, args=[self._pieces], daemon=True)
            self._thread.start()


def _work_through(pieces: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    while (piece := pieces.get()) is not None:
        piece()
        del piece


class Watchdog:
    """Ends this process when a duty shows no sign of life for so long; whoever started it starts it again."""

    def __init__(self, seconds: float, end: Callable[[int], object] = os._exit, every: float = 1.0) -> None:
        self._seconds, self._end, self._every = seconds, end, every
        self._alive: dict[str, float] = {}
        self._begun: dict[str, float] = {}

    def start(self) -> None:
        """Watch from now on, by a thread of its own."""
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def watching(self, duty: str) -> Iterator[None]:
        """The duty goes on for as long as the block."""
        self._begun[duty] = time.monotonic()
        self.alive(duty)
        try:
            yield
        finally:
            self._begun.pop(duty, None)
            self._alive.pop(duty, None)

    def alive(self, duty: str) -> None:
        """The duty shows that it goes on."""
        self._alive[duty] = time.monotonic()

    def since(self, duty: str) -> float:
        """For how many seconds the duty has gone on; 0 while it rests."""
        begun = self._begun.get(duty)
        return 0.0 if begun is None else time.monotonic() - begun

    def stuck(self) -> list[str]:
        """The duties that have shown no life for too long."""
        until = time.monotonic() - self._seconds
        return [duty for duty, at in list(self._alive.items()) if at < until]

    def _watch(self) -> None:
        while not (stuck := self.stuck()):
            time.sleep(self._every)
        names = ", ".join(stuck)
        logger.critical("stuck for %d seconds: %s; this process ends, and is to be started again", self._seconds, names)
        logging.shutdown()
        self._end(STUCK)


class Hand:
    """One process of a crew; whatever it writes on its standard output is a sign of life."""

    def __init__(self, command: Sequence[str]) -> None:
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._child.stdout is not None
        os.set_blocking(self._child.stdout.fileno(), False)
        self._alive = time.monotonic()

    def is_at_work(self, seconds: float) -> bool:
        """Whether it goes on; one that shows no life for so long is killed."""
        assert self._child.stdout is not None
        if self._child.stdout.read():
            self._alive = time.monotonic()
        if self._child.poll() is None and time.monotonic() - self._alive > seconds:
            logger.error("process %s showed no life for %d seconds and was ended", self._child.pid, seconds)
            self.end(0)
        if self._child.poll() is None:
            return True
        self._child.stdout.close()
        return False

    def end(self, patience: float) -> None:
        """Ask it to stop, and see that it does."""
        self._child.terminate()
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._child.communicate()


class Crew:
    """At most so many processes that do the same work beside this one, each what no other has taken."""

    def __init__(self, command: Sequence[str], most: int, seconds: float) -> None:
        self._command, self._most, self._seconds = command, most, seconds
        self._hands: list[Hand] = []
        self._lock = threading.Lock()

    def call(self, wanted: int) -> None:
        """Start so many, as far as there is room."""
        with self._lock:
            self._hands = [hand for hand in self._hands if hand.is_at_work(self._seconds)]
            room = self._most - len(self._hands)
            self._hands += [Hand(self._command) for _ in range(min(wanted, room))]

    def is_at_work(self) -> bool:
        """Whether one of them goes on."""
        self.call(0)
        return bool(self._hands)

    def end(self, patience: float = PATIENCE) -> None:
        """Ask all to stop, and wait for them."""
        with self._lock:
            for hand in self._hands:
                hand.end(patience)
            self._hands = []
