"""What a version of the charter counts: told for a page, compared with what an earlier run counted.

The same definition on the same working days: then figures are alike.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from charter.domain.charter_file.charter import Charter, calendars_told
from charter.domain.charter_file.indicators import Indicator
from charter.domain.checks.deadlines import counts_working_days
from charter.domain.vocabulary.periods import parse_period
from charter.models.records import Run
from charter.services.charters.versions import Version, charter_of


def told_definition(version: Version, indicator: Indicator) -> dict[str, Any]:
    """An indicator as its page and the report tell it; with the calendars where working time is counted."""
    told = indicator.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"kind": indicator.kind.value}
    if counts_working_days(indicator):
        told["calendars"] = calendars_told(version.charter, version.valid_from)
    return told


def counts_alike(version: Version, indicator: Indicator, run: Run) -> bool:
    """Whether the version would count what the run counted.

    Closed days are no part of a definition, or each year's would break every curve; where working days are counted,
    those that the run could see must be the same, and so must the calendars of the units.
    """
    from charter.sources.cells.context import definition_hash  # noqa: PLC0415 heavy

    if run.definition_hash != definition_hash(indicator, version.charter):
        return False
    if run.version_id == version.id or not counts_working_days(indicator):
        return True
    counted = charter_of(run.version_id)
    return _keeps_calendars(version.charter, counted) and _closed(version.charter, run) == _closed(counted, run)


def _keeps_calendars(one: Charter, other: Charter) -> bool:
    """Whether the units known to both work on the same calendar: a new unit changes no rule."""
    kept, others = _calendars(one), _calendars(other)
    return all(kept[unit] == others[unit] for unit in kept.keys() & others.keys())


def definition_of(version: Version, indicator: Indicator, definition: str, unit: str) -> str:
    """The fingerprint of what one unit's figure counts: a unit that keeps another calendar has a rule of its own."""
    kept = version.tree.by_key[unit].calendar
    if kept in (None, version.charter.charter.calendar) or not counts_working_days(indicator):
        return definition
    return hashlib.sha256(f"{definition}\0{kept}".encode()).hexdigest()


def _calendars(charter: Charter) -> dict[str, str]:
    units = charter.units if isinstance(charter.units, list) else []
    return {unit.key: unit.calendar or charter.charter.calendar for unit in units}


class DayKept(NamedTuple):
    """A day that a calendar of the charter closes, or opens for some hours; the charter's closed days have no name."""

    calendar: str
    day: date
    hours: str = ""


def _closed(charter: Charter, run: Run) -> frozenset[DayKept]:
    """The closed and opened days from the period's first to the run's.

    No other moved a last day that had passed by then.
    """
    first = parse_period(run.period_key).start
    last = run.as_of.astimezone(ZoneInfo(charter.charter.timezone)).date()
    said = [DayKept("", day) for day in charter.charter.closed_days]
    for name, own in charter.calendars.items():
        said += [DayKept(name, day) for day in own.closed_days]
        said += [DayKept(name, date.fromisoformat(day), ",".join(hours)) for day, hours in own.open_days.items()]
    return frozenset(one for one in said if first <= one.day <= last)
