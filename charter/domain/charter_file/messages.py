"""What is wrong with a value of the charter file, in plain sentences with a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from charter.domain.charter_file.fields import HELP, kinds_in, models_at, models_in, names_of
from charter.domain.charter_file.findings import Path, Said, missing
from charter.domain.charter_file.sources import DATABASES, TABLE_PATTERN, database_named
from charter.domain.charter_file.values import KEY_PATTERN, YEAR_MONTH_PATTERN, shown
from charter.domain.vocabulary.errors import Sentence

Shown = str | Sentence
"""A value as it is echoed."""

SEE = Sentence("see docs/charter-file.md")
_PATTERNS: Mapping[str, Callable[[Shown], Said]] = {
    KEY_PATTERN: lambda value: Said(
        Sentence("%(value)s is not a key", value=value),
        Sentence("use letters, digits, dot, dash and underscore, starting with a letter or a digit"),
    ),
    r"^[A-Z]{2}(-[A-Za-z0-9]+)?$": lambda value: Said(
        Sentence("%(value)s is not a calendar", value=value),
        Sentence("write a country in two capitals, with its subdivision if need be: FR, FR-57, US-NY"),
    ),
    YEAR_MONTH_PATTERN: lambda value: Said(
        Sentence("%(value)s is not a date", value=value),
        Sentence("write a year, a month or a day: 2022, 2022-06, 2022-06-15"),
    ),
    r"^[^@\s]+@[^@\s]+$": lambda value: Said(
        Sentence("%(value)s is not an e-mail address", value=value),
        Sentence("write name@example.org"),
    ),
    # An address may hold a password: it is not echoed.
    r"^env:[A-Z][A-Z0-9_]*$": lambda _: Said(
        Sentence("the address is not the name of an environment variable"),
        Sentence("write env:NAME; addresses and passwords stay out of the charter file"),
    ),
    r"^(https?://|env:[A-Z][A-Z0-9_]*$)": lambda _: Said(
        Sentence("the address is not an address"),
        Sentence("write https://… or env:NAME"),
    ),
    TABLE_PATTERN: lambda value: Said(
        Sentence("%(value)s is not the name of a table", value=value),
        Sentence("write table, or schema.table: letters, digits and underscore"),
    ),
    r"^[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}$": lambda value: Said(
        Sentence("%(value)s is not a season", value=value),
        Sentence('write month-day..month-day, like "07-01..10-31"'),
    ),
}
MOST_WORDS = 40
"""More words than these are no help: they are not listed."""


def near_word(word: str, allowed: Iterable[str]) -> Sentence | None:
    """The nearest allowed word, when one is near."""
    words = list(allowed)
    near = get_close_matches(word.lower(), {one.lower(): one for one in words}, n=1, cutoff=0.6)
    if not near:
        return None
    return Sentence("did you mean '%(word)s'?", word=next(one for one in words if one.lower() == near[0]))


def did_you_mean(word: str, allowed: Sequence[str], listed: Sentence) -> Sentence | None:
    """The nearest allowed word, or the sentence that lists all of them when none is near."""
    return near_word(word, allowed) or (listed if len(allowed) <= MOST_WORDS else None)


def _allowed(word: str, words: list[str]) -> Sentence | None:
    return did_you_mean(word, words, Sentence("allowed: %(words)s", words=words))


def say(error: ErrorDetails, annotation: Any, raw: Any, path: Path, *, written: str | None) -> Said:
    """Message and remedy for one refusal. `path` stands below `raw`, the value that was validated as `annotation`."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    name = str(path[-1]) if path else ""
    if kind == "refused":
        return Said(context["message"], context["remedy"])
    if kind == "missing":
        return Said(missing(name), _add(name))
    if kind == "extra_forbidden":
        return _unknown_key(name, models_at(annotation, path[:-1], raw), annotation)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind(value, annotation)
    if value is None:
        return _empty(name)
    if kind in ("enum", "literal_error"):
        words = re.findall(r"'([^']*)'", context["expected"])
        return Said(Sentence("%(value)s is not allowed here", value=shown(value)), _allowed(str(value), words))
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], _not_as_it_should)(shown(value))
    return _shape(kind, value, context, written)


def _not_as_it_should(value: Shown) -> Said:
    return Said(Sentence("%(value)s is not written as it should be", value=value), SEE)


def _add(name: str) -> Sentence:
    if name in HELP:
        return Sentence("add %(name)s: %(help)s", name=name, help=HELP[name])
    return Sentence("add %(name)s:", name=name)


def _empty(name: str) -> Said:
    said = Sentence("'%(name)s' is empty", name=name) if name else Sentence("an empty value")
    if name in HELP:
        return Said(said, Sentence("write its value, or remove it (%(help)s)", help=HELP[name]))
    return Said(said, Sentence("write its value, or remove it"))


def _unknown_key(name: str, models: list[Any], annotation: Any) -> Said:
    allowed = list(dict.fromkeys(key for model in models for key in names_of(model)))
    if name == "<<":
        return Said(Sentence("merge keys are not part of YAML 1.2"), Sentence("write the keys themselves"))
    if name in allowed:
        return Said(Sentence("'%(name)s' is written where it is not known", name=name), Sentence("remove it"))
    others = [key for model in models_in(annotation) if name in names_of(model) for key in kinds_in(model)]
    if others:
        said = Sentence("'%(name)s' does not belong to this kind", name=name)
        return Said(said, Sentence("remove it, or choose the kind %(kinds)s", kinds=_either(others)))
    return unknown_key(name, allowed)


def unknown_key(name: str, allowed: Sequence[str]) -> Said:
    """A key that may not stand here, and those that may."""
    said = Sentence("'%(name)s' is not known here", name=name)
    return Said(said, did_you_mean(name, allowed, Sentence("known here: %(words)s", words=allowed)))


def _either(words: list[str]) -> Shown:
    said: Shown = words[0]
    for other in words[1:]:
        said = Sentence("%(one)s or %(other)s", one=said, other=other)
    return said


def _kind(value: Any, annotation: Any) -> Said:
    kinds = kinds_in(annotation)
    if not isinstance(value, dict) or "kind" not in value:
        return Said(missing("kind"), Sentence("add kind: one of %(kinds)s", kinds=kinds))
    kind = value["kind"]
    database = database_named(str(kind)) if "database" in kinds else None
    if database is not None:
        return _database(database)
    return Said(Sentence("the kind %(kind)s is not known", kind=shown(kind)), _allowed(str(kind), kinds))


def _database(name: str) -> Said:
    """The name of a database stands where the kind of a source does."""
    if name in DATABASES:
        said = Sentence("%(database)s is read by the kind database", database=name)
        return Said(said, Sentence("write kind: database, url: env:NAME and table:"))
    return Said(not_supported(name), Sentence("have its rows exported as CSV, XLSX or Parquet"))


def not_supported(name: str) -> Sentence:
    """What is said of a database that is not read, with those that are."""
    return Sentence("%(database)s is not supported; supported are %(databases)s", database=name, databases=DATABASES)


def _shape(kind: str, value: Any, context: dict[str, Any], written: str | None) -> Said:
    """Values of the wrong sort or size."""
    if kind.startswith(("string_too", "too_")):
        return _size(kind, value, context)
    if kind.startswith("string"):
        return _no_text(value, written)
    if kind.startswith(("greater", "less")):
        return _out_of_range(kind, value, context)
    sort = next((sort for start, sort in _SORTS.items() if kind.startswith(start)), _other_sort)
    return sort(shown(value))


def _other_sort(value: Shown) -> Said:
    return Said(Sentence("%(value)s cannot be taken here", value=value), SEE)


def _too_many_digits(value: Shown) -> Said:
    return Said(Sentence("%(value)s has more than 15 digits", value=value), Sentence("write fewer digits"))


def _no_number(value: Shown) -> Said:
    remedy = Sentence("write a number with a decimal point; a share is written 0.80 for 80 %%")
    return Said(Sentence("%(value)s is not a number", value=value), remedy)


def _no_group(value: Shown) -> Said:
    said = Sentence("%(value)s is written where a group of keys is expected", value=value)
    return Said(said, Sentence("write key: value pairs"))


_SORTS: Mapping[str, Callable[[Shown], Said]] = {
    "bool": lambda value: Said(
        Sentence("%(value)s is neither true nor false", value=value), Sentence("write true or false, without quotes")
    ),
    "int": lambda value: Said(
        Sentence("%(value)s is not a whole number", value=value), Sentence("write a whole number, without quotes")
    ),
    "decimal_max": _too_many_digits,
    "decimal_whole": _too_many_digits,
    "decimal": _no_number,
    "finite": _no_number,
    "list": lambda value: Said(
        Sentence("%(value)s is written where a list is expected", value=value),
        Sentence("write [ … ], or one line with '- ' per item"),
    ),
    "dict": _no_group,
    "model": _no_group,
}
"""By how the name of the refusal starts."""
_LIMITS: Mapping[str, Callable[[Any], Sentence]] = {
    "greater_than_equal": lambda limit: Sentence("write a number of at least %(limit)s", limit=limit),
    "less_than_equal": lambda limit: Sentence("write a number of at most %(limit)s", limit=limit),
    "greater_than": lambda limit: Sentence("write a number of more than %(limit)s", limit=limit),
    "less_than": lambda limit: Sentence("write a number of less than %(limit)s", limit=limit),
}


def _no_text(value: Any, written: str | None) -> Said:
    if isinstance(value, (list, dict)):
        said = Sentence("%(value)s is written where one text is expected", value=shown(value))
        return Said(said, Sentence("write one text"))
    read = written or shown(value)
    truth = Sentence("%(value)s is read as a true-or-false value, and a text is expected", value=read)
    number = Sentence("%(value)s is read as a number, and a text is expected", value=read)
    remedy = Sentence('put it in quotes: "%(value)s"', value=written or str(value))
    return Said(truth if isinstance(value, bool) else number, remedy)


def _out_of_range(kind: str, value: Any, context: dict[str, Any]) -> Said:
    said, limit = Sentence("%(value)s is out of range", value=shown(value)), next(iter(context.values()))
    if kind == "less_than_equal" and limit == 1:
        return Said(said, Sentence("write a number of at most 1; a share is written 0.80 for 80 %%"))
    return Said(said, _LIMITS[kind](limit))


def _size(kind: str, value: Any, context: dict[str, Any]) -> Said:
    if kind.endswith("long"):
        remedy = Sentence("write at most %(most)s characters", most=context.get("max_length"))
        return Said(Sentence("the text is too long"), remedy)
    empty = Sentence("the text is empty") if isinstance(value, str) else Sentence("the list is empty")
    return Said(empty, Sentence("write something, or remove the line"))
