"""Long lists, one way on every page: searched, grouped, a page at a time, and all of it in the address.

`listing` reads what the address asks (`q`, `by`, `page`) and takes that part of the rows; the macros of
`templates/parts/listing.html` print the field, the groups and the way to the other pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from unicodedata import combining, normalize
from urllib.parse import quote, urlencode

from flask import request

from charter.domain.overview.groups import FEW, FIRST

PER_PAGE = 50
"""So many rows are a page; a list of no more has neither search nor pages."""

Row = TypeVar("Row")
Text = Callable[[Row], str]


@dataclass(frozen=True)
class Group(Generic[Row]):
    """Rows of one name on this page, and how many there are of it on all; `goes_on`: some stood on the page before."""

    name: str
    count: int
    rows: list[Row]
    goes_on: bool = False


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of a list: `found` of all `of` rows that are searched, from `first` on, `search`ed and grouped `by`."""

    groups: list[Group[Row]]
    found: int
    of: int
    page: int = 1
    pages: int = 1
    search: str = ""
    by: str = ""
    offered: Sequence[str] = ()
    path: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def first(self) -> int:
        return (self.page - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def is_long(self) -> bool:
        """Whether it needs a field to search and a choice of groups."""
        return self.of > PER_PAGE or bool(self.search)

    def at(self, page: int) -> str:
        """The address of another of its pages, with all else that was asked."""
        return self._address({"page": str(page)} if page > 1 else {})

    @property
    def unsearched(self) -> str:
        """The same list without its search."""
        return self._address({}, "q")

    def _address(self, more: Mapping[str, str], *without: str) -> str:
        kept = {name: value for name, value in self.asked.items() if value and name not in ("page", "lang", *without)}
        return f"{self.path}?{urlencode({**kept, **more})}"


@dataclass(frozen=True)
class Wanted:
    """What an address asks of a list."""

    search: str = ""
    by: str = ""
    page: int = 1


JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
"""Letters that are no letter with an accent to Unicode, as people type them: `Cœur` is `coeur`."""

APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")


def folded(text: str) -> str:
    """Without accents, capitals and signs, as people type: `Saint-Aubin` is `saint aubin`."""
    letters = "".join(sign for sign in normalize("NFKD", text.casefold().translate(JOINED)) if not combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
"""As names of places are written and typed: `St-Aubin`."""


def is_match(search: str, text: str) -> bool:
    """Whether each word that was typed begins a word of the text, in any order; an apostrophe may be left out:
    `lhay` finds L’Haÿ-les-Roses, as `hay` does. `st aubin` finds Saint-Aubin, and `saint` St-Aubin."""
    words = folded(text)
    whole = " ".join(SHORT.get(word, word) for word in words.split())
    padded = f" {words} {whole} {folded(text.translate(APOSTROPHES))}"
    return all(f" {word}" in padded or f" {SHORT.get(word, word)}" in padded for word in folded(search).split())


def wanted() -> Wanted:
    """Of the request: an odd page is the first, an odd word is none."""
    page = request.values.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Wanted(request.values.get("q", "").strip()[:200], request.values.get("by", ""), max(number, 1))


def found_in(rows: Sequence[Row], text: Text[Row]) -> list[Row]:
    """The rows that the search of the address finds, on whatever page."""
    search = wanted().search
    return [row for row in rows if is_match(search, text(row))] if search else list(rows)


def listing(
    rows: Sequence[Row],
    text: Text[Row],
    groups: Mapping[str, Text[Row]] | None = None,
    *,
    by: str = "",
    path: str | None = None,
    asked: Mapping[str, str] | None = None,
) -> Listing[Row]:
    """The page of rows that the address asks for. `text`: what is searched of a row; `groups`: how they may be grouped,
    of which `by` where nothing is asked. `path` and `asked`: the list's own address and what narrows it, where another
    address may show it, as a form does that was refused."""
    offered, given = dict(groups or {}), wanted()
    chosen = given.by if given.by in offered else by
    kept = found_in(rows, text)
    pages = max(1, -(-len(kept) // PER_PAGE))
    page = min(given.page, pages)
    where = request.script_root + quote(request.path) if path is None else path
    told = dict(request.args.items() if asked is None else asked.items())
    told |= {"q": given.search, "by": chosen if chosen != by else ""}
    shown = cut(kept, page, offered.get(chosen))
    return Listing(shown, len(kept), len(rows), page, pages, given.search, chosen, tuple(offered), where, told)


def part(rows: Sequence[Row], found: int, of: int, asked: Mapping[str, str]) -> Listing[Row]:
    """A page that was cut already, where rows are sought by the database: `found` of all `of`, by what was `asked`."""
    pages = max(1, -(-found // PER_PAGE))
    page, where = min(wanted().page, pages), request.script_root + quote(request.path)
    groups = [Group("", found, list(rows))] if rows else []
    return Listing(groups, found, of, page, pages, path=where, asked=asked)


def cut(rows: Sequence[Row], page: int, name: Text[Row] | None) -> list[Group[Row]]:
    """The groups of a page: in the order in which their first rows stand, whole counts beside them."""
    if name is None:
        part = list(rows[(page - 1) * PER_PAGE : page * PER_PAGE])
        return [Group("", len(rows), part)] if part else []
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(name(row), []).append(row)
    found, at, begin, end = [], 0, (page - 1) * PER_PAGE, page * PER_PAGE
    for called, mine in by_name.items():
        part = mine[max(0, begin - at) : max(0, end - at)]
        if part:
            found.append(Group(called, len(mine), part, goes_on=at < begin))
        at += len(mine)
    return found


@dataclass(frozen=True)
class Pile(Generic[Row]):
    """Rows that are read together, in their groups; the first pile stands open."""

    name: str
    groups: list[Group[Row]]
    size: int


def opened(shown: Listing[Row]) -> tuple[list[Group[Row]], list[Group[Row]]]:
    """The groups of a page of long entries: the first rows open, and the rest."""
    first = FIRST
    found: tuple[list[Group[Row]], list[Group[Row]]] = ([], [])
    for group in shown.groups:
        found[0].append(replace(group, rows=group.rows[: max(first, 0)]))
        found[1].append(replace(group, rows=group.rows[max(first, 0) :], goes_on=group.goes_on or first > 0))
        first -= len(group.rows)
    return [group for group in found[0] if group.rows], [group for group in found[1] if group.rows]


def is_whole(shown: Listing[Row]) -> bool:
    """Whether a list of more than a few is asked for as it is, neither sought, grouped nor turned over: then what calls
    for nobody may be folded."""
    return shown.of > FEW and not (shown.search or shown.by or shown.page > 1)


def piles(shown: Listing[Row], rows: Sequence[Row], asking: Sequence[str], key: Text[Row]) -> list[Pile[Row]]:
    """A list of a few, and what was sought, one by one; of more all `rows`, those that call for somebody first by
    their keys, a few of them open."""
    if not is_whole(shown):
        return [Pile("all", shown.groups, len(shown.rows))]
    turn, last = {one: at for at, one in enumerate(asking)}, len(asking)
    turned = sorted(rows, key=lambda row: turn.get(key(row), last))
    ends = {"first": (0, FIRST), "more": (FIRST, max(last, FIRST)), "rest": (max(last, FIRST), len(rows))}
    found = {name: turned[begin:end] for name, (begin, end) in ends.items()}
    return [Pile(name, [Group("", len(part), part)], len(part)) for name, part in found.items() if part]
