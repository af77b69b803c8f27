"""Published reports: the frozen months, their fingerprints, their files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.terms import Permission
from charter.services import editions
from charter.web.access import asked_unit, current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now
from charter.web.language import current_language

pages = Blueprint("reports", __name__)


@pages.get("/reports")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The frozen months, newest first."""
    return render_template(
        "reports/reports.html", months=editions.published(current_actor()), **choices(current_actor(), now())
    )


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
