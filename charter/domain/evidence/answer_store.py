"""The answers of a file between preview and import: as they were read, so that nothing of the file itself is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from charter.domain.errors import Invalid
from charter.domain.evidence.answer_files import Answers, Marked, Pair
from charter.domain.figure_rows import RowRefused
from charter.domain.sentences import restored, stored


def packed(found: Answers) -> bytes:
    """Answers as bytes."""
    whole = {
        "pairs": [list(asdict(pair).values()) for pair in found.pairs],
        "marked": [[one.line, one.marks, one.overall] for one in found.marked],
        "attributes": found.attributes,
        "refused": [[one.line, stored(one.error.sentence), getattr(one.error, "field", "")] for one in found.refused],
        "ignored": found.ignored,
        "has_respondents": found.has_respondents,
    }
    return json.dumps(whole, ensure_ascii=False, default=date.isoformat).encode()


def unpacked(content: bytes) -> Answers:
    """The same answers."""
    whole: dict[str, Any] = json.loads(content)
    return Answers(
        pairs=[_pair(values) for values in whole["pairs"]],
        marked=[Marked(*values) for values in whole["marked"]],
        attributes=tuple(whole["attributes"]),
        refused=[RowRefused(line, Invalid(restored(said), field)) for line, said, field in whole["refused"]],
        ignored=whole["ignored"],
        has_respondents=whole["has_respondents"],
    )


def _pair(values: list[Any]) -> Pair:
    day = None if values[8] is None else date.fromisoformat(values[8])
    fields: list[Any] = [*values[:8], day, values[9]]
    return Pair(*fields)
