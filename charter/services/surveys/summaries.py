"""What a counted survey says, promise by promise: counts, shares with intervals, tests, and the class it asks for.

What fewer than five people answered is shown nowhere, and nothing of a survey that is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from charter.domain.analyses.answer_counts import careless_note
from charter.domain.charter_file.charter import Choices
from charter.domain.classes.classification import decide
from charter.domain.evidence.votes import note
from charter.domain.statistics.intervals import Interval
from charter.domain.surveys import kano
from charter.domain.surveys.kano import KanoCounts
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.surveys.waves import counts_of
from charter.models.surveys import SurveyResult, SurveyWave
from charter.services.classes.known_evidence import cells_of


class HiddenPair(TypedDict):
    """A promise of which nothing is shown: the survey is open, or fewer than five people have answered on it."""

    commitment: str
    is_hidden: bool


PairLine = TypedDict(
    "PairLine",
    {
        "commitment": str,
        "is_hidden": bool,
        "n": int,
        "effective": int | None,
        "half_answered": int,
        "importance": Any,
        "counts": Mapping[str, float],
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


def pairs_of(found: SurveyWave, result: SurveyResult | None, choices: Choices) -> list[PairLine | HiddenPair]:
    """A line per promise once the wave is counted. While it is open nothing is shown: two looks, one before and one
    after somebody's answer, would show that answer."""
    counted: Mapping[str, Any] = {} if result is None else result.document["commitments"]
    careless: Mapping[str, Any] = {} if result is None else result.document.get("careless", {})
    lines = {key: {**one, "careless": careless.get(key, {})} for key, one in counted.items()}
    return [_pair_line(key, found, lines.get(key), choices) for key in found.commitments]


def _is_shown(counted: Mapping[str, Any]) -> bool:
    """Whether enough people answered on a promise."""
    people: int = sum(counted["pairs"].values()) + counted["half_answered"]
    return people >= LEAST_SHOWN


def _pair_line(
    key: str, found: SurveyWave, counted: Mapping[str, Any] | None, choices: Choices
) -> PairLine | HiddenPair:
    if counted is None or not _is_shown(counted):
        return HiddenPair(commitment=key, is_hidden=True)
    table = found.choices.get("table", "classic")
    cells = cells_of(counted["pairs"])
    people = counts_of(cells, table)
    counts = counts_of(cells_of(counted["weighted"]), table) if "weighted" in counted else people
    vote = kano.kano_vote(counts, choices=choices)
    half = counted["half_answered"]
    warnings = [*vote.warnings, *([note("half-answered", count=half)] if half else [])]
    if len(cells) == 1 and (alike := sum(cells.values())) >= choices.kano_minimum:
        warnings.append(note("answers-all-alike", count=alike))
    # Of fewer than five careless people the figures with and without them would show what they answered.
    if (careless := sum(counted.get("careless", {}).values())) >= LEAST_SHOWN:
        careful = {pair: count - counted["careless"].get(pair, 0) for pair, count in counted["pairs"].items()}
        warnings.append(careless_note(careless, people, counts_of(cells_of(careful), table)))
    return {
        "commitment": key,
        "is_hidden": False,
        "n": round(people.answered),
        "effective": round(counts.answered) if "weighted" in counted else None,
        "half_answered": half,
        "importance": counted.get("importance"),
        "counts": people.by_category,
        "mode": kano.mode(counts),
        "berger": kano.berger(counts),
        "better": kano.better(counts),
        "worse": kano.worse(counts),
        "difference": kano.difference(counts),
        "fong": kano.fong(counts),
        "exact_p": kano.exact_p(counts),
        "category_strength": kano.category_strength(counts),
        "total_strength": kano.total_strength(counts),
        "class": decide([vote]).class_.value,
        "because": [dict(one) for one in vote.because],
        "warnings": [dict(one) for one in warnings],
    }


def counts_by_promise(wave: SurveyWave, result: SurveyResult) -> dict[str, KanoCounts]:
    """What the pairs of a counted survey come to, weighted where it has weights."""
    return counts_in(result.document["commitments"], wave)


def counts_in(counted: Mapping[str, Any], wave: SurveyWave) -> dict[str, KanoCounts]:
    """The same of a part of its people."""
    table = wave.choices.get("table", "classic")
    return {key: counts_of(cells_of(one.get("weighted") or one["pairs"]), table) for key, one in counted.items()}


def masked_marks(document: dict[str, Any]) -> dict[str, Any]:
    """What marks came to, without the means of fewer than five people."""
    lines = []
    for line in document["attributes"]:
        counts = {"low": line["n_low"], "high": line["n_high"]}
        counts["middle"] = document.get("n", 0) - sum(counts.values())
        alone = {name: mean if counts[name] >= LEAST_SHOWN else None for name, mean in line["alone"].items()}
        lines.append(line | {"alone": alone})
    return document | {"attributes": lines}
