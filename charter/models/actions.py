"""What people said and did about a miss: comments, actions, what became of these, charts set anew."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from charter.models.base import AppendOnly, Base, Instant


class Comment(AppendOnly, Base):
    """What happened, in the owner's words: of one commitment, month and unit. The newest is shown; all are kept."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "period_key", "unit_key"), Index(None, "commitment_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(200))


class Reply(AppendOnly, Base):
    """What somebody asked or answered under the explanation of a miss. `named`: the numbers of the accounts that it
    names, each between spaces."""

    __tablename__ = "replies"
    __table_args__ = (Index(None, "period_key", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    named: Mapped[str] = mapped_column(String(400))
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(200))
    written_by_id: Mapped[int | None]


class Action(AppendOnly, Base):
    """What is done about a miss: who by, until when, and what it should change. Where it stands is in its steps."""

    __tablename__ = "actions"
    __table_args__ = (Index(None, "commitment_key"), Index(None, "unit_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_key: Mapped[str] = mapped_column(String(80))
    indicator_key: Mapped[str | None] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    planned_at: Mapped[datetime] = mapped_column(Instant)
    planned_by: Mapped[str] = mapped_column(String(200))


class ActionStep(AppendOnly, Base):
    """What became of an action: closed, reopened with a reason, given another owner or date with a reason."""

    __tablename__ = "action_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    done_on: Mapped[date | None]
    due_on: Mapped[date | None]
    owner: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class Rebase(AppendOnly, Base):
    """From a period on, the limits of a unit's chart are computed anew: set by a person with a reason, or lifted."""

    __tablename__ = "rebases"
    __table_args__ = (Index(None, "unit_key", "indicator_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_key: Mapped[str] = mapped_column(String(80))
    unit_key: Mapped[str] = mapped_column(String(120))
    period_key: Mapped[str] = mapped_column(String(10))
    is_lifted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))
