"""Alerts: what is watched, the alerts that people see, what happened to them, and who is to be told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.people  # noqa: F401  (its rows are pointed at)
from charter.models.base import Base, Instant


class WatchRow(Base):
    """What is remembered of one subject between observations. `before_at`: the instant of the run before the last;
    `caught_up`: how many periods the last run brought at once."""

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("kind", "subject", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(80))
    unit_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    last_start: Mapped[date | None]
    seen_at: Mapped[datetime] = mapped_column(Instant)
    before_at: Mapped[datetime | None] = mapped_column(Instant)
    caught_up: Mapped[int] = mapped_column(default=0)


class Alert(Base):
    """One alert, from its opening to its closing: what it is about, where it stands with people, who was told."""

    __tablename__ = "alerts"
    __table_args__ = (Index(None, "state"), Index(None, "kind", "subject", "unit_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(80))
    commitment_key: Mapped[str] = mapped_column(String(80))
    owner: Mapped[str] = mapped_column(String(200))
    unit_key: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    acted_at: Mapped[datetime | None] = mapped_column(Instant)
    acted_by: Mapped[str | None] = mapped_column(String(200))
    acted_by_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    snoozed_until: Mapped[date | None]
    told_to: Mapped[list[int]] = mapped_column(JSON)
    escalate_at: Mapped[datetime | None] = mapped_column(Instant)


class AlertEvent(Base):
    """What happened to an alert. `at_once`: may be told at once; else it waits for the digest."""

    __tablename__ = "alert_events"
    __table_args__ = (Index(None, "told_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), index=True)
    what: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at_once: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)


class AlertNotice(Base):
    """That one person is to be told of one event, at once or in their digest; `told_at` when the mail was written,
    `post_id` which one."""

    __tablename__ = "alert_notices"
    __table_args__ = (UniqueConstraint("event_id", "person_id"), Index(None, "told_at", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("alert_events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at_once: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    post_id: Mapped[int | None]
