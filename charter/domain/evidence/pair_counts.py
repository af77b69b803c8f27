"""Answers of people counted by promise: each pair of answers, those who answered one question only, importance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def count_pairs(answers: Iterable[Mapping[str, Any]], commitments: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By promise: how many gave each pair of answers, how many answered one question only, importance."""
    pairs: dict[str, Counter[str]] = {key: Counter() for key in commitments}
    half: Counter[str] = Counter()
    importance: dict[str, list[int]] = {key: [] for key in commitments}
    for given in answers:
        for key, (functional, dysfunctional, *more) in given.items():
            if functional is not None and dysfunctional is not None:
                pairs.setdefault(key, Counter())[f"{functional}{dysfunctional}"] += 1
                importance.setdefault(key, []).extend(one for one in more if one is not None)
            elif functional is not None or dysfunctional is not None:
                half[key] += 1
    return {
        key: {
            "pairs": dict(sorted(found.items())),
            "half_answered": half[key],
            "importance": sum(importance[key]) / len(importance[key]) if importance.get(key) else None,
        }
        for key, found in pairs.items()
    }
