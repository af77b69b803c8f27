"""A survey of marks from its answers, as `analyse penalty-reward` prints it: what low marks cost, what high ones earn.

Wrong signs, thin cells and classes that change with the grouping of marks are named and never classed: published
rules would still print a confident class for them (methods.md A2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.votes import Note, note
from charter.domain.surveys.effect_sizes import Effects, class_of_effects, effects_of, printed, turns
from charter.domain.surveys.mark_groups import Grouped, Grouping, group_marks, halo, means_alone
from charter.domain.surveys.marks import (
    MINIMUM_LEVELS,
    MOST_ATTRIBUTES,
    Coding,
    Group,
    Sheet,
    levels_of,
    require_both_ends,
)
from charter.domain.surveys.regression import Fit, Floats, Progress, bootstrap, design, ordinary
from charter.domain.vocabulary.errors import Invalid

MINIMUM_PEOPLE = 150
PEOPLE_PER_COEFFICIENT = 10
DRAWS = 1000
SEED = 20_260_101
MOST_DRAWS = 20_000
OPPOSITE = {"basic": "excitement", "excitement": "basic"}


class Judged(NamedTuple):
    """The class of an attribute, what other groupings say, whether it is stable, and what is to be known."""

    class_: str
    groupings: list[dict[str, Any]]
    is_stable: bool
    warnings: list[Note]


def analyse_marks(
    sheet: Sheet,
    coding: Coding,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    choices: Choices = OURS,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Penalty, reward, asymmetry and class of every attribute, in points of the overall mark.

    `delta`, the least effect that matters, is 2 % of the declared scale of the overall mark; where none is declared, of
    the range that occurs. Raises Invalid when the overall
    mark has fewer than 5 levels and there are people enough to be misled, when there is no attribute, or for a number
    of draws that makes no interval.
    """
    if not sheet.attributes:
        raise Invalid("The survey has no marks besides the overall one.", "overall")
    if len(sheet.attributes) > MOST_ATTRIBUTES:
        count = len(sheet.attributes)
        raise Invalid(
            "The survey has %(count)s attributes: keep at most %(most)s.", "overall", count=count, most=MOST_ATTRIBUTES
        )
    if not 100 <= draws <= MOST_DRAWS:
        raise Invalid(
            "%(draws)s draws make no interval: take 100 to %(most)s.", "bootstrap", draws=draws, most=MOST_DRAWS
        )
    if len(sheet.overall) >= MINIMUM_PEOPLE:
        require_both_ends(sheet.overall)
    found = group_marks(sheet, coding)
    found.notes += halo(found, coding)
    if sheet.overall and levels_of(sheet.overall) < MINIMUM_LEVELS:
        found.notes.append(note("penalty-reward-levels", levels=levels_of(sheet.overall)))
    study = _Study(found, choices, float(choices.least_effect) * _range(sheet.overall, coding))
    study.fit(draws, seed, progress)
    return study.as_json(coding) | {"draws": draws, "seed": seed, "outcome_levels": levels_of(sheet.overall)}


def _range(overall: Any, coding: Coding) -> float:
    if coding.scale is not None:
        return coding.scale[1] - coding.scale[0]
    return float(max(overall) - min(overall)) if len(overall) else 0.0


class _Study:
    """The fits of one survey under the chosen grouping and its neighbours."""

    def __init__(self, found: Grouped, choices: Choices, delta: float) -> None:
        self.found, self.choices, self.delta = found, choices, delta
        self.whole: Fit | None = None
        self.chosen: Mapping[int, Effects] = {}
        self.others: list[tuple[Grouping, Mapping[int, Effects]]] = []

    def fit(self, draws: int, seed: int, progress: Progress | None) -> None:
        """Fit everything that there are enough people for; fewer people than coefficients are not fitted at all."""
        found = self.found
        terms = found.terms(found.chosen)
        if not terms or len(found.outcome) <= len(terms) + 1:
            return
        self.whole = ordinary(design(found.groups, terms), found.outcome, found.weights)
        # The chosen grouping needs no finer groups than its own.
        groups = found.groups.copy()
        for held, one in ((found.chosen.low, Group.LOW), (found.chosen.high, Group.HIGH)):
            for part in held:
                groups[groups == part] = one
            groups[(groups != one) & np.isin(groups, [int(g) for g in _side(one) - held])] = Group.MIDDLE
        (drawn,) = bootstrap(groups, found.outcome, [_coarse(terms)], draws, seed, progress, found.weights)
        self.chosen = self._effects(found.chosen, self.whole, drawn)
        self._fit_neighbours(max(200, draws // 4), seed)

    def _fit_neighbours(self, draws: int, seed: int) -> None:
        """A quarter of the draws: these intervals only have to say whether the class stays."""
        found, minimum = self.found, self.choices.cell_minimum
        fitted = []
        for grouping in found.neighbours:
            thin = frozenset(
                at
                for at in range(len(found.attributes))
                if min(found.size(at, grouping.low), found.size(at, grouping.high)) < minimum
            )
            terms = found.terms(grouping, thin)
            try:
                fit = ordinary(design(found.groups, terms), found.outcome, found.weights)
                fitted.append((grouping, thin, terms, fit))
            except np.linalg.LinAlgError:
                continue
        asked = [one[2] for one in fitted]
        drawn = bootstrap(found.groups, found.outcome, asked, draws, seed, None, found.weights) if fitted else []
        for (grouping, thin, _, fit), draw in zip(fitted, drawn, strict=True):
            effects = self._effects(grouping, fit, draw)
            self.others.append((grouping, {at: one for at, one in effects.items() if at not in thin}))

    def _effects(self, grouping: Grouping, fit: Fit, drawn: Floats) -> dict[int, Effects]:
        effects: dict[int, Effects] = {}
        place = 1
        for at in range(len(self.found.attributes)):
            if at in self.found.left_out:
                continue
            sizes = (self.found.size(at, grouping.low), self.found.size(at, grouping.high))
            effects[at] = effects_of(fit, drawn, place, sizes)
            place += 3 if self.found.is_aside[at] else 2
        return effects

    def as_json(self, coding: Coding) -> dict[str, Any]:
        """The contract's shape, with the means of each attribute alone, other groupings and published rules beside;
        `spread` keeps the draws of each effect in a hundred parts, for the next wave."""
        found, whole = self.found, self.whole
        small = self._too_small()
        return {
            "n": len(found.outcome),
            "r2": None if whole is None else whole.r2,
            "const": None if whole is None else float(whole.coefficients[0]),
            "delta": self.delta,
            "low": list(coding.low),
            "high": list(coding.high),
            "scale": None if coding.scale is None else list(coding.scale),
            "attributes": [self._line(at, name, small) for at, name in enumerate(found.attributes)],
            "warnings": [dict(one) for one in [*found.notes, *([small] if small else [])]],
            "spread": {
                found.attributes[at]: {"penalty": list(one.penalty.draws), "reward": list(one.reward.draws)}
                for at, one in self.chosen.items()
            },
        }

    def _too_small(self) -> Note | None:
        n, coefficients = len(self.found.outcome), len(self.found.terms(self.found.chosen)) + 1
        needed = max(MINIMUM_PEOPLE, PEOPLE_PER_COEFFICIENT * coefficients)
        return note("marks-too-few-people", n=n, minimum=needed) if n < needed else None

    def _line(self, at: int, name: str, small: Note | None) -> dict[str, Any]:
        found, effects = self.found, self.chosen.get(at)
        sizes = {"n_low": found.size(at, found.chosen.low), "n_high": found.size(at, found.chosen.high)}
        line = {"attribute": name} | sizes | printed(effects) | {"alone": means_alone(found, at)}
        if effects is None:
            why = (
                found.left_out.get(at)
                or small
                or note("marks-too-few-people", n=len(found.outcome), minimum=MINIMUM_PEOPLE)
            )
            return line | {"class": "insufficient", "stable": False, "groupings": [], "warnings": [dict(why)]}
        judged = self._judged(at, effects)
        return line | {
            "class": judged.class_ if small is None else "insufficient",
            "stable": judged.is_stable and small is None,
            "groupings": judged.groupings,
            "warnings": [dict(one) for one in (*judged.warnings, *([] if small is None else [small]))],
        }

    def _judged(self, at: int, effects: Effects) -> Judged:
        """The class under the chosen grouping, kept where another says the same and none the opposite."""
        class_ = class_of_effects(effects, self.delta, self.choices)
        others = [
            (grouping, class_of_effects(found[at], self.delta, self.choices))
            for grouping, found in self.others
            if at in found
        ]
        said = [{"low": _parts(one.low), "high": _parts(one.high), "class": other} for one, other in others]
        classes = [other for _, other in others]
        warnings: list[Note] = []
        if class_ == "insufficient":
            cells = {"n_low": effects.n_low, "n_high": effects.n_high}
            warnings.append(note("penalty-reward-too-few", **cells, minimum=self.choices.cell_minimum))
        elif class_ == "anomalous":
            warnings.append(note("penalty-reward-wrong-sign"))
        is_stable = class_ in classes and not {OPPOSITE.get(class_), "anomalous"} & set(classes)
        if class_ not in ("insufficient", "anomalous", "undetermined") and not is_stable:
            warnings.append(note("penalty-reward-unstable" if classes else "marks-one-grouping"))
            class_ = "undetermined"
        warnings += [note(f"marks-negative-{name}") for name in ("penalty", "reward") if turns(effects, name)]
        return Judged(class_, said, is_stable, warnings)


def _side(one: Group) -> frozenset[Group]:
    return frozenset({Group.LOWEST, Group.LOW} if one is Group.LOW else {Group.HIGH, Group.HIGHEST})


def _coarse(terms: Any) -> list[tuple[int, frozenset[Group]]]:
    """The same columns on groups that were gathered already."""
    gathered = {Group.LOWEST: Group.LOW, Group.HIGHEST: Group.HIGH}
    return [(at, frozenset(gathered.get(part, part) for part in held)) for at, held in terms]


def _parts(held: frozenset[Group]) -> str:
    return "outermost" if len(held) == 1 else "both"
