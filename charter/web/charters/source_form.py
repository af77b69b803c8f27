"""The form of a source, by its kind: where rows come from, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from charter.domain.charter_file.editing import Plain
from charter.web.charters.form_fields import Field
from charter.web.charters.forms import key_section, texts

PATHS = (
    Field("path", _("File"), help=_("In the charter's folder; * is any characters: cases-*.csv"), is_required=True),
    Field(
        "which",
        _("Of several files"),
        "select",
        _("All are read when left empty."),
        options=(("newest", _("the newest only: that whose name sorts last")),),
    ),
)
ADDRESS_HELP = _("env:NAME: the address itself is a setting of the server, never part of the charter.")
EVENTS = Field(
    "events",
    _("Rows that are events of cases"),
    "notation",
    _("The columns of case, instant and state, %(events)s.", events="{case: number, at: changed_at, state: status}"),
)
WRITTEN = (
    Field(
        "decimal",
        _("Decimal sign"),
        "select",
        _("Found by itself when left empty."),
        options=(("comma", _("comma")), ("point", _("point"))),
    ),
    Field(
        "dates",
        _("Dates with slashes"),
        "select",
        _("Found by itself when left empty."),
        options=(("day-first", _("day first: 31/12/2026")), ("month-first", _("month first: 12/31/2026"))),
    ),
    Field(
        "durations",
        _("Durations of two parts"),
        "select",
        _("Hours and minutes when left empty."),
        options=(("h:m", _("hours first: 3:20 is 3 h 20")), ("m:s", _("minutes first: 3:20 is 3 min 20 s"))),
    ),
    EVENTS,
)
BELOW = (
    Field("header_row", _("Line of the names"), "whole", _("The first one when left empty.")),
    Field(
        "date_from.cell", _("Cell that tells the month"), help=_("Above the names, like A2; the date is $period then.")
    ),
    Field("date_from.format", _("How the cell tells it"), help=_("%B %Y: March 2026; %b-%y: Mar-26.")),
)
MISSING = Field(
    "missing",
    _("Cells that mean nothing is there"),
    "lines",
    _("One in each line, like NA or ?. Found by column when left empty."),
)
FROM_NAME = Field("date_from.file_name", _("How the file's name tells the month"), help=_("%Y-%m: 2026-03."))
LISTED = (Field("key", _("Key")), Field("text.fr", _("In French")), Field("text.en", _("In English")))
SOURCES: dict[str, tuple[Field, ...]] = {
    "csv": (
        *PATHS,
        Field("separator", _("Separator"), help=_("Found by itself when left empty.")),
        Field("encoding", _("Encoding"), help=_("Found by itself when left empty.")),
        *BELOW,
        FROM_NAME,
        *WRITTEN,
        MISSING,
    ),
    "parquet": (*PATHS, FROM_NAME, MISSING, EVENTS),
    "xlsx": (
        *PATHS,
        Field("sheet", _("Sheet"), help=_("The first one when left empty.")),
        *BELOW,
        FROM_NAME,
        *WRITTEN,
        MISSING,
    ),
    "json": (
        *PATHS,
        Field("rows", _("Where the rows stand in the file"), help=_("Empty when the file is the list itself.")),
        FROM_NAME,
        *WRITTEN,
        MISSING,
    ),
    "database": (
        Field("url", _("Address"), help=ADDRESS_HELP, is_required=True),
        Field("table", _("Table"), help=_("table, or schema.table"), is_required=True),
        *WRITTEN,
        MISSING,
    ),
    "http-json": (
        Field("url", _("Address"), help=_("https://… or env:NAME"), is_required=True),
        Field("rows", _("Where the rows stand in the answer"), help=_("Empty when the answer is the list itself.")),
        Field("headers", _("Headers"), "notation", _('As in the file, secrets by name: {Authorization: "env:NAME"}')),
        Field(
            "pages",
            _("Further pages"),
            "notation",
            _("{next: links.next}, {link: true} or {page: page, size: per_page, of: 100}"),
        ),
        Field("total", _("Where the number of all rows stands"), help=_("Compared with the rows that are read.")),
        *WRITTEN,
        MISSING,
    ),
    "manual": (),
    "push": (),
    "incidents": (
        Field("kinds", _("What staff choose from"), "rows", _("Kinds of incivility."), columns=LISTED),
        Field("support", _("Support for a colleague"), "rows", columns=LISTED),
        Field("within", _("Support is given within"), "delay", _("Days, weeks or working days; 3 days when empty.")),
        Field("hidden_below", _("Fewer incidents are hidden"), "whole", _("5 or more; 5 when empty.")),
    ),
}
SOURCE_KINDS: dict[str, object] = {
    "csv": _("CSV file"),
    "parquet": _("Parquet file"),
    "xlsx": _("Excel file"),
    "json": _("JSON file"),
    "database": _("Database"),
    "http-json": _("Web service (JSON)"),
    "manual": _("Entered by people"),
    "push": _("Pushed by a program"),
    "incidents": _("Incivility that staff write down"),
}


FIRST = frozenset({"path", "url", "table", "sheet", "rows", "which", "kinds", "support", "within", "hidden_below"})
"""Where the rows are; how they are written is found by itself for most."""
APART = {
    _("Of which month a file speaks"): frozenset({"date_from.cell", "date_from.format", "date_from.file_name"}),
    _("Rows that are events"): frozenset({"events"}),
    _("Further pages and headers"): frozenset({"headers", "pages", "total"}),
}


def source_form(kind: str, *, is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """One source, by its kind: where its rows are; then, by purpose, what is seldom said."""
    fields = SOURCES[kind]
    apart = frozenset().union(*APART.values())
    sections = [
        (SOURCE_KINDS[kind], [one for one in fields if one.name in FIRST]),
        (_("How it is written"), [one for one in fields if one.name not in FIRST | apart]),
        *((title, [one for one in fields if one.name in names]) for title, names in APART.items()),
    ]
    return [sections[0], *((title, some) for title, some in sections[1:] if some), *key_section(is_new)]


def texts_form(plain: Plain, language: str, *, is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """Free texts whose expressions are counted: whose they are, where they stand, what they are about."""
    sources = [(key, key) for key, one in plain.get("sources", {}).items() if one.get("kind") not in ("manual", "push")]
    promises = [(str(one["key"]), _called(one["title"], language)) for one in plain["commitments"]]
    told = (("staff", _("what staff report, once it is accepted")), ("customers", _("why customers answer in surveys")))
    return [
        (_("Name of these texts"), texts("name", _("Name in French"), _("Name in English"), needed=True)),
        (
            _("Where they stand"),
            [
                Field(
                    "source", _("Source"), "select", _("Left empty where they are told to Promesse."), options=sources
                ),
                Field("text", _("Column of the text")),
                Field("date", _("Column of the day")),
                Field("unit", _("Column of the unit"), help=_("Left empty, all are of the whole organisation.")),
                Field(
                    "where", _("Only the rows where"), "notation", _("A condition, %(like)s.", like="{kind: complaint}")
                ),
                Field("told_by", _("Or told to Promesse"), "select", options=told),
            ],
        ),
        (
            _("Commitment they concern"),
            [
                Field("commitment", _("Commitment"), "select", _("Where all are about one."), options=promises),
                Field("leave_out", _("Words never counted"), "lines", _("One per line: names of people, for example.")),
            ],
        ),
        *key_section(is_new),
    ]


def _called(title: Any, language: str) -> str:
    return str(title if isinstance(title, str) else title.get(language) or next(iter(title.values())))
