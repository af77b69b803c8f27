"""Reading a charter file: the charter as one value with the line of every part, or every error at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.consistency.commitments import check_parts
from charter.domain.charter_file.entered_sources import with_manual_columns
from charter.domain.charter_file.findings import CharterFileError, Finding, Notes, Path
from charter.domain.charter_file.messages import SEE
from charter.domain.charter_file.parts import take_apart
from charter.domain.charter_file.text.units_file import LoadUnits, raw_units
from charter.domain.charter_file.text.yaml_reader import Document, parse_document
from charter.domain.vocabulary.errors import Sentence


@dataclass(frozen=True)
class ReadCharter:
    """A charter that may be applied. `lines` gives the line of each written value; `findings` are warnings."""

    charter: Charter
    lines: Mapping[Path, int]
    findings: tuple[Finding, ...] = ()


def read_charter(
    text: str, load_units: LoadUnits | None = None, *, is_calendar: Callable[[str], bool] | None = None
) -> ReadCharter:
    """The charter that a file says.

    `load_units` gives the text of the units file named in the charter file (the caller keeps it inside its folder).
    Raises CharterFileError with every error, each with its line, field, and remedy.
    """
    return _read(parse_document(text), load_units, is_calendar)


def read_plain(data: dict[str, Any], *, is_calendar: Callable[[str], bool] | None = None) -> ReadCharter:
    """The charter that plain values say, as `plain_charter` writes them; held to the same rules as a file.

    Raises CharterFileError with every error; lines mean nothing here, fields do.
    """
    return _read(Document(data=data), None, is_calendar)


def _read(document: Document, load_units: LoadUnits | None, is_calendar: Callable[[str], bool] | None) -> ReadCharter:
    notes = Notes(document.lines, document.data, document.written)
    if not isinstance(document.data, dict):
        remedy = Sentence("start with 'charter:', 'units:', 'sources:' and 'commitments:'")
        notes.error((), Sentence("the file holds no charter"), remedy)
        raise CharterFileError(notes.in_order())
    for problem in document.problems:
        notes.error(problem.path, *problem.said, line=problem.line)
    document.data = with_manual_columns(document.data)
    units = raw_units(document, load_units, notes)
    parts = take_apart(document, units, notes)
    check_parts(parts, notes, is_calendar or known_calendar())
    if notes.has_errors:
        raise CharterFileError(notes.in_order())
    return ReadCharter(_charter(document, units, notes), document.lines, tuple(notes.in_order()))


def _charter(document: Document, units: list[Any], notes: Notes) -> Charter:
    """The whole charter; its parts are valid, so this can only fail where a check of ours is missing."""
    try:
        return Charter.model_validate(document.data | {"units": units})
    except ValidationError as error:
        for one in error.errors(include_url=False):
            notes.error(one["loc"], Sentence("this value cannot be taken here"), SEE)
        raise CharterFileError(notes.in_order()) from error


def known_calendar() -> Callable[[str], bool]:
    """Whether a calendar code exists, asked of the calendars of the product."""
    from charter.domain.vocabulary.working_days import is_known_calendar  # noqa: PLC0415 heavy

    return is_known_calendar
