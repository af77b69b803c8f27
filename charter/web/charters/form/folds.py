"""A form in parts: the few fields that matter stand open, the rest is folded by purpose and says what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from charter.domain.vocabulary.errors import Sentence
from charter.web.charters.form.columns import Sections
from charter.web.charters.form.delays import delay_said
from charter.web.charters.form_fields import Field, Form
from charter.words.formats import format_date

OPEN = {"indicator": 2, "text": 2}
"""So many sections of a thing's form stand open; of others the first."""
LANGUAGES = {"fr": _("In French"), "en": _("In English")}
SAID = 3
"""A folded part tells so many of its values."""
LONGEST = 40
COUNTED = frozenset({"area", "lines", "recipients", "rows"})


@dataclass(frozen=True)
class Part:
    """A part of a form: its words, its fields, whether it always stands open, what its values say in a line."""

    title: Any
    fields: Sequence[Field]
    is_open: bool
    says: str
    is_wrong: bool


@dataclass(frozen=True)
class Filled:
    """What stands in a form: its values, what is refused of them, and the language it is read in."""

    given: Form
    errors: Mapping[str, Sentence]
    language: str


def parts_of(thing: str, sections: Sections, filled: Filled) -> list[Part]:
    """The parts in their order; what is written in the other language stands together, folded, before the key."""
    parts, other = list[Part](), list[Field]()
    for nth, (title, fields) in enumerate(sections):
        own = [one for one in fields if not _is_other(one, filled.language)]
        other += [one for one in fields if _is_other(one, filled.language)]
        if own:
            parts.append(_part(title, own, filled, is_open=nth < OPEN.get(thing, 1)))
    if other:
        rest = next(code for code in LANGUAGES if code != filled.language)
        at = len(parts) - (parts[-1].fields[0].name == "key")
        parts.insert(at, _part(LANGUAGES[rest], other, filled, is_open=False))
    return parts


def _is_other(field: Field, language: str) -> bool:
    return field.path[-1] in LANGUAGES and field.path[-1] != language


def _part(title: Any, fields: Sequence[Field], filled: Filled, *, is_open: bool) -> Part:
    is_wrong = any(holds(field, name) for field in fields for name in filled.errors if name)
    return Part(title, fields, is_open, _says(fields, filled.given, filled.language), is_wrong)


def holds(field: Field, name: str) -> bool:
    """Whether an input of this name is the field's, or one within it."""
    return name == field.name or name.startswith(f"{field.name}.")


def _says(fields: Sequence[Field], given: Form, language: str) -> str:
    """The first values, and how many texts are written; a part that holds nothing says so."""
    said = [value for field in fields if field.kind not in COUNTED for value in _values(field, given, language)]
    texts = sum(1 for one in fields if one.kind in COUNTED - {"rows"} and given.get(one.name, "").strip())
    rows = sum(_rows(one, given) for one in fields if one.kind == "rows")
    more = len(said) - SAID
    told = [*said[:SAID], *([gettext("%(number)s more", number=more)] if more > 0 else [])]
    if texts:
        told.append(ngettext("one text", "%(num)s texts", texts))
    if rows:
        told.append(ngettext("one line", "%(num)s lines", rows))
    return " · ".join(told) or gettext("nothing")


def _rows(field: Field, given: Form) -> int:
    start = f"{field.name}."
    return len({name.removeprefix(start).partition(".")[0] for name, value in given.items()
                if name.startswith(start) and value.strip() and not name.endswith(".unit")})  # fmt: skip


def _values(field: Field, given: Form, language: str) -> Iterator[str]:
    value = given.get(field.name, "").strip()
    words = {str(code): str(said) for code, said in field.options}
    if field.kind == "delay":
        count = given.get(f"{field.name}.count", "").strip()
        if count:
            yield delay_said(count, given.get(f"{field.name}.unit", ""))
    elif field.kind == "check":
        if value:
            yield str(field.label)
    elif field.kind == "many":
        yield from (words[code] for code in words if given.get(f"{field.name}.{code}"))
    elif field.kind == "order":
        chosen = [given.get(f"{field.name}.{nth}", "") for nth in range(len(words))]
        yield from (words[one] for one in dict.fromkeys(chosen) if one in words)
    elif value:
        shown = words.get(value, value.replace("\n", " "))
        shown = format_date(value, language) if field.kind == "day" and len(value) == 10 else shown
        shown = f"{shown} %" if field.kind == "share" and not shown.endswith("%") else shown
        yield shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
