"""What the data say of a charter before it is in force: its levels beside what is measured, units it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from charter.domain.charter_file.calendars.pauses import State
from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.checks.seen import cases_of
from charter.domain.lint.words import per_cent
from charter.domain.readings.stages import stages_of
from charter.domain.readings.values import figure_of
from charter.domain.vocabulary.counts import Counts, at_decimals, decimals_apart
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period

MOST_NAMED = 8


class Told(NamedTuple):
    """How grave, the field below the indicator, what, and how to mend it."""

    severity: Severity
    field: str
    said: Sentence
    remedy: Sentence | None


@dataclass(frozen=True)
class Figure:
    """What was counted of an indicator in a period. `unknown`: the cases of units that the charter does not know."""

    indicator: Indicator
    period: Period
    counts: Counts
    unknown: Mapping[str, int]
    undated: int
    contradictory: int
    overlapping: int
    target: Target | None
    promised: tuple[Decimal, ...] = ()

    @property
    def cases(self) -> Decimal:
        """Judged, pending and left out together."""
        return Decimal(cases_of(self.indicator.kind, self.counts))


def told_by(figure: Figure) -> Iterator[Told]:
    """What is to be known of an indicator by its newest figure."""
    yield _level(figure)
    yield from _unknown(figure)
    yield from _repeated(figure)
    if figure.undated:
        yield Told(
            Severity.WARNING,
            "",
            Sentence("rows without a readable date, which belong to no period: %(count)s", count=figure.undated),
            Sentence("look at the file: flask charter look"),
        )


def _level(figure: Figure) -> Told:
    value, period = figure_of(figure.indicator, figure.counts), figure.period
    if value is None:
        said = Sentence("in %(period)s no case can be assessed", period=period)
        remedy = Sentence("look whether the data reach that far, and whether conditions fit")
        return Told(Severity.WARNING, "", said, remedy)
    level = figure.target.target if figure.target is not None else None
    shown = short(value, level, is_share=figure.indicator.kind.is_share)
    count = figure.counts.denominator
    if level is None:
        return Told(
            Severity.ADVICE,
            "",
            Sentence("in %(period)s %(value)s is measured, of %(count)s", period=period, value=shown, count=count),
            None,
        )
    required = short(level, None, is_share=figure.indicator.kind.is_share)
    said = Sentence(
        "in %(period)s %(value)s is measured, of %(count)s; %(level)s is required",
        period=period,
        value=shown,
        count=count,
        level=required,
    )
    if figure.promised:
        said = Sentence(
            "in %(period)s %(value)s is measured, of %(count)s; %(level)s is required; the promise says %(said)s",
            period=period,
            value=shown,
            count=count,
            level=required,
            said=per_cent(list(figure.promised)),
        )
    return Told(Severity.ADVICE, "targets", said, None)


def _repeated(figure: Figure) -> Iterator[Told]:
    """Rows of one case that say different things, and rows that stand in two files."""
    if figure.contradictory:
        said = Sentence(
            "in %(period)s rows of one case contradict each other, cases: %(count)s",
            period=figure.period,
            count=figure.contradictory,
        )
        remedy = Sentence(
            "say which row counts, distinct: {key: …, latest: …}, by the column of its last change or $file"
        )
        again = Sentence("rows that are equally new contradict each other: correct them in the data")
        yield Told(Severity.WARNING, "distinct", said, remedy if figure.indicator.latest is None else again)
    if figure.overlapping:
        said = Sentence(
            "rows that appear in two files of the source, equal in all columns: %(count)s", count=figure.overlapping
        )
        once = Sentence("add distinct: the column that names a case, or take the exports apart")
        kept = Sentence("each case counts once, for distinct is written; take the exports apart to be sure")
        yield Told(Severity.WARNING, "source", said, once if figure.indicator.case_key is None else kept)


def _unknown(figure: Figure) -> Iterator[Told]:
    strange = figure.unknown
    if not strange or not figure.cases:
        return
    heavy = sorted(strange, key=lambda unit: -strange[unit])
    names = [Sentence("'%(unit)s' (%(count)s)", unit=unit, count=strange[unit]) for unit in heavy[:MOST_NAMED]]
    yield Told(
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
    said = [(name, getattr(indicator, name, None)) for name in ("start", "stop", "pauses")]
    for name, told in [*said, *(("stages", stage) for stage in stages_of(indicator))]:
        for state in told.state if isinstance(told, State) else ():
            if state not in shown:
                listed = Sentence("its states: %(words)s", words=list(shown[:MOST_NAMED]))
                unseen = Sentence("the log never shows the state '%(state)s'", state=state)
                yield Told(Severity.WARNING, name, unseen, did_you_mean(state, shown[:MOST_NAMED], listed))


def short(value: Decimal, level: Decimal | None, *, is_share: bool) -> str:
    """A figure in as few decimals as keep it apart from a level that it did not reach; a share in per cent.

    >>> short(Decimal("0.99895"), Decimal("0.999"), is_share=True)
    '99.895 %'
    """
    scale = 100 if is_share else 1
    exact, marks = value * scale, [] if level is None else [level * scale]
    marks += [Decimal(0), Decimal(100)] if is_share else []
    shown = f"{at_decimals(exact, decimals_apart(exact, 1, marks)):f}".rstrip("0").rstrip(".")
    return f"{shown} %" if is_share else shown
