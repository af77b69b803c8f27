"""Customer effort by touchpoint: what customers answered where, channel by channel, in a unit and a month.

Figures of other questions or scales stand beside each other with their questions; nothing puts them in an order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict

from charter.domain.charter_file.indicators import Effort
from charter.domain.charter_file.kinds.scales import wording_of
from charter.domain.overview.model import CommitmentView, IndicatorView, Overview
from charter.domain.readings.effort import EffortView, effort_of, told_apart
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.records import counts_of
from charter.services.charters.versions import UnitRow, Version, find_unit, history
from charter.services.desk.desk import path_open_to
from charter.services.month.overview import overview
from charter.services.readings.current_figures import month_asked
from charter.services.readings.stages import staged_cells


class ChannelEffort(TypedDict):
    """What was answered after a contact by one channel."""

    channel: str
    effort: EffortView


class EffortLine(TypedDict):
    """The effort of one commitment at its touchpoint; `untold`: channels of too few answers to be told apart."""

    touchpoint: str | None
    commitment: CommitmentView
    view: IndicatorView
    channels: list[ChannelEffort]
    untold: int


class EffortPage(TypedDict):
    """A month and unit, with every indicator of effort in the order in which customers pass the touchpoints.

    `questions`: how many different questions or scales; more than one are not compared.
    """

    overview: Overview
    unit: str
    period: str
    path: list[UnitRow]
    lines: list[EffortLine]
    questions: int
    may_read_words: bool


def effort_page(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> EffortPage:
    """Effort by touchpoint for a month and unit. Raises NotFound, NotAllowed, Invalid (period)."""
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_DESK, unit_key)
    whole = overview(actor, now, unit=unit_key, period=month.key)
    lines = list(_lines(version, whole))
    asked = [indicator for line in lines if isinstance(indicator := _of(version, line["view"]), Effort)]
    return {
        "overview": whole,
        "unit": unit_key,
        "period": month.key,
        "path": path_open_to(actor, version, unit_key),
        "lines": sorted(lines, key=lambda line: _place(version, line)),
        "questions": len({(wording_of(one.question), one.scale.model_dump_json()) for one in asked}),
        "may_read_words": may(actor, Permission.MODERATE_OBSERVATION, unit_key),
    }


def _of(version: Version, view: IndicatorView) -> object:
    return version.indicators[view["key"]][1]


def _place(version: Version, line: EffortLine) -> tuple[int, int]:
    """In the order of the chain; touchpoints that it does not name come last."""
    chain = list(version.charter.charter.chain)
    at = line["touchpoint"]
    return chain.index(at) if at in chain else len(chain), line["commitment"]["number"]


def _lines(version: Version, whole: Overview) -> Iterator[EffortLine]:
    cells = staged_cells(version, whole) if any("effort" in one for one in _views(whole)) else ()
    for commitment in whole["commitments"]:
        for view in commitment["indicators"]:
            if not isinstance(_of(version, view), Effort):
                continue
            parts = _by_channel(version, whole["unit"], [one for one in cells if one.indicator_key == view["key"]])
            told = told_apart(parts)
            efforts = ((name, effort_of(version.indicators[view["key"]][1], counts)) for name, counts in told.items())
            yield {
                "touchpoint": commitment["touchpoint"],
                "commitment": commitment,
                "view": view,
                "channels": [{"channel": name, "effort": one} for name, one in efforts if one is not None],
                "untold": sum(bool(counts.denominator) for counts in parts.values()) - len(told),
            }


def _views(whole: Overview) -> Iterator[IndicatorView]:
    return (one for each in whole["commitments"] for one in each["indicators"])


def _by_channel(version: Version, unit: str, cells: Sequence[Any]) -> dict[str, Counts]:
    """What was counted under the unit, by channel; nothing where the indicator tells none apart."""
    tree, found = version.tree, dict[str, Counts]()
    for row in cells:
        is_under = unit == tree.root.key or (row.unit_key in tree and row.unit_key in tree.under(unit))
        if is_under:
            found[row.channel] = found.get(row.channel, Counts()) + counts_of(row)
    return found if len(found) > 1 else {}
