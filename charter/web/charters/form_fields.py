"""One field of a form over the charter: what is written in the browser, read into the plain values of a charter file.
What a value may be stands in the rules of the charter file, and its refusal comes back to the field it speaks of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import indent
from typing import Any

from charter.domain.charter_file.findings import CharterFileError, Path, value_at
from charter.domain.charter_file.text.yaml_reader import parse_document
from charter.domain.charter_file.text.yaml_writer import emit, one_line, scalar
from charter.domain.vocabulary.errors import Invalid, Sentence

Form = Mapping[str, str]
BLANK_ROWS = 2
MOST_ROWS = 400
WHOLE = 100
ASKED_FOR = frozenset({"targets"})
"""Lists whose next line has a button: it begins from the line before."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}([.,][0-9]{1,15})?")
_SPACES = re.compile("[ \u00a0\u202f]")


@dataclass(frozen=True)
class Field:
    """A field by the name it has in the charter file, dots between groups: `title.fr`, `check.due`."""

    name: str
    label: Any
    kind: str = "line"
    help: Any = ""
    options: Sequence[tuple[str, Any]] = ()
    is_required: bool = False
    columns: Sequence[Field] = ()
    default: Any = None

    @property
    def path(self) -> Path:
        return tuple(self.name.split("."))

    @property
    def suggests(self) -> bool:
        """Whether its options are only suggestions."""
        return self.kind in ("line", "columns", "notation") and bool(self.options)


def read(fields: Sequence[Field], form: Form, prefix: str = "") -> tuple[dict[Path, Any], dict[str, Sentence]]:
    """What a form says: the plain value of each field by its path (None: nothing), and what cannot be read at all."""
    values: dict[Path, Any] = {}
    errors: dict[str, Sentence] = {}
    for field in fields:
        name = prefix + field.name
        try:
            values[field.path] = _rows(field, form, name, errors) if field.kind == "rows" else _value(field, form, name)
        except Invalid as refusal:
            errors[name] = refusal.sentence
    return values, errors


def _value(field: Field, form: Form, name: str) -> Any:
    if field.kind == "delay":
        count, unit = written(form, f"{name}.count"), written(form, f"{name}.unit")
        plain = _SPACES.sub("", count)
        return f"{plain} {_unit(plain, unit or 'days')}" if count else None
    if field.kind == "many":
        return [code for code, _ in field.options if f"{name}.{code}" in form] or None
    if field.kind == "order":
        chosen = [written(form, f"{name}.{nth}") for nth in range(len(field.options))]
        return list(dict.fromkeys(one for one in chosen if one)) or None
    if field.kind == "check":
        return name in form
    text = written(form, name)
    if field.kind == "column" or (field.kind == "notation" and text in [code for code, _ in field.options]):
        return _column(field, text)
    if field.kind == "truth":
        return {"true": True, "false": False}.get(text)
    return READERS.get(field.kind, str)(text) if text else None


def _column(field: Field, text: str) -> Any:
    """A column by its name as it stands; states of a log, and what else is no name, in the notation of the file."""
    is_name = text in [code for code, _ in field.options] or not text.startswith(("{", "["))
    return (text if is_name else _notation(text)) if text else None


def _unit(count: str, unit: str) -> str:
    return unit.removesuffix("s") if count == "1" else unit


def written(form: Form, name: str) -> str:
    """What was typed, with line ends as files have them. Raises Invalid for signs that do not print."""
    text = form.get(name, "").replace("\r\n", "\n").strip()
    if _UNPRINTABLE.search(text):
        raise Invalid("The text holds a sign that cannot be printed: remove it.", name)
    return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _recipients(text: str) -> list[Any]:
    """An address per line, with a language after it or none."""
    pairs = [line.rpartition(" ") for line in _lines(text)]
    return [{"address": one[0].strip(), "language": one[2]} if one[0] else one[2] for one in pairs]


def _columns(text: str) -> Any:
    """One column, or several with commas between; a name that holds a comma stands in quotes."""
    names = [name.strip() for row in csv.reader([text], skipinitialspace=True) for name in row if name.strip()]
    return names[0] if len(names) == 1 else names


def _in_a_row(names: Sequence[str]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(names)
    return row.getvalue().replace(",", ", ") if not any("," in name for name in names) else row.getvalue()


def _number(text: str) -> Any:
    plain = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(plain):
        return text
    number = Decimal(plain.replace(",", "."))
    return int(number) if number == number.to_integral_value() else number


def _share(text: str) -> Any:
    """Per cent, as people write shares: 90, 90 %, 90,5 %. Raises Invalid for what is none."""
    number = _number(text.removesuffix("%"))
    if isinstance(number, str) or not 0 <= number <= WHOLE:
        raise Invalid("Write a number from 0 to 100.")
    share = Decimal(number) / 100
    return int(share) if share == share.to_integral_value() else share


def _notation(text: str) -> Any:
    """A value in the notation of the charter file. Raises Invalid where it is not one."""
    try:
        document = parse_document(f"value:\n{indent(text, '  ')}\n")
    except CharterFileError as error:
        raise Invalid(error.findings[0].message) from error
    for problem in document.problems:
        raise Invalid(problem.said.message)
    return document.data["value"]


READERS: Mapping[str, Callable[[str], Any]] = {
    "lines": _lines,
    "recipients": _recipients,
    "columns": _columns,
    "whole": _number,
    "number": _number,
    "share": _share,
    "notation": _notation,
}


def _rows(field: Field, form: Form, name: str, errors: dict[str, Sentence]) -> list[dict[str, Any]] | None:
    """A list of groups: a row that is left empty is not there, and the rows after it move up."""
    rows: list[dict[str, Any]] = []
    for nth in _numbers(name, form):
        start = f"{name}.{nth}."
        if not any(value.strip() for key, value in form.items() if key.startswith(start) and not key.endswith(".unit")):
            continue
        values, wrong = read(field.columns, form, start)
        errors |= {f"{name}.{len(rows)}.{key.removeprefix(start)}": said for key, said in wrong.items()}
        row: dict[str, Any] = {}
        for path, value in values.items():
            if value is not None:
                _set(row, path, value)
        rows.append(row)
    return rows or None


def _numbers(name: str, form: Form) -> list[int]:
    """The rows that a form holds, in order."""
    inside = re.compile(rf"{re.escape(name)}\.([0-9]{{1,3}})\.")
    return sorted({int(found[1]) for key in form if (found := inside.match(key))})[:MOST_ROWS]


def _set(row: dict[str, Any], path: Path, value: Any) -> None:
    *groups, last = map(str, path)
    for group in groups:
        row = row.setdefault(group, {})
    row[last] = value


def fill(fields: Sequence[Field], plain: Any, prefix: str = "") -> dict[str, str]:
    """What stands in the form's inputs for a thing's plain values; `plain` None is a new thing."""
    given: dict[str, str] = {}
    for field in fields:
        value = value_at(plain, field.path) if plain is not None else None
        if field.path[-1] in ("fr", "en") and value is None:
            said = value_at(plain, field.path[:-1])
            value = said if isinstance(said, str) else None
        if value is None:
            value = field.default
        given |= dict(_filled(field, value, prefix + field.name))
    return given


def _filled(field: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if field.kind == "rows":
        for nth, row in enumerate(value):
            yield from fill(field.columns, row, f"{name}.{nth}.").items()
    elif field.kind == "delay":
        count, _, unit = str(value).partition(" ")
        yield from ((f"{name}.count", count), (f"{name}.unit", unit if unit.endswith("s") else f"{unit}s"))
    elif field.kind in ("many", "order"):
        for nth, one in enumerate(value):
            yield (f"{name}.{one}", "1") if field.kind == "many" else (f"{name}.{nth}", str(one))
    elif field.kind == "check":
        if value:
            yield name, "1"
    elif field.kind == "truth":
        yield name, "true" if value else "false"
    else:
        yield name, _shown(field.kind, value)


def _shown(kind: str, value: Any) -> str:
    if kind == "recipients":
        return "\n".join(one if isinstance(one, str) else " ".join(map(str, one.values())) for one in value)
    if kind == "lines":
        return "\n".join(str(one) for one in value)
    if kind == "columns":
        return _in_a_row(value if isinstance(value, list) else [str(value)])
    if kind == "share" and isinstance(value, (int, Decimal)):
        return scalar((Decimal(value) * 100).normalize() + 0)
    if kind in ("notation", "column") and not isinstance(value, str):
        return emit(value).strip() if isinstance(value, dict) else one_line(value)
    if kind == "notation":
        return one_line(value)
    return scalar(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else str(value)


def rows_in(field: Field, given: Form) -> range:
    """The numbers of the rows to show: those that hold something, then blank ones."""
    held = re.compile(rf"{re.escape(field.name)}\.([0-9]+)\.")
    numbers = [int(found[1]) for key in given if (found := held.match(key)) and given[key].strip()]
    blank = BLANK_ROWS if field.name not in ASKED_FOR else 0 if numbers else 1
    return range(min(max(numbers, default=-1) + 1 + blank, MOST_ROWS))


def named(fields: Sequence[Field], refused: str) -> str:
    """The input that a refused field stands in: itself, the first of its group, or the group around it; else ''."""
    names = [name for field in fields for name in _inputs(field, refused)]
    inside = [name for name in names if name.startswith(f"{refused}.")]
    around = [name for name in names if refused.startswith(f"{name}.")]
    exact = [name for name in names if name == refused]
    return next(iter([*exact, *inside, *sorted(around, key=len, reverse=True)]), "")


def _inputs(field: Field, refused: str) -> Iterator[str]:
    if field.kind != "rows":
        yield field.name
        return
    found = re.match(rf"{re.escape(field.name)}(?:\.([0-9]+))?(?:\.|$)", refused)
    if found:
        yield from (f"{field.name}.{found[1] or 0}.{column.name}" for column in field.columns)
