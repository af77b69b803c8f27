"""What staff tell beside the figures: on the desk signals and estimates, on the page of a promise its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.estimates import Answers, Measured, measured_share
from charter.domain.monthly import CommitmentView, Overview
from charter.domain.observations import ObservationState
from charter.domain.periods import Period, parse_period
from charter.services.charters import Version
from charter.services.estimates import answers_in
from charter.services.gaps import estimate_facts
from charter.services.signals import load_told, statuses_of
from charter.services.told import recent_months, told


def desk_part(version: Version, overview: Overview) -> dict[str, Any]:
    """Signals and estimates of the desk's month and unit: one statement, a second where something rises below."""
    found = load_told(version, parse_period(overview["period"]))
    own: dict[tuple[str, str], str] = {
        (overview["unit"], view["key"]): view["status"] for view in overview["commitments"]
    }
    below = {place for place in found.rises(version.tree.under(overview["unit"])) if place not in own}
    return found.of(overview, own | statuses_of(overview, below))


def commitment_part(
    version: Version, overview: Overview, view: CommitmentView, details: Mapping[str, Any], current: Period
) -> dict[str, Any]:
    """Words next to the numbers of one promise: those accepted lately, and what staff think of it, unit by unit."""
    month = parse_period(overview["period"])
    is_newest = month == current.previous()
    months = ([current.key] if is_newest else []) + recent_months(month, 3)
    rows = told(version.tree, months, unit=overview["unit"], commitment=view["key"])
    found = answers_in(version, month.key, version.tree.under(overview["unit"]))
    own = measured_share(view["indicators"])
    return {
        "words": [row for row in rows if row["state"] == ObservationState.ACCEPTED],
        "waiting": sum(row["state"] == ObservationState.WAITING for row in rows),
        "estimate": estimate_facts(found.get((overview["unit"], view["key"]), Answers()), own),
        "estimates": _by_unit(version, view, details, (found, own)),
    }


def _by_unit(
    version: Version,
    view: CommitmentView,
    details: Mapping[str, Any],
    given: tuple[Mapping[tuple[str, str], Answers], Measured | None],
) -> list[dict[str, Any]]:
    """The units beneath with five answers or more, beside their own measured share."""
    found, own = given
    rows = details[own.indicator]["breakdown"] if own is not None and own.indicator in details else []
    lower = own is not None and any(i["key"] == own.indicator and i["direction"] == "lower" for i in view["indicators"])
    values = {row["unit"]: row["value"] for row in rows if row["reason"] != "too-few"}
    shown = []
    for (unit, key), answers in found.items():
        if key != view["key"] or answers.share is None or unit not in {row["unit"] for row in rows}:
            continue
        value = values.get(unit)
        share = None if value is None else 1 - value if lower else value
        measured = (
            Measured(share, own.nature, own.indicator, own.period) if own is not None and share is not None else None
        )
        shown.append({"unit": unit, "unit_name": version.tree.by_key[unit].name} | estimate_facts(answers, measured))
    return sorted(shown, key=lambda row: row["unit_name"])
