"""A survey tool's file between reading and keeping: what each column is, as its words say or a person tells.

Of a column that asks nothing only marks, levels and words that several people wrote are held, for two hours at most, so
that a person can say what it is. What names a person is a number from the first; a column left out is never read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from charter.domain.figures.file_rows import Row, no_column
from charter.domain.surveys.answer_files import number_of, plain
from charter.domain.surveys.columns import (
    DAYS,
    NO_ANSWER,
    RESPONDENTS,
    SATISFIED,
    Sheet,
    beside,
    is_of_the_tool,
    level_of,
    mark_text,
    questions_in,
    tool_of,
    without_header_lines,
    words_in,
)
from charter.domain.surveys.marks import number_written
from charter.domain.surveys.privacy import LEAST_SHOWN, masked
from charter.domain.vocabulary.errors import Invalid

ANYTHING = "(…)"
"""What is held of a cell that is no answer and that few people wrote: that there is something."""
LONGEST_WORDS = 120
MOST_WORDS = 40


class Part(StrEnum):
    """What a column is: the answer if a promise is kept, if it is not, or what goes with all answers of a person."""

    KEPT = "kept"
    NOT_KEPT = "not-kept"
    WEIGHT = "weight"
    SEGMENT = "segment"
    UNIT = "unit"
    DAY = "day"
    RESPONDENT = "respondent"
    LEFT_OUT = "-"


OF_PEOPLE = (Part.WEIGHT, Part.SEGMENT, Part.UNIT, Part.DAY, Part.RESPONDENT)
SIDES: Mapping[str, Part] = {"functional": Part.KEPT, "dysfunctional": Part.NOT_KEPT}


@dataclass(frozen=True)
class Told:
    """What a person says of a file: by column what it is (`kept:KEY`, `weight`…), by words the level or the mark that
    they are ('' for no answer), and whether days are written day first."""

    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    is_day_first: bool | None = None

    def level(self, text: str) -> str | None:
        """The level or mark that a person said for these words; None where nothing was said."""
        return self.answers.get(words_in(text))


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, the words that it asks, what it is and of which promise."""

    name: str
    label: str
    part: Part
    promise: str = ""


@dataclass(frozen=True)
class Draft:
    """A file, one row a person: the columns that are held with what each asks, what each is taken for (as `Told`
    says it), cells by column, and the columns that are not read."""

    tool: str
    labels: Mapping[str, str]
    proposed: Mapping[str, str]
    lines: Sequence[int]
    cells: Mapping[str, Sequence[str]]
    dropped: Sequence[str]


def draft_of(
    names: Sequence[str],
    rows: Sequence[Row],
    left_out: Sequence[str] = (),
    told: Told | None = None,
    *,
    is_of_marks: bool = False,
) -> Draft:
    """What is held of a file. `told`: columns that a person has named are held as they are asked for.

    Raises Invalid where a person names a column that is not there.
    """
    told = told or Told()
    sheet = without_header_lines(names, rows)
    aside = {plain(name) for name in left_out}
    read = [name for name in sheet.names if not {plain(name), plain(sheet.labels[name])} & aside]
    proposed = _proposed(sheet, read, told, left_out, is_of_marks=is_of_marks)
    cells: dict[str, Sequence[str]] = {}
    for name in read:
        held = _held([row.get(name, "").strip() for _, row in sheet.rows], proposed.get(name, ""), told, is_of_marks)
        is_own = is_of_the_tool(name, sheet.labels[name]) and name not in proposed
        if held is not None and not is_own:
            cells[name] = held
    return Draft(
        tool_of(names),
        {name: sheet.labels[name] for name in cells},
        {name: said for name, said in proposed.items() if name in cells},
        [line for line, _ in sheet.rows],
        cells,
        [name for name in sheet.names if name not in cells],
    )


def _proposed(
    sheet: Sheet, read: Sequence[str], told: Told, left_out: Sequence[str], *, is_of_marks: bool
) -> dict[str, str]:
    """By column what it says that it is, or what a person said."""
    asked = [] if is_of_marks else questions_in(sheet, left_out)
    found = {one.column: f"{SIDES[one.side]}:{one.promise}" for one in asked}
    for name in read:
        label = sheet.labels[name]
        if name not in found and (kind := beside(name, label)):
            found[name] = kind
        elif name not in found and {plain(name), plain(label)} & DAYS:
            found[name] = Part.LEFT_OUT
    for said, part in told.columns.items():
        named = [name for name in read if said in (plain(name), plain(sheet.labels[name]))]
        if not named:
            raise no_column(masked(said), [masked(name) for name in read])
        found |= dict.fromkeys(named[:1], part)
    # One column says who answered: the tool's own before any other.
    who = sorted((name for name, part in found.items() if part == Part.RESPONDENT), key=lambda one: _rank(one, told))
    return {name: part for name, part in found.items() if name not in who[1:]}


def _rank(name: str, told: Told) -> int:
    known = ["responseid", "response_id", "respondent_id", "cle", *sorted(RESPONDENTS)]
    return -1 if plain(name) in told.columns else known.index(plain(name)) if plain(name) in known else len(known)


def _held(texts: list[str], part: str, told: Told, is_of_marks: bool) -> list[str] | None:
    """What is held of a column; None where it can be no answer."""
    if part == Part.RESPONDENT:
        people: dict[str, int] = {}
        return [str(number_of(text, people) or "") for text in texts]
    if part in (Part.SEGMENT, Part.UNIT):
        return texts
    if part == Part.DAY or (part == Part.LEFT_OUT and all(text[:1].isdigit() for text in texts if text)):
        return [text.split(" ")[0].split("T")[0][:10] for text in texts]
    counts = Counter(texts)
    shared = {text for text, count in counts.items() if count >= LEAST_SHOWN and _is_shown(text)}
    is_of_numbers = is_of_marks or part == Part.WEIGHT
    kept = {text: _kept(text, told, is_of_numbers=is_of_numbers, is_shared=text in shared) for text in counts}
    odd = sum(count for text, count in counts.items() if kept[text] == ANYTHING)
    if not part and (2 * odd > len(texts) or (len(counts) > MOST_WORDS and not all(map(_is_mark, counts)))):
        return None
    return [kept[text] for text in texts]


def _kept(text: str, told: Told, *, is_of_numbers: bool, is_shared: bool) -> str:
    """A cell as it is held: its number or level, words that a person told or several wrote, or that there is one."""
    if not text or is_shared or told.level(text) is not None or words_in(text) in NO_ANSWER or _is_code(text):
        return text
    if is_of_numbers:
        mark = mark_text(text)
        return mark if _is_mark(mark) else text if words_in(text) in SATISFIED else ANYTHING
    return level_of(text) or ANYTHING


def _is_code(text: str) -> bool:
    """`99`, `-1`: no more than three digits, nobody's number."""
    return len(text.strip("-")) <= 3 and text.strip("-").isdigit()


def _is_mark(text: str) -> bool:
    try:
        number_written(text)
    except ValueError:
        return False
    return masked(text) == text


def _is_shown(text: str) -> bool:
    return len(text) <= LONGEST_WORDS and masked(text) == text and text.isprintable()


def columns_of(draft: Draft, told: Told) -> list[Column]:
    """What each column is: as a person said, else as it says itself. Raises Invalid where two are the same."""
    found, taken = list[Column](), dict[tuple[Part, str], str]()
    for name, label in draft.labels.items():
        said = told.columns.get(plain(name)) or told.columns.get(plain(label)) or draft.proposed.get(name, "")
        part, _, promise = (said or Part.LEFT_OUT).partition(":")
        column = Column(name, label, _part(part), promise)
        place = (column.part, plain(promise))
        if column.part is not Part.LEFT_OUT and place in taken:
            raise Invalid(
                "Two columns say the same, “%(name)s” and “%(other)s”: leave one of them out.",
                "columns",
                name=masked(taken[place]),
                other=masked(label),
            )
        taken[place] = label
        found.append(column)
    return found


def _part(text: str) -> Part:
    try:
        return Part(text)
    except ValueError:
        raise Invalid(
            "A column is kept:KEY, not-kept:KEY, weight, segment, unit, day, respondent or -.", "columns"
        ) from None


def packed_draft(draft: Draft) -> bytes:
    """A draft as bytes: each column by its different cells."""
    return json.dumps(asdict(draft) | {"cells": {name: _coded(cells) for name, cells in draft.cells.items()}}).encode()


def _coded(cells: Sequence[str]) -> list[object]:
    places = {text: at for at, text in enumerate(dict.fromkeys(cells))}
    return [list(places), [places[text] for text in cells]]


def unpacked_draft(content: bytes) -> Draft:
    """The same draft."""
    whole = json.loads(content)
    whole["cells"] = {name: [texts[at] for at in places] for name, (texts, places) in whole["cells"].items()}
    return Draft(**whole)
