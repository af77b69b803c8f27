"""Work that hangs: one source fails its own checks and no other; a duty that is stuck ends its process."""

from __future__ import annotations

import threading
import time

import pytest

from charter.watchdog import STUCK, TookTooLong, Watchdog, Worker


def test_work_is_left_at_its_deadline() -> None:
    hanging, worker = threading.Event(), Worker()
    first = worker.do(threading.current_thread)
    assert worker.do(lambda: worker.do(threading.current_thread), 5) is first
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        worker.do(hanging.wait, 0.1)
    assert time.monotonic() - began < 20  # else it would wait for ever
    hanging.set()
    assert worker.do(threading.current_thread, 5) is not first
    with pytest.raises(ZeroDivisionError):
        worker.do(lambda: 1 / 0)
    worker.end()
    first.join(5)
    assert not first.is_alive()


def test_a_duty_that_shows_no_life_ends_the_process(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[int] = []
    watchdog = Watchdog(2, end=ended.append, every=0.02)
    watchdog.start()
    with watchdog.watching("post"):
        for _ in range(6):
            time.sleep(0.5)
            watchdog.alive("post")
    assert (ended, watchdog.since("post")) == ([], 0.0)
    with watchdog.watching("tick"):
        time.sleep(2.5)
        assert watchdog.since("tick") > 2.4
    assert ended == [STUCK]
    assert "stuck for 2 seconds: tick; this process ends" in caplog.text
