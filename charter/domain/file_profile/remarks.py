"""What a person should know of a file before promising on it: each doubt in one sentence, with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.date_remarks import MOST_NAMED, on_dates, on_formulas
from charter.domain.file_profile.profile import Layout, Profile
from charter.domain.file_profile.totals import Total
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period, period_at
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole, PeriodKind

_SOME = 0.05
_DAYS_SHORT = 3
_ROWS_OF_A_CASE = 1.5


def remarks_on(profile: Profile) -> list[Sentence]:
    """Every doubt about the file, in the order in which it is read: its form, its columns, its cases, its months."""
    found = [*_on_layout(profile.layout)]
    if not profile.rows:
        return [*found, Sentence("There is no row below the names of the columns.")]
    for column in profile.columns:
        found += [*on_order(column), *on_dates(column), *on_column(column, profile.rows)]
    found += [*_on_placeholders(profile), *on_empty(profile)]
    found += _on_cases(profile)
    found += [_on_total(one) for one in profile.totals]
    found += on_days(profile)
    return found


def _on_layout(layout: Layout) -> Iterator[Sentence]:
    if layout.sheet and layout.sheet != layout.sheets[0]:
        yield Sentence(
            "“%(sheet)s” is looked at, the first of %(count)s sheets that is shown and holds rows. Name it in the "
            "source: sheet:.",
            count=len(layout.sheets),
            sheet=layout.sheet,
        )
    elif len(layout.sheets) > 1:
        yield Sentence(
            "The workbook has %(count)s sheets: the first is looked at, “%(sheet)s”.",
            count=len(layout.sheets),
            sheet=layout.sheet,
        )
    if layout.path:
        yield Sentence("The rows stand at “%(path)s”: say so in the source, as rows:.", path=layout.path)
    if layout.header_line > 1:
        yield Sentence(
            "The names of the columns stand in line %(line)s, not in the first: say so in the source, as header_row:.",
            line=layout.header_line,
        )
    yield from on_rows(layout)
    yield from on_seen(layout)


def on_seen(layout: Layout) -> Iterator[Sentence]:
    """That not all rows were looked at."""
    if layout.seen is not None:
        yield Sentence("There are more rows: only the first %(count)s were looked at.", count=layout.seen)


def on_rows(layout: Layout) -> Iterator[Sentence]:
    """What was done to the rows of a source while they were read; a run says the same."""
    for name in layout.renamed:
        yield Sentence(
            "Columns that are all named “%(name)s” are told apart by a number behind their names.", name=name
        )
    if layout.repeated:
        yield Sentence("Rows that say the names of the columns again, left out: %(count)s.", count=layout.repeated)
    yield from on_formulas(layout)
    if layout.filled:
        yield Sentence(
            "Cells filled down from merged ones: %(count)s, in %(columns)s.",
            count=sum(layout.filled.values()),
            columns=list(layout.filled)[:MOST_NAMED],
        )


def on_order(column: Column) -> Iterator[Sentence]:
    """That which of day and month comes first is a guess."""
    if column.doubt is not None and column.kind.is_moment:
        yield column.doubt
    elif column.either:
        yield Sentence(
            "In the column “%(column)s”, dates like “%(one)s” are read with the day first; nothing in the file tells "
            "it: say dates: month-first in the source if the month comes first.",
            column=column.name,
            one=column.either,
        )


def on_column(column: Column, rows: int) -> Iterator[Sentence]:
    """What of a column is read otherwise than it stands, or not at all; but for the order of its dates."""
    yield from column.told
    if column.doubt is not None and not column.kind.is_moment:
        yield column.doubt
    elif column.unreadable:
        yield Sentence(
            "In the column “%(column)s”, %(count)s of %(whole)s cells cannot be read as %(kind)s, like “%(odd)s”: "
            "these rows would be lost to the count.",
            column=column.name,
            count=column.unreadable,
            whole=rows - column.missing,
            kind=column.kind,
            odd=column.odd,
        )
    if column.kind is ColumnKind.TEXT and column.dates >= _SOME * column.read(rows):
        yield Sentence(
            "In the column “%(column)s”, only %(count)s of %(whole)s cells are dates: it is taken as text.",
            column=column.name,
            count=column.dates,
            whole=column.read(rows),
        )
    if column.kind is ColumnKind.TEXT and column.truths >= _SOME * column.read(rows):
        yield Sentence(
            "In the column “%(column)s”, only %(count)s of %(whole)s cells say yes or no: it is taken as text.",
            column=column.name,
            count=column.truths,
            whole=column.read(rows),
        )


def _on_placeholders(profile: Profile) -> Iterator[Sentence]:
    """One sentence for each placeholder: in which columns it is nothing, in which a word."""
    columns = [one for one in profile.columns if one.kind is not ColumnKind.EMPTY]
    for word in dict.fromkeys(word for one in columns for word in one.taken_as_missing):
        held = [one for one in columns if word in one.taken_as_missing]
        yield taken_as_empty(word, sum(one.taken_as_missing[word] for one in held), _named(held))
    for word in dict.fromkeys(word for one in columns for word in one.kept_as_text):
        held = [one for one in columns if word in one.kept_as_text]
        yield Sentence(
            "Cells that say “%(word)s”, stored as a word: %(count)s, in %(columns)s. If it means that nothing is "
            "known, say so in the source, as missing:.",
            count=sum(one.kept_as_text[word] for one in held),
            word=word,
            columns=_named(held),
        )


def taken_as_empty(word: str, count: int, columns: list[str]) -> Sentence:
    """What is told of a placeholder that means that nothing is there."""
    return Sentence(
        "Cells that say “%(word)s”, taken as empty: %(count)s, in %(columns)s.", count=count, word=word, columns=columns
    )


def read_as_hours(column: str) -> Sentence:
    """What is told of durations of two parts, where nothing says which these are."""
    return Sentence(
        "In the column “%(column)s”, durations like 3:20 are read as hours and minutes: say durations: m:s in the "
        "source if minutes come first.",
        column=column,
    )


def read_as_hundredths(column: str, one: str) -> Sentence:
    """What is told of numbers with a per cent sign."""
    return Sentence(
        "In the column “%(column)s”, “%(one)s” is read in hundredths: 50 %% is 0.5.", column=column, one=one
    )


def _named(columns: Sequence[Column]) -> list[str]:
    names = [one.name for one in columns]
    return names if len(names) <= MOST_NAMED else [*names[:MOST_NAMED], "…"]


def on_empty(profile: Profile) -> Iterator[Sentence]:
    """The columns in which nothing stands."""
    empty = [one for one in profile.columns if one.kind is ColumnKind.EMPTY]
    if empty:
        yield Sentence("Nothing is said in these columns: %(columns)s.", columns=_named(empty))


def _on_cases(profile: Profile) -> Iterator[Sentence]:
    repeats = profile.repeats
    if repeats is not None and repeats.rows:
        cases = profile.column(repeats.column).distinct
        if repeats.rows + cases > _ROWS_OF_A_CASE * cases:
            yield Sentence(
                "Each value of “%(column)s” has several rows, %(rows)s for %(cases)s: they seem to be what "
                "happened to a case, not cases.",
                column=repeats.column,
                rows=repeats.rows + cases,
                cases=cases,
            )
        else:
            yield Sentence(
                "Rows that repeat a case of “%(column)s”: %(count)s, of which word for word: %(equal)s. Count each "
                "case once, with distinct:.",
                count=repeats.rows,
                column=repeats.column,
                equal=repeats.equal,
            )
    start, stop = (profile.taken(role) for role in (ColumnRole.START, ColumnRole.STOP))
    order = profile.orders.get((start or "", stop or ""))
    if order is not None and order.after:
        yield Sentence(
            "Rows with “%(stop)s” before “%(start)s”: %(count)s. They would be left out.",
            count=order.after,
            stop=stop,
            start=start,
        )


def _on_total(total: Total) -> Sentence:
    if not total.is_sum:
        return Sentence(
            "“%(value)s” in the column “%(column)s” is called a total: if it is one, leave it out with exclude:.",
            value=total.value,
            column=total.column,
        )
    if not total.value:
        return Sentence(
            "The rows with an empty cell in “%(column)s” are the sum of the others: leave them out with exclude:, or "
            "every count is doubled.",
            column=total.column,
        )
    return Sentence(
        "“%(value)s” in the column “%(column)s” is the sum of the others: leave it out with exclude:, or every count "
        "is doubled.",
        value=total.value,
        column=total.column,
    )


def on_days(profile: Profile) -> Iterator[Sentence]:
    """Rows that belong to no month, or to one to come; months without rows, and the newest where it is not whole."""
    first, last = profile.first, profile.newest
    if profile.dated is None or first is None or last is None:
        yield _on_day_told(profile)
        return
    if profile.undated:
        yield Sentence(
            "Rows without a date in “%(column)s”: %(count)s. They belong to no month.",
            count=profile.undated,
            column=profile.dated,
        )
    if profile.ahead:
        yield Sentence("Rows dated after today in “%(column)s”: %(count)s.", column=profile.dated, count=profile.ahead)
    if gaps := _gaps(profile.months, first, last):
        yield Sentence("There is no row in %(months)s.", months=gaps[:MOST_NAMED])
    month = period_at(PeriodKind.MONTH, last)
    is_monthly = all(day.day == 1 for day in profile.days)
    if not is_monthly and (month.end - last).days > _DAYS_SHORT:
        yield Sentence("The newest row is of %(day)s: %(month)s is not whole.", day=last, month=month)


def _on_day_told(profile: Profile) -> Sentence:
    told = profile.told
    if told is None:
        return Sentence("No column holds dates: a row cannot be put in its month.")
    if told.cell:
        return Sentence(
            "No column holds dates; the cell %(cell)s tells %(day)s: if all rows are of that time, say so in the "
            "source, as date_from: with that cell and the format %(format)s.",
            cell=told.cell,
            day=told.day,
            format=told.format,
        )
    return Sentence(
        "No column holds dates; the name of the file tells %(day)s: if all rows are of that time, say so in the "
        "source, as date_from: with file_name and the format %(format)s.",
        day=told.day,
        format=told.format,
    )


def _gaps(months: dict[str, int], first: date, last: date) -> list[Period]:
    found, month = [], period_at(PeriodKind.MONTH, first)
    while month.start <= last:
        if month.key not in months:
            found.append(month)
        month = month.next()
    return found
