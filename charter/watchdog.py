"""Work that hangs is ended, and told: a piece of it is left behind at its deadline, a process that is stuck ends."""

from __future__ import annotations

import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

STUCK = 75
"""The exit code of a process that ended itself because its work was stuck (EX_TEMPFAIL): start it again."""

logger = logging.getLogger(__name__)


class TookTooLong(Exception):
    """The work did not end by its deadline. Its thread is left behind: nothing that it used may be used again."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What the work answers, if it does by its deadline. Raises TookTooLong, or what the work raises.

    It is done by a thread that can be left behind: a file system or a driver that hangs cannot be called back.
    """
    answers: list[T] = []
    failures: list[BaseException] = []
    context = contextvars.copy_context()

    def do() -> None:
        try:
            answers.append(context.run(work))
        except BaseException as error:
            failures.append(error)

    doing = threading.Thread(target=do, daemon=True)
    doing.start()
    doing.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TookTooLong
    return answers[0]


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
