"""Editions of a month: what was approved and published, each version kept byte for byte; and drafts in print."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.records  # noqa: F401  (its rows are pointed at)
from charter.models.base import AppendOnly, Base, Instant


class Edition(AppendOnly, Base):
    """One version of a month's report: figures, comments, actions, approval; chained to the edition before it.

    `figures` is empty where they are those of the sealed month; an erratum that corrects figures holds its own.
    """

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("period_key", "number"),)
    APART = ("document", "figures")

    id: Mapped[int] = mapped_column(primary_key=True)
    period_key: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    figures: Mapped[str | None] = mapped_column(Text, deferred=True)
    document: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    previous_sha256: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[str] = mapped_column(String(200))


class EditionFile(AppendOnly, Base):
    """The PDF of an edition for one unit and language, as published, with what its bytes depend on."""

    __tablename__ = "edition_files"
    __table_args__ = (UniqueConstraint("edition_id", "unit_key", "language"),)
    APART = ("content",)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    unit_key: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    rendered_at: Mapped[datetime] = mapped_column(Instant)


class DraftFile(Base):
    """The newest draft in print of a month that is not approved: replaced each time it is made."""

    __tablename__ = "draft_files"
    __table_args__ = (UniqueConstraint("period_key", "unit_key", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_key: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(200))
