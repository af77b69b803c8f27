"""The figures of indicators, period by period: as JSON in pages, and as a CSV address that spreadsheets refresh."""

from __future__ import annotations

from typing import TypedDict

from flask import Response, request

from charter.api.access import SESSION, TOKEN, by_address, now, reader_of
from charter.api.bodies import Refusal
from charter.api.listing import as_page, asked, lists, paging
from charter.api.routes import PERIOD, Operation, Parameter, described, pages
from charter.domain.vocabulary.errors import Invalid
from charter.reports.spreadsheet import to_csv
from charter.reports.tables import Cell, Table
from charter.services.desk import series as kept
from charter.services.desk.listing import page_of
from charter.services.desk.series import Asked, SeriesRow, Wanted

FROM = Parameter("from", "query", "Periods from here on; the charter's first unless said.", "2026-01", False, PERIOD)
TO = Parameter("to", "query", "Periods up to here; the last ended one unless said.", "2026-10", False, PERIOD)
INDICATOR = Parameter("key", "path", "The key of an indicator.", "billed", True)
UNIT = Parameter("unit", "query", "A unit of the tree; one's own, or else the whole.", "vannes")


class Series(TypedDict):
    """A page of periods."""

    items: list[SeriesRow]
    next: str | None


@pages.get("/indicators/<key>/series")
@described(
    lists(
        "The ended periods of an indicator in a unit, oldest first; one without a figure says why.",
        Series,
        INDICATOR,
        UNIT,
        FROM,
        TO,
    )
)
def series(key: str) -> Response:
    """The periods of one indicator."""
    actor, unit = reader_of(asked("unit"))
    found = kept.series(actor, now(), key, unit, Asked(asked("from"), asked("to")))
    return as_page(page_of(found, paging()))


PLAIN = (
    *("indicator", "unit", "period", "first_day", "last_day", "status", "reason", "value", "numerator", "denominator"),
    *("pending", "target", "tolerance", "unacceptable", "coverage", "known_at"),
)


@pages.get("/series.csv")
@described(
    Operation(
        "The same of several indicators and units as one table, for spreadsheets: they refresh it by its address.",
        {
            200: ("CSV, UTF-8, a point as decimal sign", str),
            400: ("More than a file should hold, or a period that is none", Refusal),
            401: ("No token, or one that lets nobody in", Refusal),
            403: ("A unit outside the token's, or a token in an address that may do more than read", Refusal),
            404: ("No such unit or indicator", Refusal),
        },
        parameters=(
            Parameter("token", "query", "A token that may only read, where no header can be sent.", "promesse_x"),
            Parameter("indicator", "query", "Keys, separated by commas; all unless said.", "billed"),
            Parameter("unit", "query", "Keys, separated by commas; the token's own unless said.", "vannes"),
            Parameter("beneath", "query", "yes: and all units beneath them.", "yes", False, "^(yes|no)?$"),
            FROM,
            TO,
        ),
        lets_in=[TOKEN, SESSION],
        media="text/csv",
    )
)
def table() -> Response:
    """A table of series."""
    actor = by_address(request.args.get("token"))
    beneath = asked("beneath")
    if beneath not in (None, "yes", "no"):
        raise Invalid("%(word)s is none of: %(words)s.", "beneath", word=str(beneath)[:40], words="yes, no")
    wanted = Wanted(_several("unit"), _several("indicator"), Asked(asked("from"), asked("to")), beneath == "yes")
    rows = kept.all_series(actor, now(), wanted)
    lines: Table = [[*PLAIN, "excluded", "interval_low", "interval_high", "doubts"], *map(_line, rows)]
    headers = {"Content-Disposition": "inline; filename=promesse-series.csv"}
    return Response(to_csv(lines), mimetype="text/csv", headers=headers)


def _several(name: str) -> list[str]:
    return [part.strip() for part in request.args.get(name, "").split(",") if part.strip()]


def _line(row: SeriesRow) -> list[Cell]:
    low, high = row["interval"] or (None, None)
    doubts = " ".join(str(one["code"]) for one in row["doubts"])
    plain = [row[name] for name in PLAIN]  # type: ignore[literal-required]
    return [*plain, sum(row["excluded"].values()), low, high, doubts]
