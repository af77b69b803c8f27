"""Values of the wrong shape anywhere in a charter file: refused in plain words, or kept intact all the way."""

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import plan_change
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical, write_charter
from charter.domain.charter_file.text.plan_lines import plan_lines
from charter.domain.charter_file.text.yaml_reader import parse_document
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.lint.promises import lint_charter

SMALL = (Path(__file__).parent / "charter_files" / "small.yaml").read_text(encoding="utf-8")
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "10 days",
    "2026-01-01",
    [],
    {},
    [1],
    ["x", ["y"]],
    {"a": None},
    10**20,
]
ODD += [
    {"kind": ["x"]},
    {"kind": "mean"},
    {"file": "units.csv"},
    "a: b",
    "é\n b",
    [[]],
    {"key": [1]},
    "manual",
    "composite",
]
NEVER_SAID = ("Input should", "Field required", "Extra inputs", "valid dictionary", "cannot be taken here")


def charter_of(text: str) -> Charter:
    return read_charter(
        text, {"units.csv": "key,name,parent,kind\na,b,,c\n"}.__getitem__, is_calendar=lambda _: True
    ).charter


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(inner):
        yield from paths(value, (*path, key))


def damaged(chance: random.Random) -> str:
    data = deepcopy(parse_document(SMALL).data)
    for _ in range(chance.randint(1, 2)):
        *above, last = chance.choice(list(paths(data)))
        holder = data
        for step in above:
            holder = holder[step]
        if chance.random() < 0.3:
            del holder[last]
        else:
            holder[last] = deepcopy(chance.choice(ODD))
    return emit(data)


@pytest.mark.parametrize("seed", range(3))
def test_odd_value_is_refused_in_plain_words_or_kept_intact(seed: int) -> None:
    chance, refused, taken = random.Random(seed), [], []
    for _ in range(60):
        text = damaged(chance)
        try:
            taken.append(charter_of(text))
        except CharterFileError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert len(taken) > 3
    assert not [said for said in refused if any(word in said for word in NEVER_SAID)]
    for charter in taken:
        assert charter_of(write_charter(charter)) == charter
        assert from_canonical(canonical(charter)) == charter


def test_charter_that_was_stored_is_linted_and_planned_like_the_file() -> None:
    charter = charter_of(SMALL)
    assert plan_lines(plan_change(from_canonical(canonical(charter)), charter)) == []
    assert lint_charter(read_charter(write_charter(charter), is_calendar=lambda _: True)) == []
