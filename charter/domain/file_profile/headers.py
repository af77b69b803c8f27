"""Where the names of the columns stand, for published files have titles and months above them; and what names say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.guesses import plain_name
from charter.domain.vocabulary.terms import ColumnKind

_FAILS = re.compile(
    r"\b(not|non|sans|no|hors|pas|late|retards?|overdue|lost|perdue?s?|errors?|erreurs?|litiges?|incidents?|incorrect)\b|"
    r"\bun(answered|resolved|solved|paid|delivered|met)|breach|\bmiss(ed|ing)?\b|\bfail|\bechec|\bechou|cancel|annul|"
    r"abandon|refus|reject|rejet|complain|plainte|reclam|reopen|rouvert|relanc|escalat|defect|defaut"
)
_SUCCESS = r"ok|met|kept|sla|answer|success|in_?time|on_?time|respect|tenu|conform|resol|done|repon"
_DELAY = re.compile(
    r"\b(late|delay|delai|retard|wait|attente|duree|duration|minutes?|hours?|heures?|days|jours?|seconds?|secondes?)"
)
_ASKED = re.compile(r"satisf|recommend|recommand|content|happy|agree|d accord|opinion|\bavis|survey|enquete|\bnps|csat")
_NO_CASE = re.compile(
    r"\b(cancel|annul|withdraw|retire|desist|duplica|doublon|double|merged?|fusionn|void|spam|tests?|essais?|abandon)"
)

LINES_LOOKED_AT = 60
"""Names further down are not looked for."""
_NAMED = 0.6
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_NUMBER = re.compile(r"[+-]?[\d\s]*\d([.,]\d+)?\s*%?")

Cells = Sequence[str]


def header_line(lines: Sequence[Cells]) -> int:
    """The line (the first is 1) that names the columns: the first that is nearly as wide as the widest of them all, and
    whose cells are words. 1 where none is.

    >>> header_line([["Report", ""], ["May 2026", ""], ["site", "cases"], ["Metz", "12"]])
    3
    """
    widest = max((_filled(cells) for cells in lines), default=0)
    for at, cells in enumerate(lines, start=1):
        if _filled(cells) >= max(1, _NAMED * widest) and _are_names(cells):
            return at
    return 1


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names of the columns, each once: a blank one is named by its place; those that stand twice get a number each,
    so that nobody reads one for the other. Where only blanks part them, the first keeps its name.

    Capitals do not part two names, as they do not where rows are counted.

    >>> distinct_names(["Site", "total", "", "Total"])
    ['Site', 'total (1)', 'column 3', 'Total (2)']
    >>> distinct_names(["within", "within "])
    ['within', 'within (2)']
    """
    plain = [name.strip() or f"column {at}" for at, name in enumerate(names, start=1)]
    exact, alike = Counter(name.casefold() for name in names), Counter(name.casefold() for name in plain)
    taken = {name for name, count in alike.items() if count == 1}
    found, turns = [], Counter[str]()
    for given, name in zip(names, plain, strict=True):
        same = name.casefold()
        turns[same] += 1
        one, keeps = name, turns[same] == 1 and exact[given.casefold()] == 1
        while alike[same] > 1 and not (keeps and one.casefold() not in taken):
            one, keeps = f"{name} ({turns[same]})", True
            turns[same] += one.casefold() in taken
        taken.add(one.casefold())
        found.append(one)
    return found


def doubled_names(given: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The names, as they were given, that could not stay as they were because they stand twice."""
    changed = [old.strip() for old, new in zip(given, names, strict=False) if old.strip() not in ("", new)]
    return tuple(dict.fromkeys(changed))


def without_blank_end(names: Sequence[str]) -> list[str]:
    """The names up to the last that says something."""
    last = max((at for at, name in enumerate(names, start=1) if name.strip()), default=0)
    return list(names[:last])


def _filled(cells: Cells) -> int:
    return sum(1 for cell in cells if cell.strip())


def _are_names(cells: Cells) -> bool:
    """No date, and numbers in at most half of the cells: years may name columns."""
    said = [cell.strip() for cell in cells if cell.strip()]
    numbers = sum(1 for cell in said if _NUMBER.fullmatch(cell))
    return bool(said) and not any(_DATE.fullmatch(cell) for cell in said) and 2 * numbers <= len(said)


def says_failure(name: str) -> bool:
    """Whether a yes in a column of that name says that something went wrong: it was late, cancelled, not answered.

    >>> says_failure("SLA breached"), says_failure("En retard"), says_failure("unanswered"), says_failure("Answered")
    (True, True, True, False)
    """
    return _FAILS.search(plain_name(name)) is not None


def says_delay(name: str) -> bool:
    """Whether a number of that name seems to say how long something took."""
    return _DELAY.search(plain_name(name)) is not None


def is_answered(column: Column) -> bool:
    """Whether a column seems to hold what customers were asked: by its name, or by what it says."""
    return any(_ASKED.search(plain_name(said)) for said in (column.name, *column.words))


def words_in(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The columns of a few words, each with its place, what it says, and whether customers seem to say it."""
    return [
        {"at": at, "name": one.name, "words": list(one.words), "is_asked": is_answered(one)}
        for at, one in enumerate(columns)
        if one.words
    ]


def no_cases_in(words: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of `words_in`: the rows that seem to be no case at all, because a word of theirs says that it was cancelled, is
    another's double or a trial; as a charter leaves rows out. Whether they are is for a person to say."""
    return [
        {"where": {one["name"]: word}, "reason": f"{one['name']}: {word}"}
        for one in words
        for word in one["words"]
        if _NO_CASE.search(plain_name(word))
    ]


def yes_or_no_column(columns: Sequence[Column]) -> Column | None:
    """The column of yes and no that tells best what was kept: one that is good news, where there is one."""
    found = [one for one in columns if one.kind is ColumnKind.YES_NO]
    said = [one for one in found if re.search(_SUCCESS, plain_name(one.name).replace(" ", "_"))]
    good = [one for one in found if not says_failure(one.name)]
    return next(iter([one for one in said if one in good] or said or good or found), None)
