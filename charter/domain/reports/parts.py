"""A sealed month in parts: what one part says, written small and read again as it was.

A unit's part holds what is its own; what all units share (the words of promises, levels, periods) stands once, in the
part of the whole organisation's words. Rows of one shape are columns; a figure of a unit beneath stands once, in the
part of its indicator. What is written so is read again to the same value: `unit_part` and `read_unit` are inverse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from charter.domain.overview.changes import changes_in, not_measured_in

Json = dict[str, Any]

SHARED = (
    *("number", "title", "promise", "guidance", "may_grant", "owner", "touchpoint", "components", "promisor"),
    *("promisee", "class", "strength", "because", "decided_by", "place", "kind", "nature", "basis", "mandatory"),
    *("direction", "minimum", "per", "of", "case", "period", "judged_from", "target", "tolerance", "unacceptable"),
    *("exceeds", "known_at", "charter", "organisation", "is_example", "version", "valid_from", "timezone", "checks"),
    "provider",
)
"""What of a unit, a promise or an indicator is mostly the same in every unit; a figure never is among them."""
BELOW = ("status", "reason", "value", "numerator", "denominator", "tiers", "ceiling")
"""What a breakdown says of a unit beneath, besides who it is."""


def as_columns(rows: Sequence[Mapping[str, Any]]) -> Json:
    """Rows as columns: a list where every row has the name, else its values by the number of their row."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {"rows": len(rows), "columns": {name: _column(rows, name) for name in names}}


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> Any:
    there = {str(at): row[name] for at, row in enumerate(rows) if name in row}
    return list(there.values()) if len(there) == len(rows) else there


def as_rows(columns: Json) -> list[Json]:
    """The rows that these columns were."""
    rows: list[Json] = [{} for _ in range(columns["rows"])]
    for name, values in columns["columns"].items():
        for at, value in values.items() if isinstance(values, dict) else enumerate(values):
            rows[int(at)][name] = value
    return rows


def shared_words(overview: Mapping[str, Any]) -> Json:
    """What the units share, as the overview of the whole has it."""
    views = overview["commitments"]
    return {
        "unit": _shared(overview),
        "commitments": {view["key"]: _shared(view) for view in views},
        "indicators": {one["key"]: _shared(one) for view in views for one in view["indicators"]},
    }


def _shared(view: Mapping[str, Any]) -> Json:
    return {name: view[name] for name in SHARED if name in view}


WITHOUT = "without"
"""Names that are shared, and that this one does not have."""


def _own(view: Mapping[str, Any], shared: Mapping[str, Any]) -> Json:
    """What is not the same as what is shared."""
    lost = sorted(shared.keys() - view.keys())
    own = {name: value for name, value in view.items() if name not in shared or shared[name] != value}
    return own | ({WITHOUT: lost} if lost else {})


def _whole(own: Json, shared: Mapping[str, Any]) -> Json:
    lost = own.pop(WITHOUT, ())
    return {name: value for name, value in shared.items() if name not in lost} | own


def unit_part(part: Mapping[str, Any], words: Json) -> Json:
    """What is written of a unit: {"overview", "details", "frontline"} without its breakdowns."""
    overview = part["overview"]
    views = overview["commitments"]
    indicators = [one for view in views for one in view["indicators"]]
    found = {
        "unit": _own({name: value for name, value in overview.items() if name != "commitments"}, words["unit"]),
        "commitments": as_columns([_commitment(view, words["commitments"]) for view in views]),
        "indicators": as_columns([_indicator(one, words["indicators"]) for one in indicators]),
        "frontline": _told(part["frontline"], words["commitments"]),
    }
    lines = {one["key"]: one["series"] for one in indicators}
    details = {key: _detail(detail, lines[key]) for key, detail in part["details"].items()}
    return found | ({"details": details} if details else {})


def read_unit(written: Json, words: Json) -> Json:
    """The unit's part as faces print it; breakdowns are empty, and are read from the parts of the indicators."""
    indicators = [_read_indicator(own, words["indicators"]) for own in as_rows(written["indicators"])]
    at = iter(indicators)
    views = []
    for own in as_rows(written["commitments"]):
        count = own.pop("indicators")
        views.append(
            _whole(own, words["commitments"].get(own["key"], {})) | {"indicators": [next(at) for _ in range(count)]}
        )
    overview: Any = _whole(written["unit"], words["unit"]) | {"commitments": views}
    lines = {one["key"]: one["series"] for one in indicators}
    return {
        "overview": overview,
        "changes": changes_in(overview),
        "not_measured": not_measured_in(overview),
        "details": {key: _read_detail(detail, lines[key]) for key, detail in written.get("details", {}).items()},
        "frontline": _read_told(written["frontline"], words["commitments"]),
    }


def _commitment(view: Mapping[str, Any], words: Json) -> Json:
    return _own(view, words.get(view["key"], {})) | {"indicators": len(view["indicators"])}


def _indicator(view: Mapping[str, Any], words: Json) -> Json:
    return _own(view, words.get(view["key"], {})) | {"series": as_columns(view["series"])}


def _read_indicator(own: Json, words: Json) -> Json:
    return _whole(own, words.get(own["key"], {})) | {"series": as_rows(own["series"])}


def _detail(detail: Mapping[str, Any], line: Sequence[Any]) -> Json:
    """The long line, and the chart without what that line says already; breakdowns stand with the indicator."""
    series = detail["series"]
    own = {name: value for name, value in detail.items() if name not in ("breakdown", "series", "chart")}
    is_end = bool(line) and series[-len(line) :] == line
    own["series"] = as_columns(series[: -len(line)] if is_end else series)
    own["goes_on"] = is_end
    chart = detail["chart"]
    own["chart"] = chart and {**chart, "points": as_columns(chart["points"])}
    if chart and [(p["period"], p["value"]) for p in chart["points"]] == [(p["period"], p["value"]) for p in series]:
        own["chart"]["points"]["columns"] = {
            name: values for name, values in own["chart"]["points"]["columns"].items() if name not in DRAWN
        }
    return own


DRAWN = ("period", "value")
"""What a chart's points say that its line says too."""


def _read_detail(own: Json, line: Sequence[Json]) -> Json:
    series = as_rows(own["series"]) + ([dict(point) for point in line] if own["goes_on"] else [])
    chart = own["chart"]
    if chart:
        points = as_rows(chart["points"])
        if points and "period" not in points[0]:
            points = [{name: one[name] for name in DRAWN} | point for one, point in zip(series, points, strict=True)]
        chart = chart | {"points": points}
    rest = {name: value for name, value in own.items() if name not in ("series", "goes_on", "chart")}
    return rest | {"series": series, "chart": chart, "breakdown": []}


def _told(told: Mapping[str, Any], words: Json) -> Json:
    """What staff told; estimates without the number and title of their promise."""
    estimates = [_own(one, _titled(words, one["key"])) for one in told["estimates"]]
    return {**told, "estimates": as_columns(estimates)}


def _read_told(told: Json, words: Json) -> Json:
    return told | {"estimates": [_whole(own, _titled(words, own["key"])) for own in as_rows(told["estimates"])]}


def _titled(words: Json, key: str) -> Json:
    return {name: words.get(key, {})[name] for name in ("number", "title") if name in words.get(key, {})}


def below(figures: Json, units: Mapping[str, Any], order: Sequence[str], unit: str) -> list[Json]:
    """The breakdown of one unit: those under it in the tree's order, of the part of one indicator.

    `figures`: columns with a row for each unit in `order`; `units`: name, kind and parent of each.
    """
    depths = {unit: 0}
    first = order.index(unit)
    for key in order[first + 1 :]:
        parent = units[key]["parent"]
        if parent not in depths:
            break
        depths[key] = depths[parent] + 1
    rows = as_rows(figures)[first + 1 : first + len(depths)]
    return [
        {"unit": key, "name": units[key]["name"], "kind": units[key]["kind"], "depth": depths[key]} | row
        for key, row in zip(list(depths)[1:], rows, strict=True)
    ]
