"""Figures that people and programs give: which numbers each kind asks for, and what they may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from charter.domain.charter_file.indicators import Effort, IndicatorBase
from charter.domain.readings.effort import counts_of_answers, given_in
from charter.domain.readings.values import kind_of, steps_of
from charter.domain.vocabulary.counts import Counts, Number
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import Kind

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
    Kind.SUM: ("n", "sum"),
    Kind.RATE: ("numerator", "volume"),
    Kind.MONEY: ("n", "cents"),
}
"""The numbers asked for, by kind: counts, never a percentage."""

STEP = "within_"
"""A promise in steps asks for the cases met within each further delay: `within_20_working_days`."""

ANSWER = "answer_"
"""An effort asks how many gave each answer of its scale: `answer_1`, `answer_2`."""

MOST_CASES = 2_000_000_000
LARGEST = 10**15
LONGEST_NAME = 120
LONGEST_REASON = 1000
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}([.,][0-9]{1,9})?")
_SPACES = re.compile(r"[ \u00a0\u2009\u202f']")


@dataclass(frozen=True)
class Figure:
    """What is given: for which indicator, period and unit, which numbers, and why if it corrects another.

    `line` is where it stood in a file or a body, for the sentence of a refusal.
    """

    indicator: str
    period: str
    unit: str | None
    numbers: Entered
    reason: str | None = None
    channel: str = ""
    segment: str = ""
    line: int | None = None


def number_of(text: str, name: str) -> Number:
    """The number that a person wrote, decimal comma and spaces between thousands allowed. Raises Invalid."""
    written = text.strip()
    shown = written if len(written) <= 40 else f"{written[:40]}…"
    if written.startswith(("=", "@")):
        raise Invalid("%(number)s: “%(written)s” is a formula: write its result.", name, number=name, written=shown)
    if written.endswith("%"):
        raise Invalid(
            "%(number)s: “%(written)s” is a percentage: a figure is given as counts.", name, number=name, written=shown
        )
    plain = _SPACES.sub("", written)
    if not _NUMBER.fullmatch(plain):
        raise Invalid(
            "%(number)s: “%(written)s” is not a number, such as 37 or 12,5.", name, number=name, written=shown
        )
    number = Decimal(plain.replace(",", "."))
    return int(number) if number == number.to_integral_value() else number


def later_delays(indicator: IndicatorBase) -> dict[str, str]:
    """The delays of a promise in steps after the first, which the numerator says: the number's name to the delay."""
    delays = [str(step.delay) for step in steps_of(indicator)[1:]]
    return {STEP + delay.replace(" ", "_"): delay for delay in delays}


def asked_of(indicator: IndicatorBase) -> tuple[str, ...]:
    """The numbers that a figure of this indicator needs; none where it is computed."""
    if isinstance(indicator, Effort):
        return tuple(f"{ANSWER}{each}" for each in indicator.scale.answers)
    asked = ASKED.get(kind_of(indicator), ())
    return (*asked, *later_delays(indicator)) if asked else ()


def counts_entered(indicator: IndicatorBase, entered: Entered) -> Counts:
    """The counts that the numbers say. Raises Invalid: kind not entered, a number missing or impossible."""
    kind, asked, later = kind_of(indicator), asked_of(indicator), later_delays(indicator)
    if not asked:
        raise Invalid(
            "A figure of kind %(kind)s cannot be entered: it is computed at each level from its rows.",
            "kind",
            kind=kind,
        )
    _require_all(kind, asked, entered)
    if isinstance(indicator, Effort):
        given = {each: _cases(entered, f"{ANSWER}{each}") for each in indicator.scale.answers}
        return counts_of_answers(indicator.scale, given)
    counts = _MAKE[kind](entered)
    return replace(counts, steps={delay: _step(entered, name) for name, delay in later.items()}) if later else counts


def _require_all(kind: Kind, asked: tuple[str, ...], entered: Entered) -> None:
    """Each number that is asked for, and none besides."""
    for name in asked:
        if name not in entered:
            raise Invalid(
                "The number %(number)s is missing: a figure of kind %(kind)s needs %(asked)s.",
                name,
                number=name,
                kind=kind,
                asked=asked,
            )
        _check(name, entered[name])
    for name in entered:
        if name not in asked:
            raise Invalid(
                "A figure of kind %(kind)s has no %(number)s: it needs %(asked)s.",
                name,
                kind=kind,
                number=name,
                asked=asked,
            )


def _step(entered: Entered, name: str) -> int:
    met, denominator = _cases(entered, name), entered["denominator"]
    if met > denominator:
        raise Invalid(
            "The number %(number)s is %(value)s, above the denominator %(denominator)s.",
            name,
            number=name,
            value=met,
            denominator=denominator,
        )
    return met


def _check(name: str, number: Number) -> None:
    if isinstance(number, Decimal) and not number.is_finite():
        raise Invalid(
            "The number %(number)s is %(value)s: it must be a finite number.", name, number=name, value=number
        )
    if number < 0:
        raise Invalid("The number %(number)s is %(value)s: it cannot be less than 0.", name, number=name, value=number)
    if number > LARGEST:
        raise Invalid(
            "The number %(number)s is above %(most)s: look whether it is what you meant.",
            name,
            number=name,
            most=LARGEST,
        )
    if isinstance(number, Decimal) and number != round(number, 9):
        raise Invalid("The number %(number)s has more than 9 decimals: round it.", name, number=name)


def _over(entered: Entered) -> tuple[Number, Number]:
    numerator, denominator = entered["numerator"], entered["denominator"]
    if numerator > denominator:
        raise Invalid(
            "The numerator %(numerator)s is above the denominator %(denominator)s.",
            "numerator",
            numerator=numerator,
            denominator=denominator,
        )
    return numerator, denominator


def _share(entered: Entered) -> Counts:
    _over(entered)
    met, cases = (_cases(entered, name) for name in _SHARE)
    return Counts(numerator=met, denominator=cases)


def _share_within(entered: Entered) -> Counts:
    counts = _share(entered)
    # A person who gives a figure has seen answers: the unit records.
    return Counts(numerator=counts.numerator, denominator=counts.denominator, stopped=int(counts.denominator))


def _availability(entered: Entered) -> Counts:
    """Amounts of time, which need not be whole."""
    up, total = _over(entered)
    return Counts(numerator=up, denominator=total)


def _mean(entered: Entered) -> Counts:
    n, total, squares = _cases(entered, "n"), entered["sum"], entered["sum_of_squares"]
    if n == 0 and (total or squares):
        raise Invalid("There is a sum of %(total)s but no value: n is 0.", "n", total=total)
    if Decimal(squares) * n < Decimal(total) ** 2:
        raise Invalid(
            "The sum of squares %(squares)s is too small for %(n)s values that add up to %(total)s.",
            "sum_of_squares",
            squares=squares,
            n=n,
            total=total,
        )
    return Counts(denominator=n, total=total, squares=squares)


def _nps(entered: Entered) -> Counts:
    promoters, passives, detractors = (_cases(entered, name) for name in ASKED[Kind.NPS])
    return Counts(denominator=promoters + passives + detractors, promoters=promoters, detractors=detractors)


def _count(entered: Entered) -> Counts:
    n = _cases(entered, "n")
    return Counts(numerator=n, denominator=n)


def _total(entered: Entered) -> Counts:
    n, total = _cases(entered, "n"), entered["sum"]
    if n == 0 and total:
        raise Invalid("There is a sum of %(total)s but no value: n is 0.", "n", total=total)
    return Counts(numerator=n, denominator=n, total=total)


def _rate(entered: Entered) -> Counts:
    """Cases of a volume, which need not be whole; there may be more cases than volume."""
    return Counts(numerator=_cases(entered, "numerator"), denominator=entered["volume"])


def _money(entered: Entered) -> Counts:
    n, cents = _cases(entered, "n"), _whole(entered, "cents")
    if n == 0 and cents:
        raise Invalid("There are %(cents)s cents but no payment: n is 0.", "n", cents=cents)
    return Counts(numerator=n, denominator=n, total=cents)


def _whole(entered: Entered, name: str) -> int:
    number = entered[name]
    if number != int(number):
        raise Invalid("The number %(number)s is %(value)s: it must be whole.", name, number=name, value=number)
    return int(number)


def _cases(entered: Entered, name: str) -> int:
    """A whole number of cases."""
    number = _whole(entered, name)
    if number > MOST_CASES:
        raise Invalid(
            "The number %(number)s is above %(most)s cases: look whether it is what you meant.",
            name,
            number=name,
            most=MOST_CASES,
        )
    return number


_MAKE: Mapping[Kind, Callable[[Entered], Counts]] = {
    Kind.SHARE: _share,
    Kind.SHARE_WITHIN: _share_within,
    Kind.AVAILABILITY: _availability,
    Kind.YES_NO: _share,
    Kind.MEAN: _mean,
    Kind.NPS: _nps,
    Kind.COUNT: _count,
    Kind.SUM: _total,
    Kind.RATE: _rate,
    Kind.MONEY: _money,
}


def numbers_of(indicator: IndicatorBase, counts: Counts) -> dict[str, Number]:
    """The numbers that a figure of this indicator was given as: the way back from counts."""
    kind = kind_of(indicator)
    if isinstance(indicator, Effort):
        return {f"{ANSWER}{each}": count for each, count in given_in(indicator.scale, counts).items()}
    if kind is Kind.MEAN:
        return {"n": counts.denominator, "sum": counts.total, "sum_of_squares": counts.squares}
    if kind is Kind.NPS:
        return {"promoters": counts.promoters, "passives": counts.passives, "detractors": counts.detractors}
    if kind is Kind.COUNT:
        return {"n": counts.numerator}
    if kind is Kind.SUM:
        return {"n": counts.denominator, "sum": counts.total}
    if kind is Kind.RATE:
        return {"numerator": counts.numerator, "volume": counts.denominator}
    if kind is Kind.MONEY:
        return {"n": counts.denominator, "cents": counts.total}
    steps = {name: counts.steps[delay] for name, delay in later_delays(indicator).items() if delay in counts.steps}
    return {"numerator": counts.numerator, "denominator": counts.denominator, **steps}
