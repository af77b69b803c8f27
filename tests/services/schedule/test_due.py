"""Due periods as rows: which there are, that there is one of each, and that one process holds each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from charter.domain.checks.deadlines import LEASE
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.records.leases import settle
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import claim
from charter.services.schedule.due import deadlines_of, make_due, state_of, write_due
from tests.services.world import NOW, TEXT, apply


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows(indicator: str | None = None) -> list[DueCheck]:
    query = select(DueCheck).order_by(DueCheck.indicator_key, DueCheck.period_start)
    found = db.session.execute(query).scalars()
    return [row for row in found if indicator in (None, row.indicator_key)]


def keys(indicator: str) -> list[str]:
    return [row.period_key for row in rows(indicator)]


def test_rows_are_made_from_the_calendar(charted: Flask) -> None:
    assert make_due(history(), NOW) == 8
    assert keys("answered") == keys("billed") == ["2026-07", "2026-08", "2026-09", "2026-10"]
    october = rows("answered")[-1]
    assert (october.period_start, october.period_end) == (date(2026, 10, 1), date(2026, 10, 31))
    # Opened on the 31st, in time until the 5th, judged from the 6th, at 06:00 in Paris.
    assert (october.due_at, october.late_at) == (at("2026-11-06T05:00"), at("2026-11-07T05:00"))
    assert october.lapsed_at == at("2027-01-05T05:00")
    assert (october.state, october.tries, october.next_try_at) == ("due", 0, october.due_at)
    # In summer Paris is two hours ahead; three days after the 1st.
    assert rows("billed")[0].due_at == at("2026-08-04T04:00")


def test_a_period_is_made_at_the_instant_it_is_due_and_not_before(charted: Flask) -> None:
    assert make_due(history(), at("2026-08-04T03:59:59")) == 0
    assert make_due(history(), at("2026-08-04T04:00")) == 1
    assert keys("billed") == ["2026-07"]


def test_making_again_adds_nothing(charted: Flask) -> None:
    make_due(history(), NOW)
    before = [row.id for row in rows()]
    assert make_due(history(), NOW) == 0
    assert make_due(history(), at("2026-08-10T09:00")) == 0
    assert [row.id for row in rows()] == before


def test_nothing_is_due_for_a_period_that_began_before_the_charter(empty: Flask) -> None:
    apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-07-02"))
    make_due(history(), NOW)
    assert keys("billed") == ["2026-08", "2026-09", "2026-10"]


def test_the_database_keeps_one_row_for_an_indicator_and_period(charted: Flask) -> None:
    make_due(history(), NOW)
    first = rows()[0]
    names = [column.name for column in DueCheck.__table__.columns if column.name != "id"]
    with pytest.raises(IntegrityError), transaction():
        db.session.add(DueCheck(**{name: getattr(first, name) for name in names}))
    assert len(rows()) == 8


def test_a_new_version_that_judges_sooner_does_not_hide_the_last_period_of_the_one_before(empty: Flask) -> None:
    slow = TEXT.replace("within: 5 days", "within: 60 days")
    apply(slow)
    apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01"))
    make_due(history(), at("2026-11-10T09:00"))
    assert keys("answered") == ["2026-07", "2026-08", "2026-10"]
    make_due(history(), at("2026-12-15T09:00"))
    assert keys("answered") == ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]


def test_each_version_makes_its_own_periods(charted: Flask) -> None:
    weekly = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01").replace(
        "        minimum: 10\n        targets: [{from: 2026-01-01, target: 0.90",
        "        period: week\n        minimum: 10\n        targets: [{from: 2026-01-01, target: 0.90",
    )
    apply(weekly)
    make_due(history(), NOW)
    months = ["2026-07", "2026-08", "2026-09"]
    # The week of 28 September began under the version before, which counts in months.
    assert keys("billed") == [*months, "2026-W41", "2026-W42", "2026-W43", "2026-W44"]


def test_an_indicator_that_leaves_the_charter_is_no_longer_due(charted: Flask) -> None:
    head, _, rest = TEXT.partition("  - key: bill\n")
    apply(head.replace("2026-07-01", "2026-09-01") + rest[rest.index("  - key: care") :])
    make_due(history(), NOW)
    assert keys("billed") == ["2026-07", "2026-08"]
    assert keys("answered") == ["2026-07", "2026-08", "2026-09", "2026-10"]


def test_of_two_claims_one_wins(charted: Flask) -> None:
    make_due(history(), NOW)
    check = rows()[0]
    period = parse_period(check.period_key)
    first, second = claim(check, period, NOW), claim(check, period, NOW)
    assert first is not None
    assert second is None
    db.session.refresh(check)
    assert (check.state, check.tries, check.lease_token) == ("running", 1, first.token)
    assert check.lease_until == NOW + LEASE


def test_what_is_not_due_yet_cannot_be_claimed(charted: Flask) -> None:
    make_due(history(), NOW)
    check = rows("answered")[-1]
    assert claim(check, parse_period("2026-10"), check.due_at - timedelta(seconds=1)) is None
    assert claim(check, parse_period("2026-10"), check.due_at) is not None


def test_a_dead_lease_is_taken_over_and_the_dead_one_writes_nothing(charted: Flask) -> None:
    make_due(history(), NOW)
    check = rows()[0]
    period = parse_period(check.period_key)
    dead = claim(check, period, NOW)
    assert dead is not None
    assert claim(check, period, NOW + LEASE) is None
    alive = claim(check, period, NOW + LEASE + timedelta(seconds=1))
    assert alive is not None
    with transaction():
        assert settle(dead, state=CheckState.DONE, done_at=NOW) is False
    db.session.refresh(check)
    assert (check.state, check.tries, check.lease_token) == ("running", 2, alive.token)
    with transaction():
        assert settle(alive, state=CheckState.DONE, done_at=NOW) is True
    with transaction():
        assert settle(alive, state=CheckState.FAILED) is False
    db.session.refresh(check)
    assert (check.state, check.lease_token, check.lease_until) == ("done", None, None)


def test_a_failed_check_waits_for_its_next_try_unless_a_person_asks(charted: Flask) -> None:
    make_due(history(), NOW)
    check = rows("billed")[-1]
    period = parse_period("2026-10")
    held = claim(check, period, NOW)
    assert held is not None
    with transaction():
        settle(held, state=CheckState.FAILED, next_try_at=NOW + timedelta(minutes=5))
    assert claim(check, period, NOW + timedelta(minutes=4)) is None
    assert claim(check, period, check.lapsed_at) is None
    assert claim(check, period, NOW + timedelta(minutes=4), retry_now=True) is not None


@pytest.mark.parametrize(
    ("stored", "instant", "seen"),
    [
        ("due", "2026-11-06T05:00", "due"),
        ("due", "2026-11-07T05:00", "late"),
        ("due", "2027-01-05T05:00", "lapsed"),
        ("running", "2026-11-06T05:00", "running"),
        ("running", "2026-11-07T05:00", "late"),
        ("failed", "2026-11-06T06:00", "failed"),
        ("failed", "2026-11-08T06:00", "failed"),
        ("failed", "2027-01-05T05:00", "lapsed"),
        ("waived", "2027-02-01T05:00", "waived"),
        # Seen from before it was due, nothing has happened yet.
        ("failed", "2026-11-06T04:59", "due"),
        ("running", "2026-11-06T04:59", "due"),
        ("waived", "2026-11-06T04:59", "due"),
    ],
)
def test_the_state_a_person_sees(charted: Flask, stored: str, instant: str, seen: str) -> None:
    make_due(history(), NOW)
    check = rows("answered")[-1]
    check.state = stored
    assert state_of(check, at(instant)) == seen
    db.session.rollback()


def test_what_was_done_later_is_not_done_yet(charted: Flask) -> None:
    make_due(history(), NOW)
    check = rows("answered")[-1]
    check.state, check.done_at = "done", NOW
    assert state_of(check, NOW) == "done"
    assert state_of(check, NOW - timedelta(seconds=1)) == "late"
    assert state_of(check, at("2026-11-06T06:00")) == "due"
    db.session.rollback()


def test_deadlines_follow_the_clocks_of_the_zone(charted: Flask) -> None:
    version = history().current
    march = deadlines_of(version, version.indicators["billed"][1], parse_period("2027-03"))
    february = deadlines_of(version, version.indicators["billed"][1], parse_period("2027-02"))
    assert (february.due_at, march.due_at) == (at("2027-03-04T05:00"), at("2027-04-04T04:00"))


def test_a_row_settled_before_it_was_due_does_not_hide_the_periods_before_it(charted: Flask) -> None:
    version = history().current
    with transaction():
        write_due(version, version.indicators["billed"][1], parse_period("2026-10"))
    (check,) = rows("billed")
    check.state, check.done_at = "done", at("2026-11-02T09:00")
    db.session.commit()
    assert state_of(check, at("2026-11-02T09:00")) == "done"
    make_due(history(), NOW)
    assert keys("billed") == ["2026-07", "2026-08", "2026-09", "2026-10"]
