"""The tree of units: one root, every parent known, no circle."""

from __future__ import annotations

from collections.abc import Callable

from charter.domain.charter_file.consistency.head import (
    check_calendar_name,
    check_one_line,
    check_unique,
)
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, Placed, first_by_key
from charter.domain.charter_file.sources import Unit
from charter.domain.vocabulary.errors import Sentence


def check_units(parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    """Keys are unique; one unit has no parent; parents exist and never lead back; dates and calendars make sense."""
    units = parts.units
    check_unique(((unit.path, unit.key) for unit in units), Sentence("the unit key"), notes)
    by_key = first_by_key(units)
    for unit in units:
        _check_parent(unit, by_key, notes)
        check_one_line((*unit.path, "name"), unit.written("name"), notes)
        _check_value(unit, parts, notes, is_calendar)
    _check_root(units, notes)
    _check_circles(by_key, notes)


def _check_parent(unit: Placed[Unit], by_key: dict[str, Placed[Unit]], notes: Notes) -> None:
    parent = unit.written("parent")
    if isinstance(parent, str) and parent not in by_key:
        keys = list(by_key)
        said = Sentence("the parent '%(parent)s' of '%(unit)s' is not a unit", parent=parent, unit=str(unit.key))
        remedy = did_you_mean(parent, keys, Sentence("units: %(words)s", words=keys))
        notes.error((*unit.path, "parent"), said, remedy)


def _check_value(unit: Placed[Unit], parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    calendar, first, last = unit.field("calendar"), unit.field("valid_from"), unit.field("valid_until")
    if calendar is not None:
        check_calendar_name(calendar, (*unit.path, "calendar"), parts, notes, is_calendar)
    if first is not None and last is not None and last < first:
        said = Sentence(
            "'%(unit)s' ends on %(last)s, before it starts on %(first)s", unit=str(unit.key), last=last, first=first
        )
        notes.error((*unit.path, "valid_until"), said, Sentence("correct one of the two dates"))


def _check_root(units: list[Placed[Unit]], notes: Notes) -> None:
    roots = [unit for unit in units if isinstance(unit.raw, dict) and unit.written("parent") is None]
    if units and not roots:
        remedy = Sentence("leave out the parent of the organisation itself")
        notes.error(("units",), Sentence("every unit has a parent: there is no root"), remedy)
    for unit in roots[1:]:
        said = Sentence("'%(unit)s' has no parent, nor has '%(other)s'", unit=str(unit.key), other=str(roots[0].key))
        notes.error(unit.path, said, Sentence("one unit only is the root: give this one a parent"))


def _check_circles(by_key: dict[str, Placed[Unit]], notes: Notes) -> None:
    """One finding per circle, on its first unit in the file."""
    seen: set[str] = set()
    for key in by_key:
        walk: list[str] = []
        at: str | None = key
        while at is not None and at in by_key and at not in seen:
            seen.add(at)
            walk.append(at)
            parent = by_key[at].written("parent")
            at = parent if isinstance(parent, str) else None
        if at in walk:
            circle = [*walk[walk.index(at) :], at]
            said = Sentence("the parents lead back: %(circle)s", circle=" → ".join(circle))
            notes.error((*by_key[at].path, "parent"), said, Sentence("give one of them another parent"))
