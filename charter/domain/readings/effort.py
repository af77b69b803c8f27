"""What customers answered when they were asked how much effort it took: not one figure, but how many gave each answer.

The figure is the share of easy answers (methods.md B1: of a scale of effort, the share of those that agree that it was
easy); two scales are never compared. Beside it stands every answer, and how many were hard: a share that holds may hide
that those who suffer suffer more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from charter.domain.charter_file.indicators import Effort, IndicatorBase
from charter.domain.charter_file.kinds.scales import EffortScale
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.vocabulary.counts import Counts

Side = Literal["easy", "between", "hard"]


class AnswerView(TypedDict):
    """One answer of the scale: how many gave it, their share, and what it says."""

    answer: int
    count: int
    share: float
    side: Side


class EffortView(TypedDict):
    """What was answered: every answer from the easy end to the hard one, and the hard ones together.

    Of fewer than `enough` answers nothing but their number. `question` is in the languages of the charter; `words`:
    customers also say why, in a column of the source.
    """

    question: dict[str, str]
    hard_end: Literal["low", "high"]
    ends: list[int]
    n: int
    enough: int
    answers: list[AnswerView]
    hard: int | None
    hard_share: float | None
    mean: float | None
    words: NotRequired[bool]


def counts_of_answers(scale: EffortScale, given: Mapping[int, int]) -> Counts:
    """The counts of so many of each answer: the easy ones of all; each that was given stands in `steps`."""
    return Counts(
        numerator=sum(given[each] for each in scale.easy),
        denominator=sum(given.values()),
        steps={str(each): count for each, count in given.items() if count},
    )


def given_in(scale: EffortScale, counts: Counts) -> dict[int, int]:
    """How many gave each answer of the scale; the way back from counts."""
    return {each: counts.steps.get(str(each), 0) for each in scale.answers}


def effort_of(indicator: IndicatorBase, counts: Counts) -> EffortView | None:
    """What was answered in a unit and period; None for other kinds, without an answer, and where the answers that are
    kept are not those of this scale: they were given on another."""
    if not isinstance(indicator, Effort) or not counts.denominator:
        return None
    scale, n = indicator.scale, int(counts.denominator)
    given = given_in(scale, counts)
    if sum(given.values()) != n:
        return None
    is_enough, question = n >= LEAST_SHOWN, indicator.question
    hard = sum(given[each] for each in scale.hard_ones)
    found: EffortView = {
        "question": {name: said for name in ("en", "fr") if (said := getattr(question, name))},
        "hard_end": scale.hard,
        "ends": [scale.from_, scale.to],
        "n": n,
        "enough": LEAST_SHOWN,
        "answers": _answers(scale, given, n) if is_enough else [],
        "hard": hard if is_enough else None,
        "hard_share": hard / n if is_enough else None,
        "mean": sum(each * count for each, count in given.items()) / n if is_enough else None,
    }
    return found | {"words": True} if indicator.words else found


def _answers(scale: EffortScale, given: Mapping[int, int], n: int) -> list[AnswerView]:
    from_easy = scale.answers if scale.hard == "high" else reversed(scale.answers)
    return [
        {"answer": each, "count": given[each], "share": given[each] / n, "side": _side(scale, each)}
        for each in from_easy
    ]


def _side(scale: EffortScale, answer: int) -> Side:
    return "easy" if answer in scale.easy else "hard" if answer in scale.hard_ones else "between"


def told_apart(parts: Mapping[str, Counts]) -> dict[str, Counts]:
    """The parts of a whole that may be told beside it, in their order: those of enough answers, as long as what is left
    out is not so little that it could be reckoned from the whole."""
    told = {name: counts for name, counts in parts.items() if counts.denominator >= LEAST_SHOWN}
    rest = sum(counts.denominator for name, counts in parts.items() if name not in told)
    while told and 0 < rest < LEAST_SHOWN:
        smallest = min(told, key=lambda name: told[name].denominator)
        rest += told.pop(smallest).denominator
    return told
