"""What a wave of pairs says, promise by promise: counts, shares with intervals, tests, and the class it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.charter_file.choices import Choices
from charter.domain.classification import decide
from charter.domain.evidence import kano
from charter.domain.evidence.heard import counts_of
from charter.domain.evidence.pair_counts import count_pairs
from charter.domain.evidence.votes import note
from charter.models.responses import SurveyResult, SurveyWave
from charter.services.evidence import cells_of
from charter.services.survey_waves import answers_of

HIDDEN_BELOW = 5
"""While a questionnaire is open, answers of fewer people than this are only counted, never shown."""


def pairs_of(found: SurveyWave, result: SurveyResult | None, people: int, choices: Choices) -> list[dict[str, Any]]:
    """A line per promise; while a wave is open its counts are live, and hidden of fewer than five people."""
    if result is not None:
        counted: Mapping[str, Any] = result.document["commitments"]
    else:
        counted = count_pairs(answers_of(found.id), found.commitments) if people >= HIDDEN_BELOW else {}
    return [_line(key, found, counted.get(key), choices, is_counted=result is not None) for key in found.commitments]


def _line(
    key: str, found: SurveyWave, counted: Mapping[str, Any] | None, choices: Choices, *, is_counted: bool
) -> dict[str, Any]:
    if counted is None:
        return {"commitment": key, "is_hidden": True}
    cells = cells_of(counted["pairs"])
    counts = counts_of(cells, found.choices.get("table", "classic"))
    vote = kano.kano_vote(counts, choices=choices)
    half = counted["half_answered"]
    warnings = [*vote.warnings, *([note("half-answered", count=half)] if half else [])]
    if len(cells) == 1 and (alike := sum(cells.values())) >= choices.kano_minimum:
        warnings.append(note("answers-all-alike", count=alike))
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
