"""What came of counting a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from charter.domain.charter_file.indicators import Indicator
from charter.domain.checks.seen import Seen
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.errors import Sentence
from charter.services.schedule.claims import Claim


@dataclass(frozen=True)
class Outcome:
    """What one run found, or the sentence of its failure."""

    definition_hash: str
    error: Sentence | None = None
    cells: Sequence[Cell] = ()
    seconds: float = 0.0
    rows_read: int | None = None
    undated: int | None = None
    overlapping: int | None = None
    unknown_units: Mapping[str, int] = field(default_factory=dict)
    reaches_past: bool | None = None
    fingerprint: str | None = None
    seen: Seen | None = None
    told: Sequence[Sentence] = ()


class Counted(NamedTuple):
    """A check that was claimed, and what came of counting it."""

    indicator: Indicator
    held: Claim
    outcome: Outcome
