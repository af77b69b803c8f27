"""What every page has: who is signed in, what they may open, and helpers that only print."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext

from charter.domain.monthly import IndicatorView
from charter.domain.permissions import Actor, Permission, may_somewhere
from charter.reports.charts.house_plan import main_indicator
from charter.web.access import current_actor

MENU = (
    ("desk.page", lazy_gettext("Desk"), Permission.READ_DESK),
    ("commitments.index", lazy_gettext("Commitments"), Permission.READ_DESK),
    ("checks.page", lazy_gettext("Checks"), Permission.READ_DESK),
    ("classification.page", lazy_gettext("Classification"), Permission.READ_DESK),
    ("reports.page", lazy_gettext("Reports"), Permission.READ_DESK),
    ("audit.page", lazy_gettext("Audit"), Permission.READ_AUDIT),
)


def menu(actor: Actor) -> list[tuple[str, str]]:
    """The pages that this actor may open, in the order of the header."""
    return [(endpoint, str(name)) for endpoint, name, permission in MENU if may_somewhere(actor, permission)]


def delta(view: IndicatorView) -> float | None:
    """The change since the period before, where both were measured."""
    if view["value"] is None or view["previous"] is None:
        return None
    return view["value"] - view["previous"]


def register_page(app: Flask) -> None:
    """Put these in reach of the templates."""
    app.jinja_env.globals.update(main_indicator=main_indicator, delta=delta)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _who() -> dict[str, object]:
        actor = current_actor()
        return {"actor": actor, "menu": menu(actor)}


