"""Commitments: the list of promises, and for each one its figures, where they come from and how they are measured.

The history of a commitment as people read it: every field by its label, every value as it is written elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from charter.domain.figures.entries import STEP
from charter.domain.overview.groups import groups_of
from charter.domain.overview.model import CommitmentView, IndicatorView, in_place
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import History, history
from charter.services.desk import commitment_history, commitment_page, traces
from charter.services.desk.commitment_history import Line, Place
from charter.services.month import overview as month_overview
from charter.services.people.following import is_followed
from charter.web.charters.differences import change_lines
from charter.web.figures.figures import LABELS, label_of, written
from charter.web.frame.access import asked_unit, current_actor, needs, now, whole
from charter.web.frame.layout import current_language, current_worklist
from charter.web.frame.listing import is_whole, listing
from charter.web.frame.pickers import choices
from charter.web.frame.responses import public_link
from charter.web.overview.unit_order import ORDERS, arranged, with_changes
from charter.words import statuses
from charter.words.formats import format_date, format_instant, format_number, format_period, text_in

FIELDS: Mapping[str, object] = {
    "text": _("Comment"),
    "what": _("Planned action"),
    "owner": _("Owner"),
    "due": _("By when"),
    "done": _("Done on"),
    "class": _("Class"),
    "from": _("In force from"),
    "because": _("Why"),
    "suggested": _("Finding of the evidence"),
    "round": _("Round"),
    "experts": _("Experts"),
    "expert": _("Expert"),
    "closes_on": _("Answers until"),
    "company": _("Company"),
    "promised": _("Promises it too"),
    "source": _("Source"),
    "seen_on": _("Seen on"),
    "state": _("State"),
    "held_by": _("Held by"),
    "since": _("Since"),
    "given_up": _("Tried no more"),
    "indicator": _("Indicator"),
    "period": _("Period"),
    "unit": _("Unit"),
}
DATES = frozenset({"due", "done", "closes_on", "seen_on", "from"})
CODES = {"class": statuses.class_name, "suggested": statuses.class_name, "state": statuses.state_word}
ANSWERS: Mapping[str, object] = {
    "yes": _("yes"),
    "no": _("no"),
    "gone": _("not any more"),
    "evidence": _("as the evidence says"),
}


class Step(NamedTuple):
    """What of a thing was changed: its name, and what stood there before (None: nothing stood there) and after."""

    label: str
    before: str | None
    after: str


class Told(NamedTuple):
    """A line of a history in the reader's words."""

    at: str
    by: str
    what: str
    why: str | None
    place: str
    steps: list[Step]


def told(line: Line, found: History, timezone: str) -> Told:
    """A line with `place` and `steps` in words. A charter's changes keep the words of its plan."""
    if "changes" in line:
        steps = [
            Step(f"{one.name} · {one.what or one.action_word}", one.before or "–", one.after or "–")
            for one in change_lines(line["changes"], *line["charters"])
        ]
    else:
        before, after = line.get("before") or {}, line.get("after") or {}
        names = [name for name in {**before, **after} if (before.get(name), after.get(name)) != (None, None)]
        has_before = any(value is not None for value in before.values())
        steps = [
            Step(
                _label(name),
                _written(name, before.get(name), timezone) if has_before else None,
                _written(name, after.get(name), timezone),
            )
            for name in names
        ]
    place = _place(line["place"], found)
    return Told(line["at"], line["by"], line["what"], line.get("why"), place, steps)


def _label(name: str) -> str:
    return str(FIELDS[name] if name in FIELDS else label_of(name) if name in LABELS or name.startswith(STEP) else name)


def _written(name: str, value: Any, timezone: str) -> str:
    language = current_language()
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, (int, float)):
        return format_number(value, language, 0 if value == int(value) else 2)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return _text(name, str(value), timezone)


def _text(name: str, value: str, timezone: str) -> str:
    language = current_language()
    if value in ANSWERS and name in ("class", "promised"):
        return str(ANSWERS[value])
    try:
        if name in DATES:
            return format_date(value, language)
        if name == "since":
            return format_instant(value, timezone, language)
        return CODES[name](value, language) if name in CODES else value
    except (KeyError, ValueError):
        return value


def _place(place: Place, found: History) -> str:
    """Which version, figure, period, unit or action a line is about, by the names that people know."""
    language, version = current_language(), found.current
    parts = []
    if "version" in place:
        day = format_date(place["valid_from"], language)
        parts.append(gettext("version %(number)s, in force from %(day)s", number=place["version"], day=day))
    if "action" in place:
        parts.append(gettext("action %(number)s", number=place["action"]))
    if "indicator" in place:
        parts.append(_title(place["indicator"], found, language))
    if "period" in place:
        parts.append(format_period(place["period"], language))
    if "unit" in place:
        unit = version.tree.by_key.get(place["unit"])
        parts.append(unit.name if unit else place["unit"])
    return " · ".join([*parts, *filter(None, (place.get("channel"), place.get("segment")))])


def _title(key: str, found: History, language: str) -> str:
    """The newest title that an indicator had."""
    held = (version.indicators[key][1] for version in reversed(found.versions) if key in version.indicators)
    indicator = next(held, None)
    return text_in(indicator.title.model_dump(), language) if indicator is not None else key


pages = Blueprint("commitments", __name__)


@pages.get("/commitments")
@needs(Permission.READ_DESK)
def index() -> ResponseReturnValue:
    """Every promise in the charter's own order; of a long charter what calls for somebody first, as on the desk."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    month = month_overview.overview(current_actor(), now(), unit=unit, period=period)
    language = current_language()
    groups: dict[str, Callable[[CommitmentView], str]] = {
        "status": lambda view: statuses.status_word(view["status"], language),
        "class": lambda view: statuses.class_name(view["class"], language),
        "owner": lambda view: view["owner"],
        "touchpoint": lambda view: statuses.word(statuses.TOUCHPOINTS, view["touchpoint"], language) or "–",
    }
    views = in_place(month["commitments"])
    shown = listing(views, lambda view: _words_of(view, language), groups)
    by_key = {view["key"]: view for view in views}
    heaps = [(group, [by_key[one] for one in group.keys]) for group in groups_of(views)] if is_whole(shown) else []
    return render_template("commitments/list.html", overview=month, list=shown, heaps=heaps)


def _words_of(view: CommitmentView, language: str) -> str:
    """What a promise is searched by."""
    return f"{view['number']} {text_in(view['title'], language)} {text_in(view['promise'], language)} {view['owner']}"


@pages.get("/commitments/<key>")
@needs(Permission.READ_DESK)
def page(key: str) -> ResponseReturnValue:
    """One promise, for one month and one unit."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    actor, instant = current_actor(), now()
    found = commitment_page.commitment_page(actor, instant, key, unit=unit, period=period)
    chosen, units = _chosen(found["commitment"]), {}
    for view in found["commitment"]["indicators"]:
        rows = with_changes(found["details"][view["key"]]["breakdown"], view)
        units[view["key"]] = arranged(rows, request.args)
    told = {
        "units_of": units,
        "orders": ORDERS,
        "numbers_written": written,
        "is_followed": is_followed(actor, current_worklist().chosen, commitment=key),
        "may_edit": may(actor, Permission.APPLY_CHARTER),
        "chosen": chosen,
        "share": _share(found, chosen),
    }
    return render_template("commitments/page.html", **told, **found, **choices(actor, instant))


def _chosen(commitment: CommitmentView) -> IndicatorView | None:
    """The indicator that is looked at: as asked, else the first that has made the status what it is, else the first."""
    views, asked = commitment["indicators"], request.args.get("indicator")
    deciding = [one for one in views if one["mandatory"] and one["status"] == commitment["status"]]
    return next((one for one in views if one["key"] == asked), next(iter([*deciding, *views]), None))


def _share(found: commitment_page.CommitmentPage, chosen: IndicatorView | None) -> str:
    """A mail to be written, with the promise and the address of its page for this indicator, month and unit."""
    whole, commitment, language = found["overview"], found["commitment"], current_language()
    subject = f"{text_in(commitment['title'], language)}, {format_period(whole['period'], language)}"
    place = {"unit": whole["unit"], "period": whole["period"]} | ({"indicator": chosen["key"]} if chosen else {})
    link = public_link("commitments.page", key=commitment["key"], **place)
    return f"mailto:?{urlencode({'subject': subject, 'body': link}, quote_via=quote)}"


@pages.get("/commitments/<key>/why")
@needs(Permission.READ_DESK)
def why(key: str) -> ResponseReturnValue:
    """Each conclusion opened: its inputs, rule and version, and the same by command."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    found = traces.traces(current_actor(), now(), key, unit=unit, period=period)
    return render_template("commitments/traces.html", traces=found["traces"], **found["page"])


@pages.get("/commitments/<key>/<indicator>.csv")
@needs(Permission.READ_DESK)
def series(key: str, indicator: str) -> ResponseReturnValue:
    """The series of an indicator, as the commands read it."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    number, name, what = request.args.get("action", type=whole), indicator, request.args.get("of")
    if what in ("units", "mix", "stages"):
        rows = traces.unit_rows(current_actor(), now(), key, indicator, unit=unit, period=period, what=what)
        name = f"{indicator}-{what}"
    elif number is None:
        rows = traces.series_rows(current_actor(), now(), key, indicator, unit=unit, period=period)
    else:
        rows, name = traces.effect_rows_of(current_actor(), number), f"{indicator}-{number}"
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response("\n".join([*lines, ""]), mimetype="text/csv", headers=headers)


@pages.get("/commitments/<key>/evidence.json")
@needs(Permission.READ_DESK)
def evidence(key: str) -> ResponseReturnValue:
    """What the class follows from, as `analyse class` reads it."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    found = traces.evidence_of(current_actor(), now(), key, unit=unit, period=period)
    headers = {"Content-Disposition": f"attachment; filename={key}-evidence.json"}
    return Response(json.dumps(found, ensure_ascii=False, default=str), mimetype="application/json", headers=headers)


@pages.get("/commitments/<key>/history")
@needs(Permission.READ_DESK)
def past(key: str) -> ResponseReturnValue:
    """Everything that happened to a promise: who, when, before, after, why."""
    found = commitment_history.chronicle(current_actor(), now(), key, unit=asked_unit(Permission.READ_DESK))
    versions, timezone = history(), found["timezone"]
    lines = [told(line, versions, timezone) for line in found["lines"]]
    return render_template("commitments/history.html", **{**found, "lines": lines})
