"""The figures of a report as rows: per indicator of the unit, then of the units beneath; comments and actions too.

Names of columns are those of the API and the same in every language: what reads them once reads them always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charter.domain.actions.effect import EffectLine
from charter.words.formats import text_in

Cell = str | float | int | None
Table = list[list[Cell]]
Json = Mapping[str, Any]

FIGURES = (
    "unit", "unit_name", "number", "commitment", "commitment_title", "class", "commitment_status",
    "indicator", "indicator_title", "kind", "nature", "basis", "mandatory", "period", "status", "reason",
    "value", "numerator", "denominator", "pending", "excluded", "target", "tolerance", "unacceptable",
    "interval_low", "interval_high", "interval_level", "previous", "touched", "coverage", "doubts",
)  # fmt: skip
UNITS = (
    "unit", "unit_name", "commitment", "indicator", "period", "status", "reason", "value", "numerator", "denominator",
    "kind",
)  # fmt: skip
ANSWERS = (
    "unit", "unit_name", "commitment", "indicator", "period", "answer", "says", "customers", "share",
)  # fmt: skip
COMMENTS = ("period", "unit", "unit_name", "commitment", "text", "by", "at")
ACTIONS = (
    "number", "unit", "unit_name", "commitment", "indicator", "period", "state", "what", "expected", "owner",
    "due_on", "done_on", "planned_by", "planned_at", "effect", "before", "before_cases", "after", "after_cases",
)  # fmt: skip


def figures_table(report: Json, language: str) -> Table:
    """A line per indicator of the report's unit, in the order of the charter; its first line names the columns."""
    overview = report["overview"]
    rows: Table = [list(FIGURES)]
    for view in overview["commitments"]:
        place: list[Cell] = [overview["unit"], overview["unit_name"], view["number"], view["key"]]
        place += [text_in(view["title"], language), view["class"], view["status"]]
        rows += [[*place, *_figure(one, language)] for one in view["indicators"] or [None]]
    return rows


def _figure(view: Json | None, language: str) -> list[Cell]:
    if view is None:
        return [None] * (len(FIGURES) - 7)
    low, high = view["interval"] or (None, None)
    return [
        view["key"],
        text_in(view["title"], language),
        *(view[name] for name in ("kind", "nature", "basis")),
        "yes" if view["mandatory"] else "no",
        *(view[name] for name in ("period", "status", "reason", "value", "numerator", "denominator", "pending")),
        sum(view["excluded"].values()),
        *(view[name] for name in ("target", "tolerance", "unacceptable")),
        *(low, high, view["interval_level"], view["previous"], view["touched"], view["coverage"]),
        " ".join(one["code"] for one in view.get("doubts") or ()),
    ]


def units_table(report: Json) -> Table:
    """A line per indicator and unit beneath."""
    return [list(UNITS), *_units(report)]


def _units(report: Json) -> Iterator[list[Cell]]:
    for view in report["overview"]["commitments"]:
        for one in view["indicators"]:
            for row in report["details"][view["key"]]["indicators"][one["key"]]["breakdown"]:
                place = [row["unit"], row["name"], view["key"], one["key"], one["period"]]
                told = [row[name] for name in ("status", "reason", "value", "numerator", "denominator")]
                yield [*place, *told, one["kind"]]


def answers_table(report: Json) -> Table:
    """A line per answer of each indicator of effort, from the easiest; none of one that too few answered."""
    overview, details = report["overview"], report.get("details") or {}
    rows: Table = [list(ANSWERS)]
    for commitment in overview["commitments"]:
        for view in commitment["indicators"]:
            place = [overview["unit"], overview["unit_name"], commitment["key"], view["key"], view["period"]]
            own = details.get(commitment["key"], {}).get("indicators", {}).get(view["key"], {})
            effort = own.get("effort") or {"answers": []}
            rows += [[*place, one["answer"], one["side"], one["count"], one["share"]] for one in effort["answers"]]
    return rows


def comments_table(report: Json) -> Table:
    """The comments that the report prints; none where no edition or draft brings them."""
    said = (report.get("edition") or {}).get("comments", ())
    return [list(COMMENTS), *([one[name] for name in COMMENTS] for one in said)]


def actions_table(report: Json) -> Table:
    """The actions that the report prints, with the figures before and after."""
    done = (report.get("edition") or {}).get("actions", ())
    return [list(ACTIONS), *([*(one[name] for name in ACTIONS[:-5]), *_effect(one["effect"])] for one in done)]


def _effect(told: EffectLine | None) -> list[Cell]:
    if told is None:
        return [None] * 5
    before, after = told["before"], told["after"]
    return [told["verdict"], before["value"], before.get("cases"), after["value"], after.get("cases")]
