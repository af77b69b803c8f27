"""What staff live beside what customers live: promises to staff, and the units beneath one as dots between both.

Over twelve months, for few answer in one; units stand in the order of the tree: nothing is ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, func, or_, select

from charter.domain.frontline.estimates import ENOUGH, Answers
from charter.domain.frontline.symmetry import QUESTION, Dot, Side
from charter.domain.overview.model import CommitmentView, IndicatorView, Overview, Words, words
from charter.domain.statistics.symmetry import Together, go_together
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period, parse_period, periods_back
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Direction, Kind, Nature, Party, Permission
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.models.readings import ReadingRow
from charter.services.charters.versions import UnitRow, Version, find_unit, history
from charter.services.desk.desk import path_open_to
from charter.services.frontline.symmetry import asked_key
from charter.services.month.overview import overview
from charter.services.readings.current_figures import month_asked

YEAR = 12
"""Months that are laid together: few answer in one."""


class SymmetryPage(TypedDict):
    """What staff and customers live in the units beneath one: promises to staff, and the units as dots.

    `staff` and `customers` are what may be laid out; `of_staff` and `of_customers` what is, None where there is none.
    """

    overview: Overview
    unit: str
    period: str
    path: list[UnitRow]
    question: Words | None
    promises: list[CommitmentView]
    staff: list[Side]
    customers: list[Side]
    of_staff: Side | None
    of_customers: Side | None
    dots: list[Dot]
    together: Together
    looks: int
    enough: int


def symmetry_page(
    actor: Actor,
    now: datetime,
    *,
    unit: str | None = None,
    period: str | None = None,
    staff: str | None = None,
    customers: str | None = None,
) -> SymmetryPage:
    """A month and the units beneath a unit. Raises NotFound, NotAllowed, Invalid (period, staff, customers)."""
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_DESK, unit_key)
    whole = overview(actor, now, unit=unit_key, period=month.key)
    sides = _Sides(version, whole)
    across, up = _chosen(sides.staff, staff, "staff"), _chosen(sides.customers, customers, "customers")
    dots = sides.dots(across, up) if across is not None and up is not None else []
    looks = len(sides.staff) * len(sides.customers)
    pairs = [
        (one["staff"], one["customers"]) for one in dots if one["staff"] is not None and one["customers"] is not None
    ]
    question = version.charter.charter.staff_question
    return {
        "overview": whole,
        "unit": unit_key,
        "period": month.key,
        "path": path_open_to(actor, version, unit_key),
        "question": None if question is None else words(question),
        "promises": sides.promises,
        "staff": sides.staff,
        "customers": sides.customers,
        "of_staff": across,
        "of_customers": up,
        "dots": dots,
        "together": go_together(pairs, looks),
        "looks": looks,
        "enough": ENOUGH,
    }


def _chosen(sides: Sequence[Side], asked: str | None, field: str) -> Side | None:
    if not asked:
        return sides[0] if sides else None
    for one in sides:
        if one["key"] == asked:
            return one
    raise Invalid("There is no figure “%(key)s” to lay out.", field, key=asked)


@dataclass(frozen=True)
class _Sides:
    """What may be laid out in a month: for staff the question and the shares promised to them, for customers the shares
    that they say."""

    version: Version
    whole: Overview

    @property
    def promises(self) -> list[CommitmentView]:
        """The promises to staff."""
        return [one for one in self.whole["commitments"] if one["promisee"] == Party.STAFF]

    @property
    def staff(self) -> list[Side]:
        question = self.version.charter.charter.staff_question
        asked: list[Side] = [] if question is None else [{"key": QUESTION, "title": words(question)}]
        return asked + [_side(one, view) for one in self.promises for view in _shares(one)]

    @property
    def customers(self) -> list[Side]:
        others = (one for one in self.whole["commitments"] if one["promisee"] != Party.STAFF)
        return [_side(one, view) for one in others for view in _shares(one) if view["nature"] == Nature.PERCEIVED]

    def dots(self, across: Side, up: Side) -> list[Dot]:
        """The units that have none beneath, in the order of the tree."""
        tree = self.version.tree
        units = [one for one, _ in tree.walk(self.whole["unit"]) if tree.is_leaf(one.key)]
        shares = self._shares([one.key for one in units], [side["key"] for side in (across, up)])
        told = self._answers([one.key for one in units]) if across["key"] == QUESTION else {}
        return [
            {
                "unit": one.key,
                "unit_name": one.name,
                "staff": told.get(one.key) if across["key"] == QUESTION else shares.get((one.key, across["key"])),
                "customers": shares.get((one.key, up["key"])),
            }
            for one in units
        ]

    def _answers(self, units: Sequence[str]) -> dict[str, float]:
        """The mean answer of each unit over the year, of the months in which five answered or more: fewer are never
        added up to five, for they may be one person's."""
        month = parse_period(self.whole["period"])
        query = (
            select(Estimate.unit_key, func.count(), func.sum(Estimate.answer))
            .where(Estimate.commitment_key == asked_key(self.version), Estimate.month.in_(_year(month)))
            .where(Estimate.unit_key.in_(list(units)))
            .group_by(Estimate.unit_key, Estimate.month)
            .having(func.count() >= ENOUGH)
        )
        found: dict[str, Answers] = {}
        for unit, count, total in db.session.execute(query):
            found[unit] = found.get(unit, Answers()) + Answers(count, int(total))
        return {unit: one.share for unit, one in found.items() if one.share is not None}

    def _shares(self, units: Sequence[str], keys: Sequence[str]) -> dict[tuple[str, str], float]:
        """The share of each unit over the year, of as many cases as the indicator asks for: one statement.

        Only months that were measured as the newest one was.
        """
        views = {view["key"]: view for one in self.whole["commitments"] for view in one["indicators"]}
        asked = [self._of_year(views[key]) for key in keys if key in views]
        if not asked or not units:
            return {}
        columns = (ReadingRow.unit_key, ReadingRow.indicator_key, ReadingRow.numerator, ReadingRow.denominator)
        query = select(*columns, ReadingRow.definition_hash).where(or_(*asked), ReadingRow.unit_key.in_(list(units)))
        told: dict[tuple[str, str], list[Any]] = {}
        for row in db.session.execute(query.order_by(ReadingRow.period_start.desc())):
            told.setdefault((row.unit_key, row.indicator_key), []).append(row)
        found = {place: _added(views[place[1]], rows) for place, rows in told.items()}
        return {place: share for place, share in found.items() if share is not None}

    def _of_year(self, view: IndicatorView) -> ColumnElement[bool]:
        since = parse_period(_year(parse_period(self.whole["period"]))[-1]).start
        return and_(
            ReadingRow.indicator_key == view["key"],
            ReadingRow.period_start >= since,
            ReadingRow.period_end <= parse_period(view["period"]).end,
        )


def _added(view: IndicatorView, rows: Sequence[Any]) -> float | None:
    """The share of these periods of a unit, the newest first; None of fewer cases than the indicator asks for."""
    alike = [row for row in rows if row.definition_hash == rows[0].definition_hash]
    met, cases = (sum(getattr(row, name) for row in alike) for name in ("numerator", "denominator"))
    if not cases or cases < view["minimum"]:
        return None
    share = float(met / cases)
    return 1 - share if view["direction"] == Direction.LOWER else share


def _year(month: Period) -> list[str]:
    """The twelve months that end with one, the newest first."""
    return [one.key for one in periods_back(month, YEAR)]


def _shares(commitment: CommitmentView) -> Iterator[IndicatorView]:
    return (one for one in commitment["indicators"] if Kind(one["kind"]).is_share)


def _side(commitment: CommitmentView, view: IndicatorView) -> Side:
    return {"key": view["key"], "title": view["title"], "number": commitment["number"]}
