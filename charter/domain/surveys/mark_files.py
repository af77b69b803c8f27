"""A file of marks, one row a person: which columns hold marks, and what is taken as missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from charter.domain.figures.file_rows import Row, RowRefused, no_column
from charter.domain.file_profile.columns import said_in
from charter.domain.surveys.answer_files import field_of, is_missing, number_of, plain, require_once
from charter.domain.surveys.answers import Answers, Marked
from charter.domain.surveys.marks import Coding, Odd, mark_of, number_written
from charter.domain.surveys.privacy import masked
from charter.domain.vocabulary.errors import Invalid

MOST_CODES = 3
"""So many different marks off the scale may be codes, like 99 for "do not know"; more are marks of another scale."""


def read_marks(
    names: Sequence[str],
    rows: Iterable[Row],
    overall: str,
    coding: Coding,
    left_out: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> Answers:
    """The marks of a survey: every column of marks but the overall one, the respondent's and those left out.

    Columns left out are never read. A column in which fewer than half of the cells are marks on the scale holds none:
    it is left alone and named. In the others, what is no mark or lies off the scale is missing, and counted. Raises
    Invalid when there is no such overall column, no column of marks, or one whose marks do not fit the scale.
    """
    rows = list(rows)
    aside = {plain(name) for name in left_out}
    mark_column = _overall_column([name for name in names if plain(name) not in aside], overall)
    who_column = next((name for name in names if field_of(name) == "respondent" and plain(name) not in aside), None)
    asked = [
        name
        for name in names
        if name not in (mark_column, who_column) and plain(name) not in aside and field_of(name) != "day"
    ]
    columns = {name: one for name in asked if (one := _column(rows, name, coding.holds, missing)).is_of_marks}
    if not columns:
        raise Invalid(
            "The file has no column of marks besides the overall one: none holds marks from %(lowest)s to %(highest)s.",
            "overall",
            lowest=coding.lowest,
            highest=coding.highest,
        )
    overalls = _column(rows, mark_column, coding.holds_overall, missing)
    told = columns | {mark_column: overalls}
    for name in told:
        _require_scale(name, told[name], is_overall=name == mark_column)
    found = Answers(attributes=tuple(columns), has_respondents=who_column is not None)
    found.ignored = [name for name in names if name not in told and name != who_column]
    found.missing = {name: dict(one.odd) for name, one in told.items() if one.odd}
    _add_people(found, rows, who_column, columns, overalls)
    return found


def _add_people(
    found: Answers, rows: Sequence[Row], who_column: str | None, columns: Mapping[str, _Column], overalls: _Column
) -> None:
    """Each row as a person's marks; the second row of the same person is refused."""
    people: dict[str, int] = {}
    seen: dict[tuple[object, ...], int] = {}
    for at, (line, row) in enumerate(rows):
        try:
            who = number_of(said_in(row.get(who_column, "")), people) if who_column else None
            require_once(seen, (who,), who, line)
        except Invalid as error:
            found.refused.append(RowRefused(line, error))
            continue
        marks = {name: column.marks[at] for name, column in columns.items()}
        found.marked.append(Marked(line, marks, overalls.marks[at], who))


@dataclass
class _Column:
    """The marks of one column, row by row; how many cells say something, and how many of them are odd, by why."""

    marks: list[float | None] = field(default_factory=list)
    filled: int = 0
    odd: Counter[str] = field(default_factory=Counter)
    off_scale: set[float] = field(default_factory=set)

    @property
    def is_of_marks(self) -> bool:
        """At least half of what it says are marks on the scale; an empty one may be."""
        return 2 * sum(self.odd.values()) <= self.filled


def _column(rows: Sequence[Row], name: str, holds: Callable[[float], bool], missing: Sequence[str]) -> _Column:
    found = _Column()
    for _, row in rows:
        text = row.get(name, "")
        mark = None if is_missing(text, missing) else mark_of(text, holds)
        found.marks.append(None if isinstance(mark, Odd) else mark)
        found.filled += mark is not None
        if isinstance(mark, Odd):
            found.odd[mark.value] += 1
            if mark is Odd.OFF_SCALE and len(found.off_scale) <= MOST_CODES:
                found.off_scale.add(number_written(text))
    return found


def _require_scale(name: str, column: _Column, *, is_overall: bool) -> None:
    """Raises Invalid where many different marks lie off the scale: they are marks, and the scale is another."""
    if len(column.off_scale) <= MOST_CODES:
        return
    count, filled = column.odd[Odd.OFF_SCALE.value], column.filled
    if is_overall:
        raise Invalid(
            "%(column)s: %(count)s of %(filled)s marks lie off the scale that was declared for the overall mark.",
            "scale",
            column=masked(name),
            count=count,
            filled=filled,
        )
    raise Invalid(
        "%(column)s: %(count)s of %(filled)s marks lie off the scale. Say which marks are low and high.",
        "low",
        column=masked(name),
        count=count,
        filled=filled,
    )


def _overall_column(names: Sequence[str], overall: str) -> str:
    wanted = plain(overall) or "overall"
    same = [name for name in names if plain(name) == wanted] or [name for name in names if field_of(name) == wanted]
    if len(same) != 1:
        raise no_column("overall", [masked(name) for name in names], masked(overall))
    return same[0]
