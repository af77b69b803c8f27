"""What the page of a site says: its month beside the company's, what became of what was told, thanks, the question."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypedDict

from charter.domain.charter_file.unit_tree import is_valid
from charter.domain.frontline.estimates import question_of
from charter.domain.frontline.incidents import log_of
from charter.domain.frontline.observations import OF_STAFF, ObservationKind, ObservationState
from charter.domain.overview.areas import tell_areas
from charter.domain.overview.model import CommitmentView, Overview, parts_of
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.reports.render import read_logo
from charter.services.actions.view import Acting, acting
from charter.services.charters.versions import UnitRow, Version, find_unit, history
from charter.services.frontline.estimates import asked_about
from charter.services.frontline.observations import Row, local_day, observations_told, recent_months
from charter.services.month.overview import build
from charter.services.readings.current_figures import month_asked

MONTHS_SHOWN = 3
FOR_ONE_PROMISE = 5
THANKS_SHOWN = 6


class Look(TypedDict):
    """The accent as #RRGGBB, the logo as {"type", "data" in base64, "sha256"}; none where the charter sets none, or
    where its file cannot be taken, which the month's report tells."""

    accent: str | None
    logo: dict[str, str] | None


def look(actor: Actor, now: datetime) -> Look:
    """As the charter in force today sets it. Raises NotAllowed."""
    require(actor, Permission.READ_PAGES)
    found = history()
    return look_of(found.on(local_day(now, found)[0]))


def look_of(version: Version) -> Look:
    """The look of a version of the charter."""
    plan = version.charter.charter.report
    logo = None
    if plan.logo is not None:
        try:
            logo = read_logo(Path(version.folder), plan.logo)
        except (Invalid, OSError):
            logo = None
    return {"accent": plan.colours.accent if plan.colours else None, "logo": logo}


class StaffWords(NamedTuple):
    """What was told lately, by promise, and thanks."""

    told: dict[str, list[Row]]
    thanks: list[Row]


class Intranet(TypedDict):
    """The company's last month; `unit`: the site's own, where one is named; `here`: the one that is shown.

    `question`: the promise that staff are asked about; `has_question`: they are asked one of the charter's own.
    """

    overview: Overview
    unit: Overview | None
    here: Overview
    units: list[UnitRow]
    parts: list[tuple[str, list[CommitmentView]]]
    company: dict[str, CommitmentView]
    question: CommitmentView | None
    has_question: bool
    told: dict[str, list[Row]]
    thanks: list[Row]
    acting: list[Acting]
    look: Look
    has_incidents: bool


def intranet(actor: Actor, now: datetime, *, unit: str | None = None) -> Intranet:
    """The company's last month, and the site's own when one is named. Raises NotFound, NotAllowed."""
    require(actor, Permission.READ_PAGES)
    found = history()
    month = month_asked(found, None, now)
    version = found.on(month.start)
    today, current = local_day(now, found)
    asked = found.on(today)
    root = version.tree.root.key
    key = find_unit(version, unit)
    whole = build(found, version, month, root, now)

    def of(one: str) -> Overview:
        return whole if one == root else build(found, version, month, one, now)

    above = version.tree.path(key)[1:]
    own = None if key == root else tell_areas(of(key), (partial(of, one) for one in above))
    shown = own or whole
    words = _words(asked, key if key in asked.tree else asked.tree.root.key, current)
    return {
        "overview": whole,
        "unit": own,
        "here": shown,
        "units": [row for row in asked.unit_rows if is_valid(asked.tree.by_key[row["key"]], today)],
        "parts": parts_of(shown["commitments"]),
        "company": {view["key"]: view for view in whole["commitments"]},
        "question": _question(asked, shown, current),
        "has_question": asked.charter.charter.staff_question is not None,
        "told": words.told,
        "thanks": words.thanks,
        "acting": acting(found, version, shown, now),
        "look": look_of(asked),
        "has_incidents": log_of(asked.charter) is not None,
    }


def _question(version: Version, shown: Overview, month: Period) -> CommitmentView | None:
    """The promise that is asked about this month, of those that are still in the charter."""
    asked = question_of(asked_about(version), month.start.year, month.start.month)
    return next((view for view in shown["commitments"] if view["key"] == asked), None)


def _words(version: Version, unit: str, month: Period) -> StaffWords:
    """By promise what was told lately, and thanks; of the whole company only what has been answered."""
    months = recent_months(month, MONTHS_SHOWN)
    is_whole = unit == version.tree.root.key
    by_promise: dict[str, list[Row]] = {}
    thanks: list[Row] = []
    for row in observations_told(version.tree, months, unit=unit, kinds=OF_STAFF):
        if row["kind"] == ObservationKind.THANKS:
            if row["state"] == ObservationState.ACCEPTED and not row["is_erased"]:
                thanks.append(row)
        elif row["commitment"] is not None and (not is_whole or row["answer"]):
            by_promise.setdefault(row["commitment"], []).append(row)
    return StaffWords({key: rows[:FOR_ONE_PROMISE] for key, rows in by_promise.items()}, thanks[:THANKS_SHOWN])


def open_unit(now: datetime, key: str | None) -> str | None:
    """The unit that a browser remembers, where there is still one of that name."""
    if not key:
        return None
    found = history()
    today, _ = local_day(now, found)
    version = found.on(today)
    return key if key in version.tree and is_valid(version.tree.by_key[key], today) else None
