"""What is to be sent: rows written with their cause, claimed like checks, kept as the log of what left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.people  # noqa: F401  (its rows are pointed at)
from charter.domain.posting import PostState
from charter.models.base import Base, Instant, Leased, Said


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
