"""What leaving cases out does to a share: between what bounds it would lie if they had been counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHARES = ("share-within", "share", "yes-no")


def bounds_with_left_out(view: Mapping[str, Any]) -> tuple[float, float] | None:
    """The share with every excluded case failed, and with every one met; None where the counts do not tell.

    An excluded case is not followed to its end, so that nothing nearer is known. A weighted share and a promise in
    steps are not one count of cases.
    """
    numerator, denominator = view["numerator"], view["denominator"]
    excluded = sum(view["excluded"].values())
    if view["kind"] not in SHARES or not excluded or numerator is None or not denominator:
        return None
    if view.get("effective_n") or view.get("tiers") or view["value"] is None:
        return None
    seen = denominator + excluded
    return numerator / seen, (numerator + excluded) / seen
