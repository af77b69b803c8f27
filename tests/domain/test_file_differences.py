"""What is told of a newer file before anything is counted from it."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.file_profile.file_differences import worse_than
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import stored

READ = ("opened", "closed", "mark", "office")


def look(**given: Any) -> dict[str, Any]:
    kinds = {"opened": "date", "closed": "instant", "mark": "number", "office": "text", "note": "text"} | given.pop(
        "kinds", {}
    )
    return {
        "rows": 100, "months": {"2026-09": 50, "2026-10": 50}, "last": "2026-10-31", "doubts": [], "left_out": [],
        "orders": {}, "columns": [{"name": name, "kind": kind} for name, kind in kinds.items()],
    } | given  # fmt: skip


def lost(count: int, column: str = "opened") -> dict[str, Any]:
    said = Sentence("In the column “%(column)s”, %(count)s cannot be read.", column=column, count=count)
    return {"said": stored(said), "columns": [column], "parts": {}}


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        (look(), ()),
        (look(rows=140, months={"2026-09": 50, "2026-10": 50, "2026-11": 40}, last="2026-11-30"), ()),
        (look(kinds={"closed": "date", "note": "number"}), ()),
        (look(kinds={"office": "number"}), ()),
        (look(rows=99), ("Fewer lines: 99; the file before had 100.",)),
        (look(months={"2026-10": 100}), ("No line is left of 2026-09, which the file before had.",)),
        (look(last="2026-10-02"), ("Its last day is 2026-10-02; that of the file before was 2026-10-31.",)),
        (look(kinds={"closed": "empty"}), ("The column “closed” is empty; in the file before it was not.",)),
        (look(kinds={"mark": "text"}), ("The column “mark” is of another kind than in the file before",)),
        (look(doubts=[lost(3)]), ("In the column “opened”, 3 cannot be read.",)),
        (look(doubts=[lost(3, "note")]), ()),
        (
            look(orders={"opened": "month-first"}),
            ("In the column “opened” day and month seem to stand in another order than they are read in",),
        ),
        (
            look(left_out=[{"where": {"office": "Total"}, "reason": "office: Total"}]),
            ("“Total” in the column “office” seems to be a total, which would be counted as a case.",),
        ),
    ],
)  # fmt: skip
def test_only_what_is_worse_is_told(newer: dict[str, Any], told: tuple[str, ...]) -> None:
    found = [str(one) for one in worse_than(look(), newer, READ, "day-first", as_words=("office",))]
    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


def test_a_fault_that_the_file_before_had_as_well_is_no_news() -> None:
    """Three in a hundred as before: nothing; twelve in a hundred: told."""
    before = look(doubts=[lost(3)])
    assert worse_than(before, look(doubts=[lost(3)]), READ, None) == []
    assert len(worse_than(before, look(doubts=[lost(12)]), READ, None)) == 1


def test_without_the_look_before_a_file_still_tells_of_itself() -> None:
    assert worse_than(None, look(rows=1, months={}), READ, None) == []
    assert len(worse_than(None, look(doubts=[lost(3)]), READ, None)) == 1
