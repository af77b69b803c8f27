"""The charts of a commitment's page as files: drawn for themselves, with what they show, where and when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext

from charter.charts.files import Told, picture, pictures
from charter.charts.marks import effects_on, flags_of
from charter.charts.svg import Charts
from charter.domain.overview.model import IndicatorView, Overview
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.desk import commitment_page
from charter.services.desk.commitment_page import CommitmentPage, Detail
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import public_link
from charter.web.overview.unit_order import arranged, with_changes
from charter.words.formats import format_instant, format_period, text_in

pages = Blueprint("chart_files", __name__)

OVER_TIME, FUNNEL, SMALL = (760, 260), (560.0, 240.0), (168, 48)
STAGE = (560.0, 34.0)
"""The width of a link of the chain, and its height."""
MOST_SMALL = 50
"""As many small charts as the page shows."""


@pages.get("/commitments/<key>/<indicator>.svg")
@needs(Permission.READ_DESK)
def chart(key: str, indicator: str) -> Response:
    """The chart over time; with `of`, the funnel, the small charts of the units or the stages. Raises NotFound where
    none is."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    found = commitment_page.commitment_page(current_actor(), now(), key, unit=unit, period=period)
    view = next((one for one in found["commitment"]["indicators"] if one["key"] == indicator), None)
    what = request.args.get("of", "")
    drawn = _drawn(what, found, view, found["details"][indicator]) if view else None
    if drawn is None:
        raise NotFound("There is no such chart of %(indicator)s.", indicator=indicator)
    whole = found["overview"]
    name = "-".join(filter(None, (indicator, what, whole["unit"], whole["period"])))
    headers = {"Content-Disposition": f"attachment; filename={name}.svg"}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


def _drawn(what: str, found: CommitmentPage, view: IndicatorView, detail: Detail) -> str | None:
    charts = Charts(current_app.jinja_env, current_language, on_paper=True, is_alone=True)
    told = _told(what, found, view)
    if what == "funnel":
        funnel = detail.get("funnel")
        return picture(charts.env, told, charts.funnel(funnel, view, FUNNEL), FUNNEL) if funnel else None
    if what == "stages":
        chain, (width, row) = detail["stages"], STAGE
        size = (width, row * len(chain["links"])) if chain else STAGE
        return picture(charts.env, told, charts.stages(chain, width, row), size) if chain else None
    if what == "units":
        asked = arranged(with_changes(detail["breakdown"], view), request.args)
        rows = asked.near[:MOST_SMALL]
        names = {row["unit"]: row["name"] for row in rows}
        small = [(names[unit], one) for unit, one in charts.multiples(rows, view, SMALL)]
        return pictures(charts.env, told, small, SMALL) if small else None
    return picture(charts.env, told, _over_time(charts, found, view, detail), OVER_TIME) if detail["series"] else None


def _over_time(charts: Charts, found: CommitmentPage, view: IndicatorView, detail: Detail) -> Any:
    """The same chart as on the page, flags and effects and all."""
    actions = found["remedy"]["actions"]
    return charts.control_chart(
        detail["series"],
        detail["chart"],
        kind=view["kind"],
        direction=view["direction"],
        unacceptable=view["unacceptable"],
        against=view,
        flags=flags_of(actions, view["key"], detail["series"], found["corrected"].get(view["key"], ())),
        effects=effects_on(actions, view["key"], found["overview"]["unit"]),
        title=text_in(view["title"], current_language()),
        size=OVER_TIME,
    )


def _told(what: str, found: CommitmentPage, view: IndicatorView) -> Told:
    whole, commitment, language = found["overview"], found["commitment"], current_language()
    title = f"{commitment['number']}. {text_in(commitment['title'], language)}"
    under = " · ".join((text_in(view["title"], language), whole["unit_name"], format_period(view["period"], language)))
    place: dict[str, Any] = {"key": commitment["key"], "indicator": view["key"]}
    link = public_link("commitments.page", **place, unit=whole["unit"], period=whole["period"])
    return Told(title, under, [*_foot(whole, what, language), link])


def _foot(whole: Overview, what: str, language: str) -> list[str]:
    """Since when it is known, what is not said by the drawing alone, and that an example is one."""
    said = []
    if whole["known_at"]:
        instant = format_instant(whole["known_at"], whole["timezone"], language)
        said.append(gettext("data as of %(instant)s", instant=instant))
    if what == "units":
        said.append(gettext("All on one axis: nothing is ranked by its value."))
    if whole.get("is_example"):
        said.append(gettext("Example: a fictional company and generated figures."))
    return [f"{one[:1].upper()}{one[1:]}" for one in said]
