"""A sample weighted to the population: the mean over the units below, each with its weight, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.readings.values import kind_of, rounded, steps_of
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Basis, Kind

WEIGHTED_KINDS = (Kind.SHARE, Kind.SHARE_WITHIN, Kind.MEAN, Kind.NPS)
_FIELDS = ("numerator", "total", "squares", "promoters", "detractors")


@dataclass(frozen=True)
class Weighted:
    """What weighted answers are worth: counts of `n` equal answers that give the same value, and that value."""

    counts: Counts
    value: Decimal
    n: float


@dataclass(frozen=True)
class _Worth:
    """Per answer, the mean of each count; and how many equal answers they are worth."""

    per_answer: tuple[Fraction, ...]
    n: Fraction


def weigh(tree: UnitTree, indicator: IndicatorBase, counts: Mapping[str, Counts]) -> dict[str, Weighted]:
    """By unit, the weighted figure of a sample, for units above others that have a weight and answers.

    The mean over the units below, each with its weight; its interval rests on Kish's effective number of answers,
    (sum w)^2 / sum w^2 over answers, where an answer of a unit weighs the unit's weight / its answers (methods.md
    A8). A unit without answers says nothing and leaves its weight to the others; answers of no weighted unit weigh
    nothing. `counts` are those rolled up along the tree.
    """
    if indicator.basis is not Basis.SAMPLE or kind_of(indicator) not in WEIGHTED_KINDS or steps_of(indicator):
        return {}
    worths = {key: _worth(tree, key, counts) for key in tree.by_key if any(_strata(tree, key))}
    return {key: _weighted(kind_of(indicator), worth) for key, worth in worths.items() if worth is not None}


def _strata(tree: UnitTree, key: str) -> Iterator[tuple[str, Fraction]]:
    """The nearest units below that have a weight."""
    for child in tree.children(key):
        if child.weight is not None:
            yield child.key, Fraction(child.weight)
        else:
            yield from _strata(tree, child.key)


def _worth(tree: UnitTree, key: str, counts: Mapping[str, Counts]) -> _Worth | None:
    strata = list(_strata(tree, key))
    if not strata:
        return _plain(counts[key])
    parts = [(weight, worth) for unit, weight in strata if weight and (worth := _worth(tree, unit, counts))]
    if not parts:
        return None
    total = sum((weight for weight, _ in parts), Fraction(0))
    means = tuple(
        sum((weight * worth.per_answer[at] for weight, worth in parts), Fraction(0)) / total
        for at in range(len(_FIELDS))
    )
    return _Worth(means, total * total / sum((weight * weight / worth.n for weight, worth in parts), Fraction(0)))


def _plain(counts: Counts) -> _Worth | None:
    n = Fraction(counts.denominator)
    return _Worth(tuple(Fraction(getattr(counts, name)) / n for name in _FIELDS), n) if n else None


def _weighted(kind: Kind, worth: _Worth) -> Weighted:
    share, mean, _, promoters, detractors = worth.per_answer
    value = {Kind.SHARE: share, Kind.SHARE_WITHIN: share, Kind.MEAN: mean}.get(kind, (promoters - detractors) * 100)
    equal: dict[str, Decimal] = {
        name: _decimal(each * worth.n) for name, each in zip(_FIELDS, worth.per_answer, strict=True)
    }
    counts = Counts(denominator=_decimal(worth.n), **equal)  # type: ignore[arg-type]  # promoters may be fractions
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
