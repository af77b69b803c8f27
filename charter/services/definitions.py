"""Whether a version of the charter counts as an earlier run did: by the same definition, on the same working days."""

from __future__ import annotations

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
    those that the run could see must be the same.
    """
    from charter.sources.setting import counts_working_days, definition_hash  # noqa: PLC0415 heavy

    if run.definition_hash != definition_hash(indicator, version.charter.charter):
        return False
    if run.version_id == version.id or not counts_working_days(indicator):
        return True
    return _closed(version.charter, run) == _closed(_charter_of(run.version_id), run)


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
