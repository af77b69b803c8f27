"""The form of a source, by its kind: where rows come from, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from charter.web.editing.fields import Field
from charter.web.editing.forms import key_field

PATH = Field("path", _("File"), help=_("In the charter's folder; * is any letters: cases-*.csv"), is_required=True)
ADDRESS_HELP = _("env:NAME: the address itself is a setting of the server, never part of the charter.")
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
)
SOURCES: dict[str, tuple[Field, ...]] = {
    "csv": (
        PATH,
        Field("separator", _("Separator"), help=_("Found by itself when left empty.")),
        Field("encoding", _("Encoding"), help=_("Found by itself when left empty.")),
        *WRITTEN,
    ),
    "parquet": (PATH,),
    "xlsx": (PATH, Field("sheet", _("Sheet"), help=_("The first one when left empty.")), *WRITTEN),
    "database": (
        Field("url", _("Address"), help=ADDRESS_HELP, is_required=True),
        Field("table", _("Table"), help=_("table, or schema.table"), is_required=True),
        *WRITTEN,
    ),
    "http-json": (
        Field("url", _("Address"), help=_("https://… or env:NAME"), is_required=True),
        Field("rows", _("Where the rows stand in the answer"), help=_("Empty when the answer is the list itself.")),
        *WRITTEN,
    ),
    "manual": (),
    "push": (),
}
SOURCE_KINDS: dict[str, Any] = {
    "csv": _("CSV file"),
    "parquet": _("Parquet file"),
    "xlsx": _("Excel file"),
    "database": _("Database"),
    "http-json": _("Web service (JSON)"),
    "manual": _("Entered by people"),
    "push": _("Pushed by a program"),
}


def source_form(kind: str, *, is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """One source, by its kind."""
    return [(SOURCE_KINDS[kind], [*([key_field()] if is_new else []), *SOURCES[kind]])]
