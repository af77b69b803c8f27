"""A draft of the next version of the charter: changed in the browser, then published or discarded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from charter.models.base import Base, Instant, Vouched


class CharterDraft(Vouched, Base):
    """At most one is open. `document` is a whole valid charter; `revision` grows with every change of it.

    `base_version` is the number of the version it was begun from, None before the first charter.
    """

    __tablename__ = "charter_drafts"
    __table_args__ = (
        Index(
            "ix_charter_drafts_open",
            "state",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    base_version: Mapped[int | None]
    document: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime] = mapped_column(Instant)
    started_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(String(200))
