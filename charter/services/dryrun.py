"""Measuring without storing: what an indicator would read for a period, now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from charter.domain.charter_file.indicators import Indicator
from charter.domain.errors import SourceError
from charter.domain.measures import Counts, add_up, value_of
from charter.domain.periods import Period, parse_period, parts_of
from charter.domain.permissions import Actor, require
from charter.domain.terms import Kind, PeriodKind, Permission
from charter.services.charters import Version, find_indicator, history
from charter.services.measuring import Access, Measuring
from charter.services.views import plain

LENGTHS = [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]


def measure_dry(actor: Actor, now: datetime, *, indicator: str, period: str, access: Access) -> dict[str, Any]:
    """The counts of an indicator for a period of any length, in all and by unit of the source; stores nothing.

    Raises NotFound (indicator), Invalid (period), SourceError.
    """
    require(actor, Permission.RUN_CHECK)
    whole = parse_period(period)
    version = history().on(whole.start)
    _, found = find_indicator(version, indicator)
    with Measuring(access) as measuring:
        measured = measuring.dry(version, found, parts(found, whole), now)
    if isinstance(measured, str):
        raise SourceError(measured)
    by_unit: dict[str, list[Counts]] = {}
    for cell in measured.cells:
        by_unit.setdefault(cell.unit, []).append(cell.counts)
    total = add_up(cell.counts for cell in measured.cells)
    return {
        "indicator": indicator,
        "period": whole.key,
        "as_of": now.isoformat(),
        **counts_of(found.kind, total),
        "rows_read": measured.rows_read,
        "undated": measured.undated,
        "units": [_unit(version, found, unit, add_up(cells)) for unit, cells in sorted(by_unit.items())],
    }


def parts(indicator: Indicator, whole: Period) -> list[Period]:
    """The indicator's own periods that make up a longer one; a shorter or equal period is measured as it is."""
    if LENGTHS.index(whole.kind) > LENGTHS.index(indicator.period):
        return parts_of(whole, indicator.period)
    return [whole]


def _unit(version: Version, indicator: Indicator, unit: str, counts: Counts) -> dict[str, Any]:
    return {"unit": unit, "is_known": unit in version.tree, **counts_of(indicator.kind, counts)}


def counts_of(kind: Kind, counts: Counts) -> dict[str, Any]:
    """The value with its stored counts by name, as the kind stores them."""
    value = value_of(kind, counts)
    common = {"value": None if value is None else float(value)}
    n = {"n": plain(counts.denominator)}
    own: dict[str, Any] = {"numerator": plain(counts.numerator), "denominator": plain(counts.denominator)}
    if kind is Kind.MEAN:
        own = n | {"sum": plain(counts.total), "sum_of_squares": plain(counts.squares)}
    elif kind is Kind.NPS:
        own = n | {"promoters": counts.promoters, "passives": plain(counts.passives), "detractors": counts.detractors}
    elif kind is Kind.COUNT:
        own = n
    elif kind is Kind.MONEY:
        own = n | {"cents": plain(counts.total)}
    return common | own | {"excluded": dict(counts.excluded), "pending": counts.pending}
