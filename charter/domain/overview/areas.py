"""What stands beside a figure of too few cases at a site: that of the nearest unit above which has enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from charter.domain.overview.model import AreaView
from charter.domain.vocabulary.terms import Kind, Reason

View = TypeVar("View", bound=Mapping[str, Any])


def tell_areas(overview: View, above: Iterable[Callable[[], Mapping[str, Any]]]) -> View:
    """The overview, and at each figure of too few cases, as `area`, the figure of the nearest unit above that can be
    judged for the same period. `above`: how the overview of each unit above is had, nearest first; none is asked for
    that is not needed. Nothing of the overview given is changed.
    """
    wanting = {(one["key"], one["period"]) for one in _figures(overview) if _is_small(one)}
    areas: dict[str, AreaView] = {}
    for read in above:
        if not wanting:
            break
        higher = read()
        for one in _figures(higher):
            if (one["key"], one["period"]) in wanting and not _is_small(one) and one["value"] is not None:
                areas[one["key"]] = _area(higher, one)
                wanting.discard((one["key"], one["period"]))
    commitments = [
        {**view, "indicators": [_beside(one, areas) for one in view["indicators"]]} for view in overview["commitments"]
    ]
    return {**overview, "commitments": commitments}  # type: ignore[return-value]  # the same with one key more


def _figures(overview: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (one for view in overview["commitments"] for one in view["indicators"])


def _is_small(view: Mapping[str, Any]) -> bool:
    return bool(view["reason"] == Reason.TOO_FEW)


def _beside(view: Mapping[str, Any], areas: Mapping[str, AreaView]) -> Mapping[str, Any]:
    return {**view, "area": areas[view["key"]]} if view["key"] in areas else view


def _area(higher: Mapping[str, Any], view: Mapping[str, Any]) -> AreaView:
    return {
        "unit": higher["unit_name"],
        "value": view["value"],
        # The volume of a rate is no cases.
        "cases": None if view["kind"] == Kind.RATE else view["denominator"],
        "status": view["status"],
    }
