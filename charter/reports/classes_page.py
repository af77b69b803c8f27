"""The page of classes is one page whatever the charter: how much of it is printed there, and how small.

Heights are reckoned from the number of letters, on the safe side, in points; what does not fit stands in the annex.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Literal, NamedTuple

from charter.domain.overview.model import in_place
from charter.domain.overview.parties import is_between_partners

Json = Mapping[str, Any]

PAGE = 734.0
HEAD, LINE, SMALL, ROW = 34.0, 13.6, 11.5, 9.3
"""The heading with its rule, a line of text, a line of small print, a line of the list."""
LETTERS, EVIDENCE, TITLE, TOLD = 108, 62, 34, 122
"""Letters to a line: of the text, of the evidence, of a title with its components, of small print."""
WIDTH, POINTS = 680, 504 / 680
"""The width of a drawing over the whole page, and its unit in points."""
TALLEST, LEAST, LEAST_BESIDE = 330, 150, 230
"""Heights of a map; two side by side are no lower than the words along their axes are long."""
COLUMNS = ((36, 2, 60), (120, 3, 34), (200, 4, 22))
"""Up to so many commitments, columns, and letters of a title; for more the list stands in the annex alone."""


Form = Literal["whole", "short", "list"]
"""A table with every sentence; with the first of each; or a list in columns. What stands out is told beneath."""


class Entry(NamedTuple):
    """A commitment, its sealed class, all its sentences, the first of them."""

    view: Json
    row: Any
    whole: str
    first: str


class MarkCounts(NamedTuple):
    """How many stand on the map, beneath it, and on the map of effects."""

    points: int
    beneath: int
    effects: int


@dataclass(frozen=True)
class ClassesPage:
    """The form, the size of a map (height 0 where none fits), and how many of what stands out are told."""

    form: Form
    map_size: tuple[int, int]
    scale: float = 1.0
    columns: int = 0
    letters: int = 0
    told: int = 0
    is_beside: bool = False


def classes_page(
    marks: MarkCounts, intro: str, entries: Sequence[Entry], told: Sequence[str], others: str
) -> ClassesPage:
    """How the page is laid out. `told`: what
    stands out; `others`: what is said below in any case."""
    points, beneath, effects = marks
    room = PAGE - HEAD - LINE * _lines(intro, LETTERS) - SMALL * (_lines(others, TOLD) + 3)
    said: dict[Form, Iterable[float]] = {
        "whole": (_row(view, whole) for view, _, whole, _ in entries),
        "short": (_row(view, first) for view, _, _, first in entries),
    }
    for form, heights in said.items():
        left = room - 34 - sum(heights)
        for is_beside in (True, False) if points and effects else (False,):
            found = _tabled(form, left, told, (points or effects, beneath if points else 0), is_beside)
            if found is not None:
                return found
    return _listed(room - SMALL, len(entries), told, (points or effects, beneath if points else 0))


def _tabled(
    form: Form, room: float, told: Sequence[str], marks: tuple[int, int], is_beside: bool
) -> ClassesPage | None:
    """A table, with one map over the whole width or two side by side; None where that does not fit."""
    least = 0.0 if form == "whole" else _told_least(told)
    if not marks[0]:
        fits = room >= LINE + least
        return ClassesPage(form, (WIDTH, 0), told=_fitting(told, room - LINE)) if fits else None
    wide = WIDTH // 2 - 8 if is_beside else WIDTH
    strip = 24 + 28 * ceil(marks[1] / (wide // 54)) if marks[1] else 0
    height = int(min(290.0, (room - least) / POINTS - 16) - strip)
    if height < (LEAST_BESIDE if is_beside else LEAST):
        return None
    left = room - POINTS * (height + strip + 16)
    return ClassesPage(form, (wide, height), told=_fitting(told, left), is_beside=is_beside)


def _listed(room: float, count: int, told: Sequence[str], marks: tuple[int, int]) -> ClassesPage:
    """The list, then the map, then what stands out, as room allows."""
    columns, letters = next(((columns, letters) for most, columns, letters in COLUMNS if count <= most), (0, 0))
    # Up to five headings part the list, and columns do not end together.
    room -= ROW * (ceil(count / columns) + 5) if columns else 0
    scale = 1.0 if count <= 20 else 0.75
    strip = scale * (24 + 28 * ceil(marks[1] / (WIDTH // (58 * scale)))) if marks[1] else 0
    height = int(min(TALLEST, (room - _told_least(told)) / POINTS - strip - 16)) if marks[0] else 0
    height = height if height >= LEAST else 0
    room -= POINTS * (height + strip + 16) if height else LINE
    return ClassesPage("list", (WIDTH, height), scale, columns, letters, _fitting(told, room))


def _fitting(told: Sequence[str], room: float) -> int:
    """How many of what stands out there is room for, a line kept for how many more there are."""
    return sum(_told_height(told[: at + 1]) + SMALL < room for at in range(len(told)))


def _told_least(told: Sequence[str]) -> float:
    """What the map leaves in any case to what stands out."""
    return min(84.0, _told_height(told))


def _told_height(told: Sequence[str]) -> float:
    """The heading and the lines of what stands out."""
    return sum(SMALL * _lines(one, TOLD) + 2 for one in told) + 20 if told else 0.0


def _row(view: Json, said: str) -> float:
    """The height of a commitment in the table."""
    title = max(view["title"].values(), key=len) + " · " + ", ".join(view["components"])
    return 10.7 * max(_lines(said, EVIDENCE), _lines(title, TITLE)) + 5


def _lines(text: str, letters: int) -> int:
    return max(1, ceil(len(text) / letters))


def classes_first(snapshot: Json) -> list[tuple[Json, Json | None]]:
    """Each commitment that customers have a say in, with its sealed class (None for months sealed before), the floor
    first."""
    rows = {row["key"]: row for row in snapshot.get("classes", {}).get("commitments", [])}
    views = in_place(snapshot["overview"]["commitments"])
    return [(view, rows.get(view["key"])) for view in views if not is_between_partners(view)]


def classes_together(snapshot: Json) -> list[tuple[str, list[Json]]]:
    """The commitments of each class, the floor first."""
    found: dict[str, list[Json]] = {}
    for view, _ in classes_first(snapshot):
        found.setdefault(view["class"], []).append(view)
    return list(found.items())


def classes_outstanding(snapshot: Json) -> list[tuple[Json, Json]]:
    """The classes that stand out, the most first."""
    month, drifts = snapshot["overview"]["period"], snapshot.get("classes", {}).get("drifts", [])
    found = [(view, row, _weight(view, row, drifts, month)) for view, row in classes_first(snapshot) if row is not None]
    return [(view, row) for view, row, weight in sorted(found, key=lambda one: one[2]) if weight < len(SIGNS)]


SIGNS = ("conflict", "minimum", "decision", "decay", "drift", "term", "disagreement")
"""What makes a class stand out, the gravest first: a legal minimum that is broken; a decision in its month, or against
the evidence."""


def _weight(view: Json, row: Json, drifts: Sequence[Json], month: str) -> int:
    codes = {warning["code"] for warning in row["warnings"]}
    decision, review = row["decision"], row["review"]
    is_decided = decision is not None and str(decision.get("valid_from", ""))[:7] == month
    signs = (
        row["strength"] == "conflict",
        view.get("minimum", {}).get("status") in ("missed", "unacceptable"),
        is_decided or row["suggested"] != row["class"],
        "decay-announced" in codes,
        any(one["is_drift"] and one["number"] == row["number"] for one in drifts),
        review is not None and review["state"] != "later",
        bool(codes & {"disagrees", "experts-disagree"}),
    )
    return signs.index(True) if True in signs else len(SIGNS)


def class_parts(snapshot: Json) -> dict[str, Any]:
    """What the page of classes prints: the floor first, what stands out, the marks of both maps, and how much of it
    fits on the page."""
    rows, listed = snapshot.get("classes", {}).get("commitments", []), classes_first(snapshot)
    points, effects = ([row for row in rows if row[name]] for name in ("point", "effect"))
    return {
        "classes_first": listed,
        "classes_together": classes_together(snapshot),
        "classes_outstanding": classes_outstanding(snapshot),
        "class_marks": {"points": points, "effects": effects},
        "class_page_plan": partial(classes_page, MarkCounts(len(points), len(listed) - len(points), len(effects))),
    }


def clipped(text: str, letters: int) -> str:
    """A title that fits on a line; the whole of it stands in the annex."""
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,;:\u00a0\u202f") + "…"
