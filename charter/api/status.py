"""The overview of a month for programs: the same value as `flask charter status --json`."""

from __future__ import annotations

from flask import Response, request

from charter.api.access import NOBODY, SESSION, TOKEN, now, reader
from charter.api.bodies import Refusal
from charter.api.routes import Operation, Parameter, as_json, described, pages
from charter.domain.monthly import Overview
from charter.services.overview import overview


@pages.get("/status")
@described(
    Operation(
        "What is kept, whether the floor holds, what could not be judged: one month, one unit.",
        {
            200: ("The overview", Overview),
            400: ("A period that is none", Refusal),
            401: ("Pages are not public here", Refusal),
            404: ("No such unit, or no charter yet", Refusal),
        },
        parameters=(
            Parameter("period", "query", "2026, 2026-Q4, 2026-10 or 2026-W41; the last ended month.", "2026-10"),
            Parameter("unit", "query", "A unit of the tree; the whole.", "vannes"),
        ),
        lets_in=[TOKEN, SESSION, NOBODY],
    )
)
def status() -> Response:
    """The overview."""
    period, unit = request.args.get("period") or None, request.args.get("unit") or None
    return as_json(overview(reader(), now(), unit=unit, period=period))
