"""The Kano questionnaire: one question if the promise is kept, one if it is not, and what a pair of answers means.

Answers: 1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike. Source of the tables: Kano 1984 and Berger et al. 1993;
Pouliot's variant only calls questionable the two middle cells where both answers are alike.
"""

from __future__ import annotations

from typing import Literal

Table = Literal["classic", "pouliot"]
CATEGORIES = "AOMIRQ"

TABLES: dict[Table, tuple[str, ...]] = {
    "classic": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
    "pouliot": ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"),
}
"""Rows: the answer if it is kept, 1 to 5; columns: the answer if it is not."""

FUNCTIONAL_SCORES = (4, 2, 0, -1, -2)
DYSFUNCTIONAL_SCORES = (-2, -1, 0, 2, 4)
"""DuMouchel's scores, in Berger et al. 1993; for a plot of means, never for the class."""


def category_of(functional: int, dysfunctional: int, table: Table = "classic") -> str:
    """A attractive, O one-dimensional, M must-be, I indifferent, R reversed or Q questionable; answers 1..5."""
    return TABLES[table][functional - 1][dysfunctional - 1]
