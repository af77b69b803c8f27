"""Surveys weighted to the population: each unit speaks for its customers, not for the answers it happened to get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.readings.values import kind_of, rounded, steps_of
from charter.domain.vocabulary.counts import NOTHING, Counts
from charter.domain.vocabulary.terms import Basis, Kind

WEIGHTED_KINDS = (Kind.SHARE, Kind.SHARE_WITHIN, Kind.MEAN, Kind.NPS, Kind.EFFORT)
_FIELDS = ("numerator", "total", "squares", "promoters", "detractors")


@dataclass(frozen=True)
class Weighted:
    """What weighted answers are worth: counts of equal answers that give the same value and are as sure, and the value.

    `n`: by Kish's rule how many equal answers they are worth; the fewest that are judged are counted by it.
    """

    counts: Counts
    value: Decimal
    n: float


NO_WORTH = Weighted(NOTHING, Decimal(0), 0.0)
"""No answer of a unit that has a weight: nothing is known of the population."""


@dataclass(frozen=True)
class _Worth:
    """Per answer, the mean of each count; how many equal answers they are worth, and how many there are; what the mean
    of the scores varies by, None where a unit has too few answers to tell; and its third central moment, where cubes
    were counted."""

    per_answer: tuple[Fraction, ...]
    n: Fraction
    answers: Fraction
    variance: Fraction | None
    third: Fraction | None


def weigh(tree: UnitTree, indicator: IndicatorBase, counts: Mapping[str, Counts]) -> dict[str, Weighted]:
    """By unit, the weighted figure of a sample, for units above others that have a weight and answers.

    The mean over the units below, each with its weight. It varies by the sum of W^2 s^2 / n over these units
    (methods.md C3): its interval is that of equal answers that vary by that; of shares and scores never more than there
    are. Kish's effective number, (sum w)^2 / sum w^2 over answers, where an answer of a unit weighs the unit's weight /
    its answers, is held against the minimum (methods.md A8), and stands in where a unit has one answer. A unit without
    answers says nothing and leaves its weight to the others; answers of units of no weight weigh nothing. Where all
    answers are the whole's own, there is nothing to weigh. `counts` are rolled up along the tree.
    """
    if indicator.basis is not Basis.SAMPLE or kind_of(indicator) not in WEIGHTED_KINDS or steps_of(indicator):
        return {}
    kind = kind_of(indicator)
    by_unit = [key for key in tree.by_key if any(counts[below].denominator for below, _ in _strata(tree, key))]
    worths = {key: _worth(tree, key, kind, counts) for key in by_unit}
    return {key: NO_WORTH if worth is None else _weighted(kind, worth) for key, worth in worths.items()}


def _strata(tree: UnitTree, key: str) -> Iterator[tuple[str, Fraction]]:
    """The nearest units below that have a weight."""
    for child in tree.children(key):
        if child.weight is not None:
            yield child.key, Fraction(child.weight)
        else:
            yield from _strata(tree, child.key)


def _worth(tree: UnitTree, key: str, kind: Kind, counts: Mapping[str, Counts]) -> _Worth | None:
    strata = list(_strata(tree, key))
    if not strata:
        return _plain(kind, counts[key])
    parts = [(weight, worth) for unit, weight in strata if weight and (worth := _worth(tree, unit, kind, counts))]
    if not parts:
        return None
    total = sum((weight for weight, _ in parts), Fraction(0))
    shares = [(weight / total, worth) for weight, worth in parts]
    means = tuple(_sum(share * worth.per_answer[at] for share, worth in shares) for at in range(len(_FIELDS)))
    known = all(worth.variance is not None for _, worth in shares)
    return _Worth(
        means,
        1 / _sum(share * share / worth.n for share, worth in shares),
        _sum(worth.answers for _, worth in shares),
        _sum(share * share * (worth.variance or 0) for share, worth in shares) if known else None,
        None if any(one.third is None for _, one in shares) else _sum(s**3 * (one.third or 0) for s, one in shares),
    )


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction(0))


def _plain(kind: Kind, counts: Counts) -> _Worth | None:
    n = Fraction(counts.denominator)
    if not n:
        return None
    means = tuple(Fraction(getattr(counts, name)) / n for name in _FIELDS)
    spread, rest = _spread(kind, means, n), n - 1 if kind is Kind.MEAN else n
    _, mean, squares, *_ = means
    third = None if counts.cubes is None else (Fraction(counts.cubes) / n - 3 * mean * squares + 2 * mean**3) / n**2
    return _Worth(means, n, n, spread / rest if rest else None, third)


def _spread(kind: Kind, means: Sequence[Fraction], n: Fraction) -> Fraction:
    """What single answers vary by. Of shares and scores a few answers of every sort are added, as their intervals do:
    where all agree, others need not."""
    share, mean, squares, promoters, detractors = means
    if kind is Kind.MEAN:
        return max(Fraction(0), squares - mean * mean)
    if kind is Kind.NPS:
        happy, unhappy = ((each * n + Fraction(3, 4)) / (n + 3) for each in (promoters, detractors))
        return happy + unhappy - (happy - unhappy) ** 2
    near = (share * n + 1) / (n + 2)
    return near * (1 - near)


def _as_sure_as(kind: Kind, worth: _Worth) -> Fraction:
    """Of shares and scores the number of equal answers whose mean varies as much."""
    if kind is Kind.MEAN or not worth.variance:
        return worth.n
    return min(_spread(kind, worth.per_answer, worth.answers) / worth.variance, worth.answers)


def _weighted(kind: Kind, worth: _Worth) -> Weighted:
    share, mean, squares, promoters, detractors = worth.per_answer
    value = share if kind.is_share else mean if kind is Kind.MEAN else (promoters - detractors) * 100
    n = _as_sure_as(kind, worth)
    cubes = None
    if kind is Kind.MEAN and worth.variance is not None:
        # As many answers as vary so much that their mean varies as the weighted one does.
        squares = mean * mean + worth.variance * (n - 1)
        cubes = None if worth.third is None else _decimal((worth.third * n**2 + 3 * mean * squares - 2 * mean**3) * n)
    each = zip(_FIELDS, (share, mean, squares, promoters, detractors), strict=True)
    equal: dict[str, Decimal] = {name: _decimal(one * n) for name, one in each}
    counts = Counts(denominator=_decimal(n), cubes=cubes, **equal)  # type: ignore[arg-type]  # promoters may be fractions
    return Weighted(counts, _decimal(value), float(worth.n))


def _decimal(value: Fraction) -> Decimal:
    return rounded(Decimal(value.numerator) / Decimal(value.denominator))


def reweighed(kind: Kind, weighted: Weighted | None, counts: Counts, others: Counts) -> Weighted | None:
    """What weighted answers would come to with others added: these weigh as much as the rest."""
    if weighted is None or not kind.is_share or not others.denominator:
        return weighted
    n = Fraction(others.denominator)
    met = Fraction(weighted.value) * Fraction(counts.denominator) + Fraction(others.numerator - counts.numerator)
    value = _decimal(met / n)
    return Weighted(replace(weighted.counts, numerator=value * weighted.counts.denominator), value, weighted.n)
