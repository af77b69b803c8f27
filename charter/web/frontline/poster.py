"""The poster of a unit: a page to print, and PDFs on A4 and A3 that the alarm clock makes when somebody asks."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.vocabulary.terms import Permission
from charter.services.frontline import intranet
from charter.services.reports.posters import newest_sealed, order_poster, poster_bytes, poster_states
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import public_link

pages = Blueprint("poster", __name__)


@pages.get("/poster")
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """The poster as a page, where its PDFs are, and how to show the panel and the badge elsewhere."""
    found = intranet.intranet(current_actor(), now(), unit=request.args.get("unit") or None)
    unit = found["here"]["unit"]
    made = poster_states(current_actor(), unit=unit, language=current_language())
    shown = {
        "panel": public_link("embed.panel", unit=unit),
        "badge": public_link("badge.image", unit=unit, lang=current_language()),
    }
    return render_template("poster/poster.html", made=made, elsewhere=shown, **found)


@pages.post("/poster")
@needs(Permission.READ_PAGES)
def order() -> ResponseReturnValue:
    """Ask for a PDF; the page then says how far it is."""
    unit, paper = request.form.get("unit", ""), request.form.get("paper", "")
    order_poster(
        current_actor(), now(), period=newest_sealed() or "", unit=unit, language=current_language(), paper=paper
    )
    return redirect(url_for("poster.page", unit=unit), 303)


@pages.get("/poster.pdf")
@needs(Permission.READ_PAGES)
def pdf() -> ResponseReturnValue:
    """An archived poster."""
    asked = {name: request.args.get(name, "") for name in ("period", "unit", "paper")}
    content = poster_bytes(current_actor(), language=current_language(), **asked)
    answer = Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-cache"})
    name = "-".join(("promesse", *asked.values(), current_language()))
    answer.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    answer.add_etag()
    return answer.make_conditional(request)
