"""The options of the pickers, written once for a list that does not change: hundreds of units cost a page nothing.

What the pickers offer: the months since the charter began, and the units that this person may open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypedDict

from flask import session
from markupsafe import Markup, escape

from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import UnitRow, history
from charter.services.desk.desk import months_of, units_open_to
from charter.words.formats import format_period, text_in

FITS = 15
"""Up to so many units a list is quicker than a field to type in."""

USED = "units"
MOST_USED = 6


def units_used() -> list[str]:
    """The units that were chosen last in this browser, newest first."""
    return [str(key) for key in session.get(USED, [])]


def remember_unit(unit: str) -> None:
    """Put a unit first among those used last."""
    session[USED] = [unit, *(key for key in units_used() if key != unit)][:MOST_USED]


def picked_unit(actor: Actor, permission: Permission = Permission.READ_DESK) -> str | None:
    """The unit that was picked last in this browser, while it exists and this person may look at it."""
    last = next(iter(units_used()), None)
    return last if last and may(actor, permission, last) and last in history().current.tree else None


class Choices(TypedDict):
    """What pickers offer, and what every page knows of the charter."""

    periods: list[str]
    units: Sequence[UnitRow]
    timezone: str
    is_example: bool


def choices(actor: Actor, now: datetime) -> Choices:
    """`periods`, newest first; `units`, parents first; the zone of instants; whether all is an example."""
    found = history()
    return {
        "periods": months_of(found, now),
        "units": units_open_to(actor, found.current),
        "timezone": found.current.charter.charter.timezone,
        "is_example": found.current.charter.charter.is_example,
    }


def promise_names(language: str) -> dict[str, str]:
    """`7. Answered within 5 days`, by key, of the charter in force: several promises may have one title."""
    numbered = enumerate(history().current.charter.commitments, 1)
    return {one.key: f"{number}. {text_in(words(one.title), language)}" for number, one in numbered}


def key_names() -> dict[str, str | Words]:
    """What the keys of the charter in force are called: logs keep keys, which stay when names change."""
    version = history().current
    own = version.charter
    promises = {one.key: words(one.title) for one in own.commitments}
    texts = {key: words(one.name) for key, one in own.words.items()}
    units = {key: unit.name for key, unit in version.tree.by_key.items()}
    return {own.charter.key: words(own.charter.title), **texts, **version.titles, **promises, **units}


def promise_numbers() -> dict[str, int]:
    """The number of each promise of the charter in force, by its key."""
    return {one.key: number for number, one in enumerate(history().current.charter.commitments, 1)}


Options = tuple[tuple[str, str], ...]


def unit_options(units: Sequence[UnitRow], selected: str | None) -> Markup:
    """The units with their depth, the chosen one marked."""
    return _marked(_units_written(_Same(units)), selected)


class _Same:
    """A list as a key, compared as the object it is: the units of one version of the charter are always one object."""

    def __init__(self, rows: Sequence[UnitRow]) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rows is other.rows


@lru_cache(maxsize=64)
def _units_written(units: _Same) -> str:
    indent = "\N{EM SPACE}"
    return _written(tuple((unit["key"], indent * unit["depth"] + unit["name"]) for unit in units.rows))


def period_options(periods: Sequence[str], selected: str, language: str) -> Markup:
    """The periods, newest first; the one asked for stands first where it is none of them."""
    keys = tuple(periods) if selected in periods else (selected, *periods)
    return _marked(_written(_named(keys, language)), selected)


@lru_cache(maxsize=64)
def _named(periods: tuple[str, ...], language: str) -> Options:
    names = ((period, format_period(period, language)) for period in periods)
    return tuple((period, name[:1].upper() + name[1:]) for period, name in names)


@lru_cache(maxsize=64)
def _written(options: Options) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in options)


def _marked(written: str, selected: str | None) -> Markup:
    if selected is not None:
        chosen = f'<option value="{escape(selected)}"'
        written = written.replace(f"{chosen}>", f"{chosen} selected>", 1)
    return Markup(written)
