"""What stands around the classes: components covered, the survey at the origin, drift, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from charter.domain.charter_file.charter import OURS, Charter, Choices
from charter.domain.charter_file.plan import jsonable
from charter.domain.charter_file.text.canonical import plain_value
from charter.domain.evidence.votes import DEFAULTS
from charter.domain.overview.model import Words, words
from charter.domain.surveys.differences import Drift, drifts
from charter.domain.vocabulary.terms import CommitmentClass, Component, Status
from charter.services.classes.current import Asked


class Coverage(TypedDict):
    """A component of trust: the commitments that serve it by their numbers, how many are kept, whether it is a gap."""

    component: str
    first: list[int]
    also: list[int]
    numbers: list[int]
    kept: int | None
    classes: dict[str, int]
    gap: str | None
    missing_in: list[str]


class Expectation(TypedDict):
    """What customers expect, and the numbers of the commitments that answer it."""

    key: str
    text: Words
    rank: int | None
    numbers: list[int]


class Origin(TypedDict):
    """Where the charter comes from: the survey, its expectations, and the commitments that answer none."""

    survey: dict[str, Any] | None
    expectations: list[Expectation]
    orphans: list[int]


class DriftRow(TypedDict):
    """A wave against the one before it."""

    number: int
    change: float | None
    commitment: str
    before: str
    after: str
    question: str
    segment: str
    refused: str | None
    was: float | None
    now: float | None
    p: float | None
    chi_p: float | None
    v: float | None
    is_drift: bool


class Choice(TypedDict):
    """What the literature leaves open, as it holds here; `is_ours` where the charter file says nothing."""

    name: str
    value: Any
    is_ours: bool


def coverage(rows: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]) -> list[Coverage]:
    """By component of trust: which commitments serve it (first or also), how many are kept, and whether it is a gap.

    A gap is a component that no commitment serves, or of which none is kept in the month shown (methods.md A7).
    """
    found: list[Coverage] = []
    for part in Component:
        served = [row for row in rows if part.value in row["components"]]
        kept = [row for row in served if statuses.get(row["key"]) == Status.KEPT]
        is_judged = any(row["key"] in statuses for row in served)
        found.append(
            {
                "component": part.value,
                "first": [row["number"] for row in served if row["components"][0] == part.value],
                "also": [row["number"] for row in served if row["components"][0] != part.value],
                "numbers": [row["number"] for row in served],
                "kept": len(kept) if is_judged else None,
                "classes": {
                    class_.value: count
                    for class_ in CommitmentClass
                    if (count := sum(row["class"] == class_ for row in served))
                },
                "gap": "none" if not served else "none-kept" if is_judged and not kept else None,
                "missing_in": [place for place in ("floor", "trust") if served and not _has(served, place)],
            }
        )
    return found


def _has(rows: Sequence[Mapping[str, Any]], place: str) -> bool:
    return any(row["place"] in (place, "both") for row in rows)


def origin(charter: Charter) -> Origin:
    """Expectations of the survey and the commitments that answer them; orphans on both sides."""
    written = charter.charter.origin
    known = {expectation.key for expectation in written.expectations}
    survey = written.survey
    return {
        "survey": survey.model_dump(mode="json") if survey else None,
        "expectations": [
            {
                "key": one.key,
                "text": words(one.text),
                "rank": one.rank,
                "numbers": [n for n, c in enumerate(charter.commitments, 1) if one.key in c.answers],
            }
            for one in sorted(written.expectations, key=lambda one: (one.rank is None, one.rank or 0))
        ],
        "orphans": [n for n, c in enumerate(charter.commitments, 1) if known and not known.intersection(c.answers)],
    }


def drift_rows(charter: Charter, asked: Asked) -> list[DriftRow]:
    """Every wave of a survey against the one before it; Holm over all of them."""
    numbers = {one.key: number for number, one in enumerate(charter.commitments, 1)}
    heard = [(key, asked.known.surveys.on(key, asked.on)) for key in numbers]
    return [_drift(numbers[one.commitment], one) for one in drifts(heard, asked.choices)]


def _drift(number: int, one: Drift) -> DriftRow:
    return {
        "number": number,
        "change": one.change,
        "commitment": one.commitment,
        "before": one.before,
        "after": one.after,
        "question": one.question,
        "segment": one.segment,
        "refused": one.refused,
        "was": one.was,
        "now": one.now,
        "p": one.p,
        "chi_p": one.chi_p,
        "v": one.v,
        "is_drift": one.is_drift,
    }


def choices_of(choices: Choices) -> list[Choice]:
    """Every choice of the charter."""
    expiries = {"customer_expiry": "customers", "sector_expiry": "sector", "expert_expiry": "experts"}
    return [
        {
            "name": name,
            "value": jsonable(plain_value(getattr(choices, name) or DEFAULTS[expiries[name]])),  # type: ignore[index]
            "is_ours": getattr(choices, name) == getattr(OURS, name),
        }
        for name in Choices.model_fields
    ]
