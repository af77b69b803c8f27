"""Columns that seem to hold dates and are not read as such: how they are written, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charter.domain.file_profile.columns import Column, said_in
from charter.domain.file_profile.file_dates import NAME
from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.profile import Layout, Profile
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import in_quotes
from charter.domain.vocabulary.terms import ColumnKind

_SHORT = re.compile(r"\s*\d{1,2}([./-])\d{1,2}\1\d{2}(?!\d).*")
_NUMBER = re.compile(r"\s*(\d+)(?:[.,]\d+)?\s*")
_DATED = re.compile(
    r"\b(date|day|jour|le|at|on|recu|recue|received|open\w*|ouv\w*|creat\w*|cre\w*|clos\w*|start|end|debut|fin|depot|"
    r"answer\w*|repon\w*|time\w*|heure|hour|mois|month|sent|envoi\w*|livr\w*|deliver\w*)\b"
)
_DAYS = range(36_526, 54_789)
"""As spreadsheets count them from 1899-12-30: the years 2000 to 2049."""
_SECONDS, _THOUSANDTHS = range(946_684_800, 2_524_608_000), range(946_684_800_000, 2_524_608_000_000)
"""As computers count them from 1970: the same years."""
_MOST_MONTHS_ACROSS = 2
MOST_NAMED = 12


def on_dates(column: Column) -> Iterator[Sentence]:
    """Why a column that seems to hold dates is not read as such, and how to mend it; nothing of any other."""
    shown = [value for value in column.top if said_in(value)]
    if not shown:
        return
    if column.kind is ColumnKind.TEXT and all(_SHORT.fullmatch(value) for value in shown):
        yield Sentence(
            "In the column “%(column)s”, dates like “%(one)s” have a year of two digits: which part is the year cannot "
            "be known. Write four, like 05/10/2026, and send the file again.",
            column=column.name,
            one=shown[0],
        )
    if column.kind is not ColumnKind.NUMBER or not _DATED.search(plain_name(column.name)):
        return
    found = [_NUMBER.fullmatch(value) for value in shown]
    numbers = [int(one[1]) for one in found if one is not None]
    if len(numbers) < len(found):
        return
    if all(one in _DAYS for one in numbers):
        yield Sentence(
            "The column “%(column)s” holds numbers like “%(one)s”, as spreadsheets count days. Give it the format of a "
            "date there, save the file again, and send it.",
            column=column.name,
            one=shown[0],
        )
    if all(one in _SECONDS or one in _THOUSANDTHS for one in numbers):
        yield Sentence(
            "The column “%(column)s” holds numbers like “%(one)s”, as computers count the time since 1970. Have it "
            "written as dates, like 2026-10-05T14:30:00Z, and send the file again.",
            column=column.name,
            one=shown[0],
        )


def why_undated(profile: Profile) -> Iterator[Sentence]:
    """What may be the reason that no column of a file holds dates."""
    yield from on_formulas(profile.layout)
    for column in profile.columns:
        yield from on_dates(column)
    across = [one.name for one in profile.columns if _is_month(one.name)]
    if len(across) >= _MOST_MONTHS_ACROSS:
        yield Sentence(
            "Its months stand beside each other, as columns (“%(one)s”): put them below each other, one line for each "
            "month, with the month in a column of its own.",
            one=across[0],
        )


def _is_month(name: str) -> bool:
    """Whether a name is that of a month: 2026-10, 10/2026, octobre, Oct 26."""
    words = name.strip().lower()
    year = r"(?:[ ._-]*(?:20)?\d{2})?"
    named = re.fullmatch(rf"(?:{NAME})\.?{year}", words) is not None
    return named or re.fullmatch(r"20\d{2}[-/_.]\d{1,2}|\d{1,2}[-/_.]20\d{2}", words) is not None


def on_formulas(layout: Layout) -> Iterator[Sentence]:
    """That cells of a workbook are formulas nobody has reckoned yet: programs write such, spreadsheets reckon them."""
    if layout.unreckoned:
        yield Sentence(
            "Formulas whose results are not stored in the file, read as empty: %(count)s, in %(columns)s. Open it in a "
            "spreadsheet program, save it there, and send it again.",
            count=sum(layout.unreckoned.values()),
            columns=in_quotes(layout.unreckoned)[:MOST_NAMED],
        )
