"""What staff write, answer and estimate without an account: rows that stay, and texts that may be erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.records  # noqa: F401  (its rows are pointed at)
from charter.models.base import AppendOnly, Base, Instant


class Observation(AppendOnly, Base):
    """That something was reported, on which unit and promise, and the hash of its text; never who.

    Of an incident also its day, touchpoint and kind (`incident`, a key of the charter): its `sent_at` is the beginning
    of the day on which it was written down.
    """

    __tablename__ = "observations"
    __table_args__ = (Index(None, "month", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(120))
    commitment_key: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2))
    month: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    form_hash: Mapped[str] = mapped_column(String(64), unique=True)
    text_sha256: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date | None]
    touchpoint: Mapped[str | None] = mapped_column(String(200))
    incident: Mapped[str | None] = mapped_column(String(80))


class Moderation(AppendOnly, Base):
    """What a reader did with an observation: accepted it, set it aside with a reason, answered in public words; of an
    incident, on which day and how (`support`, a key of the charter) the colleague was supported."""

    __tablename__ = "moderations"

    id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    is_printed: Mapped[bool] = mapped_column(default=False)
    supported_on: Mapped[date | None]
    support: Mapped[str | None] = mapped_column(String(80))
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class ErasableText(Base):
    """The words themselves, with the salt of their hash: both go when somebody asks for it."""

    __tablename__ = "erasable_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)


class Estimate(AppendOnly, Base):
    """One answer to "out of 100 customers, how many would say this was kept?"; the browser only as a keyed hash."""

    __tablename__ = "estimates"
    __table_args__ = (Index(None, "month", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_key: Mapped[str] = mapped_column(String(120))
    commitment_key: Mapped[str] = mapped_column(String(80))
    month: Mapped[str] = mapped_column(String(10))
    answer: Mapped[int]
    browser_hash: Mapped[str] = mapped_column(String(64), unique=True)
    given_on: Mapped[date]


class PosterFile(AppendOnly, Base):
    """An archived poster of a sealed month: its bytes never change."""

    __tablename__ = "poster_files"
    __table_args__ = (UniqueConstraint("snapshot_id", "unit_key", "language", "paper"),)
    APART = ("content",)

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    unit_key: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    paper: Mapped[str] = mapped_column(String(2))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    rendered_at: Mapped[datetime] = mapped_column(Instant)


class WordReading(AppendOnly, Base):
    """What rises in the free texts of a month, as counts and expressions; of the texts only their hashes, in which a
    few are kept apart for a while."""

    __tablename__ = "word_readings"
    __table_args__ = (Index(None, "period_key", "words_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class WordPin(AppendOnly, Base):
    """An expression pinned to a promise by a person, or taken off again."""

    __tablename__ = "word_pins"

    id: Mapped[int] = mapped_column(primary_key=True)
    words_key: Mapped[str] = mapped_column(String(80))
    expression: Mapped[str] = mapped_column(String(300))
    written: Mapped[str] = mapped_column(String(300))
    commitment_key: Mapped[str] = mapped_column(String(80), index=True)
    unit_key: Mapped[str] = mapped_column(String(120))
    is_lifted: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class RecentSender(Base):
    """The keyed hash of an address that sent something within the last hour; then it is forgotten."""

    __tablename__ = "recent_senders"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(10))
    sender_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
