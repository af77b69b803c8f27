"""The matrix: units down, promises across, each cell the status of a promise in a unit, now and the month before.

Units stand in the order of the tree: nothing is ranked. Of a great tree only the units next below are rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import or_, select

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import Indicator
from charter.domain.overview.model import Words, words
from charter.domain.readings.status import commitment_status, is_without_evidence
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission, Reason, Status
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History, UnitRow, Version, find_unit, history
from charter.services.classes.current import places_today, turn_of
from charter.services.desk.desk import path_open_to
from charter.services.readings.current_figures import Place, UnitReadings, month_asked
from charter.services.readings.indicator_view import indicator_status_of
from charter.services.readings.recent_queries import newest_checks

MOST_ROWS = 100
"""Of more units than this, only those next below are rows; each leads on to its own."""

CHANGED = "changed"
SHOWN = (CHANGED, *(one.value for one in Status))
"""What a matrix can be narrowed to: the rows and promises that have such a cell."""


class Cell(TypedDict):
    """A promise in a unit: its status, why it is no verdict, and its status the month before where it was measured.

    `moved`: another status than then. To and from *unproven* is no move: there few cases changed, not the promise; nor
    is the first figure after a month without one.
    """

    status: str
    reason: str | None
    before: str | None
    moved: bool


class MatrixRow(TypedDict):
    """A unit and its cells, in the order of the columns; `leads`: it has units beneath that are no rows here."""

    unit: str
    name: str
    kind: str | None
    depth: int
    leads: bool
    cells: list[Cell]


class Column(TypedDict):
    """A promise, with where it stands (its place) and who answers for it."""

    number: int
    key: str
    title: Words
    place: str
    owner: str


class Narrowing(TypedDict):
    """The promises that a matrix can be narrowed to: those of a place, of an owner, or one alone."""

    places: list[str]
    owners: list[str]
    promises: list[Column]


class Matrix(TypedDict):
    """The matrix of a month beneath a unit, with how many rows and columns it has when nothing is left out."""

    unit: str
    period: str
    path: list[UnitRow]
    columns: list[Column]
    rows: list[MatrixRow]
    all_rows: int
    all_columns: int
    counts: dict[str, int]
    narrowing: Narrowing


def matrix(
    actor: Actor,
    now: datetime,
    *,
    unit: str | None = None,
    period: str | None = None,
    show: str = "",
    of: str = "",
    whole: bool = False,
) -> Matrix:
    """The matrix of a month: the unit itself first, then those beneath. `show` narrows to a status, or to `changed`;
    `of` to promises: `place:floor`, `owner:Service 3`, `promise:KEY`.

    `whole`: all units beneath, however many (for files). `counts` are of all cells, whatever status is shown.
    Raises NotFound, NotAllowed, Invalid (period, show).
    """
    if show and show not in SHOWN:
        raise Invalid("%(show)s is nothing that the matrix can be narrowed to.", "show", show=show)
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    key = find_unit(version, unit or actor.home)
    require(actor, Permission.READ_DESK, key)
    promises = _columns(version, now)
    columns = [one for one in promises if _is_of(one, of)]
    rows = _rows(found, version, month, _places(version, key, whole=whole), now, {one["key"] for one in columns})
    kept = [at for at in range(len(columns)) if any(_is_shown(row["cells"][at], show) for row in rows)]
    shown = [row for row in rows if any(_is_shown(cell, show) for cell in row["cells"])]
    return {
        "unit": key,
        "period": month.key,
        "path": path_open_to(actor, version, key),
        "columns": [columns[at] for at in kept],
        "rows": [{**row, "cells": [row["cells"][at] for at in kept]} for row in shown],
        "all_rows": len(rows),
        "all_columns": len(promises),
        "counts": _counts(rows),
        "narrowing": _narrowing(promises),
    }


def _columns(version: Version, now: datetime) -> list[Column]:
    """The promises, in the order of the charter."""
    places = places_today(version, now)
    return [
        {"number": number, "key": one.key, "title": words(one.title), "place": places[one.key], "owner": one.owner}
        for number, one in enumerate(version.charter.commitments, 1)
    ]


def _is_of(column: Column, of: str) -> bool:
    """What no promise has narrows to none: a month before may have had others."""
    kind, _, name = of.partition(":")
    return not of or name == {"place": column["place"], "owner": column["owner"], "promise": column["key"]}.get(kind)


def _narrowing(promises: list[Column]) -> Narrowing:
    places, owners = {one["place"] for one in promises}, {one["owner"] for one in promises}
    return {"places": sorted(places, key=turn_of), "owners": sorted(owners), "promises": promises}


def _counts(rows: Sequence[MatrixRow]) -> dict[str, int]:
    """How many cells stand where, and how many are not what they were."""
    cells = [cell for row in rows for cell in row["cells"]]
    found = {one: sum(cell["status"] == one for cell in cells) for one in SHOWN if one != CHANGED}
    return {CHANGED: sum(_is_shown(cell, CHANGED) for cell in cells)} | found


def _is_shown(cell: Cell, show: str) -> bool:
    if show == CHANGED:
        return cell["moved"]
    return not show or cell["status"] == show


@dataclass(frozen=True)
class _Row:
    """A unit that is a row, as deep as it stands in the matrix."""

    key: str
    depth: int


def _places(version: Version, unit: str, *, whole: bool) -> list[_Row]:
    """The unit and those beneath it, parents first."""
    walked = [_Row(one.key, depth) for one, depth in version.tree.walk(unit)]
    return walked if whole or len(walked) <= MOST_ROWS else [one for one in walked if one.depth <= 1]


def _rows(
    found: History, version: Version, month: Period, places: Sequence[_Row], now: datetime, keys: Collection[str]
) -> list[MatrixRow]:
    if not keys:
        return []
    before = month.previous()
    commitments = [one for one in version.charter.commitments if one.key in keys]
    earlier = {one.key: one for one in found.on(before.start).charter.commitments if one.key in keys}
    asked = [(indicator, month) for one in commitments for indicator in one.indicators]
    asked += [(indicator, before) for one in earlier.values() for indicator in one.indicators]
    shown = {one.key for one in places}
    rows: list[MatrixRow] = []
    for place, figures in zip(places, _standing(found, asked, [one.key for one in places], now), strict=True):
        unit = version.tree.by_key[place.key]
        rows.append(
            {
                "unit": unit.key,
                "name": unit.name,
                "kind": unit.kind,
                "depth": place.depth,
                "leads": any(child.key not in shown for child in version.tree.children(unit.key)),
                "cells": [_cell(one, earlier.get(one.key), figures, month) for one in commitments],
            }
        )
    return rows


def _cell(commitment: Commitment, earlier: Commitment | None, figures: UnitReadings, month: Period) -> Cell:
    standings = [indicator_status_of(one, figures, month) for one in commitment.indicators]
    status = commitment_status((one.mandatory, one.status) for one in standings)
    reason = next((one.reason for one in standings if one.mandatory and one.status == status), None)
    if is_without_evidence((one.mandatory, status) for one in standings):
        reason = Reason.WITHOUT_EVIDENCE.value
    before = _before(earlier, figures, month.previous())
    moved = before not in (None, Status.NO_DATA, status) and Status.UNPROVEN not in (before, status)
    return {"status": status.value, "reason": reason, "before": before, "moved": moved}


def _before(commitment: Commitment | None, figures: UnitReadings, month: Period) -> str | None:
    if commitment is None:
        return None
    standings = [indicator_status_of(one, figures, month) for one in commitment.indicators]
    if not any(one.is_measured for one in standings):
        return None
    return commitment_status((one.mandatory, one.status) for one in standings).value


def _standing(
    found: History, asked: Sequence[tuple[Indicator, Period]], units: Sequence[str], now: datetime
) -> Iterator[UnitReadings]:
    """For one unit after another the figures that stand for the months asked for, without lines and charts: two
    statements for all of them."""
    checks = newest_checks([indicator for indicator, _ in asked], [month for _, month in asked], now)
    known = UnitReadings("", now, found, {}, {(row.indicator_key, row.period_key): row for row in checks}, {})
    by_period: dict[str, set[str]] = {}
    for indicator, month in asked:
        by_period.setdefault(known.choose(indicator, month).period.key, set()).add(indicator.key)
    table = ReadingRow.__table__
    places = [(table.c.period_key == one) & table.c.indicator_key.in_(keys) for one, keys in by_period.items()]
    query = select(*(table.c[name] for name in STANDING)).where(table.c.unit_key.in_(units), or_(*places))
    readings: dict[str, dict[Place, Any]] = {unit: {} for unit in units}
    for row in db.session.execute(query) if places else ():
        readings[row.unit_key][row.indicator_key, row.period_key] = row
    for unit in units:
        yield replace(known, unit=unit, readings=readings[unit])


STANDING = ("unit_key", "indicator_key", "period_key", "status", "reason", "exceeded")
