"""The units of a charter: written in the charter file, or kept in a CSV file beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from charter.domain.charter_file.findings import Notes, Said, missing
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import validated
from charter.domain.charter_file.sources import UnitsFile
from charter.domain.charter_file.text.yaml_reader import Document
from charter.domain.charter_file.values import shown
from charter.domain.vocabulary.errors import CharterError, Sentence

COLUMNS = ("key", "name", "parent", "kind", "calendar", "valid_from", "valid_until", "weight")
NEEDED = COLUMNS[:4]
LoadUnits = Callable[[str], str]


def raw_units(document: Document, load_units: LoadUnits | None, notes: Notes) -> list[Any]:
    """The units as they are written, one plain value each; what cannot be read at all is noted."""
    units = document.data.get("units")
    if isinstance(units, list) and units:
        return units
    if not isinstance(units, dict):
        wrong = Sentence("%(value)s is written where units are expected", value=shown(units))
        remedy = Sentence("write a list of {key, name, parent, kind}, or {file: units.csv}")
        notes.error(("units",), missing("units") if units is None or units == [] else wrong, remedy)
        return []
    named = validated(UnitsFile, units, ("units",), notes)
    text = _loaded(named.file, load_units, notes) if named is not None else None
    return [] if text is None else _rows(named.file, text, notes)


def _loaded(file: str, load_units: LoadUnits | None, notes: Notes) -> str | None:
    where = ("units", "file")
    if load_units is None:
        said = Sentence("the units are in %(file)s, which cannot be read from here", file=file)
        notes.error(where, said, Sentence("write the units in the charter file itself"))
        return None
    try:
        return load_units(file)
    except CharterError as error:
        notes.error(where, error.sentence)
    except UnicodeDecodeError:
        notes.error(where, Sentence("%(file)s is not UTF-8 text", file=file), Sentence("save it as UTF-8"))
    except (OSError, ValueError):
        notes.error(where, Sentence("%(file)s cannot be read", file=file), Sentence("put it beside the charter file"))
    return None


def _rows(file: str, text: str, notes: Notes) -> list[Any]:
    """The rows of a units file; `;` and a byte order mark are tolerated, as spreadsheets write them."""
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip() for name in next(reader, [])]
        rows = _lines(reader)
    except csv.Error:
        said = Sentence("%(file)s, line %(line)s is not CSV", file=file, line=reader.line_num)
        notes.error(("units", "file"), said, Sentence("look for a quote that is not closed"))
        return []
    if not _header_is_right(file, header, notes):
        return []
    notes.units_file = file
    notes.units_lines = {index: line for index, (line, _) in enumerate(rows)}
    for index, (_, cells) in enumerate(rows):
        if len(cells) > len(header):
            said = Sentence("%(cells)s cells under %(columns)s columns", cells=len(cells), columns=len(header))
            notes.error(("units", index), said, Sentence("put text that holds the separator in double quotes"))
    if not rows:
        remedy = Sentence("write one line per unit under the header")
        notes.error(("units", "file"), Sentence("%(file)s holds no unit", file=file), remedy)
    return [_unit(header, cells, separator) for _, cells in rows]


def _unit(header: list[str], cells: list[str], separator: str) -> dict[str, str]:
    """The cells that hold something; a spreadsheet that separates by `;` writes decimal commas."""
    unit = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
    if separator == ";" and "weight" in unit:
        unit["weight"] = unit["weight"].replace(",", ".")
    return unit


def _lines(reader: Any) -> list[tuple[int, list[str]]]:
    """The rows that hold something, each with the line it starts on."""
    rows, line = [], reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((line, cells))
        line = reader.line_num + 1
    return rows


def _header_is_right(file: str, header: list[str], notes: Notes) -> bool:
    wrong = [_unknown(name) for name in header if name not in COLUMNS]
    wrong += [_missing(name) for name in NEEDED if name not in header]
    wrong += [_twice(name) for name in COLUMNS if header.count(name) > 1]
    for said in wrong:
        message = Sentence("%(file)s, line 1: %(said)s", file=file, said=said.message)
        notes.error(("units", "file"), message, said.remedy)
    return not wrong


def _unknown(name: str) -> Said:
    known = Sentence("known columns: %(words)s", words=COLUMNS)
    return Said(Sentence("column '%(column)s' is not known", column=name), did_you_mean(name, COLUMNS, known))


def _missing(name: str) -> Said:
    remedy = Sentence("write %(columns)s in the first line", columns=",".join(NEEDED))
    return Said(Sentence("column '%(column)s' is missing", column=name), remedy)


def _twice(name: str) -> Said:
    return Said(Sentence("column '%(column)s' appears twice", column=name), Sentence("keep one of them"))
