"""Work that hangs: one source fails its own checks and no other; a duty that is stuck ends its process."""

from __future__ import annotations

import threading
import time

import pytest

from charter.watchdog import STUCK, TookTooLong, Watchdog, within


def test_work_is_left_at_its_deadline() -> None:
    hanging = threading.Event()
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        within(0.1, hanging.wait)
    assert time.monotonic() - began < 1
    hanging.set()
    assert within(5, lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_a_duty_that_shows_no_life_ends_the_process(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[int] = []
    watchdog = Watchdog(0.2, end=ended.append, every=0.02)
    watchdog.start()
    with watchdog.watching("post"):
        for _ in range(6):
            time.sleep(0.05)
            watchdog.alive("post")
    assert (ended, watchdog.since("post")) == ([], 0.0)
    with watchdog.watching("tick"):
        time.sleep(0.5)
        assert watchdog.since("tick") > 0.4
    assert ended == [STUCK]
    assert "stuck for 0 seconds: tick; this process ends" in caplog.text
