"""For those who watch the machine: one JSON answer; `status` is ok, degraded, or down (503) without a database."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from charter import VERSION
from charter.services import health
from charter.web.clock import now

pages = Blueprint("health", __name__)


@pages.get("/health")
def page() -> ResponseReturnValue:
    """The state of the database, the checks and the alarm clock."""
    try:
        return jsonify(health.health(now()))
    except Exception:
        current_app.logger.exception("The health of Promesse cannot be read.")
        return jsonify({"status": "down", "database": "down", "release": VERSION}), 503
