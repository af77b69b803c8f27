"""The answers of a file between preview and import: as they were read, so that nothing of the file itself is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from charter.domain.figures.file_rows import RowRefused
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.sentences import restored, stored


@dataclass(frozen=True, slots=True)
class Pair:
    """One person's two answers on one attribute, 1..5; None was left empty. `who` is a number within the file;
    `weight`: how many customers the person stands for, where the file says so."""

    line: int
    attribute: str
    functional: int | None
    dysfunctional: int | None
    importance: int | None = None
    wave: str = ""
    segment: str = ""
    wording: str = ""
    day: date | None = None
    who: int | None = None
    weight: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Marked:
    """One person's marks by attribute and the overall mark; segment, unit and weight where the file says them."""

    line: int
    marks: Mapping[str, float | None]
    overall: float | None
    who: int | None = None
    segment: str = ""
    unit: str = ""
    weight: float | None = None


@dataclass
class Answers:
    """What a file says: its answers, rows refused with the reason, and columns that were left alone.

    `missing`: by column how many cells were taken as missing, by why (`marks.Odd`).
    """

    pairs: list[Pair] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    attributes: tuple[str, ...] = ()
    refused: list[RowRefused] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    missing: dict[str, dict[str, int]] = field(default_factory=dict)
    has_respondents: bool = False


def packed(found: Answers) -> bytes:
    """Answers as bytes."""
    whole = {
        "pairs": [list(asdict(pair).values()) for pair in found.pairs],
        "marked": [[one.line, one.marks, one.overall, None, one.segment, one.unit, one.weight] for one in found.marked],
        "attributes": found.attributes,
        "refused": [[one.line, stored(one.error.sentence), getattr(one.error, "field", "")] for one in found.refused],
        "ignored": found.ignored,
        "missing": found.missing,
        "has_respondents": found.has_respondents,
    }
    return json.dumps(whole, ensure_ascii=False, default=date.isoformat).encode()


def unpacked(content: bytes) -> Answers:
    """The same answers."""
    whole: dict[str, Any] = json.loads(content)
    return Answers(
        pairs=[_stored_pair(values) for values in whole["pairs"]],
        marked=[Marked(*values) for values in whole["marked"]],
        attributes=tuple(whole["attributes"]),
        refused=[RowRefused(line, Invalid(restored(said), field)) for line, said, field in whole["refused"]],
        ignored=whole["ignored"],
        missing=whole.get("missing", {}),
        has_respondents=whole["has_respondents"],
    )


def _stored_pair(values: list[Any]) -> Pair:
    day = None if values[8] is None else date.fromisoformat(values[8])
    fields: list[Any] = [*values[:8], day, *values[9:]]
    return Pair(*fields)
