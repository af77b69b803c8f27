"""Readings: what each figure says of each unit. A projection of the records, rebuilt at will.

`chart_says` to `is_break` are the figure's trace (services/readings/chart_traces.py): what its chart says at this
point, the period of the figure before, and whether the definition has changed since. `chart_says` is None where it has
not been laid.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charter.domain.vocabulary.counts import Number
from charter.models.base import Base, Exact, Instant


class ReadingRow(Base):
    """One indicator, one period, one unit: status, figure and what surrounds it."""

    __tablename__ = "readings"
    __table_args__ = (
        UniqueConstraint("indicator_key", "unit_key", "period_key"),
        Index(None, "unit_key", "period_end"),
        Index(None, "indicator_key", "period_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date]
    period_end: Mapped[date]
    unit_key: Mapped[str] = mapped_column(String(120))
    version_id: Mapped[int]
    run_id: Mapped[int]
    known_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(30))
    value: Mapped[float | None]
    numerator: Mapped[Number] = mapped_column(Exact)
    denominator: Mapped[Number] = mapped_column(Exact)
    pending: Mapped[int]
    excluded: Mapped[dict[str, float | int]] = mapped_column(JSON)
    target: Mapped[float | None]
    interval_low: Mapped[float | None]
    interval_high: Mapped[float | None]
    interval_level: Mapped[float | None]
    exceeded: Mapped[bool | None]
    weakest_unit: Mapped[str | None] = mapped_column(String(120))
    coverage: Mapped[float | None]
    not_recording: Mapped[list[str]] = mapped_column(JSON)
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    shown: Mapped[int | None]
    effective_n: Mapped[float | None]
    doubts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    definition_hash: Mapped[str | None] = mapped_column(String(64))
    owed: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    chart_says: Mapped[str | None] = mapped_column(String(8))
    chart_lower: Mapped[float | None]
    chart_upper: Mapped[float | None]
    earlier: Mapped[str | None] = mapped_column(String(10))
    is_break: Mapped[bool | None]
