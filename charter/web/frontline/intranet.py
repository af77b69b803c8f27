"""The intranet page: what we promise, what it means for me, how my site is doing; readable by everyone, on a phone."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline import intranet
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.page_cache import PageCache, QuickPages
from charter.web.frame.responses import takes_gzip
from charter.web.frame.visitors import SITE, remember, remembered_site

pages = Blueprint("intranet", __name__)


@pages.record_once
def _keep_pages(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    app.extensions["intranet_pages"] = PageCache()
    if app.extensions["settings"].public_pages:
        app.wsgi_app = app.extensions["quick_pages"] = QuickPages(app.wsgi_app)  # type: ignore[method-assign]


def forget_pages() -> None:
    """What this process keeps is out of date: something was just decided here."""
    current_app.extensions["intranet_pages"].clear()
    if "quick_pages" in current_app.extensions:
        current_app.extensions["quick_pages"].kept.clear()


@pages.get("/")
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """The page of a site, or of the company. It is the same for all readers: kept a few seconds, answers 304."""
    actor, language = current_actor(), current_language()
    unit = request.args.get("unit") or intranet.open_unit(now(), remembered_site())
    cache: PageCache = current_app.extensions["intranet_pages"]
    kept = cache.get((unit, language, request.script_root), lambda: _render(actor, unit))
    is_packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    answer = Response(kept.packed if is_packed else kept.plain, mimetype="text/html")
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    # A shared cache may not keep it: pages may be closed any day.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Accept-Language, Cookie, Accept-Encoding"
    answer.set_etag(kept.mark, weak=True)
    return answer.make_conditional(request)


def _render(actor: Actor, unit: str | None) -> str:
    return render_template("intranet/page.html", **intranet.intranet(actor, now(), unit=unit))


@pages.get("/site")
@needs(Permission.READ_PAGES)
def choose() -> ResponseReturnValue:
    """From the chooser to the page of a site, which this browser opens from now on."""
    asked = request.args.get("unit", "")
    unit = intranet.open_unit(now(), asked)
    if unit is None:
        return redirect(url_for("intranet.page", unit=asked or None))
    answer = redirect(url_for("intranet.page", unit=unit), 303)
    assert isinstance(answer, Response)
    return remember(answer, SITE, unit)
