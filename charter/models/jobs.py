"""Long work that somebody asked for, and what is to be sent: rows that a process claims, as it does checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.people  # noqa: F401  (its rows are pointed at)
from charter.domain.alerts.mail_hours import PostState
from charter.domain.vocabulary.terms import JobState
from charter.models.base import Base, Instant, Leased, Said


class Job(Leased, Base):
    """One piece of work: what was asked, by whom, how far it is, and how it ended."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "next_try_at"),)
    HELD_AS = (JobState.RUNNING,)

    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    progress_label: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    failure: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(Said)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Post(Leased, Base):
    """One sending of one cause to one recipient by one channel: the facts, put in words when it leaves."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("cause", "recipient", "channel"), Index(None, "state", "next_try_at"))
    HELD_AS = (PostState.SENDING,)

    cause: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(254))
    channel: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    template: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    written_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(Said)
