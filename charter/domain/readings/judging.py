"""One measured period, judged for every unit of the tree: status, weakest unit, coverage, who does not record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from charter.domain.charter_file.indicators import Indicator, Rate, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import RolledUp, UnitTree, roll_up
from charter.domain.checks.seen import Seen
from charter.domain.readings.doubts import (
    VERDICTS,
    Doubt,
    Doubted,
    doubts_of,
    is_beyond_doubt,
    is_cut_short,
    withheld_by,
)
from charter.domain.readings.seasons import in_season
from charter.domain.readings.status import (
    Reading,
    evaluate_status,
    is_exceeded,
    target_in_force,
    why_nothing_is_required,
)
from charter.domain.readings.values import StepReading, deciding, figure_of, judge_steps, reckoned_as
from charter.domain.readings.weighting import Weighted, reweighed, weigh
from charter.domain.vocabulary.counts import NOTHING, Cell, Counts
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Reason, Status


class UnitReading(NamedTuple):
    """What one unit's figure says for one period.

    `steps` are the readings of tiers and ceiling; `shown` is the place of the one whose value stands for all, None
    where the indicator's own level decides. `effective_n`: the equal answers that weighted ones are worth. `doubts`:
    what is missing from the figure, and whether that could turn its verdict.
    """

    unit: str
    reading: Reading
    counts: Counts
    exceeded: bool | None
    weakest_unit: str | None
    coverage: float | None
    not_recording: tuple[str, ...]
    steps: tuple[StepReading, ...] = ()
    shown: int | None = None
    effective_n: float | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class _Judged:
    """One unit by itself: the reading against the indicator's own level, its steps, and the one that decides."""

    main: Reading
    reading: Reading
    margin: Decimal | None
    steps: tuple[StepReading, ...] = ()
    shown: int | None = None
    effective_n: float | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class _Found:
    """All units: each judged by itself, its counts, and those that do not record."""

    judged: Mapping[str, _Judged]
    counts: Mapping[str, Counts]
    silent: set[str]


@dataclass(frozen=True)
class Standard:
    """What a period is judged by: the targets in force on its `first` day, for each unit its own; and what was seen of
    the source, None where none was read."""

    targets: Sequence[Target]
    first: date
    last: date
    source_reaches_past: bool
    seen: Seen | None = None

    def target(self, unit: Unit) -> Target | None:
        """What is required of a unit."""
        return self._of_all if self._is_of_all else target_in_force(self.targets, self.first, unit)

    @cached_property
    def _is_of_all(self) -> bool:
        return all(one.units is None for one in self.targets)

    @cached_property
    def _of_all(self) -> Target | None:
        """Where all units have the same level: that."""
        return target_in_force(self.targets, self.first)

    @cached_property
    def mark(self) -> tuple[tuple[bool, bool], ...]:
        """Of each target whether it has begun and is in season: periods of one mark ask the same of every unit."""
        return tuple((one.from_ <= self.first, in_season(one, self.first)) for one in self.targets)

    def level_mark(self, unit: Unit) -> object:
        """What tells the level of a unit from that of others; nothing where all have the same."""
        if self._is_of_all:
            return None
        target = self.target(unit)
        return why_nothing_is_required(self.targets, self.first, unit) if target is None else target.model_dump_json()


Judged = dict[tuple[object, ...], "_Judged"]
"""What counts came to by one indicator and standard: the same counts come to the same again."""


def judge_units(
    tree: UnitTree, indicator: Indicator, standard: Standard, rolled: RolledUp, known: Judged | None = None
) -> Sequence[UnitReading]:
    """A reading for every unit of the tree, in its order.

    A unit with at least `minimum` judged cases and no stop on any of them is *not recording*: it has no data,
    its cases stay in the counts of those above, who name it (contract, "Status of an indicator"). So it is with a
    unit whose cases have no volume to be read against. `known` remembers what counts came to, for whoever judges many
    periods by one standard.
    """
    weighted = weigh(tree, indicator, rolled.counts)
    found = {
        key: _judge(indicator, standard, tree.by_key[key], one, weighted.get(key))
        if known is None or weighted
        else _judge_once(indicator, standard, tree.by_key[key], one, known)
        for key, one in rolled.counts.items()
    }
    silent = {key for key, one in found.items() if _is_silent(one.reading, rolled.counts[key])}
    if standard.seen is not None:
        missed = _Missed.of(tree, standard.seen, rolled, silent)
        found = {
            key: _doubted(indicator, standard, _Own(key, one, weighted.get(key)), missed) for key, one in found.items()
        }
    whole = _Found(found, rolled.counts, silent)
    return [_surround(tree, indicator, standard, unit.key, whole) for unit, _ in tree.listing]


def _judge_once(indicator: Indicator, standard: Standard, unit: Unit, counts: Counts, known: Judged) -> _Judged:
    key = (standard.level_mark(unit), *_numbers(counts), *counts.steps.items())
    if key not in known:
        known[key] = _judge(indicator, standard, unit, counts, None)
    return known[key]


_MAPS = ("excluded", "steps", "stages", "owed")
_numbers = attrgetter(*(field.name for field in fields(Counts) if field.name not in _MAPS))


@dataclass(frozen=True)
class _Missed:
    """By unit of the tree, with all below it: cases without a date, cases told in several ways, counts in doubt."""

    tree: UnitTree
    rolled: RolledUp
    silent: set[str]
    undated: Mapping[str, Counts]
    contradictory: Mapping[str, Counts]

    @classmethod
    def of(cls, tree: UnitTree, seen: Seen, rolled: RolledUp, silent: set[str]) -> _Missed:
        undated, contradictory = (
            roll_up(tree, [Cell("", unit, "", "", Counts(denominator=number)) for unit, number in of.items()]).counts
            if of
            else {}
            for of in (seen.undated, seen.contradictory)
        )
        return cls(tree, rolled, silent, undated, contradictory)

    def is_none_of(self, key: str, seen: Seen) -> bool:
        """Whether nothing is missed of a unit, so that its verdict stands as it is."""
        is_told_of = key == self.tree.root.key or self.silent or key in self.undated or key in self.contradictory
        return not is_told_of and is_beyond_doubt(self.rolled.counts[key], seen)

    def silent_under(self, key: str) -> dict[str, Counts]:
        """The leaves below a unit that do not record, with their counts."""
        below = self.silent & self.tree.under(key) - {key}
        return {unit: self.rolled.counts[unit] for unit in sorted(below) if self.tree.is_leaf(unit)}


class _Own(NamedTuple):
    """A unit by itself: its key, its verdict, and what it weighs."""

    key: str
    judged: _Judged
    weighted: Weighted | None


def _doubted(indicator: Indicator, standard: Standard, own: _Own, missed: _Missed) -> _Judged:
    """A unit's verdict with its doubts: withheld where they could turn it."""
    key, judged, weighted = own
    if standard.seen is not None and missed.is_none_of(key, standard.seen):
        return judged
    counts, is_whole = missed.rolled.counts[key], key == missed.tree.root.key

    def judge(others: Counts) -> Reading:
        again = reweighed(indicator.kind, weighted, counts, others)
        return _judge(indicator, standard, missed.tree.by_key[key], others, again).reading

    figure = Doubted(
        indicator,
        counts,
        judged.reading,
        counts.numerator if judged.shown is None else judged.steps[judged.shown].numerator,
        standard.seen,
        judge,
        missed.undated.get(key, NOTHING).denominator,
        missed.contradictory.get(key, NOTHING).denominator,
        is_whole,
        missed.rolled.unknown if is_whole else {},
        missed.silent_under(key),
    )
    doubts = tuple(doubts_of(figure))
    reason = withheld_by(doubts)
    if reason is None:
        return replace(judged, doubts=doubts)
    steps = tuple(replace(one, reading=_withheld(one.reading, reason)) for one in judged.steps)
    main, reading = _withheld(judged.main, reason), _withheld(judged.reading, reason)
    return replace(judged, main=main, reading=reading, steps=steps, doubts=doubts)


def _withheld(reading: Reading, reason: Reason) -> Reading:
    return replace(reading, status=Status.UNPROVEN, reason=reason) if reading.status in VERDICTS else reading


def _is_silent(reading: Reading, counts: Counts) -> bool:
    without_volume = reading.reason is Reason.NO_VOLUME and counts.numerator > 0
    return reading.reason is Reason.NOT_RECORDING or without_volume


def _judge(indicator: Indicator, standard: Standard, unit: Unit, counts: Counts, weighted: Weighted | None) -> _Judged:
    main = _read(indicator, standard, unit, counts, weighted)
    steps = tuple(judge_steps(indicator, counts, main))
    effective = weighted.n if weighted is not None else None
    # What has a level of its own decides beside the indicator's target; the worst of them is the status.
    own = [at for at, one in enumerate(steps) if one.step.required is not None]
    worst = deciding([main, *(steps[at].reading for at in own)])
    if worst == 0:
        return _Judged(main, main, _margin(indicator, main.value), steps, effective_n=effective)
    shown = own[worst - 1]
    reading, required = steps[shown].reading, steps[shown].step.required
    margin = None if reading.value is None or required is None else reading.value - required
    return _Judged(main, reading, margin, steps, shown)


def _margin(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """What puts units in order from worst to best, of the same level."""
    return value if value is None or indicator.direction is Direction.HIGHER else -value


def _read(indicator: Indicator, standard: Standard, unit: Unit, counts: Counts, weighted: Weighted | None) -> Reading:
    reading = evaluate_status(
        reckoned_as(indicator),
        indicator.direction,
        basis_of(indicator, counts),
        counts,
        target=standard.target(unit),
        minimum=indicator.minimum,
        without=why_nothing_is_required(standard.targets, standard.first, unit),
        missing=_missing(indicator, standard, counts) or (Reason.TOO_FEW if weighted and not weighted.n else None),
        value=figure_of(indicator, counts) if weighted is None else weighted.value,
        worth=None if weighted is None else weighted.counts,
        equal=None if weighted is None else weighted.n,
        per=indicator.per if isinstance(indicator, Rate) else 1,
    )
    if indicator.kind is Kind.COMPOSITE and reading.reason is Reason.NO_ROWS:
        return replace(reading, reason=Reason.PART_MISSING)
    return reading


def basis_of(indicator: Indicator, counts: Counts) -> Basis:
    """What a figure is counted on: one that is made of a sample's figures is a sample, whatever the charter says."""
    return indicator.basis if counts.low is None else Basis.SAMPLE


def _missing(indicator: Indicator, standard: Standard, counts: Counts) -> Reason | None:
    """Nothing counted is a value only where the source was read past the period's end; a rate needs its volume."""
    if indicator.kind is Kind.RATE and counts.denominator <= 0:
        return Reason.NO_VOLUME
    cases = counts.numerator if indicator.kind is Kind.RATE else counts.denominator
    if is_cut_short(indicator.kind, standard.seen):
        return Reason.SOURCE_SHORT
    is_empty = indicator.kind in (Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.RATE) and cases == 0
    return Reason.SOURCE_SHORT if is_empty and not standard.source_reaches_past else None


def _surround(
    tree: UnitTree,
    indicator: Indicator,
    standard: Standard,
    key: str,
    found: _Found,
) -> UnitReading:
    counts = found.counts
    leaves = tree.leaves(key, standard.last)
    below = () if tree.is_leaf(key) else leaves
    measured = sum(1 for leaf in leaves if counts[leaf].denominator > 0)
    own = found.judged[key]
    return UnitReading(
        key,
        own.reading,
        counts[key],
        _exceeded(indicator, counts[key], own.main, standard.target(tree.by_key[key])),
        _weakest(indicator, below, found) if below else None,
        measured / len(leaves) if leaves else None,
        tuple(leaf for leaf in below if leaf in found.silent) if below and found.silent else (),
        own.steps,
        own.shown,
        own.effective_n,
        own.doubts,
    )


def _exceeded(indicator: Indicator, counts: Counts, reading: Reading, target: Target | None) -> bool | None:
    """None where no threshold of excess is in force."""
    if target is None or target.exceeds is None:
        return None
    return is_exceeded(indicator.direction, basis_of(indicator, counts), reading, target)


def _weakest(indicator: Indicator, leaves: Iterable[str], found: _Found) -> str | None:
    """The leaf with the worst value among those with at least the minimum number of cases."""
    is_small = indicator.kind.has_minimum
    enough = [key for key in leaves if not is_small or found.counts[key].denominator >= indicator.minimum]
    judged = [(margin, key) for key in enough if (margin := found.judged[key].margin) is not None]
    return min(judged)[1] if judged else None
