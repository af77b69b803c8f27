"""The answers of a survey tool's file, one row a person, once it is known what each column is: pairs, or marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from charter.domain.analyses.answer_columns import (
    ANYTHING,
    MOST_WORDS,
    OF_PEOPLE,
    Column,
    Draft,
    Part,
    Told,
    columns_of,
)
from charter.domain.figures.file_rows import Row, RowRefused
from charter.domain.surveys.answer_files import (
    LONGEST,
    day_written,
    is_first_the_day,
    is_missing,
    plain,
    require_once,
    weight_written,
)
from charter.domain.surveys.answers import Answers, Marked, Pair
from charter.domain.surveys.columns import NO_ANSWER, SATISFIED, inner_label, level_of, mark_text, words_in
from charter.domain.surveys.mark_files import read_marks
from charter.domain.surveys.marks import Coding
from charter.domain.surveys.privacy import masked
from charter.domain.vocabulary.errors import Invalid, Sentence

SIDES = (Part.KEPT, Part.NOT_KEPT)


def pairs_in(draft: Draft, told: Told, missing: Sequence[str] = ()) -> Answers:
    """The pairs of a file: one for each person and promise that was answered on.

    Raises Invalid where no column asks for a pair of answers, two columns say the same, or days can be read both ways.
    """
    columns = columns_of(draft, told)
    asked = [one for one in columns if one.part in (Part.KEPT, Part.NOT_KEPT)]
    if {one.part for one in asked} != {Part.KEPT, Part.NOT_KEPT}:
        raise _nothing_asked(draft)
    promises: dict[str, dict[Part, Column]] = {}
    for one in asked:
        promises.setdefault(one.promise, {})[one.part] = one
    levels = {one.name: _Levels(one, told, missing) for one in asked}
    sides = {
        promise: tuple((draft.cells[one.name], levels[one.name]) if one else None for one in map(found_in.get, SIDES))
        for promise, found_in in promises.items()
    }
    found = Answers(ignored=_not_read(draft, columns), has_respondents=_has(columns, Part.RESPONDENT))
    for person in _people(draft, columns, told, found):
        for promise, pair in sides.items():
            try:
                first, second = (None if one is None else one[1].of(one[0][person.at]) for one in pair)
            except Invalid as error:
                found.refused.append(RowRefused(person.line, error))
                continue
            if first is not None or second is not None:
                found.pairs.append(person.says(promise, first, second))
    found.attributes = tuple(dict.fromkeys(pair.attribute for pair in found.pairs))
    return found


def _nothing_asked(draft: Draft) -> Invalid:
    return Invalid(
        "No two columns of the file ask for a promise that is kept and one that is not: say what its columns are, as "
        "kept:KEY and not-kept:KEY. Its first line says %(names)s.",
        "columns",
        names=[Sentence("“%(name)s”", name=masked(name)[:60]) for name in list(draft.labels.values())[:8]],
    )


def _not_read(draft: Draft, columns: Sequence[Column]) -> list[str]:
    aside = [one.name for one in columns if one.part is Part.LEFT_OUT]
    return [*draft.dropped, *aside]


def _has(columns: Sequence[Column], part: Part) -> bool:
    return any(one.part is part for one in columns)


class _Levels:
    """The level of each answer of a column; the same words are read once."""

    def __init__(self, column: Column, told: Told, missing: Sequence[str]) -> None:
        self.column, self.told, self.missing = column, told, missing
        self.known: dict[str, int | None] = {"": None}

    def of(self, text: str) -> int | None:
        """Raises Invalid, naming the column and never the cell."""
        if text not in self.known:
            self.known[text] = self._read(text)
        return self.known[text]

    def _read(self, text: str) -> int | None:
        if is_missing(text, self.missing):
            return None
        level = self.told.level(text)
        level = level_of(text) if level is None else level
        if level == "" or (level is None and words_in(text) in NO_ANSWER):
            return None
        if level is None or level not in "12345":
            raise Invalid(
                "%(column)s: no answer that is known; write %(ends)s, or nothing. "
                "Name codes that mean “no answer”, like 99, when you send the file.",
                "columns",
                column=masked(self.column.label)[:80],
                ends=Sentence("1 (like) to 5 (dislike)"),
            )
        return int(level)


@dataclass(frozen=True)
class _Person:
    """What goes with all answers of a row: its place in the file, its line, who answered."""

    at: int
    line: int
    who: int
    segment: str = ""
    unit: str = ""
    weight: float | None = None
    day: date | None = None

    def says(self, promise: str, first: int | None, second: int | None) -> Pair:
        """This person's answers on a promise: if it is kept, if it is not."""
        return Pair(
            self.line,
            promise,
            first,
            second,
            segment=self.segment,
            day=self.day,
            who=self.who,
            weight=self.weight,
            unit=self.unit,
        )

    def marks(self, marked: Marked) -> Marked:
        """The marks as this person's."""
        return replace(marked, segment=self.segment, unit=self.unit, weight=self.weight)


def _people(draft: Draft, columns: Sequence[Column], told: Told, found: Answers) -> Iterator[_Person]:
    """The person of each row.

    A row whose weight or day cannot be read is refused, and the second row of one person.
    """
    named = {one.part: one.name for one in columns if one.part in OF_PEOPLE}
    days = draft.cells[named[Part.DAY]] if Part.DAY in named else []
    is_day_first = told.is_day_first if told.is_day_first is not None else is_first_the_day(days)
    seen: dict[tuple[object, ...], int] = {}
    for at, line in enumerate(draft.lines):
        cells = {part: draft.cells[name][at] for part, name in named.items()}
        try:
            person = _person(at, line, cells, is_day_first=is_day_first)
            if Part.RESPONDENT in named:
                require_once(seen, (person.who, person.segment), person.who, line)
        except Invalid as error:
            found.refused.append(RowRefused(line, error))
            continue
        yield person


def _person(at: int, line: int, cells: Mapping[Part, str], *, is_day_first: bool) -> _Person:
    who = cells.get(Part.RESPONDENT, "")
    segment, unit = (" ".join(cells.get(part, "").split()) for part in (Part.SEGMENT, Part.UNIT))
    for name, text in (("segment", segment), ("unit", unit)):
        if len(text) > LONGEST or not text.isprintable() or text == ANYTHING:
            raise Invalid("%(field)s: write it in at most %(most)s characters.", name, field=name, most=LONGEST)
    return _Person(
        at,
        line,
        # Rows that do not say who answered are a person each.
        int(who) if who else -1 - at,
        segment,
        unit,
        weight_written(cells[Part.WEIGHT]) if Part.WEIGHT in cells else None,
        day_written(cells.get(Part.DAY, ""), is_day_first=is_day_first),
    )


def marks_in(draft: Draft, told: Told, overall: str, coding: Coding, missing: Sequence[str] = ()) -> Answers:
    """The marks of a file under the words that its columns ask. Raises Invalid as `read_marks`."""
    columns = columns_of(draft, told)
    names = _mark_names(draft, [one.name for one in columns if _is_of_marks(one, draft, told)])
    wanted = plain(overall)
    asked = next((new for name, new in names.items() if wanted in (plain(name), plain(draft.labels[name]))), overall)
    found = Answers()
    people = {person.line: person for person in _people(draft, columns, told, found)}
    is_of_five = (coding.lowest, coding.highest) == (1, 5)
    read = {name: _Marks(told, is_of_five=is_of_five) for name in names}
    rows: list[Row] = [
        (
            line,
            {"respondent": str(one.who)} | {to: read[name].of(draft.cells[name][one.at]) for name, to in names.items()},
        )
        for line, one in people.items()
    ]
    header = ["respondent", *names.values()]
    known = read_marks(header, rows, asked, coding, (), missing)
    known.marked = [people[one.line].marks(one) for one in known.marked]
    known.refused = [*found.refused, *known.refused]
    known.ignored = [*draft.dropped, *known.ignored]
    known.has_respondents = _has(columns, Part.RESPONDENT)
    return known


def _is_of_marks(column: Column, draft: Draft, told: Told) -> bool:
    """Whether a column may hold marks: it is not of the person, and nothing says to leave it out."""
    said = (told.columns.get(plain(column.name)), draft.proposed.get(column.name))
    return column.part not in OF_PEOPLE and Part.LEFT_OUT not in said


def _mark_names(draft: Draft, columns: Sequence[str]) -> dict[str, str]:
    """By column the words that it asks; its own name where two ask the same."""
    bare = {name: inner_label(draft.labels[name]) for name in columns}
    alike = [plain(label) for label in bare.values()]
    return {name: label if alike.count(plain(label)) == 1 else name for name, label in bare.items()}


class _Marks:
    """The marks of a column as numbers; the same words are read once."""

    def __init__(self, told: Told, *, is_of_five: bool) -> None:
        self.told, self.is_of_five = told, is_of_five
        self.known: dict[str, str] = {}

    def of(self, text: str) -> str:
        if text not in self.known:
            words = words_in(text)
            said = self.told.level(text)
            if said is None and words in NO_ANSWER:
                said = ""
            if said is None and self.is_of_five:
                said = SATISFIED.get(words)
            self.known[text] = mark_text(text) if said is None else said
        return self.known[text]


@dataclass(frozen=True)
class Words:
    """Words of a file's answers that are no level by themselves, how often they stand there, and what a person said."""

    text: str
    people: int
    level: str
    is_told: bool


def words_to_tell(draft: Draft, told: Told, columns: Iterable[str], missing: Sequence[str]) -> list[Words]:
    """The answers that a person has to say something of, or has, most frequent first."""
    counts: Counter[str] = Counter()
    for name in columns:
        counts.update(text for text in draft.cells[name] if text)
    return [
        Words(text, count, told.level(text) or "", told.level(text) is not None)
        for text, count in counts.most_common()
        if text != ANYTHING
        and level_of(text) is None
        and words_in(text) not in NO_ANSWER
        and not is_missing(text, missing)
    ][:MOST_WORDS]
