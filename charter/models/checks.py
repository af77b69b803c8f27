"""Due periods of checks: the queue that schedulers claim from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charter.domain.vocabulary.terms import CheckState
from charter.models.base import Base, Instant, Leased, Said


class DueCheck(Leased, Base):
    """One period of one indicator's check. `late` and `lapsed` are not stored: they follow from the dates."""

    __tablename__ = "due_checks"
    __table_args__ = (
        UniqueConstraint("indicator_key", "period_key"),
        Index(None, "state", "due_at"),
        Index(None, "period_end"),
        Index(None, "again_at"),
        Index(None, "indicator_key", "period_end"),
    )
    HELD_AS = (CheckState.RUNNING, CheckState.DONE)
    """Done and held: its pending cases are counted again."""
    EMPTIED = (*Leased.EMPTIED, "held_by", "held_since")

    indicator_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(Instant)
    late_at: Mapped[datetime] = mapped_column(Instant)
    lapsed_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10), default="due")
    held_by: Mapped[str | None] = mapped_column(String(200))
    held_since: Mapped[datetime | None] = mapped_column(Instant)
    pending: Mapped[int | None]
    again_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(Said)


class Tick(Base):
    """When the alarm clock last woke, when it last did all that it had to, how many ticks have failed since, and
    whether the machine's clock was set back: one row."""

    __tablename__ = "ticks"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    set_back_from: Mapped[datetime | None] = mapped_column(Instant)
    set_back_at: Mapped[datetime | None] = mapped_column(Instant)
    succeeded_at: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
