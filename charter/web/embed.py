"""A small panel for the company's own intranet: the sentence, the house, the promises by shape and word."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.permissions import require
from charter.domain.terms import Permission
from charter.services import overview
from charter.web.access import current_actor
from charter.web.clock import now

pages = Blueprint("embed", __name__)


@pages.get("/embed")
def panel() -> ResponseReturnValue:
    """As public as the intranet page; in a frame nobody can sign in, so a closed panel says so."""
    actor = current_actor()
    require(actor, Permission.READ_PAGES)
    month = overview.overview(actor, now(), unit=request.args.get("unit") or None)
    return render_template("embed/panel.html", overview=month)
