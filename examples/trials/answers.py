"""What is known of the two surveys of the trials: published counts of pairs, and the truth that made the marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Line = tuple[str, object, object]

REPPEL = {
    "F6": ((91, 19, 9, 160, 49, 30), 0.3942652, -0.1003584),
    "F7": ((70, 121, 59, 77, 9, 22), 0.5840979, -0.5504587),
    "F8": ((78, 122, 66, 62, 7, 23), 0.6097561, -0.5731707),
    "F9": ((145, 76, 25, 78, 12, 22), 0.6820988, -0.3117284),
    "F10": ((18, 174, 90, 42, 7, 27), 0.5925926, -0.8148148),
    "F11": ((88, 90, 32, 105, 15, 28), 0.5650794, -0.3873016),
}
"""Reppel 2022, 358 people, Pouliot's table: A, O, M, I, R, Q, Better, Worse as printed."""

TRUTH = {
    "basic": (1.542446, -0.136815, "basic"),
    "performance": (0.830538, 0.907882, "performance"),
    "excitement": (-0.045570, 1.270934, "excitement"),
    "neutral": (0.053564, -0.017902, "neutral"),
    "basic_mild": (0.870966, 0.402780, "basic"),
}
"""The marks were made for this: penalty, reward, and the class each attribute was built as."""


def pairs_of_answers(kano: Any) -> Iterator[Line]:
    """Published counts, and waves in four wordings that no two of which may be compared."""
    found = {one["attribute"]: one for one in kano["attributes"] if one["wave"] == "ALL"}
    for name, (counts, better, worse) in REPPEL.items():
        one = found[name]
        seen = (*one["counts"].values(), round(one["better"], 7), round(one["worse"], 7))
        yield f"pairs of {name}", (*counts, better, worse), seen
    refused = {(one["first"], one["second"]) for one in kano["comparisons"] if one["code"] == "comparison-refused"}
    waves = ("C1", "C2", "C3", "C4")
    yield "wordings refused", {(a, b) for a in waves for b in waves if a < b}, refused


def marks(found: Any) -> Iterator[Line]:
    """The coefficients of the truth, and every attribute classed as it was built."""
    yield "constant and fit", (5.4921, 0.7506), (round(found["const"], 4), round(found["r2"], 4))
    for one in found["attributes"]:
        seen = (round(one["penalty"], 6), round(one["reward"], 6), one["class"])
        yield f"marks of {one['attribute']}", TRUTH[one["attribute"]], seen
