"""What customers said in a Kano survey: whether absence would annoy most of them, and presence please most of them.

The mode is a poor classifier: the class rests on Better and Worse with Wilson's 95 % interval (methods.md A1, E).
Counts: A attractive, O one-dimensional, M must-be, I indifferent, R reversed, Q questionable.

The Kano questionnaire: one question if the promise is kept, one if it is not, and what a pair of answers means.

Answers: 1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike. Source of the tables: Kano 1984 and Berger et al. 1993;
Pouliot's variant only calls questionable the two middle cells where both answers are alike.

Answers of people counted by promise: each pair of answers, those who answered one question only, importance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import comb, exp, lgamma, log, sqrt
from typing import Any, Literal

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.votes import Note, Vote, majority, note, outcome, silent
from charter.domain.statistics.intervals import Interval, wilson
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.vocabulary.terms import Strength

LEVEL = 0.95
_EXACT_UP_TO = 2000


@dataclass(frozen=True)
class KanoCounts:
    """How many answered in each category; of weighted answers, parts of the effective number of people (Kish 1965).

    Raises ValueError for a negative count.
    """

    a: float = 0
    o: float = 0
    m: float = 0
    i: float = 0
    r: float = 0
    q: float = 0

    def __post_init__(self) -> None:
        if min(self.by_category.values()) < 0:
            raise ValueError("a count of answers is never negative")

    @property
    def by_category(self) -> dict[str, float]:
        return {"A": self.a, "O": self.o, "M": self.m, "I": self.i, "R": self.r, "Q": self.q}

    @property
    def answered(self) -> float:
        """All answers."""
        return sum(self.by_category.values())

    @property
    def n(self) -> float:
        """Answers that count for Better and Worse: without the reversed and the questionable."""
        return self.a + self.o + self.m + self.i


def kano_vote(counts: KanoCounts, *, dated: date | None = None, choices: Choices = OURS) -> Vote:
    """Floor by the share that absence would annoy, earns by the share that presence would please; set aside when
    fewer than 30 answers count, more than 10 % are questionable or more than 15 % reversed (the charter's choices)."""
    warnings = gates(counts, choices)
    if warnings:
        return silent("kano", "customers", *warnings)
    cut = float(choices.majority)
    floor = majority(wilson(counts.o + counts.m, counts.n, LEVEL), cut)
    earns = majority(wilson(counts.a + counts.o, counts.n, LEVEL), cut)
    because = note(
        f"kano-{outcome(floor, earns)}",
        annoyed=round(100 * (counts.o + counts.m) / counts.n),
        pleased=round(100 * (counts.a + counts.o) / counts.n),
        n=round(counts.n),
        date=None if dated is None else dated.isoformat(),
    )
    strength = Strength.MODERATE if floor or earns else Strength.NONE
    return Vote("kano", "customers", floor, earns, strength, (because,))


def gates(counts: KanoCounts, choices: Choices = OURS) -> list[Note]:
    """Why these answers may not be used; empty when they may."""
    found: list[Note] = []
    minimum = max(choices.kano_minimum, LEAST_SHOWN)
    if counts.n < minimum:
        found.append(note("kano-too-few", n=int(counts.n), minimum=minimum))
    if counts.answered and counts.q / counts.answered > float(choices.most_questionable):
        found.append(note("kano-questionable", share=round(100 * counts.q / counts.answered)))
    if counts.answered and counts.r / counts.answered > float(choices.most_reversed):
        found.append(note("kano-reversed", share=round(100 * counts.r / counts.answered)))
    return found


def better(counts: KanoCounts) -> tuple[float, Interval] | None:
    """The share that presence would please, (A + O) / n, with its interval; None without answers."""
    return _share(counts.a + counts.o, counts.n)


def worse(counts: KanoCounts) -> tuple[float, Interval] | None:
    """Less the share that absence would annoy, -(O + M) / n, with its interval; None without answers."""
    found = _share(counts.o + counts.m, counts.n)
    return None if found is None else (-found[0], (-found[1][1], -found[1][0]))


def _share(part: float, n: float) -> tuple[float, Interval] | None:
    return (part / n, wilson(part, n, LEVEL)) if n else None


def difference(counts: KanoCounts) -> tuple[float, float] | None:
    """D = (A - M) / n and its standard error (multinomial): below 0 leans to the floor, above to earning."""
    if not counts.n:
        return None
    d = (counts.a - counts.m) / counts.n
    return d, sqrt(max(0.0, (counts.a + counts.m) / counts.n - d * d) / counts.n)


def mode(counts: KanoCounts) -> str | None:
    """The largest category; ties in the order M, O, A, I, R, Q (Sauerwein 1996)."""
    return _largest(counts, "MOAIRQ") if counts.answered else None


def berger(counts: KanoCounts) -> str | None:
    """The largest of O, A, M when together they outnumber I, R, Q, else the largest of those (Berger et al. 1993)."""
    if not counts.answered:
        return None
    speaks = counts.o + counts.a + counts.m > counts.i + counts.r + counts.q
    return _largest(counts, "MOA" if speaks else "IRQ")


def _largest(counts: KanoCounts, order: str) -> str:
    by_category = counts.by_category
    return max(order, key=lambda category: by_category[category])


def top_two(counts: KanoCounts) -> tuple[float, float]:
    """The two largest counts."""
    first, second, *_ = sorted(counts.by_category.values(), reverse=True)
    return first, second


def fong(counts: KanoCounts) -> tuple[float, bool] | None:
    """Fong's limit on the difference of the two largest counts, and whether they differ (Fong 1996).

    For display: it announces a difference too often; the exact test decides.
    """
    if not counts.answered:
        return None
    (a, b), n = top_two(counts), counts.answered
    limit = 1.65 * sqrt((a + b) * (2 * n - a - b) / (2 * n))
    return limit, a - b >= limit


def exact_p(counts: KanoCounts) -> float | None:
    """Two-sided exact binomial test that the two largest categories are equally frequent; of weighted answers on the
    nearest whole numbers."""
    a, b = (round(one) for one in top_two(counts))
    if a + b == 0:
        return None
    return min(1.0, 2 * _upper_tail(a, a + b))


def _upper_tail(least: int, n: int) -> float:
    """The probability of at least so many heads in n throws of a fair coin."""
    if n <= _EXACT_UP_TO:
        return sum(comb(n, k) for k in range(least, n + 1)) / (1 << n)
    whole = lgamma(n + 1) - n * log(2)
    return sum(exp(whole - lgamma(k + 1) - lgamma(n - k + 1)) for k in range(least, n + 1))


def category_strength(counts: KanoCounts) -> float | None:
    """How far the largest category stands above the next, in per cent of all answers (Lee & Newcomb 1997)."""
    a, b = top_two(counts)
    return 100 * (a - b) / counts.answered if counts.answered else None


def total_strength(counts: KanoCounts) -> float | None:
    """The share of answers that are not indifferent, reversed or questionable, in per cent of all."""
    return 100 * (counts.a + counts.o + counts.m) / counts.answered if counts.answered else None


Table = Literal["classic", "pouliot"]
CATEGORIES = "AOMIRQ"

TABLES: dict[Table, tuple[str, ...]] = {
    "classic": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
    "pouliot": ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"),
}
"""Rows: the answer if it is kept, 1 to 5; columns: the answer if it is not."""

FUNCTIONAL_SCORES = (4, 2, 0, -1, -2)
DYSFUNCTIONAL_SCORES = (-2, -1, 0, 2, 4)
"""DuMouchel's scores, in Berger et al. 1993; for a plot of means, never for the class."""


def category_of(functional: int, dysfunctional: int, table: Table = "classic") -> str:
    """A attractive, O one-dimensional, M must-be, I indifferent, R reversed or Q questionable; answers 1..5."""
    return TABLES[table][functional - 1][dysfunctional - 1]


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


MOST_MORE = 20_000


def answers_to_settle(part: float, n: float, cut: float = 0.5) -> int | None:
    """How many more answers in the same proportion would settle the question: Wilson's interval then leaves the cut
    out. 0 where it is settled, None where even twenty thousand would not, or nobody has answered."""
    if n <= 0:
        return None
    share = part / n

    def is_settled(of: float) -> bool:
        return majority(wilson(share * of, of, LEVEL), cut) is not None

    if is_settled(n):
        return 0
    if not is_settled(n + MOST_MORE):
        return None
    low, high = 0, MOST_MORE
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_settled(n + middle) else (middle, high)
    return high
