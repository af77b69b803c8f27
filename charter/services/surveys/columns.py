"""What the columns of a survey tool's file are: as they say, as a person tells, and as they were in the last wave.

Kept with each survey by the tool that wrote its file, and proposed for the next file of the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from charter.domain.analyses.answer_columns import (
    Column,
    Draft,
    Part,
    Told,
    columns_of,
    draft_of,
    unpacked_draft,
)
from charter.domain.analyses.answer_rows import Words, marks_in, pairs_in, words_to_tell
from charter.domain.figures.file_rows import Row
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.answers import Answers, unpacked
from charter.domain.surveys.columns import is_long, level_of
from charter.domain.surveys.marks import Coding
from charter.domain.surveys.privacy import masked
from charter.domain.surveys.questionnaire import MONTHS_KEPT
from charter.domain.vocabulary.errors import Invalid
from charter.models.base import db
from charter.models.surveys import SurveyUpload, SurveyWave
from charter.services.charters.versions import history

MENDED = ("columns", "dates", "answers")
"""What a person can say of the columns of a file that waits."""
LEAST_COLUMNS = 4
"""So many columns of levels may be a questionnaire whose columns say nothing; fewer are another file."""


@dataclass(frozen=True)
class Asked:
    """What a person says of a file of answers: a name, the last day of asking, the words; how marks are grouped.

    `missing`: codes that mean no answer, like 99; `months_kept`: for how long the answers are kept. Of a file with
    a row for each person `tool` wrote it, and `columns` and `answers` say what its columns and words are (`Told`);
    `dates` is day-first or month-first where somebody said it.
    """

    kind: str
    name: str
    asked_on: date
    segment: str = ""
    wording: str = ""
    table: str = "classic"
    overall: str = "overall"
    coding: Coding = field(default_factory=Coding)
    draws: int = 1000
    missing: tuple[str, ...] = ()
    months_kept: int = MONTHS_KEPT
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    tool: str = ""


def packed_choices(asked: Asked) -> dict[str, Any]:
    """What a person says of a file, as it is stored with it."""
    coding = asked.coding
    return {
        "kind": asked.kind,
        "name": asked.name,
        "asked_on": asked.asked_on.isoformat(),
        "segment": asked.segment,
        "wording": asked.wording,
        "table": asked.table,
        "overall": asked.overall,
        "draws": asked.draws,
        "low": list(coding.low),
        "high": list(coding.high),
        "not_applicable": coding.not_applicable,
        "scale": None if coding.scale is None else list(coding.scale),
        "missing": list(asked.missing),
        "months_kept": asked.months_kept,
        "columns": dict(asked.columns),
        "answers": dict(asked.answers),
        "dates": asked.dates,
        "tool": asked.tool,
    }


def unpacked_choices(choices: Mapping[str, Any]) -> Asked:
    """The same again."""
    given = dict(choices)
    low, high, not_applicable = (given.pop(name) for name in ("low", "high", "not_applicable"))
    scale = given.pop("scale", None)
    coding = Coding(tuple(low), tuple(high), not_applicable, None if scale is None else (scale[0], scale[1]))
    given |= {"asked_on": date.fromisoformat(given["asked_on"]), "missing": tuple(given.get("missing", ()))}
    return Asked(**given, coding=coding)


@dataclass(frozen=True)
class Read:
    """What a file says as its columns are taken: answers, each column, words to tell, and what is in the way."""

    found: Answers
    columns: Sequence[Column] = ()
    words: Sequence[Words] = ()
    error: Invalid | None = None


def told_of(asked: Asked) -> Told:
    """What a person, or the last wave, said of the columns."""
    is_day_first = {"day-first": True, "month-first": False}.get(asked.dates)
    return Told(asked.columns, asked.answers, is_day_first)


def spoken(told: Told) -> Callable[[str], str | None]:
    """What an answer says, as a person told or by the words that are known."""

    def level(text: str) -> str | None:
        said = told.level(text)
        return level_of(text) if said is None else said

    return level


def require_told(asked: Asked) -> None:
    """Raises Invalid where a word is said to be a level that is none, or days are said to be written otherwise."""
    for level in asked.answers.values():
        if asked.kind == "kano" and level not in ("", "1", "2", "3", "4", "5"):
            raise Invalid("An answer is a level from 1 to 5, or nothing.", "answers")
    if asked.dates not in ("", "day-first", "month-first"):
        raise Invalid("Days are written day-first or month-first.", "dates")


def drafted(names: Sequence[str], rows: Sequence[Row], asked: Asked, left_out: Sequence[str]) -> Draft | None:
    """What is held of a file, one row a person; None of one that has a row for each person and promise.

    Raises Invalid where a column is told that is not there.
    """
    told = told_of(asked)
    if asked.kind == "marks":
        return draft_of(names, rows, left_out, told, is_of_marks=True)
    if is_long(names):
        return None
    draft = draft_of(names, rows, left_out, told)
    sides = [part for part in draft.proposed.values() if part.partition(":")[0] in (Part.KEPT, Part.NOT_KEPT)]
    is_known = draft.tool != "other" or len(draft.cells) >= LEAST_COLUMNS
    return draft if sides or is_known else None


def as_last_time(draft: Draft, asked: Asked) -> Asked:
    """With what was said of the last file of the same tool and the same questions, below what is said now."""
    charter = history().current.charter
    keys = {one.key for one in charter.commitments} | {one.key for one in charter.charter.origin.expectations}
    here = {name for pair in draft.labels.items() for name in map(plain, pair)}
    query = select(SurveyWave.choices).where(SurveyWave.origin == "import", SurveyWave.kind == asked.kind)
    for choices in db.session.execute(query.order_by(SurveyWave.id.desc())).scalars():
        said = choices.get("columns", {}) if choices.get("tool") == draft.tool else {}
        if said and set(said) <= here:
            known = {name: part for name, part in said.items() if part.partition(":")[2] in (keys | {""})}
            before = choices.get("answers", {})
            return replace(asked, columns=known | dict(asked.columns), answers=before | dict(asked.answers))
    return asked


def read_of(upload: SurveyUpload, asked: Asked) -> Read:
    """What a file that waits says; where its columns do not do yet, why."""
    rows, _, _ = upload.content.partition(b"\n")
    return read_draft(unpacked_draft(rows), asked) if asked.tool else Read(unpacked(rows))


def read_draft(draft: Draft, asked: Asked) -> Read:
    """The same of a draft."""
    told = told_of(asked)
    try:
        columns = columns_of(draft, told)
    except Invalid as error:
        return Read(Answers(), columns_of(draft, Told()), error=error)
    sides = [one.name for one in columns if one.part in (Part.KEPT, Part.NOT_KEPT)]
    words = words_to_tell(draft, told, sides, asked.missing)
    try:
        if asked.kind == "marks":
            return Read(marks_in(draft, told, asked.overall, asked.coding, asked.missing), columns)
        return Read(pairs_in(draft, told, asked.missing), columns, words)
    except Invalid as error:
        return Read(Answers(), columns, words, error)


FIRST = 2000


def first_look(draft: Draft, asked: Asked) -> Read:
    """Whether a file may wait to be confirmed: of pairs its first rows tell, unless they say nothing."""
    if asked.kind == "kano" and len(draft.lines) > FIRST:
        head = replace(
            draft, lines=draft.lines[:FIRST], cells={name: cells[:FIRST] for name, cells in draft.cells.items()}
        )
        read = read_draft(head, asked)
        if read.error is not None or read.found.pairs or read.found.refused:
            return read
    return read_draft(draft, asked)


def to_keep(read: Read, asked: Asked, promises: Mapping[str, str]) -> dict[str, object]:
    """What is kept of the columns with a survey, for the next file: only names that are nobody's."""
    if not asked.tool:
        return {}
    said = {}
    for one in read.columns:
        key = promises.get(one.promise, one.promise)
        if one.part is not Part.LEFT_OUT and masked(one.label) == one.label and key not in ("", "-", "+"):
            said[plain(one.label)] = f"{one.part}:{key}"
        elif one.part is not Part.LEFT_OUT and not one.promise:
            said[plain(one.label)] = str(one.part)
    return {"tool": asked.tool, "columns": said, "answers": dict(asked.answers)}


def unknown_units(found: Answers) -> int:
    """How many people name a unit that the charter does not have."""
    known = units_by_name()
    units = [(one.who or one.line, one.unit) for one in found.pairs] + [(one.line, one.unit) for one in found.marked]
    return len({who for who, unit in units if unit and plain(unit) not in known})


def units_by_name() -> dict[str, str]:
    """The key of each unit of the charter by its key and its name."""
    units = history().current.tree.by_key
    return {plain(one.name): key for key, one in units.items()} | {plain(key): key for key in units}
