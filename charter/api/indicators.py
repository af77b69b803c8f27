"""The indicators of the charter: which take figures, and of which numbers."""

from __future__ import annotations

from flask import Response

from charter.api.access import NOBODY, SESSION, TOKEN, reader
from charter.api.bodies import Indicators, Refusal
from charter.api.routes import Operation, as_json, described, pages
from charter.services.intake import indicator_lines


@pages.get("/indicators")
@described(
    Operation(
        "The indicators of the charter in force, and the numbers that a figure of each needs.",
        {200: ("The indicators", Indicators), 401: ("Pages are not public here", Refusal)},
        lets_in=[TOKEN, SESSION, NOBODY],
    )
)
def indicators() -> Response:
    """All indicators, in the charter's order."""
    return as_json({"indicators": indicator_lines(reader())})
