"""What stands around the classes: grids covered, the survey at the origin, drift, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

from charter.domain.charter_file.charter import OURS, Charter, Choices, Grid
from charter.domain.charter_file.plan import jsonable
from charter.domain.charter_file.text.canonical import plain_value
from charter.domain.evidence.votes import DEFAULTS
from charter.domain.overview.model import Words, words
from charter.domain.surveys.differences import Drift, drifts
from charter.domain.vocabulary.terms import CommitmentClass, Component, Status
from charter.services.classes.current import Asked


class Coverage(TypedDict):
    """A component of trust, or an item of a grid of one's own with its text: the commitments that serve it by their
    numbers, how many are kept, whether it is a gap. `below`: of an item below another one, the key of that one."""

    component: str
    first: list[int]
    also: list[int]
    numbers: list[int]
    kept: int | None
    classes: dict[str, int]
    gap: str | None
    missing_in: list[str]
    text: NotRequired[Words]
    below: NotRequired[str]


class GridCoverage(TypedDict):
    """A grid of one's own. `unserved`: items without a promise; `unkept`: items of whose promises one is not kept.
    Both count what has nothing below it. `unkept` is None where no month is shown."""

    key: str
    name: Words
    items: list[Coverage]
    of: int
    unserved: int
    unkept: int | None


class _Item(NamedTuple):
    """An item of a grid: its key, what else counts as it, and what is told of it."""

    key: str
    below: frozenset[str] = frozenset()
    told: Mapping[str, Any] = {}


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
    """By component of trust, the grid that is always there: which commitments serve it, how many are kept, the gaps."""
    served = {row["number"]: row["components"] for row in rows}
    return [_covered(_Item(part.value), served, rows, statuses) for part in Component]


def grids_of(charter: Charter, rows: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]) -> list[GridCoverage]:
    """The same of each grid of one's own; an item that has others below it is served by those too."""
    found: list[GridCoverage] = []
    for key, grid in charter.grids.items():
        served = {row["number"]: row.get("serves", {}).get(key, []) for row in rows}
        items = [_covered(one, served, rows, statuses) for one in _items(grid)]
        above = {one["below"] for one in items if "below" in one}
        leaves = [one for one in items if one["component"] not in above]
        unkept = sum(one["kept"] is not None and one["kept"] < len(one["numbers"]) for one in leaves)
        found.append(
            {
                "key": key,
                "name": words(grid.name),
                "items": items,
                "of": len(leaves),
                "unserved": sum(not one["numbers"] for one in leaves),
                "unkept": unkept if statuses else None,
            }
        )
    return found


def _items(grid: Grid) -> list[_Item]:
    """The items of the first level in their order, each followed by those below it."""
    found: list[_Item] = []
    for top in (one for one in grid.items if one.parent is None):
        below = [one for one in grid.items if one.parent == top.key]
        found.append(_Item(top.key, frozenset(one.key for one in below), {"text": words(top.text)}))
        found += [_Item(one.key, told={"text": words(one.text), "below": top.key}) for one in below]
    return found


def _covered(
    item: _Item, served: Mapping[int, Sequence[str]], rows: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]
) -> Coverage:
    """Which commitments serve an item (first or also), how many are kept, and whether it is a gap.

    A gap is an item that no commitment serves, or of which none is kept in the month shown (methods.md A7).
    """
    keys = item.below | {item.key}
    serving = [row for row in rows if keys.intersection(served[row["number"]])]
    first = [row["number"] for row in serving if served[row["number"]][0] in keys]
    kept = sum(statuses.get(row["key"]) == Status.KEPT for row in serving)
    is_judged = any(row["key"] in statuses for row in serving)
    found: Coverage = {
        "component": item.key,
        "first": first,
        "also": [row["number"] for row in serving if row["number"] not in first],
        "numbers": [row["number"] for row in serving],
        "kept": kept if is_judged else None,
        "classes": {
            class_.value: count
            for class_ in CommitmentClass
            if (count := sum(row["class"] == class_ for row in serving))
        },
        "gap": "none" if not serving else "none-kept" if is_judged and not kept else None,
        "missing_in": [place for place in ("floor", "trust") if serving and not _has(serving, place)],
    }
    return {**found, **item.told}  # type: ignore[typeddict-item]  # text and below, of an item of one's own


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
