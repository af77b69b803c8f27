"""Files that programs of many houses export: known by the names of their columns, and what a first charter makes of it.

Each stands in a file of its own (`examples/presets/*.toml`), to which anybody may add.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from charter.domain.file_profile.guesses import Guess, Guesses, plain_name
from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.terms import ColumnRole

ROLES = (ColumnRole.CASE, ColumnRole.START, ColumnRole.STOP, ColumnRole.UNIT, ColumnRole.CHANNEL)
_FIELDS = {
    "name", "columns", "first", "within", "title", "promise", "paused", "exclude", "events", "open", "scales", "own",
    *(one.value for one in ROLES),
}  # fmt: skip

_OF_EVENTS = {"at", "state", "from", "until", "paused", "which"}


@dataclass(frozen=True)
class Preset:
    """One kind of file: the program that writes it, the columns by which it is known (each by one of its names), which
    column has which role (the first of several that is there), the delay, and the words of a first promise.

    `first`: how its first column is named, where few names tell it. `paused`: the column of minutes in which the clock
    stands; `exclude`: rows that are none of its cases, by one value of a column or several; `open`: the hours in which
    the clock runs, by days of the week; `events`: of a file with a row for each event, the columns of its instant and
    state, and the states that start, stop and pause (`which`: the first stop holds, though other states follow it). A
    file of answers has `scales` instead of a delay: by the best mark of a scale, the least that is good; columns of its
    `own` are no answers.
    """

    name: str
    columns: tuple[tuple[str, ...], ...]
    roles: Mapping[ColumnRole, tuple[str, ...]]
    title: Mapping[str, str]
    promise: Mapping[str, str]
    within: str = ""
    first: str = ""
    paused: str | None = None
    exclude: tuple[Mapping[str, Any], ...] = ()
    events: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scales: Mapping[int, int] = field(default_factory=dict)
    own: frozenset[str] = frozenset()


def read_preset(text: str) -> Preset:
    """A preset of a file. Raises Invalid."""
    try:
        found = tomllib.loads(text)
        roles = {role: several(found[role.value]) for role in ROLES if role.value in found}
        preset = Preset(
            name=found["name"],
            columns=tuple(several(one) for one in found["columns"]),
            roles=roles,
            title=found["title"],
            promise=found["promise"],
            within=found.get("within", ""),
            first=found.get("first", ""),
            paused=found.get("paused"),
            exclude=tuple(found.get("exclude", ())),
            events=found.get("events", {}),
            open=found.get("open", {}),
            scales={int(best): least for best, least in found.get("scales", {}).items()},
            own=frozenset(plain_name(one) for one in found.get("own", ())),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Invalid("A preset cannot be taken: %(why)s.", "preset", why=str(error)) from error
    wrong = sorted(set(found) - _FIELDS | set(preset.events) - _OF_EVENTS) or ([] if preset.columns else ["columns"])
    if not wrong and bool(preset.within) is bool(preset.scales):
        wrong = ["within", "scales"]
    if wrong:
        raise Invalid("A preset cannot be taken: %(why)s.", "preset", why=", ".join(wrong))
    return preset


def several(written: Any) -> tuple[str, ...]:
    """One text, or each of a list."""
    return (written,) if isinstance(written, str) else tuple(written)


def preset_of(presets: Sequence[Preset], names: Sequence[str]) -> Preset | None:
    """The preset whose columns a file has, whatever their letters; of several the one that asks for most."""
    plain = [plain_name(name) for name in names]
    fitting = [
        one
        for one in presets
        if all(any(plain_name(name) in plain for name in column) for column in one.columns)
        and (not one.first or plain[:1] == [plain_name(one.first)])
    ]
    return max(fitting, key=lambda one: len(one.columns), default=None)


def named(names: Collection[str], wanted: Sequence[str]) -> str | None:
    """The column of a file that bears the first of these names that is there."""
    by_name = {plain_name(name) or name: name for name in names}
    return next((by_name[key] for one in wanted if (key := plain_name(one) or one) in by_name), None)


def guessed_by(preset: Preset, names: Collection[str], guesses: Guesses) -> Guesses:
    """The guesses with what the preset knows first; of a file of events or of answers no column is the stop."""
    found = dict(guesses)
    for role in ROLES:
        column = named(names, preset.roles.get(role, ()))
        others = [one for one in guesses.get(role, ()) if one.column != column]
        if column is not None:
            because = Sentence("That is how %(program)s names it.", program=preset.name)
            found[role] = [Guess(column, because, is_sure=True), *others]
        elif role is ColumnRole.STOP and (preset.events or preset.scales):
            found[role] = []
    return found
