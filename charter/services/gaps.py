"""An estimate of staff beside what is measured, as pages and report print it."""

from __future__ import annotations

from typing import Any

from charter.domain.estimates import ENOUGH, Answers, Measured


def estimate_facts(answers: Answers, measured: Measured | None) -> dict[str, Any]:
    """An estimate from five answers on, what it is held against, and the gap in points (estimate less measured)."""
    share = answers.share
    has_both = share is not None and measured is not None
    return {
        "count": answers.count,
        "enough": ENOUGH,
        "share": share,
        "measured": measured.share if measured is not None else None,
        "nature": measured.nature if measured is not None else None,
        "indicator": measured.indicator if measured is not None else None,
        "period": measured.period if measured is not None else None,
        "gap": round((share - measured.share) * 100, 1) if has_both and share is not None and measured else None,
    }
