"""What an erratum corrects: the differences between two versions of a month, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.vocabulary.terms import Kind

Json = Mapping[str, Any]

COUNTED = (Kind.SHARE_WITHIN, Kind.SHARE, Kind.YES_NO, Kind.EFFORT, Kind.AVAILABILITY, Kind.RATE, Kind.COUNT)
"""The kinds whose numerator says something; that of a mean or of a score is no figure."""

FIELDS = ("status", "value", "numerator", "denominator", "pending", "target", "period")
"""What is compared of an indicator: what a reader sees of a figure."""

AGAINST = ("direction", "target", "tolerance", "unacceptable", "exceeds")
"""What a value is read beside."""


@dataclass(frozen=True)
class Side:
    """One version of a month: its whole, the names of its units, and the overview of each; None of one it has not."""

    root: str
    names: Mapping[str, str]
    overview_of: Callable[[str], Json | None]


def differences(before: Side, after: Side) -> list[dict[str, Any]]:
    """Every figure and verdict that differs between two versions of one month, the whole first, then by unit.

    Each is {"unit", "unit_name", "number", "title", "indicator", "kind", "field", "before", "after"}, and of a value
    what it is read `against`; a commitment or a unit that only one of them has differs by its status, which the other
    lacks.
    """
    names = {**before.names, **after.names}
    keys = [after.root, *(key for key in names if key != after.root)]
    return [
        {"unit": key, "unit_name": names[key]} | found
        for key in keys
        for found in _of_unit(before.overview_of(key), after.overview_of(key))
    ]


def _of_unit(before: Json | None, after: Json | None) -> Iterator[dict[str, Any]]:
    old, new = (_commitments(one) for one in (before, after))
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        view = now or was
        assert view is not None
        about = {"number": view["number"], "title": view["title"], "indicator": None, "kind": None}
        statuses = (was["status"] if was else None, now["status"] if now else None)
        if statuses[0] != statuses[1]:
            yield about | {"field": "status", "before": statuses[0], "after": statuses[1]}
        if was is not None and now is not None:
            yield from (about | found for found in _of_indicators(was["indicators"], now["indicators"]))


def _commitments(overview: Json | None) -> dict[str, Json]:
    return {view["key"]: view for view in overview["commitments"]} if overview else {}


def _of_indicators(before: Sequence[Json], after: Sequence[Json]) -> Iterator[dict[str, Any]]:
    old, new = ({one["key"]: one for one in views} for views in (before, after))
    for key in dict.fromkeys([*new, *old]):
        view = new.get(key) or old[key]
        for field in FIELDS:
            was, now = (side[key][field] if key in side else None for side in (old, new))
            if was != now and (field != "numerator" or view["kind"] in COUNTED):
                about = {"indicator": view["title"], "kind": view["kind"], "field": field}
                about |= {"against": {name: view.get(name) for name in AGAINST}} if field == "value" else {}
                yield about | {"before": was, "after": now}


def changed_words(before: Sequence[Json], after: Sequence[Json]) -> list[dict[str, Any]]:
    """The comments that are new, or other than before, by commitment and unit."""
    known = {(one["commitment"], one["unit"]): one["text"] for one in before}
    return [
        {"commitment": one["commitment"], "unit": one["unit"], "unit_name": one["unit_name"]}
        for one in after
        if known.get((one["commitment"], one["unit"])) != one["text"]
    ]
