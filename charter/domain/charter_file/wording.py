"""What is wrong with a value of the charter file, in plain sentences with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from charter.domain.charter_file.basics import KEY_PATTERN, YEAR_MONTH_PATTERN, shown
from charter.domain.charter_file.fields import HELP, kinds_in, models_at, models_in, names_of
from charter.domain.charter_file.findings import Path
from charter.domain.charter_file.sources import TABLE_PATTERN

Said = tuple[str, str]
"""What is wrong, and how to mend it."""

_PATTERNS = {
    KEY_PATTERN: ("is not a key", "use letters, digits, dot, dash and underscore, starting with a letter or a digit"),
    r"^[A-Z]{2}(-[A-Za-z0-9]+)?$": (
        "is not a calendar",
        "write a country in two capitals, with its subdivision if need be: FR, FR-57, US-NY",
    ),
    YEAR_MONTH_PATTERN: (
        "is not a date",
        "write a year, a month or a day: 2022, 2022-06, 2022-06-15",
    ),
    r"^[^@\s]+@[^@\s]+$": ("is not an e-mail address", "write name@example.org"),
    r"^env:[A-Z][A-Z0-9_]*$": (
        "is not the name of an environment variable",
        "write env:NAME; addresses and passwords stay out of the charter file",
    ),
    r"^(https?://|env:[A-Z][A-Z0-9_]*$)": ("is not an address", "write https://… or env:NAME"),
    TABLE_PATTERN: ("is not the name of a table", "write table, or schema.table: letters, digits and underscore"),
    r"^[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}$": ("is not a season", 'write month-day..month-day, like "07-01..10-31"'),
}


def did_you_mean(word: str, allowed: Iterable[str], known: str = "allowed") -> str:
    """The nearest allowed word, or all of them when none is near."""
    words = list(allowed)
    near = get_close_matches(word.lower(), {w.lower(): w for w in words}, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{next(w for w in words if w.lower() == near[0])}'?"
    return f"{known}: {', '.join(words)}" if len(words) <= 40 else ""


def say(error: ErrorDetails, annotation: Any, raw: Any, path: Path, *, written: str | None) -> Said:
    """Message and remedy for one refusal. `path` stands below `raw`, the value that was validated as `annotation`."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "refused":
        return context["message"], context["remedy"]
    if kind == "missing":
        return f"'{path[-1]}' is missing", _add(str(path[-1]))
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), models_at(annotation, path[:-1], raw), annotation)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind(value, annotation)
    if value is None:
        name = str(path[-1]) if path else ""
        return (f"'{name}' is empty" if name else "an empty value"), f"write its value, or remove it{_help(name)}"
    if kind in ("enum", "literal_error"):
        return f"{shown(value)} is not allowed here", did_you_mean(
            str(value), re.findall(r"'([^']*)'", context["expected"])
        )
    if kind == "string_pattern_mismatch":
        said, remedy = _PATTERNS.get(context["pattern"], ("is not written as it should be", "see docs/charter-file.md"))
        return (
            f"{'the address' if 'env:' in context['pattern'] else shown(value)} {said}",
            remedy,
        )  # it may hold a password
    return _shape(kind, value, context, written)


def _add(name: str) -> str:
    return f"add {name}:{f' {HELP[name]}' if name in HELP else ''}"


def _help(name: str) -> str:
    return f" ({HELP[name]})" if name in HELP else ""


def _unknown_key(name: str, models: list[Any], annotation: Any) -> Said:
    allowed = dict.fromkeys(key for model in models for key in names_of(model))
    if name == "<<":
        return "merge keys are not part of YAML 1.2", "write the keys themselves"
    if name in allowed:
        return f"'{name}' stands where it is not known", "remove it"
    others = [key for model in models_in(annotation) if name in names_of(model) for key in kinds_in(model)]
    if others:
        return f"'{name}' does not belong to this kind", f"remove it, or choose the kind {' or '.join(others)}"
    return f"'{name}' is not known here", did_you_mean(name, allowed, "known here")


def _kind(value: Any, annotation: Any) -> Said:
    kinds = kinds_in(annotation)
    if not isinstance(value, dict) or "kind" not in value:
        return "'kind' is missing", f"add kind: one of {', '.join(kinds)}"
    kind = value["kind"]
    return f"the kind {shown(kind)} is not known", did_you_mean(str(kind), kinds)


def _shape(kind: str, value: Any, context: dict[str, Any], written: str | None) -> Said:
    """Values of the wrong sort or size."""
    if kind.startswith(("string_too", "too_")):
        return _size(kind, value, context)
    if kind.startswith("string"):
        return _no_text(value, written)
    if kind.startswith(("greater", "less")):
        return _out_of_range(kind, value, context)
    said, remedy = next((words for start, words in _SORTS.items() if kind.startswith(start)), _OTHER)
    return f"{shown(value)} {said}", remedy


_OTHER = ("cannot be taken here", "see docs/charter-file.md")
_SORTS = {
    "bool": ("is neither true nor false", "write true or false, without quotes"),
    "int": ("is not a whole number", "write a whole number, without quotes"),
    "decimal_max": ("has more than 15 digits", "write fewer digits"),
    "decimal_whole": ("has more than 15 digits", "write fewer digits"),
    "decimal": ("is not a number", "write a number with a decimal point; a share is written 0.80 for 80 %"),
    "finite": ("is not a number", "write a number with a decimal point; a share is written 0.80 for 80 %"),
    "list": ("stands where a list is expected", "write [ … ], or one line with '- ' per item"),
    "dict": ("stands where a group of keys is expected", "write key: value pairs"),
    "model": ("stands where a group of keys is expected", "write key: value pairs"),
}
_LIMITS = {
    "greater_than_equal": "at least",
    "less_than_equal": "at most",
    "greater_than": "more than",
    "less_than": "less than",
}


def _no_text(value: Any, written: str | None) -> Said:
    if isinstance(value, (list, dict)):
        return f"{shown(value)} stands where one text is expected", "write one text"
    sort = "true-or-false value" if isinstance(value, bool) else "number"
    said = f"{written or shown(value)} is read as a {sort}, and a text is expected"
    return said, f'put it in quotes: "{written or value}"'


def _out_of_range(kind: str, value: Any, context: dict[str, Any]) -> Said:
    limit = next(iter(context.values()))
    share = "; a share is written 0.80 for 80 %" if kind == "less_than_equal" and limit == 1 else ""
    return f"{shown(value)} is out of range", f"write a number of {_LIMITS[kind]} {limit}{share}"


def _size(kind: str, value: Any, context: dict[str, Any]) -> Said:
    if kind.endswith("long"):
        return "the text is too long", f"write at most {context.get('max_length')} characters"
    return f"{'the text' if isinstance(value, str) else 'the list'} is empty", "write something, or remove the line"
