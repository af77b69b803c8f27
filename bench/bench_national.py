"""The sealed month at the size of a country: put together beside reading its rows, its page beside reading it whole.

A small country otherwise; `BENCH_NATIONAL=1 make bench ARGS="--rounds 1 national"` for the whole one, which takes a
while to measure. `python -m bench.national FOLDER` keeps one, and does single steps on it with their memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import select

from bench.bench_checks import ground
from bench.comparison import Comparison
from bench.national import LAST, NOW, SIZE, National, freeze, national, page
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import history
from charter.services.readings.recount import READING_COLUMNS, require_measured
from charter.services.reports.figures import compose, shown_from
from charter.services.reports.parts import Figures, figures_in
from charter.services.reports.snapshots import find_snapshot

MONTHS = 14


@cache
def world() -> National:
    """The utility measured, its last month sealed."""
    made = national(ground() / "national", SIZE, MONTHS)
    with made.app.app_context():
        freeze()
    return made


def put_together() -> None:
    """What freezing does before it writes."""
    with world().app.app_context():
        found = history()
        require_measured(found, shown_from(LAST), LAST.end, NOW)
        compose(found, LAST, NOW)


def rows_read() -> None:
    """The readings of the months that are shown, and nothing done with them."""
    with world().app.app_context():
        columns = [ReadingRow.__table__.c[name] for name in READING_COLUMNS]
        for _ in db.session.execute(select(*columns).execution_options(yield_per=2000)):
            pass


def one_page() -> None:
    with world().app.app_context():
        page()


def every_part() -> None:
    with world().app.app_context():
        figures = _figures()
        for unit in figures.units():
            figures.unit(unit)


def _figures() -> Figures:
    sealed: Any = find_snapshot(LAST.key)
    return figures_in(sealed.document)


def comparisons() -> Iterator[Comparison]:
    size = f"{SIZE.units} units and {SIZE.promises + SIZE.seconds} indicators"
    yield Comparison(f"a month of {size} put together, beside reading its rows once", put_together, rows_read, 12)
    yield Comparison("its page, beside reading every unit's part", one_page, every_part, 1)
