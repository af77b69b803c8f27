"""What the charter holds, in pages for programs: units and promises.

A page ends with a mark; asked for with it, the next page goes on where this one ended, whatever is added meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypedDict, TypeVar
from zoneinfo import ZoneInfo

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import Indicator
from charter.domain.overview.model import json_number, words
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, find_unit, history
from charter.services.classes.current import classify
from charter.services.classes.known_evidence import known_evidence

MOST = 1000
USUAL = 100
Line = TypeVar("Line")


@dataclass(frozen=True)
class Paging:
    """How many lines are asked for, and after which (the mark of the page before)."""

    after: str | None = None
    limit: int = USUAL

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST:
            raise Invalid("A page has 1 to %(most)s lines.", "limit", most=MOST)

    @property
    def number(self) -> int:
        """The mark as the number of a row; 0 for the first page. Raises Invalid."""
        if self.after is None:
            return 0
        if not self.after.isascii() or not self.after.isdigit() or len(self.after) > 12:
            raise Invalid("This mark belongs to no page: begin without one.", "cursor")
        return int(self.after)


@dataclass(frozen=True)
class Page(Generic[Line]):
    """So many lines, and the mark of the next page; None where this is the last."""

    lines: Sequence[Line]
    mark: str | None


def page_of(lines: Sequence[Line], paging: Paging) -> Page[Line]:
    """One page of a list that is at hand."""
    shown = lines[paging.number : paging.number + paging.limit]
    end = paging.number + len(shown)
    return Page(shown, str(end) if end < len(lines) else None)


def page_of_rows(lines: Sequence[Any], paging: Paging) -> Page[Any]:
    """One page of rows read after its mark, of which one more was read than it shows."""
    shown = lines[: paging.limit]
    return Page(shown, str(shown[-1]["number"]) if len(lines) > len(shown) else None)


class UnitLine(TypedDict):
    """One unit of the tree, after its parent; `depth`: how far beneath the whole."""

    key: str
    name: str
    parent: str | None
    kind: str
    depth: int
    valid_from: str | None
    valid_until: str | None


def units(actor: Actor, paging: Paging, *, beneath: str | None = None, kind: str | None = None) -> Page[UnitLine]:
    """The units of the charter in force that the actor may read, in the order of the tree.

    Raises NotAllowed, NotFound (unit).
    """
    version = history().current
    top = find_unit(version, beneath or actor.home)
    require(actor, Permission.READ_DESK, top)
    lines: list[UnitLine] = [
        {
            "key": one.key,
            "name": one.name,
            "parent": one.parent,
            "kind": one.kind,
            "depth": depth,
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        }
        for one, depth in version.tree.walk(top)
        if kind in (None, one.kind)
    ]
    return page_of(lines, paging)


class MeasureLine(TypedDict):
    """One indicator of a promise, with the level required today on the whole."""

    key: str
    title: Mapping[str, str]
    kind: str
    basis: str
    direction: str
    period: str
    mandatory: bool
    target: float | int | None
    tolerance: float | int | None
    unacceptable: float | int | None


_Classed = TypedDict("_Classed", {"class": str})


class CommitmentLine(_Classed):
    """One promise as the charter in force has it, with its class of today."""

    number: int
    key: str
    title: Mapping[str, str]
    promise: Mapping[str, str]
    owner: str
    promisor: str
    promisee: str
    indicators: list[MeasureLine]


def commitments(
    actor: Actor, now: datetime, paging: Paging, *, owner: str | None = None, klass: str | None = None
) -> Page[CommitmentLine]:
    """The promises of the charter in force, in its order. Raises NotAllowed."""
    require(actor, Permission.READ_DESK, actor.home)
    version, known = history().current, known_evidence()
    head = version.charter.charter
    today = now.astimezone(ZoneInfo(head.timezone)).date()
    lines = [
        _commitment(version, number, one, classify(one, head, today, known).class_.value, today)
        for number, one in enumerate(version.charter.commitments, 1)
        if owner in (None, one.owner)
    ]
    return page_of([one for one in lines if klass in (None, one["class"])], paging)


def _commitment(version: Version, number: int, one: Commitment, klass: str, today: date) -> CommitmentLine:
    return {
        "number": number,
        "key": one.key,
        "title": words(one.title),
        "promise": words(one.promise),
        "owner": one.owner,
        "promisor": one.promisor.value,
        "promisee": one.promisee.value,
        "class": klass,
        "indicators": [_measure(version, indicator, today) for indicator in one.indicators],
    }


def _measure(version: Version, indicator: Indicator, today: date) -> MeasureLine:
    target = version.required(indicator, today, version.tree.root.key)
    return {
        "key": indicator.key,
        "title": words(indicator.title),
        "kind": indicator.kind.value,
        "basis": indicator.basis.value,
        "direction": indicator.direction.value,
        "period": indicator.period.value,
        "mandatory": indicator.mandatory,
        "target": json_number(target.target) if target else None,
        "tolerance": json_number(target.tolerance) if target else None,
        "unacceptable": json_number(target.unacceptable) if target else None,
    }
