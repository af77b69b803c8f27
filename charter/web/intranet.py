"""The intranet page: what we promise, what it means for me, how my site is doing; readable by everyone, on a phone."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.permissions import Actor
from charter.domain.terms import Permission
from charter.services import desk
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.language import current_language
from charter.web.page_cache import PageCache

pages = Blueprint("intranet", __name__)


@pages.record_once
def _keep_pages(state: object) -> None:
    state.app.extensions["intranet_pages"] = PageCache()  # type: ignore[attr-defined]


@pages.get("/")
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """The page of a site, or of the company. It is the same for all readers: kept a few seconds, answers 304."""
    actor, unit, language = current_actor(), request.args.get("unit") or None, current_language()
    cache: PageCache = current_app.extensions["intranet_pages"]
    answer = make_response(cache.get((unit, language), lambda: _render(actor, unit)))
    return _unchanged(answer)


def _render(actor: Actor, unit: str | None) -> str:
    return render_template("intranet/page.html", **desk.intranet(actor, now(), unit=unit))


def _unchanged(answer: Response) -> Response:
    """304 where the reader has this very page; a shared cache may not keep it, pages may be closed any day."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Accept-Language, Cookie"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
