"""No person is measured, named beside a figure, or ranked: every table, every indicator and every page is walked."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

import pytest

import charter.models
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.vocabulary.terms import Party
from charter.models.base import db
from tests.project.code import PROJECT

PERSON = {"person_id", "email", "first_name", "last_name", "employee", "adviser", "agent", "colleague", "worker"}
"""Columns that say of whom a row is; `*_by` says who wrote it down, which is another thing."""

FIGURE = {
    "value",
    "numerator",
    "denominator",
    "status",
    "answer",
    "answers",
    "overall",
    "mark",
    "score",
    "rank",
    "target",
}
"""Columns that hold what was measured or answered."""

NEVER = {"rank", "ranking", "score", "scores", "league", "performance", "grade", "best", "worst"}
"""Words of no table and no column: nothing is ranked."""

BY = {"unit", "channel", "segment"}
"""What a figure may be broken down by."""


def tables() -> dict[str, set[str]]:
    """Every table of the product with its columns."""
    for module in pkgutil.iter_modules(charter.models.__path__):
        importlib.import_module(f"charter.models.{module.name}")
    return {table.name: {column.name for column in table.columns} for table in db.metadata.sorted_tables}


def of_persons(found: Mapping[str, Iterable[str]]) -> list[str]:
    """Tables that hold a figure beside the person whose it is."""
    return [name for name, columns in found.items() if FIGURE & set(columns) and PERSON & set(columns)]


def ranking(found: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Tables and columns named for a rank."""
    for name, columns in found.items():
        yield from (f"{name}.{one}" for one in ("", *columns) if NEVER & {*name.split("_"), *one.split("_")})


def test_no_table_holds_a_figure_of_a_person_or_a_rank() -> None:
    found = tables()
    assert len(found) > 40
    assert of_persons(found) == []
    assert list(ranking(found)) == []


@pytest.mark.parametrize("columns", [("id", "person_id", "value"), ("adviser", "numerator"), ("email", "overall")])
def test_such_a_table_would_be_found(columns: tuple[str, ...]) -> None:
    assert of_persons({"new": columns}) == ["new"]
    assert list(ranking({"staff": ("id", "rank")})) == ["staff.rank"]
    assert list(ranking({"agency_scores": ("id",)})) == ["agency_scores.", "agency_scores.id"]


def kinds() -> Iterator[type[IndicatorBase]]:
    waiting = list(IndicatorBase.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        yield one


def test_a_figure_is_broken_down_by_unit_channel_and_segment_alone() -> None:
    """A field of an indicator that named a person would be a column of whoever did the work."""
    for kind in kinds():
        fields = set(kind.model_fields)
        assert fields >= BY
        assert not fields & (PERSON | {"person", "people", "owner", "by"}), kind
    assert {one.value for one in Party} == {"company", "customer", "provider", "staff"}
    assert get_args(IndicatorBase.model_fields["unit"].annotation)


ACCOUNTS = ("accounts/",)
"""Pages on which an administrator finds the accounts."""

OF_A_PERSON = re.compile(r"\b(?:person|colleague|adviser|employee)\.(?:name|email|value|count|share|rank)\b")
NUMBERED = re.compile(r"loop\.index\b[^}]*}}[^<]{0,20}{{\s*(?:person|unit|row\.name|one\.name)")


def pages() -> Iterator[tuple[str, str]]:
    folder = PROJECT / "templates"
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def test_no_page_names_a_person_beside_a_figure_nor_numbers_units() -> None:
    found = list(pages())
    assert len(found) > 100
    named = [name for name, text in found if OF_A_PERSON.search(text) and not name.startswith(ACCOUNTS)]
    assert named == []
    assert [name for name, text in found if NUMBERED.search(text)] == []


def test_such_a_page_would_be_found() -> None:
    assert OF_A_PERSON.search("{{ person.name }}: {{ row.value }}")
    assert NUMBERED.search("{{ loop.index }}. {{ unit.name }}")
