"""Being asked to stop: TERM, Ctrl-C or a terminal that closes, however many and however close together."""

from __future__ import annotations

import signal
import time

ALWAYS = (signal.SIGTERM, signal.SIGINT)
UNLESS_IGNORED = (signal.SIGHUP, signal.SIGQUIT)
"""A terminal that closes, or its Ctrl-\\; who starts us with `nohup` wants us to go on."""

EVERY = 0.1
"""Seconds between two looks: a stop is noticed at once for a person."""


class Stopping:
    """Whether this process is asked to end.

    The handler of a signal sets a plain flag. It must not take a lock: a second signal that comes while the first holds
    it would wait for ever, as `threading.Event.set` does.
    """

    def __init__(self) -> None:
        self._is_asked = False

    def listen(self) -> Stopping:
        """From now on these signals ask this process to end."""
        for number in (*ALWAYS, *UNLESS_IGNORED):
            if number in ALWAYS or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask)
        return self

    def _ask(self, *_: object) -> None:
        self._is_asked = True

    def is_set(self) -> bool:
        """Whether the end was asked for."""
        return self._is_asked

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for it, at most so long (None: as long as it takes); returns whether it was asked for."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._is_asked and (end is None or time.monotonic() < end):
            time.sleep(EVERY)
        return self._is_asked
