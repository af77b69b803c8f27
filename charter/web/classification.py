"""The class of each commitment: floor or trust, on what evidence, decided by whom; what the charter leaves out."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from charter.domain.terms import Permission
from charter.services import class_page
from charter.web.access import current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now

pages = Blueprint("classification", __name__)


@pages.get("/classification")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """One line per commitment, then components and expectations."""
    actor, instant = current_actor(), now()
    found = class_page.page(actor, instant)
    return render_template("classification/classification.html", **found, **choices(actor, instant))
