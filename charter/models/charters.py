"""Versions of the charter: each an unchanged document, in force from its date on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from charter.models.base import AppendOnly, Base, Instant


class CharterVersion(AppendOnly, Base):
    """One applied charter file. The latest number of the latest valid_from on or before a day is in force on it."""

    __tablename__ = "charter_versions"
    APART = ("document",)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str] = mapped_column(String(1000))
    applied_at: Mapped[datetime] = mapped_column(Instant)
    applied_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
