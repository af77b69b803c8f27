"""Answers of people counted by promise: each pair of answers, one question only, importance, weights.

Careless people are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from charter.domain.evidence.votes import Note, note
from charter.domain.surveys.kano import KanoCounts, Table, category_of

WEIGHT, UNIT = "$weight", "$unit"
"""Beside a person's answers: how many customers the person stands for, and the unit that served them."""


def pairs_given(given: Mapping[str, Any]) -> Iterator[tuple[str, list[int | None]]]:
    """One person's answers by promise, without what stands beside them."""
    return ((key, pair) for key, pair in given.items() if not key.startswith("$"))


@dataclass
class _Weighed:
    """The weights of those who gave each pair of answers."""

    sums: dict[str, float] = field(default_factory=dict)
    squares: float = 0.0

    def add(self, pair: str, weight: float) -> None:
        self.sums[pair] = self.sums.get(pair, 0.0) + weight
        self.squares += weight * weight

    def effective(self) -> dict[str, float]:
        """By pair of answers its part of the effective number of people: (Σw)² / Σw² (Kish 1965)."""
        total = sum(self.sums.values())
        people = total * total / self.squares if self.squares else 0.0
        return {pair: round(weight / total * people, 6) for pair, weight in sorted(self.sums.items()) if weight}


def count_pairs(answers: Iterable[Mapping[str, Any]], commitments: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By promise: how many gave each pair of answers, how many answered one question only, importance.

    Where people have weights, `weighted` is what the pairs count for: parts of the effective number of people.
    """
    pairs: dict[str, Counter[str]] = {key: Counter() for key in commitments}
    half: Counter[str] = Counter()
    importance: dict[str, list[int]] = {key: [] for key in commitments}
    weighed: dict[str, _Weighed] = {}
    for given in answers:
        for key, (functional, dysfunctional, *more) in pairs_given(given):
            if functional is not None and dysfunctional is not None:
                pair = f"{functional}{dysfunctional}"
                pairs.setdefault(key, Counter())[pair] += 1
                if WEIGHT in given:
                    weighed.setdefault(key, _Weighed()).add(pair, given[WEIGHT])
                importance.setdefault(key, []).extend(one for one in more if one is not None)
            elif functional is not None or dysfunctional is not None:
                half[key] += 1
    return {
        key: {
            "pairs": dict(sorted(found.items())),
            "half_answered": half[key],
            "importance": sum(importance[key]) / len(importance[key]) if importance.get(key) else None,
            **({"weighted": weighed[key].effective()} if key in weighed else {}),
        }
        for key, found in pairs.items()
    }


CARELESS_PAIRS = 5
"""Who gave fewer pairs has not said enough to be called careless."""
CARELESS_Q = 0.3


def is_careless(pairs: Sequence[tuple[int, int]], table: Table = "classic") -> bool:
    """Whether a person answered without looking: one and the same answer to at least five pairs, or more than 30 % of
    at least five pairs that contradict themselves (methods.md C8)."""
    if len(pairs) < CARELESS_PAIRS:
        return False
    throughout = Counter(first for first, second in pairs if first == second)
    if len(set(pairs)) == 1 or max(throughout.values(), default=0) >= CARELESS_PAIRS:
        return True
    return sum(category_of(*pair, table) == "Q" for pair in pairs) > CARELESS_Q * len(pairs)


def careless_in(answers: Iterable[Mapping[str, Any]], table: Table = "classic") -> dict[str, dict[str, int]]:
    """By promise, how many careless people gave each pair of answers: counted apart from the whole."""
    set_apart = [given for given in answers if is_careless(_whole(given), table)]
    found = count_pairs([dict(pairs_given(one)) for one in set_apart], ())
    return {key: counted["pairs"] for key, counted in found.items()}


def _whole(given: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(pair[0], pair[1]) for _, pair in pairs_given(given) if pair[0] is not None and pair[1] is not None]


def careless_note(count: int, whole: KanoCounts, without: KanoCounts) -> Note:
    """How many answered carelessly, and the two shares with and without them, of 100."""

    def shares(counts: KanoCounts, name: str) -> dict[str, int]:
        of = max(counts.n, 1)
        parts = {"annoyed": counts.o + counts.m, "pleased": counts.a + counts.o}
        return {f"{key}{name}": round(100 * part / of) for key, part in parts.items()}

    return note("careless", count=count, **shares(whole, ""), **shares(without, "_without"))
