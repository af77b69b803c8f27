"""Every finding of a charter and its remedy is there in French: those of the tests' files, and of damaged values."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from charter.domain.charter_file.document import parse_document
from charter.domain.charter_file.findings import CharterFileError, Finding
from charter.domain.charter_file.reading import read_charter, read_plain
from charter.domain.lint import lint_charter
from charter.words.refusals import refusal_sentence

TESTS = Path(__file__).parents[1]
FILES = [*TESTS.rglob("*.yaml"), *(TESTS.parent / "examples").rglob("*.yaml")]
WRONG: tuple[Any, ...] = ("", None, -5, "zzz", [], {}, True, 10**18, "x" * 5000, ["a", "a"], {"a": 1})


def found_in(file: Path) -> list[Finding]:
    try:
        read = read_charter(file.read_text("utf-8"), load_units=lambda path: (file.parent / path).read_text("utf-8"))
    except CharterFileError as error:
        return error.findings
    return [*read.findings, *lint_charter(read)]


def untranslated(findings: list[Finding]) -> set[str]:
    said = {text for one in findings for text in (one.message, one.remedy) if text}
    return {text for text in said if refusal_sentence(text, "fr") == text}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_findings_of_every_file_are_there_in_french(file: Path) -> None:
    assert untranslated(found_in(file)) == set()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from places(inner, (*path, step))


def damaged() -> Iterator[dict[str, Any]]:
    """The full charter with each value in turn taken away or made wrong; the wrongs take turns."""
    whole = parse_document((TESTS / "domain/charter_files/full.yaml").read_text("utf-8")).data
    for number, path in enumerate(places(whole)):
        for wrong in (WRONG[number % len(WRONG)], WRONG[(number * 7 + 3) % len(WRONG)], ...):
            new = deepcopy(whole)
            holder = new
            for step in path[:-1]:
                holder = holder[step]
            if wrong is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = wrong
            yield new


def test_the_findings_of_damaged_values_are_there_in_french() -> None:
    missing: set[str] = set()
    count = 0
    for data in damaged():
        try:
            read = read_plain(data)
            findings = [*read.findings, *lint_charter(read)]
        except CharterFileError as error:
            findings = error.findings
        count += len(findings)
        missing |= untranslated(findings)
    assert count > 1000
    assert missing == set()
