"""Figures that a person enters: which numbers each kind asks for, and what they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from charter.domain.errors import Invalid
from charter.domain.measures import Counts, Number
from charter.domain.terms import Kind

Entered = Mapping[str, Number]

_SHARE = ("numerator", "denominator")
ASKED: Mapping[Kind, tuple[str, ...]] = {
    Kind.SHARE: _SHARE,
    Kind.SHARE_WITHIN: _SHARE,
    Kind.AVAILABILITY: _SHARE,
    Kind.YES_NO: _SHARE,
    Kind.MEAN: ("n", "sum", "sum_of_squares"),
    Kind.NPS: ("promoters", "passives", "detractors"),
    Kind.COUNT: ("n",),
}
"""The numbers asked for, by kind: counts, never a percentage."""


def counts_entered(kind: Kind, entered: Entered) -> Counts:
    """The counts that a person's numbers say. Raises Invalid: kind not entered, a number missing or impossible."""
    asked = ASKED.get(kind)
    if asked is None:
        raise Invalid(f"A figure of kind {kind} cannot be entered by hand.", "kind")
    for name in asked:
        if name not in entered:
            raise Invalid(f"The number {name} is missing: a figure of kind {kind} needs {', '.join(asked)}.", name)
        if entered[name] < 0:
            raise Invalid(f"The number {name} is {entered[name]}: it cannot be less than 0.", name)
    for name in entered:
        if name not in asked:
            raise Invalid(f"A figure of kind {kind} has no {name}: it needs {', '.join(asked)}.", name)
    return _MAKE[asked](entered)


def _share(entered: Entered) -> Counts:
    numerator, denominator = entered["numerator"], entered["denominator"]
    if numerator > denominator:
        raise Invalid(f"The numerator {numerator} is above the denominator {denominator}.", "numerator")
    # A person who gives a figure has seen answers: the unit records.
    return Counts(numerator=numerator, denominator=denominator, stopped=_whole(denominator, "denominator"))


def _mean(entered: Entered) -> Counts:
    n, total, squares = entered["n"], entered["sum"], entered["sum_of_squares"]
    if Decimal(squares) * n < Decimal(total) ** 2:
        raise Invalid(
            f"The sum of squares {squares} is too small for {n} values that add up to {total}.", "sum_of_squares"
        )
    return Counts(denominator=_whole(n, "n"), total=total, squares=squares)


def _nps(entered: Entered) -> Counts:
    promoters, passives, detractors = (_whole(entered[name], name) for name in ASKED[Kind.NPS])
    return Counts(denominator=promoters + passives + detractors, promoters=promoters, detractors=detractors)


def _count(entered: Entered) -> Counts:
    n = _whole(entered["n"], "n")
    return Counts(numerator=n, denominator=n)


def _whole(number: Number, name: str) -> int:
    if number != int(number):
        raise Invalid(f"The number {name} is {number}: it must be whole.", name)
    return int(number)


_MAKE: Mapping[tuple[str, ...], Callable[[Entered], Counts]] = {
    _SHARE: _share,
    ASKED[Kind.MEAN]: _mean,
    ASKED[Kind.NPS]: _nps,
    ASKED[Kind.COUNT]: _count,
}
