"""Where the names of the columns stand: published files have titles and months above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

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
