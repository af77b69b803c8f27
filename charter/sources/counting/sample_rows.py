"""A few rows behind a figure: what each was counted as, and the columns that the definition reads, nothing personal.

And the words beside hard answers, for whoever may read what customers write.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any

import ibis

from charter.domain.charter_file.indicators import FILE, Effort, IndicatorBase
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.privacy import masked
from charter.sources.cells.columns import Reader
from charter.sources.cells.context import Setting
from charter.sources.cells.queries import answer
from charter.sources.counting.cases import cases_of
from charter.sources.counting.kinds import Measure, date_column, reader_of, uses_in
from charter.sources.counting.measure import measure_of, scene_of
from charter.sources.counting.scan import FIRST_REASON, JUDGED, PENDING, Scan

ROWS = 10
JUDGED_AS, WAITING, LEFT_OUT = "judged", "pending", "excluded"


@dataclass(frozen=True)
class Example:
    """One row: judged, pending or excluded (with the reason), what it counts alone, and its columns, masked."""

    fate: str
    reason: str | None
    counts: Counts
    columns: Mapping[str, str]


def examples(
    indicator: IndicatorBase,
    table: Any,
    period: Period,
    as_of: datetime,
    setting: Setting,
    *,
    others: Mapping[str, Any] | None = None,
    most: int = ROWS,
) -> list[Example]:
    """Up to `most` rows of the period, some of every fate that occurs, as known at `as_of`. Raises SourceError."""
    with cases_of([indicator], table, scene_of([period], as_of, setting), others or {}) as groups:
        cases = next(groups)
        counted = cases.indicators[0]
        measure = measure_of(counted, "i0", cases.scene)
        reader = reader_of([measure], cases.table, cases.written)
        read = _columns(counted, measure, reader)
        scan = _ShownScan([measure], reader, cases.scene, date_column(counted), [period], shown=read)
        told = answer(_picked(scan, measure, most), reader.source)
        return [_example(counted, scan, measure, row) for row in told]


def _columns(indicator: IndicatorBase, measure: Measure, reader: Reader) -> list[str]:
    """Every column that the definition reads, in the order in which it says them."""
    found = [
        *([indicator.case_key] if indicator.case_key else []),
        *([indicator.latest] if indicator.latest not in (None, FILE) else []),
        *(name for name, _ in uses_in([measure], reader)),
    ]
    conditions = (indicator.where, getattr(indicator, "success", None), *(one.where for one in indicator.exclude))
    for condition in conditions:
        found += list(condition) if isinstance(condition, dict) else []
    for names in (indicator.unit, indicator.channel, indicator.segment):
        found += [names] if isinstance(names, str) else (names or [])
    return list(dict.fromkeys(found))


@dataclass
class _ShownScan(Scan):
    """A scan whose rows keep, as text, the columns that are shown."""

    shown: Sequence[str] = field(default_factory=list)

    def _besides(self, reader: Reader) -> dict[str, Any]:
        return {f"shown{at}": reader.text(name) for at, name in enumerate(self.shown)}


def _picked(scan: _ShownScan, measure: Measure, most: int) -> Any:
    """The first rows of each fate, those of what was met and what was not taken in turn."""
    rows = scan.rows()
    rows = rows.filter(rows["period"] == 0, rows[measure.name("in")])
    scan._sums(measure, rows)
    sums = measure.sums(rows)
    kept = {f"sum_{name}": value for name, value in sums.items()}
    told = [name for name in rows.columns if name.startswith("shown")]
    rows = rows.select(*told, fate=rows[measure.name("fate")], unit=rows["unit"], **kept)
    first = [rows[name].cast("string") for name in list(kept)[:1]]
    place = ibis.row_number().over(group_by=[rows["fate"], *first], order_by=[rows[name] for name in told])
    ranked = rows.mutate(place=place)
    return ranked.order_by([ranked["place"], ranked["fate"], *(ranked[name] for name in told)]).limit(most)


def _example(indicator: IndicatorBase, scan: _ShownScan, measure: Measure, row: Mapping[str, Any]) -> Example:
    fate, reasons = int(row["fate"]), scan.reasons[measure.tag]
    sums = {name.removeprefix("sum_"): value for name, value in row.items() if name.startswith("sum_")}
    columns = {
        name: masked(name, row[f"shown{at}"], names_a_case=name == indicator.case_key)
        for at, name in enumerate(scan.shown)
    }
    if fate == JUDGED:
        return Example(JUDGED_AS, None, measure.counts(1, sums), columns)
    if fate == PENDING:
        return Example(WAITING, None, Counts(pending=1), columns)
    return Example(LEFT_OUT, reasons[fate - FIRST_REASON], Counts(), columns)


LOOKED_AT = 2000
"""Rows with words that are read at most: of more, the first in the order of their words."""


def words_of_hard(
    indicator: Effort,
    table: Any,
    period: Period,
    as_of: datetime,
    setting: Setting,
    *,
    units: Collection[str] | None = None,
) -> list[str]:
    """What customers wrote beside a hard answer of the period, in the units (None: in all), as it stands in the source.

    Only rows that count. Raises SourceError.
    """
    column = indicator.words
    if column is None:
        return []
    with cases_of([indicator], table, scene_of([period], as_of, setting), {}) as groups:
        cases = next(groups)
        measure = measure_of(cases.indicators[0], "i0", cases.scene)
        reader = reader_of([measure], cases.table, cases.written)
        scan = _ShownScan([measure], reader, cases.scene, date_column(indicator), [period], shown=[column])
        rows = scan.rows()
        hard = reduce(operator.or_, [rows[measure.name(f"answer{each}")] for each in indicator.scale.hard_ones])
        told = [rows["period"] == 0, rows[measure.name("fate")] == JUDGED, hard, rows["shown0"].strip() != ""]
        rows = rows.filter(*told, *([] if units is None else [rows["unit"].isin(sorted(units))]))
        picked = rows.select("shown0").order_by("shown0").limit(LOOKED_AT)
        return [str(row["shown0"]) for row in answer(picked, reader.source)]
