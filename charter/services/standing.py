"""Which stored figures hold: the newest row for each cell since the source was last read for the period."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, select

from charter.domain.measures import Cell
from charter.models.base import db
from charter.models.records import Measurement, Run


def standing(indicator: str, period: str) -> ColumnElement[bool]:
    """The rows of one indicator and period since its source was last read; of figures entered by hand, all.

    The newest row for a cell counts: a correction wins over what was read, until the source is read again for a
    definition that counts otherwise.
    """
    last_read = (
        select(func.coalesce(func.max(Run.id), 0))
        .where(Run.indicator_key == indicator, Run.period_key == period)
        .where(Run.outcome == "done", Run.fingerprint.is_not(None))
        .scalar_subquery()
    )
    return and_(
        Measurement.indicator_key == indicator, Measurement.period_key == period, Measurement.run_id >= last_read
    )


def newest_figures(indicator: str, period: str) -> Sequence[Measurement]:
    """The figures that hold, one for each unit, channel and segment."""
    rows = db.session.execute(select(Measurement).where(standing(indicator, period)).order_by(Measurement.id)).scalars()
    return list({(row.unit_key, row.channel, row.segment): row for row in rows}.values())


def cell_of(row: Measurement) -> Cell:
    """A stored figure as a cell."""
    return Cell(row.period_key, row.unit_key, row.channel, row.segment, row.counts)
