"""The matrix of units and promises: a page for whoever has more than one unit, and the same as a file."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.terms import Permission, Status
from charter.reports.spreadsheet import to_csv
from charter.services.desk.matrix import SHOWN, Matrix, MatrixRow, matrix
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices
from charter.words import statuses
from charter.words.formats import text_in

WORDS_FIT, LINKS_FIT, NAMES_FIT = 8, 40, 60
"""Up to so many promises the words of statuses stand beside their shapes; their names are links, large enough for a
finger; all stand on a page that is wide. Above the last the matrix scrolls within its own frame."""

DOWNWARDS = 24
"""Of more units than this a phone shows those next below; each leads on to its own."""

CALM = frozenset({Status.KEPT, Status.UNPROVEN, Status.NOT_APPLICABLE, Status.NO_DATA})
"""What a phone counts instead of showing it place by place, unless it is asked for."""

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
        of=request.args.get("of", ""),
        narrowings=SHOWN,
        calm=CALM,
        said=_said(found),
        lines=_lines(found),
        is_roomy=len(found["columns"]) <= WORDS_FIT,
        has_links=len(found["columns"]) <= LINKS_FIT,
        is_wide=len(found["columns"]) > NAMES_FIT,
        **choices(current_actor(), now()),
    )


class Line(NamedTuple):
    """What a row is on a phone, which reads downwards: how many promises stand how, and whether it waits behind the
    row above it, which then leads to so many."""

    row: MatrixRow
    tally: list[tuple[str, int]]
    waits: bool
    leads_to: int


def _lines(found: Matrix) -> list[Line]:
    rows, lines = found["rows"], []
    for at, row in enumerate(rows):
        end = next((i for i in range(at + 1, len(rows)) if rows[i]["depth"] <= row["depth"]), len(rows))
        is_long = len(rows) > DOWNWARDS
        statuses_here = Counter(cell["status"] for cell in row["cells"])
        tally = [(code, statuses_here[code]) for code in SHOWN if statuses_here[code]]
        leads_to = end - at - 1 if is_long and row["depth"] == 1 else 0
        lines.append(Line(row, tally, is_long and row["depth"] > 1, leads_to))
    return lines


class Seen(NamedTuple):
    """What cells say alike: a status, why it is no verdict, and of one that moved what it was."""

    status: str
    reason: str | None
    was: str | None


def _said(found: Matrix) -> dict[Seen, str]:
    """What cells tell beside their shapes, for those who hear or point at them: status, why, and what it was. Many
    cells say one thing."""
    language = current_language()
    told: dict[Seen, str] = {}
    for cell in (cell for row in found["rows"] for cell in row["cells"]):
        was = cell["before"] if cell["moved"] else None
        key = Seen(cell["status"], cell["reason"], was)
        if key not in told:
            said = [statuses.status_word(cell["status"], language)]
            said += [statuses.reason_word(cell["reason"], language)] if cell["reason"] else []
            told[key] = ", ".join(said)
            if was:
                earlier = gettext("the month before: %(status)s", status=statuses.status_word(was, language).lower())
                told[key] += f" ({earlier})"
    return told


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
        of=request.args.get("of", ""),
        whole=whole,
    )
