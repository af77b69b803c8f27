"""What was left out of a figure, and what that does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.left_out import bounds_with_left_out
from charter.words.formats import format_value
from charter.words.typography import french

COUNTS_CASES = ("share-within", "share", "mean", "nps", "yes-no", "percentile")


def left_out_sentence(view: Mapping[str, Any], language: str) -> str:
    """How much of what was seen is left out and, of a share, where it would lie with it; nothing where none is."""
    total = sum(view["excluded"].values())
    if not total or view["denominator"] is None or view["kind"] not in COUNTS_CASES:
        return ""
    share = format_value(total / (total + view["denominator"] + view["pending"]), "share", language)
    bounds = bounds_with_left_out(view)
    if bounds is None:
        if language == "fr":
            return french(f"Soit {share} des cas vus ; ils ne comptent d’aucun côté.")
        return f"That is {share} of the cases seen; they change neither side of the count."
    value, low, high = (format_value(one, "share", language) for one in (view["value"], *bounds))
    if language == "fr":
        return french(
            f"Soit {share} des cas vus, qui ne comptent d’aucun côté : {value} sans eux ; "
            f"avec eux, entre {low} (tous manqués) et {high} (tous tenus)."
        )
    return (
        f"That is {share} of the cases seen, which change neither side of the count: {value} without them; "
        f"with them, between {low} (all missed) and {high} (all kept)."
    )
