"""Canonical texts and their hashes: one writing for one meaning, another hash for any change."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from charter.models.records import Measurement
from charter.services.records.sealing import canonical_json, cells_hash, seal, words_hash

CELL = {"unit_key": "vannes", "channel": "", "segment": "", "numerator": Decimal(8), "denominator": Decimal(10),
        "pending": 0, "stopped": 0, "total": Decimal(0), "squares": Decimal(0), "promoters": 0, "detractors": 0,
        "excluded": {}, "steps": None, "value": None, "corrects_id": None, "reason": None}  # fmt: skip


def test_what_means_the_same_is_written_alike() -> None:
    assert (
        canonical_json({"b": [1, None], "a": "é"})
        == canonical_json({"a": "é", "b": [1, None]})
        == '{"a":"é","b":[1,null]}'
    )
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_a_seal_holds_the_one_before_it() -> None:
    assert seal("{}", "0") == hashlib.sha256(b"0\n{}").hexdigest()
    assert len({seal("{}", "0"), seal("{}", "1"), seal("{ }", "0"), words_hash("{}")}) == 4


@pytest.mark.parametrize(
    "change",
    [{"numerator": Decimal(9)}, {"channel": "phone"}, {"excluded": {"duplicate": 1}}, {"steps": {"5": 8}},
     {"value": Decimal("3.5")}, {"corrects_id": 1, "reason": "Recount"}],
)  # fmt: skip
def test_any_change_of_a_cell_changes_the_hash(change: dict[str, object]) -> None:
    whole = cells_hash([Measurement(**CELL)])
    assert cells_hash([Measurement(**CELL)]) == whole
    assert cells_hash([Measurement(**{**CELL, **change})]) != whole


def test_the_order_of_writing_and_the_reason_of_a_correction_count() -> None:
    other = {**CELL, "unit_key": "brest"}
    assert cells_hash([Measurement(**CELL), Measurement(**other)]) != cells_hash(
        [Measurement(**other), Measurement(**CELL)]
    )
    corrected = {**CELL, "corrects_id": 1}
    hashes = {cells_hash([Measurement(**{**corrected, "reason": why})]) for why in ("Recount", "Misread")}
    assert len(hashes) == 2
