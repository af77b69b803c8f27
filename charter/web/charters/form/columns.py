"""The columns of a source, to be chosen in the fields that name one: nobody types what a list can offer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from charter.web.charters.form_fields import Field

Sections = Sequence[tuple[Any, Sequence[Field]]]
DELAYED = frozenset({"start", "stop"})
SUGGESTED = frozenset({"distinct", "numerator", "denominator", "unit", "channel", "segment"})
"""Where a column stands alone most of the time, and several, or a sum, may be written."""
IN_EVERY_FILE = ("$period", "$file")
"""What may be read of a row beside its columns."""


def with_columns(sections: Sections, names: Sequence[str], *, is_log: bool, held: Collection[str] = ()) -> Sections:
    """The same form with the columns to choose from; `held` are those that stand in it and are read all the same.

    Of a log of events the start and the stop are states, and are written. Without names nothing changes.
    """
    if not names:
        return sections
    options = [(name, name) for name in dict.fromkeys([*names, *(one for one in held if one in IN_EVERY_FILE)])]
    return [(title, [_offered(field, options, is_log=is_log) for field in fields]) for title, fields in sections]


def _offered(field: Field, options: Sequence[tuple[str, Any]], *, is_log: bool) -> Field:
    if field.kind == "column" or field.name in SUGGESTED:
        return replace(field, options=options)
    if field.name in DELAYED and not is_log:
        return replace(field, kind="column", options=options, help="")
    return field
