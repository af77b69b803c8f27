"""What the pages of surveys print: every wave with its counts, and one wave with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import case, func, select

from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.surveys import privacy
from charter.services.surveys.groups_apart import BesideTable, beside_of
from charter.services.surveys.responses import find_wave, is_over, result_of, steps_of, told_in
from charter.services.surveys.summaries import PairLines, masked_marks, pairs_of


class WaveFacts(TypedDict):
    """A wave, and where it stands: open, over, waiting to be counted, counted, or withdrawn."""

    number: int
    name: str
    kind: str
    origin: str
    segment: str
    asked_on: str
    closes_on: str | None
    invited: int
    commitments: int
    languages: list[str]
    state: str
    way: str


class WaveLine(WaveFacts):
    """A wave in the list of all, with how many answered."""

    answers: int


class Links(TypedDict):
    made: int
    used: int


class Withdrawn(TypedDict):
    by: str
    on: str
    reason: str | None


class WavePage(WaveLine):
    """One wave: `words` that were asked, `choices` it is counted by, `counts` of its file; then pairs, or marks."""

    links: Links
    words: dict[str, Any]
    wording: str
    choices: dict[str, Any]
    counts: dict[str, Any]
    opened_by: str
    opened_at: str
    withdrawn: Withdrawn | None
    erased: Withdrawn | None
    preferred: Withdrawn | None
    kept_until: str | None
    is_kept: bool
    may_run: bool
    known_on: str | None
    titles: Mapping[str, Words]
    pairs: PairLines | None
    marks: dict[str, Any] | None
    beside: list[BesideTable]
    told: Mapping[str, str] | None


def waves(actor: Actor, now: datetime) -> list[WaveLine]:
    """Every wave, newest first, with how many answered and where it stands."""
    require(actor, Permission.READ_SURVEYS, actor.home)
    answers = dict(
        db.session.execute(select(SurveyResponse.wave_id, func.count()).group_by(SurveyResponse.wave_id)).all()
    )
    steps: dict[int, set[str]] = {}
    for number, step in db.session.execute(select(SurveyStep.wave_id, SurveyStep.step)):
        steps.setdefault(number, set()).add(step)
    told = func.coalesce(SurveyResult.document["people"].as_integer(), SurveyResult.document["n"].as_integer())
    newest = select(SurveyResult.wave_id, told).order_by(SurveyResult.id)
    counted: dict[int, int | None] = dict(db.session.execute(newest).all())
    known = set(counted)
    waiting = {wave: count + answers.get(wave, 0) for wave, count in privacy.people_in_all().items()}
    people = answers | waiting | {wave: count for wave, count in counted.items() if count is not None}
    rows = db.session.execute(select(SurveyWave).order_by(SurveyWave.id.desc())).scalars()
    return [
        {**_line(wave, now, steps.get(wave.id, set()), wave.id in known), "answers": people.get(wave.id, 0)}
        for wave in rows
    ]


def _line(wave: SurveyWave, now: datetime, steps: set[str], is_known: bool) -> WaveFacts:
    if "withdrawn" in steps:
        state = "withdrawn"
    elif wave.origin == "questionnaire" and "closed" not in steps:
        state = "over" if is_over(wave, now) else "open"
    else:
        state = "counted" if is_known else "waiting"
    return {
        "number": wave.id,
        "name": wave.name,
        "kind": wave.kind,
        "origin": wave.origin,
        "segment": wave.segment,
        "asked_on": wave.asked_on.isoformat(),
        "closes_on": None if wave.closes_on is None else wave.closes_on.isoformat(),
        "invited": wave.invited,
        "commitments": len(wave.commitments),
        "languages": wave.languages,
        "state": state,
        "way": wave.choices.get("way", ""),
    }


def wave(actor: Actor, now: datetime, number: int) -> WavePage:
    """One wave: where it stands, live counts while it is open, results with their intervals once it is counted."""
    require(actor, Permission.READ_SURVEYS, actor.home)
    found, steps, result = find_wave(number), steps_of(number), result_of(number)
    is_kano, until = found.kind == "kano", privacy.kept_until(found)
    head = history().current.charter.charter
    return {
        **_line(found, now, set(steps), result is not None),
        "answers": people_in_wave(number, result),
        "links": _links(number, result),
        "words": found.words,
        "wording": found.wording,
        "choices": found.choices,
        "counts": _counts(found),
        "opened_by": found.opened_by,
        "opened_at": found.opened_at.isoformat(),
        "withdrawn": _step(steps.get("withdrawn")),
        "may_run": may(actor, Permission.RUN_SURVEY),
        "erased": _step(steps.get("erased")),
        "preferred": _step(steps.get("preferred")),
        "kept_until": None if until is None else until.isoformat(),
        "is_kept": result is None or _is_kept(number),
        "known_on": None if result is None else result.known_on.isoformat(),
        "titles": _titles(),
        "pairs": pairs_of(found, result, head.choices) if is_kano else None,
        "told": told_in(steps),
        "beside": beside_of(found, result, head.choices),
        "marks": None if is_kano or result is None else masked_marks(result.document),
    }


def _counts(wave: SurveyWave) -> dict[str, Any]:
    """What was counted of a file, with the reasons of refused rows as sentences again."""
    lines = [one | {"why": restored(one["why"])} for one in wave.counts.get("lines", ())]
    return {**wave.counts, **({"lines": lines} if lines else {})}


def _step(step: SurveyStep | None) -> Withdrawn | None:
    return None if step is None else {"by": step.by, "on": step.on.isoformat(), "reason": step.reason}


def _is_kept(number: int) -> bool:
    """Whether any answer is written."""
    query = select(SurveyResponse.id).where(SurveyResponse.wave_id == number).limit(1)
    return db.session.execute(query).first() is not None


def people_in_wave(number: int, result: SurveyResult | None) -> int:
    """How many have answered: as it was counted, else those in the boxes and those written."""
    told = None if result is None else result.document.get("people", result.document.get("n"))
    if told is not None:
        return int(told)
    written = select(func.count()).where(SurveyResponse.wave_id == number)
    return db.session.execute(written).scalar_one() + privacy.people_in(number)


def _links(number: int, result: SurveyResult | None) -> Links:
    """Links made and used, as they were when the survey closed: afterwards nothing says which were."""
    if result is not None and "links" in result.document:
        told = result.document["links"]
        return {"made": told["made"], "used": told["used"]}
    of = SurveyInvitation.wave_id == number
    used = func.coalesce(func.sum(case((SurveyInvitation.is_used, 1), else_=0)), 0)
    made, answered = db.session.execute(select(func.count(), used).where(of)).one()
    return {"made": made, "used": answered}


def _titles() -> Mapping[str, Words]:
    """Of commitments, and of the expectations that files of answers may name."""
    charter = history().current.charter
    expected = {one.key: words(one.text) for one in charter.charter.origin.expectations}
    return expected | {one.key: words(one.title) for one in charter.commitments}
