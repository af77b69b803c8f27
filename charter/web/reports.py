"""Published reports: the frozen months, their fingerprints, their files."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.permissions import may
from charter.domain.terms import Permission
from charter.services import editions, jobs
from charter.web.access import asked_unit, current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now
from charter.web.language import current_language

pages = Blueprint("reports", __name__)


@pages.get("/reports")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The frozen months, newest first."""
    actor = current_actor()
    return render_template(
        "reports/reports.html",
        months=editions.published(actor),
        may_make=may(actor, Permission.MAKE_REPORT),
        **choices(actor, now()),
    )


@pages.post("/reports/<period>/make")
@needs(Permission.MAKE_REPORT)
def make(period: str) -> ResponseReturnValue:
    """Ask for the PDF of a sealed month that has none yet; then look how it goes."""
    arguments = {"period": period, "language": request.form.get("language") or current_language()}
    number = jobs.ask(current_actor(), now(), kind="make-report", arguments=arguments)
    return redirect(url_for("jobs.page", number=number), 303)


@pages.get("/reports/<period>.pdf")
@needs(Permission.READ_DESK)
def pdf(period: str) -> ResponseReturnValue:
    """The PDF of a frozen month, as archived."""
    unit = asked_unit(Permission.READ_DESK)
    content = editions.pdf_bytes(current_actor(), period=period, unit=unit, language=current_language())
    name = "-".join(part for part in ("promesse", period, unit, current_language()) if part)
    answer = Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-cache"})
    answer.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    answer.add_etag()
    return answer.make_conditional(request)
