"""A badge to show elsewhere: one small picture that says, by a word and a shape, how promises stand."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from charter.domain.errors import NotFound
from charter.domain.monthly import CommitmentView, Overview
from charter.domain.permissions import require
from charter.domain.terms import FloorState, Permission
from charter.reports.charts.drawing import PAPER_INK
from charter.services import overview
from charter.web.access import current_actor
from charter.web.clock import now
from charter.web.language import current_language
from charter.web.page_cache import PageCache

pages = Blueprint("badge", __name__)

FLOOR_SHAPES = {
    FloorState.HELD: "kept",
    FloorState.BROKEN: "missed",
    FloorState.UNPROVEN: "unproven",
    FloorState.ABSENT: "not-applicable",
}
LETTER = 6.9
"""The width that a letter of 12 px is given: what is written never runs out of its box."""


@pages.record_once
def _keep_badges(state: BlueprintSetupState) -> None:
    state.app.extensions["badges"] = PageCache()


@pages.get("/badge.svg")
def image() -> ResponseReturnValue:
    """`?unit=` and `?commitment=` choose; as public as the intranet page, and as honest: not proven is said."""
    require(current_actor(), Permission.READ_PAGES)
    unit, commitment, language = (
        request.args.get("unit") or None,
        request.args.get("commitment") or None,
        current_language(),
    )
    cache: PageCache = current_app.extensions["badges"]
    kept = cache.get((unit, commitment, language), lambda: _draw(unit, commitment))
    answer = Response(kept.plain, mimetype="image/svg+xml", headers={"Cache-Control": "no-cache"})
    answer.headers["Vary"] = "Accept-Language, Cookie, Accept-Encoding"
    answer.set_etag(kept.mark, weak=True)
    return answer.make_conditional(request)


def _draw(unit: str | None, commitment: str | None) -> str:
    month = overview.overview(current_actor(), now(), unit=unit)
    view = _found(month, commitment) if commitment is not None else None
    shape = view["status"] if view is not None else FLOOR_SHAPES[FloorState(month["headline"]["floor"]["state"])]
    given = {"overview": month, "view": view, "shape": shape, "ink": PAPER_INK[shape], "letter": LETTER}
    return render_template("badge/badge.svg", **given)


def _found(month: Overview, key: str) -> CommitmentView:
    view = next((view for view in month["commitments"] if view["key"] == key), None)
    if view is None:
        raise NotFound("The charter has no commitment %(commitment)s.", commitment=key)
    return view
