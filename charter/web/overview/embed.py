"""A small panel for the company's own intranet: the sentence, the house, the promises by shape and word.

A badge to show elsewhere: one small picture that says, by a word and a shape, how promises stand.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from charter.charts.svg import PAPER_INK
from charter.domain.overview.model import CommitmentView, Overview
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import require
from charter.domain.vocabulary.terms import FloorState, Permission
from charter.services.month import overview as month_overview
from charter.web.frame.access import current_actor, now
from charter.web.frame.layout import current_language
from charter.web.frame.page_cache import PageCache

embed_pages = Blueprint("embed", __name__)


@embed_pages.get("/embed")
def panel() -> ResponseReturnValue:
    """As public as the intranet page; in a frame nobody can sign in, so a closed panel says so."""
    actor = current_actor()
    require(actor, Permission.READ_PAGES)
    month = month_overview.overview(actor, now(), unit=request.args.get("unit") or None)
    return render_template("embed/panel.html", overview=month)


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
    month = month_overview.overview(current_actor(), now(), unit=unit)
    view = _found(month, commitment) if commitment is not None else None
    shape = view["status"] if view is not None else FLOOR_SHAPES[FloorState(month["headline"]["floor"]["state"])]
    given = {"overview": month, "view": view, "shape": shape, "ink": PAPER_INK[shape], "letter": LETTER}
    return render_template("badge/badge.svg", **given)


def _found(month: Overview, key: str) -> CommitmentView:
    view = next((view for view in month["commitments"] if view["key"] == key), None)
    if view is None:
        raise NotFound("The charter has no commitment %(commitment)s.", commitment=key)
    return view
