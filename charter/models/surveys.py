"""What customers answer: waves of surveys with their words, answers without a person, and what a wave came to.

No row says who answered: an answer has a day and a language, an invitation only says whether it was used, and nothing
ties the one to the other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.people  # noqa: F401  (its rows are pointed at)
from charter.domain.vocabulary.counts import Number
from charter.models.base import AppendOnly, Base, Exact, Instant


class SurveyWave(AppendOnly, Base):
    """One asking of one survey: kind (kano, marks), origin (import, questionnaire), whom, in which words, until when.

    `wording` is what was offered, as one text to compare by; `words` holds questions and answers in each language.
    `choices` holds the table, or how marks are grouped; `counts` what an import read and refused.
    """

    __tablename__ = "survey_waves"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(15))
    segment: Mapped[str] = mapped_column(String(120))
    wording: Mapped[str] = mapped_column(Text)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    commitments: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_on: Mapped[date]
    closes_on: Mapped[date | None]
    invited: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(200))


class SurveyStep(AppendOnly, Base):
    """What became of a wave: closed (its answers are complete), withdrawn, erased (its answers are deleted) or cleaned
    (what its file's refused lines quoted is deleted), by whom and why."""

    __tablename__ = "survey_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_waves.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class SurveyResponse(AppendOnly, Base):
    """One person's answers, and nothing about the person: by commitment, with the day and the language."""

    __tablename__ = "survey_responses"
    IS_VOUCHED = False
    """An entry for each would tell its hour; one hash vouches for all, when they are counted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_waves.id"), index=True)
    answered_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    overall: Mapped[Number | None] = mapped_column(Exact)


class SurveyBox(Base):
    """Where the answers of an open questionnaire wait, closed with the installation's key; gone once it is closed.

    `version` grows with each answer, `count` is how many are inside; `content` is written anew as a whole each time.
    """

    __tablename__ = "survey_boxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_waves.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    count: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class SurveyInvitation(Base):
    """A place in a questionnaire: the hash of its secret, and whether it was used; never when, nor for what.

    `hold`: the mark of a form that is being taken; empty before and after. Once the survey is closed every place is
    used up: which ones were answered is forgotten.
    """

    __tablename__ = "survey_invitations"
    __table_args__ = (Index(None, "wave_id", "is_used"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_waves.id"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    is_used: Mapped[bool] = mapped_column(default=False)
    hold: Mapped[str | None] = mapped_column(String(64))


class SurveyResult(AppendOnly, Base):
    """What the answers of a closed wave came to, and the hash of the answers it rests on."""

    __tablename__ = "survey_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_waves.id"), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    answers_sha256: Mapped[str] = mapped_column(String(64))
    known_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(200))


class SurveyUpload(Base):
    """A file of answers that waits to be confirmed: its rows as they were read, respondents as numbers only."""

    __tablename__ = "survey_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_by: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
