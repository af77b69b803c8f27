"""What people add to the evidence of a class, and what they decide: the sector's promises, experts, decisions.

Every row is only ever appended: a later entry for the same company, a later round, a later decision takes its place
from its day on, and what was true of a past month stays true.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.people  # noqa: F401  (its rows are pointed at)
from charter.models.base import AppendOnly, Base, Instant


class ClassDecision(AppendOnly, Base):
    """A class decided by a person, from a day on; no class gives the commitment back to its evidence.

    `origin` is page or file; `suggested`, `strength` and `disagreements` are what the evidence said at that moment.
    """

    __tablename__ = "class_decisions"
    __table_args__ = (Index(None, "commitment_key", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    class_: Mapped[str | None] = mapped_column("class", String(15))
    because: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    origin: Mapped[str] = mapped_column(String(5))
    suggested: Mapped[str | None] = mapped_column(String(15))
    strength: Mapped[str | None] = mapped_column(String(10))
    disagreements: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(200))


class ClassChange(AppendOnly, Base):
    """A class as the alarm clock found it: another than before (`was`), or seen for the first time (None).

    `because` is what the evidence says, `decision` a person's reason; the floor is counted before and after.
    """

    __tablename__ = "class_changes"
    __table_args__ = (Index(None, "commitment_key", "moved_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    was: Mapped[str | None] = mapped_column(String(15))
    class_: Mapped[str] = mapped_column("class", String(15))
    moved_on: Mapped[date]
    because: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    decision: Mapped[str | None] = mapped_column(Text)
    floor_before: Mapped[int]
    floor_after: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class SectorEntry(AppendOnly, Base):
    """What one comparable company publicly promised on a day, and where that stands.

    `promised` None takes the company out of the comparison.
    """

    __tablename__ = "sector_entries"
    __table_args__ = (Index(None, "commitment_key", "company"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    company: Mapped[str] = mapped_column(String(200))
    promised: Mapped[bool | None]
    source: Mapped[str] = mapped_column(String(1000))
    seen_on: Mapped[date]
    known_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(200))


class ExpertRound(AppendOnly, Base):
    """A question put to several experts at once: nobody reads an answer before all have answered, or it has closed."""

    __tablename__ = "expert_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80), index=True)
    note: Mapped[str | None] = mapped_column(Text)
    opened_on: Mapped[date]
    closes_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(200))


class ExpertSeat(AppendOnly, Base):
    """One expert asked: an account, or an invitation of which only the hash of its secret is kept."""

    __tablename__ = "expert_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("expert_rounds.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)


class ExpertOpinion(AppendOnly, Base):
    """What an expert answered, once: does its absence destroy, does its presence earn, and why."""

    __tablename__ = "expert_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("expert_seats.id"), unique=True)
    floor: Mapped[str] = mapped_column(String(7))
    earns: Mapped[str] = mapped_column(String(7))
    because: Mapped[str] = mapped_column(Text)
    answered_on: Mapped[date]
    answered_at: Mapped[datetime] = mapped_column(Instant)
