"""Sentences as JSON keeps them: a run or a letter keeps code and values, so that the language is the reader's."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, cast

from charter.domain.vocabulary import terms
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period, parse_period


def stored(value: Any) -> Any:
    """A sentence, or one of its values, as plain JSON; `restored` makes it again."""
    if isinstance(value, Sentence):
        return {"template": value.template, "values": {name: stored(one) for name, one in value.values.items()}}
    if isinstance(value, Period):
        return {"period": value.key}
    if isinstance(value, StrEnum):
        return {"code": [type(value).__name__, value.value]}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [stored(one) for one in value]
    if value is None or isinstance(value, int | float):
        return value
    return printable(str(value))


def columns_of(sentence: Sentence | None, text: str) -> dict[str, Any]:
    """A sentence as a row keeps it: its English in the column of that name, template and values in `said`."""
    if sentence is None:
        return {text: None, "said": None}
    return {text: printable(str(sentence)), "said": stored(sentence)}


def printable(text: str) -> str:
    """The text without zero bytes, which a file that is no text may bring into a sentence: no database takes them."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def in_quotes(names: Iterable[str]) -> list[Sentence]:
    """Names as a sentence quotes them: “a”, “b” in English, « a », « b » in French."""
    return [Sentence("“%(name)s”", name=name) for name in names]


def restored(value: Any) -> Any:
    """What `stored` made, as it was; a plain text (kept by the first release) stays one."""
    if isinstance(value, list):
        return [restored(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "template" in value:
        template, values = value["template"], value["values"]
        return Sentence(template, **{name: restored(one) for name, one in values.items()})
    kind, what = next(iter(value.items()))
    return _RESTORED[kind](what)


def _code(named: Sequence[str]) -> str:
    """A code of the vocabulary; one that this release does not know is read as its own text."""
    known = cast("type[StrEnum] | None", getattr(terms, named[0], None))
    return known(named[1]) if known and named[1] in set(known) else named[1]


_RESTORED: Mapping[str, Callable[[Any], Any]] = {"period": parse_period, "day": date.fromisoformat, "code": _code}


def stands_in_one_line(text: str) -> bool:
    """Whether a text has no line break and no sign that steers a printer; spaces that do not break are welcome."""
    return not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text.strip())
