"""What is stored of a wave: where it stands, its newest result, its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.errors import NotFound
from charter.models.base import db
from charter.models.responses import SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services.charters import history


def local_day(now: datetime) -> date:
    """Today where the organisation is."""
    return now.astimezone(ZoneInfo(history().current.charter.charter.timezone)).date()


def find_wave(number: int) -> SurveyWave:
    """A wave by its number. Raises NotFound."""
    wave = db.session.get(SurveyWave, number)
    if wave is None:
        raise NotFound("There is no survey %(number)s.", number=number)
    return wave


def steps_of(number: int) -> Mapping[str, SurveyStep]:
    """What became of a wave, by step."""
    rows = db.session.execute(select(SurveyStep).where(SurveyStep.wave_id == number)).scalars()
    return {row.step: row for row in rows}


def result_of(number: int) -> SurveyResult | None:
    """The newest result of a wave."""
    query = select(SurveyResult).where(SurveyResult.wave_id == number).order_by(SurveyResult.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def answers_of(number: int) -> list[Mapping[str, Any]]:
    """Every person's answers in a wave, in the order they came."""
    query = select(SurveyResponse.answers).where(SurveyResponse.wave_id == number).order_by(SurveyResponse.id)
    return list(db.session.execute(query).scalars())


def responses_count(number: int) -> int:
    """How many people have answered."""
    query = select(func.count()).where(SurveyResponse.wave_id == number)
    return db.session.execute(query).scalar_one()


def is_over(wave: SurveyWave, now: datetime) -> bool:
    """Whether its last day has passed."""
    return wave.closes_on is not None and local_day(now) > wave.closes_on
