"""Trying an indicator of the draft on real rows before it is published: its counts, and ten of the rows, masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from charter.domain.charter_file.indicators import Indicator
from charter.domain.readings.status import DoubtView, LevelFacts, level_facts
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.periods import Period, parse_period, period_at, years_from
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import stored
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, find_indicator
from charter.services.checks.dry_run import CountFacts, UnitCounts, counted, counts_of, units_of
from charter.services.checks.measuring import Measuring
from charter.services.drafts.drafts import Draft, open_draft
from charter.services.drafts.unapplied import as_version, require_rows
from charter.services.records.access import Access, folder_of_next

MOST_UNITS = 40


class JudgedRow(TypedDict):
    """A row as it was judged, and what it counts by itself."""

    fate: str
    reason: str | None
    value: float | None
    columns: dict[str, str | None]


class TrialRun(CountFacts):
    """What a draft's indicator would count, with some rows as they were judged; kept as the result of its work."""

    revision: int
    kind: str
    against: LevelFacts
    rows_read: int | None
    undated: int | None
    contradictory: int | None
    overlapping: int | None
    doubts: list[DoubtView]
    told: list[Any]
    unknown: list[str]
    units: list[UnitCounts]
    more_units: int
    examples: list[JudgedRow]


def try_draft(actor: Actor, now: datetime, *, indicator: str, period: str, access: Access) -> TrialRun:
    """What the draft's indicator would count in a period, as known now; stores nothing.

    Raises NotFound (no draft, no such indicator), Invalid (period; a kind that reads no rows), SourceError.
    """
    require(actor, Permission.APPLY_CHARTER)
    draft = open_draft(actor)
    version = _as_version(draft, access)
    with years_from(draft.charter.charter.first_month), Measuring(access) as measuring:
        whole = parse_period(period)
        _, found = find_indicator(version, indicator)
        require_rows(draft.charter, found)
        measured = counted(measuring, version, found, whole, now)
        shown = measuring.examples(version, found, whole, now)
    units = units_of(version, found, measured.by_unit)
    return {
        "revision": draft.row.revision,
        "kind": found.kind.value,
        "against": level_facts(found, whole.start, version.tree.root),
        **counts_of(found, measured.total, version.owed.get(found.key)),
        **measured.rows,
        "told": [stored(one) for one in measured.told],
        "unknown": [one["unit"] for one in units if not one["is_known"]][:MOST_UNITS],
        "units": units[:MOST_UNITS],
        "more_units": max(len(units) - MOST_UNITS, 0),
        "examples": [
            {"fate": one.fate, "reason": one.reason, "value": alone(found, one.counts), "columns": dict(one.columns)}
            for one in shown
        ],
    }


def _as_version(draft: Draft, access: Access) -> Version:
    """The draft read as if it were in force; its sources are found where they will be once it is."""
    return as_version(draft.charter, folder_of_next(draft.folder_in_force, access))


def alone(indicator: Indicator, counts: Counts) -> float | None:
    """What one judged row counts by itself: 1 or 0 of a share, its value of a mean."""
    value = counts_of(indicator, counts)["value"] if counts.denominator or counts.numerator else None
    return None if value is None else float(value)


def period_to_try(indicator: Indicator, now: datetime) -> Period:
    """The newest period that has ended."""
    return period_at(indicator.period, now.date()).previous()
