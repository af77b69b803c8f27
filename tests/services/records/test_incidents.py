"""The log of incidents as rows that may be counted, read from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from flask import Flask

from charter.domain.frontline.observations import ObservationState
from charter.models.base import db
from charter.services.charters.versions import history
from charter.services.frontline.moderation import set_aside
from charter.services.records.incidents import log_reader, logged, told
from tests.services.frontline.incident_world import LOGGED, MIA, note, stood_by
from tests.services.world import NOW, apply


def test_rows_tell_the_last_support_and_leave_out_what_was_set_aside(empty: Flask) -> None:
    apply(LOGGED)
    numbers = [note(f"f{at}", date(2026, 10, 1 + at)) for at in range(6)]
    stood_by(numbers[:1], date(2026, 10, 3))
    stood_by(numbers[:1], date(2026, 10, 4))
    set_aside(MIA, NOW, numbers[5], reason="twice")
    found = logged(db.session)
    assert [one.number for one in found] == numbers
    assert found[0].incident.supported_on == date(2026, 10, 4)
    assert [one.state for one in found[4:]] == [ObservationState.WAITING, ObservationState.SET_ASIDE]
    tree = history().current.tree
    assert len(told(found, tree, 5)) == 5
    assert told(found, tree, 6) == []


def test_another_thread_reads_the_rows_and_none_of_a_month_with_few(empty: Flask) -> None:
    apply(LOGGED)
    for at in range(5):
        note(f"o{at}", date(2026, 10, 1 + at), unit="nice", touchpoint=None)
    for at in range(4):
        note(f"s{at}", date(2026, 9, 1 + at))
    read = log_reader()(history().current.tree, 5)
    with ThreadPoolExecutor(1) as beside:
        rows = beside.submit(read).result()
    assert [dict(one) for one in rows] == [
        {"day": date(2026, 10, 1 + at), "touchpoint": None, "unit": "nice", "support_day": None} for at in range(5)
    ]
