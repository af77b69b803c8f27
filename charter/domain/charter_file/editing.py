"""Editing a charter a thing at a time: each edit takes the plain values of a charter and gives new ones.

The plain values are those of `plain_charter`: what a charter file would say. An edit changes what it is told and leaves
everything else as it stands, so that a page that knows only some fields loses none of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from charter.domain.charter_file.findings import Path, value_at
from charter.domain.vocabulary.errors import NotFound, Sentence

Plain = dict[str, Any]
Values = Mapping[Path, Any]
"""What to put where, below one thing; None takes the value away."""


KEYED = {"source": "sources", "calendar": "calendars", "grid": "grids", "text": "words"}
"""Things that stand under their key, and the section that holds them."""


def place_of(plain: Plain, thing: str, key: str) -> Path:
    """Where a thing stands: ("units", 2), ("sources", key), ("commitments", 0), ("commitments", 0, "indicators", 1).

    Raises NotFound.
    """
    for path, found in _places(plain, thing):
        if found == key:
            return path
    said = _GONE[thing](key)
    raise NotFound(said)


_GONE: Mapping[str, Callable[[str], Sentence]] = {
    "unit": lambda key: Sentence("The draft has no unit %(key)s: somebody may have taken it away.", key=key),
    "calendar": lambda key: Sentence("The draft has no calendar %(key)s: somebody may have taken it away.", key=key),
    "grid": lambda key: Sentence("The draft has no grid %(key)s: somebody may have taken it away.", key=key),
    "text": lambda key: Sentence("The draft has no texts %(key)s: somebody may have taken them away.", key=key),
    "source": lambda key: Sentence("The draft has no source %(key)s: somebody may have taken it away.", key=key),
    "commitment": lambda key: Sentence(
        "The draft has no commitment %(key)s: somebody may have taken it away.", key=key
    ),
    "indicator": lambda key: Sentence("The draft has no indicator %(key)s: somebody may have taken it away.", key=key),
}


def _places(plain: Plain, thing: str) -> list[tuple[Path, str]]:
    if thing in KEYED:
        name = KEYED[thing]
        return [((name, key), key) for key in plain.get(name, {})]
    if thing == "indicator":
        return [
            (("commitments", nth, "indicators", at), one["key"])
            for nth, commitment in enumerate(plain["commitments"])
            for at, one in enumerate(commitment.get("indicators", []))
        ]
    name = f"{thing}s"
    return [((name, at), str(one["key"])) for at, one in enumerate(plain.get(name, []))]


def changed(plain: Plain, place: Path, values: Values) -> Plain:
    """The charter with these values at and below a place; groups that are left empty go too."""
    new = deepcopy(plain)
    thing = value_at(new, place) if place else new
    for path, value in values.items():
        _put(thing, path, value)
    return new


def _put(thing: Plain, path: Path, value: Any) -> None:
    """Put a value in place, or take it away with the groups that held nothing else."""
    first, rest = str(path[0]), path[1:]
    if rest:
        below = thing.get(first)
        inner = below if isinstance(below, dict) else {}
        _put(inner, rest, value)
        value = inner or None
    if value is None:
        thing.pop(first, None)
    else:
        thing[first] = value


def added(plain: Plain, thing: str, made: Plain, *, below: str | None = None) -> tuple[Plain, Path]:
    """The charter with one more thing, at the end of its list, and its place. `below`: an indicator's commitment.

    A source or a calendar goes under its key, which is not written inside it. Raises NotFound (`below`).
    """
    new = deepcopy(plain)
    if thing in KEYED:
        rest = {name: value for name, value in made.items() if name != "key"}
        new.setdefault(KEYED[thing], {})[made.get("key", "")] = rest
        return new, (KEYED[thing], made.get("key", ""))
    holder: Plain = new if below is None else value_at(new, place_of(new, "commitment", below))
    name = f"{thing}s"
    holder.setdefault(name, []).append(made)
    at = len(holder[name]) - 1
    return new, ((name, at) if below is None else (*place_of(new, "commitment", below), name, at))


def without(plain: Plain, thing: str, key: str) -> Plain:
    """The charter without one thing and all it holds. Raises NotFound."""
    new = deepcopy(plain)
    path = place_of(new, thing, key)
    holder = value_at(new, path[:-1])
    del holder[path[-1]]
    if not holder and thing in (*KEYED, "indicator"):
        value_at(new, path[:-2]).pop(path[-2]) if len(path) > 2 else new.pop(KEYED[thing])
    return new


def restored(plain: Plain, base: Plain, thing: str, key: str) -> Plain:
    """The charter with one thing as another version says it: put back, taken away again, or its values as they were.

    A commitment keeps the indicators that it has: each of them is a thing of its own. What was taken away with all
    that it held comes back with it, at its old place as far as there is one. Raises NotFound where neither has it,
    and where the commitment above an indicator is gone.
    """
    here, there = _place_in(plain, thing, key), _place_in(base, thing, key)
    if there is None:
        return without(plain, thing, key)
    new, held = deepcopy(plain), deepcopy(value_at(base, there))
    if here is not None:
        now = value_at(new, here)
        apart = {"indicators"} if thing == "commitment" else set()
        kept = {name: now[name] for name in apart if name in now}
        now.clear()
        now.update({name: value for name, value in held.items() if name not in apart} | kept)
        return new
    if thing in KEYED:
        new.setdefault(KEYED[thing], {})[key] = held
        return new
    above = new
    if thing == "indicator":
        above = value_at(new, place_of(new, "commitment", base["commitments"][there[1]]["key"]))
    above.setdefault(f"{thing}s", []).insert(int(there[-1]), held)
    return new


def _place_in(plain: Plain, thing: str, key: str) -> Path | None:
    return next((path for path, found in _places(plain, thing) if found == key), None)


def moved(plain: Plain, thing: str, key: str, by: int) -> Plain:
    """The charter with one thing moved up (-1) or down (+1) among its neighbours; at the end it stays."""
    new = deepcopy(plain)
    path = place_of(new, thing, key)
    row, at = value_at(new, path[:-1]), int(path[-1])
    to = min(max(at + by, 0), len(row) - 1)
    row.insert(to, row.pop(at))
    return new


def each_below(place: Path, field: str) -> str | None:
    """The name of a refused field below a place, as forms name it: `title.fr`, `targets.0.from`; None if elsewhere."""
    start = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" if n else step for n, step in enumerate(place))
    if field != start and not field.startswith((f"{start}.", f"{start}[")):
        return None
    return field[len(start) :].replace("[", ".").replace("]", "").lstrip(".")


Edit = Callable[[Plain], Plain]
"""One change to a draft."""
