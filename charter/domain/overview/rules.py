"""The rules that printed conclusions follow, each with its version: what is sealed says by which it was concluded.

A rule that changes gets the next number here, and its words in charter/words/conclusions/rules.py; docs/methods.md says
what each rests on and how often it is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, int] = {
    "verdict": 2,
    "missing": 1,
    "chart": 2,
    "misses": 2,
    "units": 1,
    "mix": 1,
    "effect": 2,
    "class": 2,
    "signal": 2,
    "alert": 2,
}
"""Rule and version. First release: 1; since the methods were signed by their simulations: 2."""
