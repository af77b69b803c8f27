"""The pairs of a file by wave: the same wave, the same segment, one wording; one person's answers together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from charter.domain.analyses.answer_counts import UNIT, WEIGHT, pairs_given
from charter.domain.surveys.answers import Pair
from charter.domain.vocabulary.errors import Invalid, Sentence

Answered = dict[str, Any]
"""By promise the two answers and the importance; besides, the weight and the unit of the person (`kano.WEIGHT`)."""
LEFT_OUT = "-"


@dataclass
class Group:
    """One wave of a file. `people` holds each person's answers by promise: if kept, if not kept, importance."""

    name: str
    segment: str
    asked_on: date
    wordings: set[str] = field(default_factory=set)
    people: list[Answered] = field(default_factory=list)
    commitments: dict[str, int] = field(default_factory=dict)

    @property
    def wording(self) -> str:
        return next(iter(self.wordings), "")

    @property
    def whole(self) -> int:
        """Pairs that count: both questions answered."""
        return sum(None not in pair[:2] for person in self.people for _, pair in pairs_given(person))

    def require_weights(self) -> None:
        """Raises Invalid where the people of a wave stand for nobody: all weights are 0."""
        weights = [person[WEIGHT] for person in self.people if WEIGHT in person]
        if weights and not any(weights):
            raise weighs_nothing(self.name)

    def require_one_wording(self) -> None:
        """Raises Invalid where one wave offered its answers in several ways."""
        if len(self.wordings) > 1:
            raise Invalid(
                "%(survey)s offered its answers in several ways (%(wordings)s): give each its own wave in the file.",
                "wording",
                survey=self.name,
                wordings=[Sentence("“%(name)s”", name=one[:60]) for one in sorted(self.wordings)[:3]],
            )


def weighs_nothing(survey: str) -> Invalid:
    """The people of a wave stand for nobody."""
    return Invalid("%(survey)s: every weight is 0, so that nobody is spoken for.", "weight", survey=survey)


def group_pairs(
    pairs: Sequence[Pair], attributes: Mapping[str, str], name: str, segment: str, wording: str, asked_on: date
) -> list[Group]:
    """The waves that a file's pairs make; what is said for the whole file holds where a row says nothing.

    Rows without a respondent are a person each. Names that stand for no promise yet, or are left out, are not counted.
    """
    groups: dict[tuple[str, str], Group] = {}
    people: dict[tuple[Any, ...], Answered] = {}
    days: dict[tuple[str, str], list[date]] = {}
    for pair in pairs:
        commitment = attributes.get(pair.attribute, "")
        if commitment in ("", LEFT_OUT):
            continue
        place = (pair.wave, pair.segment or segment)
        group = groups.setdefault(place, Group(_name(name, pair.wave, pair.segment), place[1], asked_on))
        days.setdefault(place, []).extend([pair.day] if pair.day else [])
        if pair.wording or wording:
            group.wordings.add(pair.wording or wording)
        who = (*place, pair.who) if pair.who is not None else (*place, "line", pair.line)
        if who not in people:
            beside = {WEIGHT: pair.weight, UNIT: pair.unit or None}
            people[who] = {name: said for name, said in beside.items() if said is not None}
            group.people.append(people[who])
        importance = [] if pair.importance is None else [pair.importance]
        people[who][commitment] = [pair.functional, pair.dysfunctional, *importance]
        group.commitments[commitment] = group.commitments.get(commitment, 0) + 1
    for place, group in groups.items():
        group.asked_on = min(max(days[place]), asked_on) if days[place] else asked_on
    return list(groups.values())


def _name(name: str, *more: str) -> str:
    return " · ".join([name, *(one for one in more if one)])[:120]
