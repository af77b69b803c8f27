"""What a run saw of its source beside the counts: its ends, rows without a date, a row that is a total.

A run keeps it, and readings are judged with it (domain/readings/doubts.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.checks.reach import Hole
from charter.domain.overview.model import json_number
from charter.domain.vocabulary.counts import Cell, Counts, Number, add_up, exact
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Kind


@dataclass(frozen=True)
class Seen:
    """What one run saw of its source for one period, beside the counts.

    `first`, `last`: the first and the last day with a row in the source. `short`, `late`: days of the period that it
    does not reach, at the end and at the start. `undated`: cases without a readable date, by the unit named in the
    source; `dated`: of the rows that have one, those of the period, and all. `contradictory`: cases told in several
    ways, by unit. `cases` of the period beside the `median` of so many periods (`of`) before. `hole`: days without a
    row inside the period.
    """

    first: date | None = None
    last: date | None = None
    short: int = 0
    late: int = 0
    undated: Mapping[str, Number] = field(default_factory=dict)
    dated: tuple[int, int] = (0, 0)
    contradictory: Mapping[str, Number] = field(default_factory=dict)
    cases: Number | None = None
    median: Number | None = None
    of: int = 0
    hole: Hole | None = None

    def as_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        hole = self.hole
        more = {} if hole is None else {"hole": [hole.after.isoformat(), hole.before.isoformat(), hole.days, hole.rows]}
        return more | {
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "short": self.short,
            "late": self.late,
            "undated": {unit: json_number(number) for unit, number in self.undated.items()},
            "dated": list(self.dated),
            "contradictory": {unit: json_number(number) for unit, number in self.contradictory.items()},
            "cases": json_number(self.cases),
            "median": json_number(self.median),
            "of": self.of,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Seen | None:
        """What a run kept; None of one that read nothing, or was before this was kept."""
        if not kept:
            return None
        in_period, everywhere = kept["dated"]
        return cls(
            _day(kept["first"]),
            _day(kept["last"]),
            kept["short"],
            kept["late"],
            {unit: _exact(number) for unit, number in kept["undated"].items()},
            (in_period, everywhere),
            {unit: _exact(number) for unit, number in kept["contradictory"].items()},
            None if kept["cases"] is None else _exact(kept["cases"]),
            None if kept["median"] is None else _exact(kept["median"]),
            kept["of"],
            _hole(kept.get("hole")),
        )

    @property
    def share_of_dated(self) -> Decimal:
        """Of the rows with a date, the share that lies in the period: all of it where no row has one."""
        in_period, everywhere = self.dated
        return Decimal(in_period) / Decimal(everywhere) if everywhere else Decimal(1)


def _hole(kept: Sequence[Any] | None) -> Hole | None:
    return None if kept is None else Hole(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2], kept[3])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _exact(number: float) -> Number:
    return Decimal(repr(number)) if isinstance(number, float) else number


USUAL = 12
"""So many periods before say how many cases are usual (contract.md)."""


def beside(seen: Seen, cases: Number, before: Sequence[Number]) -> Seen:
    """What was seen, with its number of cases beside the median of those of the periods before."""
    usual = median([Decimal(one) for one in before]) if before else None
    return replace(seen, cases=cases, median=None if usual is None else exact(usual), of=len(before))


def cases_of(kind: Kind, counts: Counts) -> Number:
    """All cases of counts: judged, too young to judge, left out."""
    judged = counts.numerator if kind is Kind.RATE else counts.denominator
    return judged + counts.pending + sum(counts.excluded.values())


def unknown_units(tree: UnitTree, kind: Kind, cells: Iterable[Cell]) -> dict[str, int]:
    """The cases of units that the charter does not know, by the unit's name in the source."""
    unknown: dict[str, int] = {}
    for cell in cells:
        if cell.unit not in tree:
            unknown[cell.unit] = unknown.get(cell.unit, 0) + int(cases_of(kind, cell.counts))
    return unknown


FEWEST_DOUBLED = 10
"""Cases below which an equal sum is no sign of anything."""


def doubled_by(indicator: Indicator, tree: UnitTree, cells: Iterable[Cell]) -> Sentence | None:
    """The sentence of a unit whose cases are the sum of all the others, as those of a total row: every count is double.

    It is one that the charter does not know, or one above others. Its cases, and what was counted of them, equal the
    sum of the others within 0.5 % (contract.md, `looks-doubled`); of sums and money, its amount that of two others at
    least.
    """
    by_unit: dict[str, list[Counts]] = {}
    for cell in cells:
        by_unit.setdefault(cell.unit, []).append(cell.counts)
        period = cell.period
    added = {unit: add_up(parts) for unit, parts in by_unit.items()}
    known = [unit for unit in added if unit in tree]
    for unit, counts in sorted(added.items()):
        if unit not in tree:
            others = [added[one] for one in known]
        elif not tree.is_leaf(unit):
            others = [added[one] for one in known if one != unit and unit in tree.path(one)]
        else:
            continue
        if len(others) > 1 and _adds_up_to(indicator.kind, counts, add_up(others)):
            return Sentence(
                "In %(period)s what “%(unit)s” has in the source “%(source)s” is the sum of what the other units "
                "have: it looks like a total row, and every sum would be double. Leave it out with exclude:, or add it "
                "to the units if it is one.",
                period=parse_period(period),
                unit=unit or Sentence("no unit"),
                source=indicator.source,
            )
        if others and _is_sum_of(indicator.kind, counts, add_up(others)):
            return Sentence(
                "In %(period)s the %(cases)s cases of “%(unit)s” in the source “%(source)s” equal the sum of the other "
                "units: it looks like a total row, and every count would be double. Leave it out with exclude:, or "
                "add it to the units if it is one.",
                period=parse_period(period),
                cases=json_number(cases_of(indicator.kind, counts)),
                unit=unit or Sentence("no unit"),
                source=indicator.source,
            )
    return None


def _adds_up_to(kind: Kind, counts: Counts, others: Counts) -> bool:
    """Of sums and money, where one row may be the total of many others: whether the amounts are equal within 0.5 %."""
    if kind not in (Kind.SUM, Kind.MONEY) or not others.total:
        return False
    return abs(Decimal(counts.total) - Decimal(others.total)) <= abs(Decimal(others.total)) / 200


def _is_sum_of(kind: Kind, counts: Counts, others: Counts) -> bool:
    cases, sum_of_cases = cases_of(kind, counts), cases_of(kind, others)
    pairs = [(cases, sum_of_cases), (counts.numerator, others.numerator)]
    least = Decimal(sum_of_cases) / 200
    are_equal = all(abs(Decimal(one) - Decimal(other)) <= least for one, other in pairs)
    return cases >= FEWEST_DOUBLED and are_equal
