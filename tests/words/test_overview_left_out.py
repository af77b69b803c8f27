"""What was left out of a figure, and between what bounds the figure would lie with it."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.readings.values import bounds_with_left_out
from charter.words.doubts import left_out_sentence
from charter.words.formats import french


def view(**given: Any) -> dict[str, Any]:
    """A share of 90 in 100, 25 cases left out."""
    found = {"kind": "share", "numerator": 90.0, "denominator": 100.0, "value": 0.9, "pending": 0}
    return found | {"excluded": {"withdrawn": 20, "twice": 5}} | given


def test_bounds_count_every_case_left_out_as_missed_then_as_kept() -> None:
    assert bounds_with_left_out(view()) == (90 / 125, 115 / 125)
    assert left_out_sentence(view(), "fr") == french(
        "Soit 20,0 % des cas vus, comptés ni comme tenus, ni comme non tenus : 90,0 % sans eux ; "
        "avec eux, entre 72,0 % (tous non tenus) et 92,0 % (tous tenus)."
    )
    assert left_out_sentence(view(), "en").endswith("with them, between 72.0% (all missed) and 92.0% (all kept).")


@pytest.mark.parametrize(
    "given",
    [{"kind": "mean"}, {"effective_n": 40.0}, {"tiers": [{}]}, {"denominator": 0.0, "value": None}, {"excluded": {}}],
)
def test_no_bounds_where_counts_do_not_tell(given: dict[str, Any]) -> None:
    assert bounds_with_left_out(view(**given)) is None


def test_nothing_left_out_is_nothing_said() -> None:
    assert left_out_sentence(view(excluded={}), "fr") == ""
    assert left_out_sentence(view(kind="mean"), "fr") == french(
        "Soit 20,0 % des cas vus ; comptés ni comme tenus, ni comme non tenus."
    )
