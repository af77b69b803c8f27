"""Counting the cells of every column of a table: said, missing, read as a date, a number, a duration, a yes or no.

Cells are grouped by their value first: whether one can be read is asked once for all the rows that hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import ibis

from charter.domain.file_profile.columns import FALSE, PLACEHOLDERS, TRUE, Counted
from charter.domain.file_profile.remarks import read_as_hours, read_as_hundredths
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.terms import ColumnKind
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.queries import answer, drop, keep
from charter.sources.cells.written_dates import DateStyle, date_style, plain_date, questions_of_dates, with_plain_dates
from charter.sources.cells.written_text import (
    DURATION,
    ISO_MOMENT,
    PLAIN_NUMBER,
    NumberStyle,
    fits,
    number_style,
    plain_number,
    questions_of_numbers,
    without_percent,
)

_TOP = 12
_DATES: tuple[DateStyle, ...] = ("day-first", "month-first")
_NUMBERS: tuple[NumberStyle, ...] = ("spaced", "comma", "commas")
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What was counted of a column, and how its dates and its numbers are best read."""

    counted: Counted
    dates: DateStyle = "iso"
    numbers: NumberStyle = "plain"


def count_columns(reader: Reader) -> tuple[int, list[Seen]]:
    """The rows of a table, and what is seen of each of its columns. Raises SourceError."""
    table, names = reader.table, list(reader.table.columns)
    rows = int(answer(table.aggregate(rows=table.count()), reader.source)[0]["rows"])
    values = reduce_to_values(reader, names)
    kept = keep(values, reader.source) if is_embedded(table) else None
    try:
        values = values if kept is None else kept
        told = {row["at"]: row for row in answer(_questions(values), reader.source)}
        top = answer(_frequent(values), reader.source)
    finally:
        if kept is not None:
            drop(kept)
    seen = [
        _seen(reader, name, told.get(at, {}), [row for row in top if row["at"] == at]) for at, name in enumerate(names)
    ]
    return rows, seen


def reduce_to_values(reader: Reader, names: Sequence[str]) -> Any:
    """Each value of each column with the number of its cells; empty cells are left out."""
    found = []
    for at, name in enumerate(names):
        texts = reader.table.select(value=reader.text(name))
        said = texts.filter(texts["value"].notnull())
        grouped = said.group_by("value").aggregate(cells=said.count())
        found.append(grouped.select(at=ibis.literal(at, type="int32"), value=grouped["value"], cells=grouped["cells"]))
    return ibis.union(*found) if len(found) > 1 else found[0]


def _questions(values: Any) -> Any:
    values = with_plain_dates(values.mutate(written=values["value"].strip()), {"plain": values["value"]})
    written, cells = values["written"], values["cells"]
    is_word = written.isin(PLACEHOLDERS)
    asked: dict[str, Any] = {"filled": cells.sum(), "distinct": values.count()}

    def ask(name: str, test: Any) -> None:
        asked[name] = test.ifelse(cells, 0).sum()
        asked[f"not_{name}"] = (~test & ~is_word).ifelse(written, ibis.null("string")).min()

    for style in _DATES:
        plain = plain_date(values["plain"], style)
        good = fits(plain, ISO_MOMENT) & ~is_word
        ask(style, good)
        asked[f"{style}_timed"] = (good & (plain.length() > 10)).ifelse(cells, 0).sum()
    for number in _NUMBERS:
        ask(number, fits(plain_number(without_percent(written), number), PLAIN_NUMBER))
    ask("duration", fits(written, DURATION))
    ask("truth", written.lower().isin((*TRUE, *FALSE)))
    asked |= {f"date_{name}": told for name, told in questions_of_dates(written, values["plain"]).items()}
    asked |= {f"number_{name}": told for name, told in questions_of_numbers(written).items()}
    return values.group_by("at").aggregate(**asked)


def _frequent(values: Any) -> Any:
    """The most frequent values of each column, and every placeholder."""
    rank = ibis.row_number().over(group_by=values["at"], order_by=[ibis.desc(values["cells"]), values["value"]])
    ranked = values.mutate(rank=rank)
    wanted = (ranked["rank"] < _TOP) | ranked["value"].strip().isin(PLACEHOLDERS)
    return ranked.filter(wanted).order_by(["at", "rank"])


def _seen(reader: Reader, name: str, told: Told, top: Sequence[Told]) -> Seen:
    if not told:
        return Seen(Counted(name, 0, 0))
    doubt: dict[ColumnKind, Sentence] = {}
    dates = cast("DateStyle", _style(date_style, reader, name, _of("date_", told), ColumnKind.DATE, doubt))
    numbers = cast("NumberStyle", _style(number_style, reader, name, _of("number_", told), ColumnKind.NUMBER, doubt))
    read_as = dates if dates != "iso" else "day-first"
    best = numbers if numbers in _NUMBERS else "spaced"
    counted = Counted(
        name,
        int(told["filled"]),
        int(told["distinct"]),
        stand_ins=_stand_ins(top),
        dates=int(told[read_as]),
        timed=int(told[f"{read_as}_timed"]),
        numbers=int(told[best]),
        durations=int(told["duration"]),
        truths=int(told["truth"]),
        top=tuple(row["value"] for row in top if row["rank"] < _TOP),
        odd={
            ColumnKind.DATE: told[f"not_{read_as}"],
            ColumnKind.INSTANT: told[f"not_{read_as}"],
            ColumnKind.NUMBER: told[f"not_{best}"],
            ColumnKind.DURATION: told["not_duration"],
        },
        known=known_kind(reader.column(name).type()),
        doubt=doubt,
        order="" if dates == "iso" else dates,
        either=_either(told) if reader.writing.dates is None else "",
        told=_read_as(reader, name, told),
    )
    return Seen(counted, dates, numbers)


def _read_as(reader: Reader, name: str, told: Told) -> dict[ColumnKind, Sentence]:
    found = {}
    if told["number_short"] and reader.writing.durations is None:
        found[ColumnKind.DURATION] = read_as_hours(name)
    if told["number_percents"]:
        found[ColumnKind.NUMBER] = read_as_hundredths(name, told["number_a_percent"])
    return found


def _either(told: Told) -> str:
    """A date that fits both orders, of a column where none fits one alone; nothing elsewhere."""
    is_told = told["date_a_day_first"] is not None or told["date_a_month_first"] is not None
    return "" if is_told else told["date_a_both"] or ""


def _of(prefix: str, told: Told) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in told.items() if name.startswith(prefix)}


def _style(
    decide: Callable[..., str],
    reader: Reader,
    name: str,
    told: Told,
    kind: ColumnKind,
    doubt: dict[ColumnKind, Sentence],
) -> str:
    """How the column is written; where that would be a guess the reason is kept, and the likelier reading taken."""
    try:
        return decide(told, reader.writing, reader.source, name)
    except SourceError as error:
        doubt[kind] = error.sentence
    return _likelier(told, kind)


def _likelier(told: Told, kind: ColumnKind) -> str:
    if kind is ColumnKind.NUMBER:
        return "comma"
    return "month-first" if told["a_month_first"] is not None and told["a_day_first"] is None else "day-first"


def _stand_ins(top: Sequence[Told]) -> dict[str, int]:
    """The placeholders that stand in the column, with their cells; written with blanks around, they are the same."""
    found: dict[str, int] = {}
    for row in top:
        if (word := row["value"].strip()) in PLACEHOLDERS:
            found[word] = found.get(word, 0) + int(row["cells"])
    return found


def known_kind(type_: Any) -> ColumnKind | None:
    """The kind of a column whose type says it; None for text, which is looked into."""
    tests: tuple[tuple[Callable[[], bool], ColumnKind], ...] = (
        (type_.is_date, ColumnKind.DATE),
        (type_.is_timestamp, ColumnKind.INSTANT),
        (type_.is_boolean, ColumnKind.YES_NO),
        (type_.is_numeric, ColumnKind.NUMBER),
        (type_.is_interval, ColumnKind.DURATION),
        (type_.is_time, ColumnKind.DURATION),
        (partial(lambda one: not one.is_string(), type_), ColumnKind.TEXT),
    )
    return next((kind for test, kind in tests if test()), None)
