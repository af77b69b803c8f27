"""What a person should know of a file while they choose its columns: each doubt as long as it speaks of one chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.date_remarks import on_dates
from charter.domain.file_profile.figures_read import on_figures
from charter.domain.file_profile.profile import Layout, Profile, total_at_the_foot
from charter.domain.file_profile.remarks import on_column, on_days, on_empty, on_rows, on_seen, taken_as_empty
from charter.domain.file_profile.totals import is_called_total
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import stored

_ONE_ROW_EACH, _DAYS_OLD = 1.5, 3
_PARTS = re.compile(r"\s*0?(\d{1,2})[./-]0?(\d{1,2})[./-]")
Plain = dict[str, Any]


@dataclass(frozen=True)
class FileDoubt:
    """A sentence that is told while its columns are chosen, each for its part where `parts` says which; of no column:
    always."""

    said: Sentence
    columns: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> Plain:
        return {"said": stored(self.said), "columns": list(self.columns), "parts": dict(self.parts)}


def is_told(doubt: Mapping[str, Any], chosen: Mapping[str, str]) -> bool:
    """Whether a doubt, as plain values, speaks of what is chosen: columns by the part that they have."""
    is_of_parts = all(chosen.get(part) == column for part, column in doubt["parts"].items())
    return is_of_parts and set(doubt["columns"]) <= set(chosen.values())


def doubts_of(profile: Profile) -> list[FileDoubt]:
    """Every doubt about a file, in the order in which it is read.

    But for what is asked beside the columns: the order of its dates (`dates_asked`), the rows left out (`left_out`).
    """
    layout = profile.layout
    always = [*_on_place(layout), *on_rows(layout), *on_seen(layout), *on_figures(profile)]
    always += [said for one in profile.columns for said in on_dates(one)]
    if profile.told is not None:
        always.append(Sentence("No column holds dates: all rows are taken as of %(day)s.", day=profile.told.day))
    foot = total_at_the_foot(profile)
    read = [one for one in profile.columns if not (one.name in foot and one.unreadable == 1)]
    of_columns = [FileDoubt(said, (one.name,)) for one in read for said in _on_column(one, profile.rows)]
    found = [*map(FileDoubt, always), *of_columns, *map(FileDoubt, on_empty(profile)), *_on_cases(profile)]
    dated = {"start": profile.dated} if profile.dated else None
    days = replace(profile, undated=0) if foot and profile.undated == 1 else profile
    found += [FileDoubt(said, parts=dated | _by_order(profile)) for said in on_days(days) if dated]
    return [*found, *_on_open(profile)]


def _on_open(profile: Profile) -> Iterator[FileDoubt]:
    """Cases that were open when the file was made may have had their answer since: nobody knows from it."""
    today, newest, dated = profile.today, profile.newest, profile.dated
    if today is None or newest is None or dated is None or (today - newest).days <= _DAYS_OLD:
        return
    for one in profile.columns:
        if one.kind.is_moment and one.missing and one.name != dated:
            said = Sentence(
                "The newest row is of %(day)s. Cases without “%(stop)s” count as not kept once their delay is over, "
                "even if they had their answer after the file was made: %(count)s.",
                day=newest,
                stop=one.name,
                count=one.missing,
            )
            yield FileDoubt(said, parts={"start": dated, "stop": one.name} | _by_order(profile))


def _by_order(profile: Profile) -> dict[str, str]:
    """Where the order of the dates is asked, what rests on it is told as long as it is the one that was read."""
    asked = dates_asked(profile)
    return {"dates": asked["order"]} if asked else {}


def _on_place(layout: Layout) -> Iterator[Sentence]:
    """Where in the file its rows stand."""
    if len(layout.sheets) > 1:
        yield Sentence(
            "The workbook has %(count)s sheets: only “%(sheet)s” is read.",
            count=len(layout.sheets),
            sheet=layout.sheet,
        )
    if layout.header_line > 1:
        yield Sentence("The names of the columns are read from line %(line)s.", line=layout.header_line)


def _on_column(column: Column, rows: int) -> Iterator[Sentence]:
    yield from on_column(column, rows)
    for word, count in column.taken_as_missing.items():
        yield taken_as_empty(word, count, [column.name])
    for word, count in column.kept_as_text.items():
        yield Sentence(
            "In the column “%(column)s”, cells that say “%(word)s” are taken as a word: %(count)s.",
            column=column.name,
            word=word,
            count=count,
        )


def _on_cases(profile: Profile) -> Iterator[FileDoubt]:
    """Rows of one case, and rows whose dates are the wrong way round."""
    repeats = profile.repeats
    if repeats is not None and repeats.rows:
        cases = profile.column(repeats.column).distinct
        if repeats.rows + cases > _ONE_ROW_EACH * cases:
            yield FileDoubt(_happenings(repeats.column, repeats.rows + cases, cases))
        said = Sentence(
            "Rows that repeat a case of “%(column)s”: %(count)s. Each case counts once.",
            column=repeats.column,
            count=repeats.rows,
        )
        yield FileDoubt(said, parts={"case": repeats.column})
    for (start, stop), order in profile.orders.items():
        if order.after:
            said = Sentence(
                "Rows with “%(stop)s” before “%(start)s”: %(count)s. They are left out.",
                stop=stop,
                start=start,
                count=order.after,
            )
            yield FileDoubt(said, parts={"start": start, "stop": stop} | _by_order(profile))


def _happenings(column: str, rows: int, cases: int) -> Sentence:
    return Sentence(
        "Each value of “%(column)s” has several rows, %(rows)s for %(cases)s: they seem to be what happened to a case, "
        "not cases.",
        column=column,
        rows=rows,
        cases=cases,
    )


def dates_asked(profile: Profile) -> Plain | None:
    """Which of day and month is read first, with a date in which that matters; None where the file tells it."""
    dates = [one for one in profile.columns if one.kind.is_moment and one.order]
    if not dates or any(not one.either for one in dates):
        return None
    shown = [
        value for one in dates for value in one.top if _PARTS.match(value) and len(set(_PARTS.findall(value)[0])) > 1
    ]
    return {"order": dates[0].order, "example": next(iter(shown), dates[0].either)}


def orders_told(profile: Profile) -> dict[str, str]:
    """By column which of day and month comes first, where its dates tell it."""
    return {one.name: one.order for one in profile.columns if one.kind.is_moment and one.order and not one.either}


def left_out(profile: Profile, known: Collection[Plain]) -> list[Plain]:
    """Rows that do not count unless somebody wants them to: those that are known, and totals, by number or by name."""
    totals = [one for one in profile.totals if one.is_sum or is_called_total(one.value)]
    return (
        [*known]
        + [
            {
                "where": {one.column: one.value or {"missing": True}},
                "reason": f"{one.column}: {one.value}" if one.value else one.column,
            }
            for one in totals
        ]
        + [{"where": {name: said}, "reason": f"{name}: {said}"} for name, said in total_at_the_foot(profile).items()]
    )


def names_left_out(rows: Sequence[Mapping[str, Any]], column: str) -> set[str]:
    """The values of a column whose rows are all left out."""
    alone = [one["where"] for one in rows if len(one.get("where") or {}) == 1]
    return {str(where[column]) for where in alone if isinstance(where.get(column), str)}
