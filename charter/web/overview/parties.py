"""Mutual promises: what two parties owe each other on one card, for those who read the desk; a provider sees its own.

The card of a provider on paper: asked for, and served once it is archived.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.overview.groups import groups_of_side
from charter.domain.vocabulary.permissions import may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.services.desk.parties import parties
from charter.services.reports.cards import card_bytes, card_states, order_card
from charter.services.reports.posters import newest_sealed
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices

pages = Blueprint("parties", __name__)


@pages.get("/parties")
@needs(Permission.READ_CARDS)
def page() -> ResponseReturnValue:
    """One month: the cards of a unit and of the providers in it."""
    actor, instant = current_actor(), now()
    unit = request.args.get("unit") if actor.is_provider else asked_unit(Permission.READ_CARDS)
    found = parties(actor, instant, unit=unit or None, period=request.args.get("period") or None)
    return render_template(
        "parties/page.html",
        found=found,
        overview=found["overview"],
        made=card_states(actor, units=found["cards_of"], language=current_language()),
        sealed=newest_sealed(),
        groups_of=groups_of_side,
        reads_desk=may_somewhere(actor, Permission.READ_DESK),
        **choices(actor, instant),
    )


@pages.post("/parties")
@needs(Permission.READ_CARDS)
def order() -> ResponseReturnValue:
    """Ask for a card on paper; the page then says how far it is."""
    unit = request.form.get("unit", "")
    order_card(current_actor(), now(), unit=unit, language=current_language())
    return redirect(url_for("parties.page", unit=request.form.get("back") or unit, _anchor=f"paper-{unit}"), 303)


@pages.get("/parties/card.pdf")
@needs(Permission.READ_CARDS)
def pdf() -> ResponseReturnValue:
    """An archived card."""
    asked = {name: request.args.get(name, "") for name in ("period", "unit")}
    content = card_bytes(current_actor(), language=current_language(), **asked)
    answer = Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-cache"})
    name = "-".join(("promesse", *asked.values(), current_language()))
    answer.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    answer.add_etag()
    return answer.make_conditional(request)
