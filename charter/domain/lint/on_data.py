"""What the data say of a charter before it is in force: its levels beside what is measured, units it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.indicators import Indicator, State, Target
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.readings.values import figure_of
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Kind

MOST_NAMED = 8
NEAR = Decimal("0.005")
"""Within half of a per cent, the cases of a unit are as many as those of all the others."""
_MOST_DECIMALS = 4

Told = tuple[Severity, str, Sentence, Sentence | None]
"""How grave, the field below the indicator, what, and how to mend it."""


@dataclass(frozen=True)
class Figure:
    """What was counted of an indicator in a period. `unknown`: the cases of units that the charter does not know."""

    indicator: Indicator
    period: Period
    counts: Counts
    unknown: Mapping[str, int]
    undated: int
    target: Target | None

    @property
    def cases(self) -> Decimal:
        """Judged, pending and left out together."""
        counted = self.counts.numerator if self.indicator.kind is Kind.RATE else self.counts.denominator
        return Decimal(counted) + self.counts.pending + sum(self.counts.excluded.values())


def told_by(figure: Figure) -> Iterator[Told]:
    """What is to be known of an indicator by its newest figure."""
    yield _level(figure)
    yield from _unknown(figure)
    if figure.undated:
        yield (
            Severity.WARNING,
            "",
            Sentence("rows without a readable date, which belong to no period: %(count)s", count=figure.undated),
            Sentence("look at the file: flask charter look"),
        )


def _level(figure: Figure) -> Told:
    value, period = figure_of(figure.indicator, figure.counts), figure.period
    if value is None:
        said = Sentence("in %(period)s no case can be judged", period=period)
        return Severity.WARNING, "", said, Sentence("look whether the data reach that far, and whether conditions fit")
    level = figure.target.target if figure.target is not None else None
    shown = short(value, level, is_share=figure.indicator.kind.is_share)
    count = figure.counts.denominator
    if level is None:
        return (
            Severity.ADVICE,
            "",
            Sentence("in %(period)s %(value)s is measured, of %(count)s", period=period, value=shown, count=count),
            None,
        )
    said = Sentence(
        "in %(period)s %(value)s is measured, of %(count)s; %(level)s is required",
        period=period,
        value=shown,
        count=count,
        level=short(level, None, is_share=figure.indicator.kind.is_share),
    )
    return Severity.ADVICE, "targets", said, None


def _unknown(figure: Figure) -> Iterator[Told]:
    doubled = [unit for unit, count in figure.unknown.items() if _is_as_many_as_the_others(count, figure.cases)]
    for unit in doubled:
        said = Sentence("the unit '%(unit)s', which is not under units, has as many cases as all others", unit=unit)
        yield Severity.WARNING, "unit", said, Sentence("leave it out with exclude if it is their total")
    strange = {unit: count for unit, count in figure.unknown.items() if unit not in doubled}
    if not strange or not figure.cases:
        return
    heavy = sorted(strange, key=lambda unit: -strange[unit])
    names = [Sentence("'%(unit)s' (%(count)s)", unit=unit, count=strange[unit]) for unit in heavy[:MOST_NAMED]]
    yield (
        Severity.WARNING,
        "unit",
        Sentence(
            "names of the data that are not under units: %(count)s, with %(share)s of the cases: %(names)s",
            count=len(strange),
            share=short(Decimal(sum(strange.values())) / figure.cases, None, is_share=True),
            names=[*names, *["…"][: len(heavy) > MOST_NAMED]],
        ),
        Sentence("add them to units, or correct their names in the data"),
    )


def states_never_shown(indicator: Indicator, shown: Sequence[str]) -> Iterator[Told]:
    """The states that an indicator names and its event log never shows: mostly a slip of the pen."""
    for name in ("start", "stop", "pauses"):
        said = getattr(indicator, name, None)
        for state in said.state if isinstance(said, State) else ():
            if state not in shown:
                listed = Sentence("its states: %(words)s", words=list(shown[:MOST_NAMED]))
                unseen = Sentence("the log never shows the state '%(state)s'", state=state)
                yield Severity.WARNING, name, unseen, did_you_mean(state, shown[:MOST_NAMED], listed)


def _is_as_many_as_the_others(count: int, cases: Decimal) -> bool:
    others = cases - count
    return others > 0 and abs(count - others) <= NEAR * others


def short(value: Decimal, level: Decimal | None, *, is_share: bool) -> str:
    """A figure in as few decimals as keep it apart from a level that it did not reach; a share in per cent.

    >>> short(Decimal("0.99895"), Decimal("0.999"), is_share=True)
    '99.895 %'
    """
    scale = 100 if is_share else 1
    exact, mark = value * scale, None if level is None else level * scale
    for decimals in range(1, _MOST_DECIMALS + 1):
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if mark is None or exact == mark or rounded != mark:
            break
    shown = f"{rounded:f}".rstrip("0").rstrip(".")
    return f"{shown} %" if is_share else shown
