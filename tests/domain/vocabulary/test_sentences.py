"""Sentences before they have a language: kept as JSON with template and values, and made again as they were."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.sentences import columns_of, in_quotes, restored, stored
from charter.domain.vocabulary.terms import PeriodKind

WHOLE = Sentence(
    "%(unit)s of %(names)s in %(period)s on %(day)s: %(count)s, %(why)s.",
    unit=PeriodKind.MONTH,
    names=in_quotes(["a", "b"]),
    period=parse_period("2026-10"),
    day=date(2026, 11, 2),
    count=3,
    why=Sentence("no answer within %(seconds)s seconds", seconds="20"),
)


def through_json(value: Any) -> Any:
    return restored(json.loads(json.dumps(stored(value))))


def test_a_sentence_comes_back_with_its_values() -> None:
    back = through_json(WHOLE)
    assert back == WHOLE
    assert str(back) == "month of “a”, “b” in 2026-10 on 2026-11-02: 3, no answer within 20 seconds."


@pytest.mark.parametrize(
    ("value", "back"),
    [
        (None, None),
        (True, True),
        (2.5, 2.5),
        (Decimal("2.50"), "2.50"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("kept by the first release", "kept by the first release"),
    ],
)
def test_plain_values_stay_or_become_text(value: Any, back: Any) -> None:
    assert through_json(value) == back


def test_a_code_of_another_release_is_read_as_its_text() -> None:
    assert restored({"code": ["PeriodKind", "fortnight"]}) == "fortnight"
    assert restored({"code": ["Gone", "word"]}) == "word"


def test_a_row_keeps_the_english_and_what_it_is_made_of() -> None:
    said = Sentence("The file %(file)s is damaged.", file="a\0.csv")
    assert columns_of(said, "note") == {
        "note": "The file a\N{REPLACEMENT CHARACTER}.csv is damaged.",
        "said": {"template": "The file %(file)s is damaged.", "values": {"file": "a\N{REPLACEMENT CHARACTER}.csv"}},
    }
    assert columns_of(None, "error") == {"error": None, "said": None}
