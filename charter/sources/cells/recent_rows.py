"""Which of the rows of one case is the newest, where an indicator says what tells it; and which contradict each other.

A later file of a glob stands above an earlier one, a later line above the one before.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import reduce
from typing import Any

import ibis

from charter.domain.charter_file.indicators import FILE, IndicatorBase
from charter.sources.cells.columns import Reader
from charter.sources.cells.moments import is_moment
from charter.sources.cells.queries import answer
from charter.sources.cells.written_text import PLAIN_NUMBER
from charter.sources.readers.place import FILE_PLACE, LINE_PLACE

_PLACES = {"file": FILE_PLACE, "line": LINE_PLACE}
NEWEST = ("newest", *_PLACES)
"""The columns of a scan that put the rows of a case in order."""


def newest_use(indicator: IndicatorBase, reader: Reader) -> Iterator[tuple[str, str]]:
    """The column that tells the newest row, and whether as a "date" or as a "number" (of a version)."""
    column = indicator.latest
    if column in (None, FILE) or column is None:
        return
    kind = reader.column(column).type()
    if kind.is_numeric():
        is_number = True
    elif is_moment(kind):
        is_number = False
    else:
        written = reader.text(column).strip()
        good = written.re_search(PLAIN_NUMBER).fill_null(False).ifelse(1, 0)
        told = answer(reader.table.aggregate(read=good.sum(), written=written.count()), reader.source)[0]
        is_number = 2 * (told["read"] or 0) > told["written"]
    yield column, "number" if is_number else "date"


def newest(indicator: IndicatorBase, reader: Reader) -> dict[str, Any]:
    """Columns that put the rows of a case in order: `newest` by the column that tells it, then file and line."""
    column = indicator.latest
    if column is None:
        return {}
    places = {name: reader.table[each] for name, each in _PLACES.items() if each in reader.table.columns}
    if column == FILE:
        return {"newest": places.get("file", ibis.literal(0)), **places}
    if column in reader.readings:
        moment = reader.moment(column)
        told = moment.utc if moment.timed else moment.day
    else:
        told = reader.amount(column).scaled
    return {"newest": told, **places}


def newest_first(rows: Any) -> list[Any]:
    """The order of rows by what `newest` has read of them; a row that does not say how new it is comes last."""
    order = []
    for name in NEWEST:
        if name in rows.columns:
            order += [rows[name].isnull().ifelse(1, 0), rows[name].desc()]
    return order


def clash(rows: Any, names: list[str]) -> Any:
    """Whether rows of one case that are equally new say different things in these columns."""
    alike = [rows["row_key"], *([rows["newest"]] if "newest" in rows.columns else [])]
    whole = ibis.window(group_by=alike)
    tests = []
    for name in names:
        told = rows[name].ifelse(1, 0) if rows[name].type().is_boolean() else rows[name]
        tests.append((told.min().over(whole) != told.max().over(whole)).fill_null(False))
        tests.append((told.count().over(whole) > 0) & (told.isnull().ifelse(1, 0).max().over(whole) > 0))
    return rows["row_key"].notnull() & reduce(operator.or_, tests)
