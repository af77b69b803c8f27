"""Whether a version of the charter counts as an earlier run did: by the same definition, on the same working days."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.models import Charter
from charter.domain.charter_file.writing import from_canonical
from charter.domain.periods import parse_period
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.records import Run

if TYPE_CHECKING:
    from charter.services.charters import Version


def counts_alike(version: Version, indicator: Indicator, run: Run) -> bool:
    """Whether the version would count what the run counted.

    Closed days are no part of a definition, or each year's would break every curve; where working days are counted,
    those that the run could see must be the same, and so must the calendars of the units.
    """
    from charter.sources.setting import counts_working_days, definition_hash  # noqa: PLC0415 heavy

    if run.definition_hash != definition_hash(indicator, version.charter.charter):
        return False
    if run.version_id == version.id or not counts_working_days(indicator):
        return True
    counted = _charter_of(run.version_id)
    return _keeps_calendars(version.charter, counted) and _closed(version.charter, run) == _closed(counted, run)


def _keeps_calendars(one: Charter, other: Charter) -> bool:
    """Whether the units known to both work on the same calendar: a new unit changes no rule."""
    kept, others = _calendars(one), _calendars(other)
    return all(kept[unit] == others[unit] for unit in kept.keys() & others.keys())


def definition_of(version: Version, indicator: Indicator, definition: str, unit: str) -> str:
    """The fingerprint of what one unit's figure counts: a unit that keeps another calendar has a rule of its own."""
    from charter.sources.setting import counts_working_days  # noqa: PLC0415 with what it reads

    kept = version.tree.by_key[unit].calendar
    if kept in (None, version.charter.charter.calendar) or not counts_working_days(indicator):
        return definition
    return hashlib.sha256(f"{definition}\0{kept}".encode()).hexdigest()


def _calendars(charter: Charter) -> dict[str, str]:
    units = charter.units if isinstance(charter.units, list) else []
    return {unit.key: unit.calendar or charter.charter.calendar for unit in units}


def _closed(charter: Charter, run: Run) -> frozenset[date]:
    """The closed days from the period's first to the run's: no other moved a last day that had passed by then."""
    first = parse_period(run.period_key).start
    last = run.as_of.astimezone(ZoneInfo(charter.charter.timezone)).date()
    return frozenset(day for day in charter.charter.closed_days if first <= day <= last)


def _charter_of(version_id: int) -> Charter:
    row = db.session.get_one(CharterVersion, version_id)
    return _parsed(row.content_hash, row.document)


@lru_cache(maxsize=8)
def _parsed(content_hash: str, document: str) -> Charter:
    return from_canonical(document)
