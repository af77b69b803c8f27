"""The list of checks: none taken away, each of the days of its period, none put off, waived only as somebody said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period, first_from, parse_period
from charter.domain.vocabulary.terms import CheckState, PeriodKind
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services.charters.versions import History, history_or_none
from charter.services.schedule.due import deadlines_of
from charter.services.verification.entries import Log
from charter.services.verification.rows import readable

NAMES = (
    "indicator_key", "period_key", "period_start", "period_end", "due_at", "late_at", "lapsed_at", "state", "note",
)  # fmt: skip
AWAY = timedelta(days=7)
"""By how much a check may be due otherwise than the charter says: the holidays that days are counted from change with
the releases of the list that knows them."""
STATES = {state.value for state in CheckState}


def compare_checks(log: Log, damaged: list[Sentence]) -> Iterator[Sentence]:
    """Every row of the list, and every period that should stand in it."""
    found = history_or_none()
    rows = list(readable(DueCheck, NAMES, damaged))
    for row in rows:
        yield from _row(found, row)
    if found is not None:
        yield from _missing(found, rows)
    yield from _waived(log, rows)


def _row(found: History | None, row: Any) -> Iterator[Sentence]:
    period = parse_period(row.period_key)
    if (row.period_start, row.period_end) != (period.start, period.end) or row.state not in STATES:
        yield Sentence(
            "The check of %(indicator)s for %(period)s is not what was put on the list.",
            indicator=row.indicator_key,
            period=row.period_key,
        )
        return
    version = found.on(period.start) if found is not None else None
    _, indicator = version.indicators.get(row.indicator_key, (None, None)) if version is not None else (None, None)
    if version is None or indicator is None or indicator.period is not period.kind:
        return
    times = deadlines_of(version, indicator, period)
    if any(abs(getattr(row, name) - getattr(times, name)) > AWAY for name in ("due_at", "late_at", "lapsed_at")):
        yield Sentence(
            "The check of %(indicator)s for %(period)s is due, late or over at another time than the charter says.",
            indicator=row.indicator_key,
            period=row.period_key,
        )


def _missing(found: History, rows: Iterable[Any]) -> Iterator[Sentence]:
    """The list has every period of a version from its first day to the newest that it has: the alarm clock writes them
    in order. Where an indicator had another length of period before, from the first of its own that is there.

    Of what people enter or programs push, a figure may come before the alarm clock has written what was due before it.
    """
    there: dict[tuple[int, str], dict[PeriodKind, set[Period]]] = {}
    for row in rows:
        period = parse_period(row.period_key)
        place = (found.on(period.start).id, row.indicator_key)
        there.setdefault(place, {}).setdefault(period.kind, set()).add(period)
    for version in found.versions:
        for key, (_, indicator) in version.indicators.items():
            kinds: Mapping[PeriodKind, set[Period]] = there.get((version.id, key), {})
            listed = kinds.get(indicator.period, set())
            if not listed or is_entered(version.charter, indicator):
                continue
            period = first_from(indicator.period, version.valid_from) if len(kinds) == 1 else min(listed)
            while period < max(listed):
                if period not in listed and found.on(period.start) is version:
                    yield Sentence(
                        "The check of %(indicator)s for %(period)s is not there any more.",
                        indicator=key,
                        period=period.key,
                    )
                period = period.next()


def _waived(log: Log, rows: Iterable[Any]) -> Iterator[Sentence]:
    """A check is waived by somebody, with the reason that stands in the log; and stays so."""
    vouched = log.vouched("check:waive")
    for row in rows:
        told = vouched.pop(f"{row.indicator_key} {row.period_key}", None)
        is_waived = row.state == CheckState.WAIVED
        if is_waived and (told is None or told.get("reason") != row.note):
            yield Sentence(
                "The audit log does not say that the check of %(indicator)s for %(period)s was skipped so.",
                indicator=row.indicator_key,
                period=row.period_key,
            )
        if told is not None and row.state in (CheckState.DUE, CheckState.FAILED) and not _was_done(row):
            yield Sentence(
                "The check of %(indicator)s for %(period)s was skipped, and is open.",
                indicator=row.indicator_key,
                period=row.period_key,
            )


def _was_done(check: Any) -> bool:
    """Whether something was measured or entered for a check that had been waived."""
    of_check = (Run.indicator_key == check.indicator_key) & (Run.period_key == check.period_key)
    return db.session.execute(select(Run.id).where(of_check, Run.outcome == "done").limit(1)).first() is not None
