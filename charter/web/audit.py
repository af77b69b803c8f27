"""The audit log for those who must prove that nothing was rewritten: who, when, what, chained by hash."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.terms import Permission
from charter.services import audit
from charter.web.access import current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now

PER_PAGE = 50

pages = Blueprint("audit", __name__)


@pages.get("/audit")
@needs(Permission.READ_AUDIT)
def page() -> ResponseReturnValue:
    """The newest entries first; `?before=` goes back."""
    before = request.args.get("before", type=int)
    entries = audit.entries(current_actor(), limit=PER_PAGE + 1, before_id=before)
    older = entries[PER_PAGE - 1].id if len(entries) > PER_PAGE else None
    return render_template(
        "audit/audit.html",
        entries=entries[:PER_PAGE],
        older=older,
        head=audit.head(),
        **choices(current_actor(), now()),
    )
