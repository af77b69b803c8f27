"""People who sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charter.models.base import Base, Instant, Vouched


class Person(Vouched, Base):
    """An account: role, the units it is scoped to (none = all), and its password's hash."""

    __tablename__ = "people"
    TOLD = ("email", "name", "role", "units", "password_hash", "is_active", "created_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    units: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str | None] = mapped_column(String(2))
    last_unit: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(300))
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)


class SignedIn(Base):
    """One place where a person signed in: the hash of the browser's secret, since when, last seen, ended.

    Who came by an OpenID provider: which one (`issuer`), what it calls this place (`sid`), and its `id_token`, with
    which the way out there is asked for; it is dropped when the session ends.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    issuer: Mapped[str | None] = mapped_column(String(300))
    sid: Mapped[str | None] = mapped_column(String(255))
    id_token: Mapped[str | None] = mapped_column(Text)


class KnownAs(Vouched, Base):
    """Who has an account at an OpenID provider: its address and what it calls them, for good."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Contact(Vouched, Base):
    """How somebody is reached: the owners they answer for, who comes next, and when mail may come. `follows`: units and
    promises, as `unit:west`; `tells`: what else they are told of; `report_as`: a report comes as a file or a link."""

    __tablename__ = "contacts"
    TOLD = ("person_id", "answers_for", "next_id", "at_once", "digest", "digest_day", "digest_at", "quiet_from",
            "quiet_until", "timezone", "weekly_line", "follows", "tells", "report_as")  # fmt: skip
    LATER = {"weekly_line": "on", "follows": [], "tells": [], "report_as": "file"}  # noqa: RUF012

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    answers_for: Mapped[list[str]] = mapped_column(JSON)
    next_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at_once: Mapped[str] = mapped_column(String(10), default="floor")
    digest: Mapped[str] = mapped_column(String(10), default="daily")
    digest_day: Mapped[int] = mapped_column(default=0)
    digest_at: Mapped[str] = mapped_column(String(5), default="08:00")
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    timezone: Mapped[str | None] = mapped_column(String(60))
    weekly_line: Mapped[str] = mapped_column(String(3), default="on")
    follows: Mapped[list[str]] = mapped_column(JSON, default=list)
    tells: Mapped[list[str]] = mapped_column(JSON, default=list)
    report_as: Mapped[str] = mapped_column(String(4), default="file")


class CalendarFeed(Vouched, Base):
    """The private address at which a person's calendar reads the due checks: its hash only."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
