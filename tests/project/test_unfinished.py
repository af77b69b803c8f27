"""Nothing is left half done: no marks of unfinished work, no test that is stepped over."""

import re
from pathlib import Path

import pytest

from tests.project.code import files

SUFFIXES = (".py", ".html", ".css", ".js", ".sh", ".svg", ".txt", ".yaml", ".md")
FOLDERS = (
    "app.py",
    "config.py",
    "charter",
    "templates",
    "migrations",
    "tests",
    "bench",
    "examples",
    "docs",
    "README.md",
)
# Written in pieces, so that this file does not find itself.
MARKS = re.compile(
    "|".join(
        (
            r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b",
            "NotImplemented" + "Error",
            r"mark\." + r"(skip|xfail)",
            r"pytest\." + r"(skip|xfail|importorskip)\(",
            "coming" + " soon",
            "lorem" + " ipsum",
        )
    )
)


def marks(text: str, name: str) -> list[str]:
    return [f"{name}:{i} {line.strip()[:80]}" for i, line in enumerate(text.splitlines(), 1) if MARKS.search(line)]


def test_nothing_is_left_unfinished(project: Path) -> None:
    paths = [path for suffix in SUFFIXES for path in files(*FOLDERS, suffix=suffix) if path.suffix == suffix]
    assert len(paths) > 10
    texts = {str(path): (project / path).read_text(encoding="utf-8") for path in paths}
    assert [line for name, text in texts.items() for line in marks(text, name)] == []


@pytest.mark.parametrize(
    "text",
    [
        "# TO" + "DO: later",
        "raise NotImplemented" + "Error",
        "@pytest.mark." + "skip",
        "pytest." + "skip('no browser')",
    ],
)
def test_planted_mark_is_found(text: str) -> None:
    assert marks("x = 1\n" + text, "a.py") == [f"a.py:2 {text}"]
