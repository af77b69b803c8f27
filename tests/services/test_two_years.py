"""Two years of ticks in two zones: every day, week, month, quarter and year is due once, at its hour, claimed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from charter.domain.vocabulary.periods import Period, periods_of
from charter.domain.vocabulary.terms import CheckState, PeriodKind
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.records.leases import settle_all
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import Taking, Wanted, claim_all, due_batches
from charter.services.schedule.due import make_due
from tests.services.databases import new_url, opened, template_of
from tests.services.world import apply

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
END = datetime(2028, 1, 1, 12, tzinfo=UTC)
NIGHTS = {
    "Europe/Paris": [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)],
}


def charter_in(zone: str) -> str:
    head = f"""
charter: {{key: c, organisation: O, title: {{en: C}}, timezone: {zone}, calendar: FR, valid_from: {FIRST}}}
units: [{{key: all, name: All, kind: company}}]
sources: {{cases: {{kind: csv, path: cases.csv}}}}
commitments:
  - key: one
    title: {{en: One}}
    promise: {{en: We keep it.}}
    owner: Somebody
    indicators:
"""
    return head + "".join(
        f"      - {{key: of-{kind.value}, title: {{en: I}}, kind: share, source: cases, date: day, "
        f"period: {kind.value}, success: {{ok: 1}}, targets: [{{from: {FIRST}, target: 0.8}}], "
        'check: {due: 0 days, at: "06:00", late_after: 1 day, lapses_after: 30 days}}\n'
        for kind in PeriodKind
    )


def ticks(zone: str) -> Iterator[datetime]:
    """Twice a day; each quarter of an hour around the nights in which clocks change."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    while now < END:
        yield now
        near = any(abs(now - datetime.combine(night, time(4), UTC)) < timedelta(hours=18) for night in NIGHTS[zone])
        now += timedelta(minutes=15) if near else timedelta(hours=11)


def expected(zone: str) -> dict[tuple[str, str], datetime]:
    """By the calendar alone: the day after a period's last, at six in the zone."""
    due: dict[tuple[str, str], datetime] = {}
    for kind in PeriodKind:
        for period in periods_of(kind, FIRST, LAST):
            morning = datetime.combine(period.end + timedelta(days=1), time(6), ZoneInfo(zone))
            due[f"of-{kind.value}", period.key] = morning.astimezone(UTC)
    return due


def run_all(now: datetime) -> Iterator[Period]:
    """Claim what waits at a tick, and have it done; another process that asks at the same instant gets nothing."""
    for batch in due_batches(history(), Taking(now, now)):
        wanted = [Wanted(check, check.period, batch.version.id) for check in batch.checks]
        taken = claim_all(wanted, Taking(now, now))
        assert claim_all(wanted, Taking(now, now)) == {}
        with transaction():
            done = settle_all(list(taken.values()), state=CheckState.DONE, done_at=now)
        for check in batch.checks:
            assert check.id in done
            yield check.period


@pytest.mark.parametrize("zone", list(NIGHTS))
def test_every_period_of_two_years_comes_once_across_all_changes_of_clocks(zone: str, tmp_path: Path) -> None:
    with opened(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path):
        apply(charter_in(zone), folder=tmp_path)
        before, ran = datetime(2025, 12, 31, tzinfo=UTC), Counter[tuple[str, str]]()
        due = expected(zone)
        for now in ticks(zone):
            if make_due(history(), now):
                for period in run_all(now):
                    key = (f"of-{period.kind.value}", period.key)
                    # It came at the first tick after its hour: neither early nor a tick late.
                    assert before < due[key] <= now
                    ran[key] += 1
            before = now
        assert set(ran.values()) == {1}
        assert ran.keys() == due.keys()
        stored = {
            (row.indicator_key, row.period_key): row.due_at for row in db.session.execute(select(DueCheck)).scalars()
        }
        assert stored == due
    counts = Counter(key for key, _ in due)
    assert counts == {"of-day": 730, "of-week": 103, "of-month": 24, "of-quarter": 8, "of-year": 2}
