"""The matrix of units and promises: a page for whoever has more than one unit, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.terms import Permission
from charter.reports.spreadsheet import to_csv
from charter.services.desk.matrix import SHOWN, Matrix, matrix
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices
from charter.words import statuses
from charter.words.formats import text_in

WORDS_FIT = 8
"""Up to so many promises the words of statuses stand beside their shapes."""

pages = Blueprint("matrix", __name__)


@pages.get("/matrix")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """One month: the unit and those beneath, narrowed by status or to what changed."""
    found = _asked(whole=False)
    return render_template(
        "matrix/matrix.html",
        matrix=found,
        show=request.args.get("show", ""),
        narrowings=SHOWN,
        is_roomy=len(found["columns"]) <= WORDS_FIT,
        **choices(current_actor(), now()),
    )


@pages.get("/matrix.csv")
@needs(Permission.READ_DESK)
def file() -> ResponseReturnValue:
    """All units beneath, a line each; a column for each promise, in the reader's words."""
    found, language = _asked(whole=True), current_language()
    promises = [f"{one['number']}. {text_in(one['title'], language)}" for one in found["columns"]]
    head = [gettext("Unit"), gettext("Name"), *promises]
    lines = [
        [row["unit"], row["name"], *(statuses.status_word(cell["status"], language) for cell in row["cells"])]
        for row in found["rows"]
    ]
    answer = Response(to_csv([head, *lines]), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"promesse-{found['period']}-{found['unit']}.csv")
    return answer


def _asked(*, whole: bool) -> Matrix:
    return matrix(
        current_actor(),
        now(),
        unit=asked_unit(Permission.READ_DESK),
        period=request.args.get("period") or None,
        show=request.args.get("show", ""),
        whole=whole,
    )
