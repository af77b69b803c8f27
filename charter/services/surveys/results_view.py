"""What the pages of surveys print: every wave with its counts, and what one wave says promise by promise.

What a wave of pairs says, promise by promise: counts, shares with intervals, tests, and the class it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.charter_file.charter import Choices
from charter.domain.classes.classification import decide
from charter.domain.evidence.votes import note
from charter.domain.overview.model import Words, words
from charter.domain.statistics.intervals import Interval
from charter.domain.surveys import kano
from charter.domain.surveys.kano import careless_in, count_pairs
from charter.domain.surveys.waves import counts_of
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.classes.known_evidence import cells_of
from charter.services.surveys.waves import answers_of, find_wave, is_over, result_of, steps_of

HIDDEN_BELOW = 5
"""While a questionnaire is open, answers of fewer people than this are only counted, never shown."""


class HiddenPair(TypedDict):
    """A promise of which too few people have answered to show anything."""

    commitment: str
    is_hidden: bool


PairLine = TypedDict(
    "PairLine",
    {
        "commitment": str,
        "is_hidden": bool,
        "n": int,
        "half_answered": int,
        "importance": Any,
        "counts": Mapping[str, int],
        "mode": str | None,
        "berger": str | None,
        "better": tuple[float, Interval] | None,
        "worse": tuple[float, Interval] | None,
        "difference": tuple[float, float] | None,
        "fong": tuple[float, bool] | None,
        "exact_p": float | None,
        "category_strength": float | None,
        "total_strength": float | None,
        "class": str | None,
        "because": list[dict[str, Any]],
        "warnings": list[dict[str, Any]],
    },
)
"""What customers answered of a promise, counted; its class and why once the wave is counted."""


PairLines = list[PairLine | HiddenPair]


def pairs_of(
    found: SurveyWave, result: SurveyResult | None, people: int, choices: Choices
) -> list[PairLine | HiddenPair]:
    """A line per promise; while a wave is open its counts are live, and hidden of fewer than five people."""
    if result is not None:
        counted, careless = result.document["commitments"], result.document.get("careless", {})
    else:
        answers = answers_of(found.id) if people >= HIDDEN_BELOW else []
        counted = count_pairs(answers, found.commitments) if answers else {}
        careless = careless_in(answers, found.choices.get("table", "classic"))
    apart: Mapping[str, Any] = {key: {"careless": pairs} for key, pairs in careless.items()}
    lines: Mapping[str, Any] = {key: {**one, **apart.get(key, {})} for key, one in counted.items()}
    return [_pair_line(key, found, lines.get(key), choices, is_counted=result is not None) for key in found.commitments]


def _pair_line(
    key: str, found: SurveyWave, counted: Mapping[str, Any] | None, choices: Choices, *, is_counted: bool
) -> PairLine | HiddenPair:
    if counted is None:
        return HiddenPair(commitment=key, is_hidden=True)
    cells = cells_of(counted["pairs"])
    counts = counts_of(cells, found.choices.get("table", "classic"))
    vote = kano.kano_vote(counts, choices=choices)
    half = counted["half_answered"]
    warnings = [*vote.warnings, *([note("half-answered", count=half)] if half else [])]
    if len(cells) == 1 and (alike := sum(cells.values())) >= choices.kano_minimum:
        warnings.append(note("answers-all-alike", count=alike))
    if careless := sum(counted.get("careless", {}).values()):
        careful = {pair: count - counted["careless"].get(pair, 0) for pair, count in counted["pairs"].items()}
        without = counts_of(cells_of(careful), found.choices.get("table", "classic"))
        warnings.append(kano.careless_note(careless, counts, without))
    return {
        "commitment": key,
        "is_hidden": False,
        "n": counts.answered,
        "half_answered": half,
        "importance": counted.get("importance"),
        "counts": counts.by_category,
        "mode": kano.mode(counts),
        "berger": kano.berger(counts),
        "better": kano.better(counts),
        "worse": kano.worse(counts),
        "difference": kano.difference(counts),
        "fong": kano.fong(counts),
        "exact_p": kano.exact_p(counts),
        "category_strength": kano.category_strength(counts),
        "total_strength": kano.total_strength(counts),
        "class": decide([vote]).class_.value if is_counted else None,
        "because": [dict(one) for one in vote.because] if is_counted else [],
        "warnings": [dict(one) for one in warnings],
    }


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
    may_run: bool
    known_on: str | None
    titles: Mapping[str, Words]
    pairs: PairLines | None
    marks: dict[str, Any] | None


def waves(actor: Actor, now: datetime) -> list[WaveLine]:
    """Every wave, newest first, with how many answered and where it stands."""
    require(actor, Permission.READ_SURVEYS, actor.home)
    answers = dict(
        db.session.execute(select(SurveyResponse.wave_id, func.count()).group_by(SurveyResponse.wave_id)).all()
    )
    steps: dict[int, set[str]] = {}
    for number, step in db.session.execute(select(SurveyStep.wave_id, SurveyStep.step)):
        steps.setdefault(number, set()).add(step)
    known = set(db.session.execute(select(SurveyResult.wave_id)).scalars())
    rows = db.session.execute(select(SurveyWave).order_by(SurveyWave.id.desc())).scalars()
    return [
        {**_line(wave, now, steps.get(wave.id, set()), wave.id in known), "answers": answers.get(wave.id, 0)}
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
    }


def wave(actor: Actor, now: datetime, number: int) -> WavePage:
    """One wave: where it stands, live counts while it is open, results with their intervals once it is counted."""
    require(actor, Permission.READ_SURVEYS, actor.home)
    found, steps, result = find_wave(number), steps_of(number), result_of(number)
    is_kano = found.kind == "kano"
    people = db.session.execute(select(func.count()).where(SurveyResponse.wave_id == number)).scalar_one()
    head = history().current.charter.charter
    return {
        **_line(found, now, set(steps), result is not None),
        "answers": people,
        "links": {"made": _links(number), "used": _links(number, used=True)},
        "words": found.words,
        "wording": found.wording,
        "choices": found.choices,
        "counts": _counts(found),
        "opened_by": found.opened_by,
        "opened_at": found.opened_at.isoformat(),
        "withdrawn": _step(steps.get("withdrawn")),
        "may_run": may(actor, Permission.RUN_SURVEY),
        "known_on": None if result is None else result.known_on.isoformat(),
        "titles": _titles(),
        "pairs": pairs_of(found, result, people, head.choices) if is_kano else None,
        "marks": None if is_kano or result is None else result.document,
    }


def _counts(wave: SurveyWave) -> dict[str, Any]:
    """What was counted of a file, with the reasons of refused rows as sentences again."""
    lines = [one | {"why": restored(one["why"])} for one in wave.counts.get("lines", ())]
    return {**wave.counts, **({"lines": lines} if lines else {})}


def _step(step: SurveyStep | None) -> Withdrawn | None:
    return None if step is None else {"by": step.by, "on": step.on.isoformat(), "reason": step.reason}


def _links(number: int, *, used: bool | None = None) -> int:
    query = select(func.count()).where(SurveyInvitation.wave_id == number)
    return db.session.execute(query if used is None else query.where(SurveyInvitation.is_used.is_(used))).scalar_one()


def _titles() -> Mapping[str, Words]:
    return {one.key: words(one.title) for one in history().current.charter.commitments}
