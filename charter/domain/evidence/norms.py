"""Normative evidence: what the law owes, and what most comparable companies promise.

What is owed or promised by most cannot distinguish: floor yes, earns no (methods.md A4).
"""

from __future__ import annotations

from datetime import date

from charter.domain.charter_file.choices import OURS, Choices
from charter.domain.evidence.votes import Vote, note, silent
from charter.domain.intervals import wilson
from charter.domain.terms import Strength

LEVEL = 0.95


def law_vote(owed: str, *, reference: str | None = None, is_split: bool = False) -> Vote:
    """The law owes the whole commitment: decisive. Part of it: nothing is decided of the rest; split the commitment
    into the legal minimum, which is floor, and the surplus, which the other evidence judges."""
    if owed == "full":
        because = note("law-full", reference=reference)
        return Vote("law", "law", "yes", "no", Strength.CERTAIN, (because,))
    code = "law-part-is-floor" if is_split else "law-part-split"
    return silent("law", "law", *([note(code, reference=reference)] if owed == "part" else []))


def sector_vote(promised_by: int, compared: int, *, dated: date | None = None, choices: Choices = OURS) -> Vote:
    """k of n comparable companies publicly promise the same or better: the norm when Wilson's 95 % lower bound
    reaches one half. Fewer than 5 compared: not used (the charter's choices). Rarity is a hint and proves no value."""
    figures = {"k": promised_by, "n": compared, "date": None if dated is None else dated.isoformat()}
    if compared < choices.sector_minimum:
        return silent("sector", "sector", note("sector-too-few", **figures, minimum=choices.sector_minimum))
    low, high = wilson(promised_by, compared, LEVEL)
    if low >= float(choices.sector_norm):
        return Vote("sector", "sector", "yes", "no", Strength.WEAK, (note("sector-norm", **figures),))
    return silent(
        "sector", "sector", note("sector-rare" if high <= float(choices.sector_rare) else "sector-open", **figures)
    )
