"""The director's desk: is the charter kept, what changed, who acts, what was not measured, then the table."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.overview.filters import Filters
from charter.domain.vocabulary.terms import Permission
from charter.services.alerts.worklist import Worklist
from charter.services.charters.versions import history
from charter.services.desk import desk as desk_view
from charter.services.drafts.first_worklist import next_steps
from charter.services.people import accounts
from charter.services.people.following import is_followed
from charter.services.people.reach import refused_addresses
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_worklist
from charter.web.frame.pickers import picked_unit, remember_unit
from charter.web.frame.responses import address

FILTERS = {"class": "class_", "status": "status", "owner": "owner", "touchpoint": "touchpoint"}
"""The names in the address, and what they filter by."""

pages = Blueprint("desk", __name__)


@pages.get("/desk")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """One month and one unit: the last ended month, and the unit looked at last, or the person's own, by default."""
    asked, actor, instant = request.args, current_actor(), now()
    found = desk_view.desk(
        actor,
        instant,
        unit=asked.get("unit") or picked_unit(actor),
        period=asked.get("period") or None,
        filters=Filters(**{field: asked.get(name, "") for name, field in FILTERS.items()}),
    )
    work = current_worklist(with_alarm=True)
    told = {
        "asked": _address(asked),
        "next_steps": next_steps(actor),
        "needs": work.needs,
        "alarm": work.alarm,
        "alerts_open": _alerts_within(work, found["overview"]["unit"]),
        "refused": refused_addresses(actor),
        "is_followed": is_followed(actor, work.chosen, unit=found["overview"]["unit"]),
    }
    return render_template("desk/desk.html", **told, **found)


@pages.post("/desk")
@needs(Permission.READ_DESK)
def choose() -> ResponseReturnValue:
    """The month, the unit and the filters that were picked, as an address; the unit is remembered."""
    unit = request.form.get("unit")
    if unit:
        accounts.set_last_unit(current_actor(), now(), unit)
        remember_unit(unit)
    return redirect(address("desk.page", _address(request.form)), 303)


def _alerts_within(work: Worklist, unit: str) -> int:
    """How many alerts are open of a unit and of those beneath, as the page of alerts lists them."""
    tree = history().current.tree
    if unit == tree.root.key:
        return work.alerts_open
    near = tree.under(unit) if unit in tree else {unit}
    return sum(one in near for one in work.alert_units)


def _address(given: Mapping[str, str]) -> dict[str, str]:
    """What an address of the desk may hold, without what says nothing."""
    return {name: given[name] for name in ("period", "unit", *FILTERS) if given.get(name)}
