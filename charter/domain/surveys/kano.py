"""What customers said in a Kano survey: whether absence would annoy most of them, and presence please most of them.

The mode is a poor classifier: the class rests on Better and Worse with Wilson's 95 % interval (methods.md A1, E).
Counts: A attractive, O one-dimensional, M must-be, I indifferent, R reversed, Q questionable.

The Kano questionnaire: one question if the promise is kept, one if it is not, and what a pair of answers means.

Answers: 1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike. Source of the tables: Kano 1984 and Berger et al. 1993;
Pouliot's variant only calls questionable the two middle cells where both answers are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import comb, exp, lgamma, log, sqrt
from typing import Literal

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
