"""For those who watch the machine: one JSON answer, 200 when all is well, 503 when it is not."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from charter.services import health
from charter.web.clock import now

pages = Blueprint("health", __name__)


@pages.get("/health")
def page() -> ResponseReturnValue:
    """The state of the database, the charter and the alarm clock."""
    found = health.health(now())
    return jsonify(found), 200 if found.get("ok") else 503
