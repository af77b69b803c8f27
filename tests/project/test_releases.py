"""A release is said in one place, and CHANGELOG.md tells of each: its day, and what an operator must do."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

from charter import VERSION

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASES = re.findall(r"^## (\d+\.\d+\.\d+) — (\d{4}-\d{2}-\d{2})$", TEXT, re.MULTILINE)


def test_the_newest_release_of_the_changelog_is_the_one_that_runs() -> None:
    assert RELEASES[0][0] == VERSION
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "charter.VERSION"}


def test_releases_stand_in_order_each_with_its_day() -> None:
    assert len(RELEASES) == len(re.findall(r"^## ", TEXT, re.MULTILINE))
    numbers = [tuple(map(int, number.split("."))) for number, _ in RELEASES]
    days = [date.fromisoformat(day) for _, day in RELEASES]
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)


def test_each_release_after_the_first_says_what_an_operator_must_do() -> None:
    parts = re.split(r"^## .*$", TEXT, flags=re.MULTILINE)[1:-1]
    assert parts
    assert all(part.lstrip().startswith("**What an operator must do.** ") for part in parts)
