"""Canonical texts and the hashes that vouch for them: snapshots, figures, words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from charter.models.records import Measurement


def words_hash(words: str) -> str:
    """SHA-256 of a text: what the audit log keeps of it."""
    return hashlib.sha256(words.encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with one writing only: sorted keys, no white space, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def seal(document: str, previous: str) -> str:
    """SHA-256 over the hash of the month sealed before, and the document."""
    return hashlib.sha256(f"{previous}\n{document}".encode()).hexdigest()


def cells_hash(rows: Iterable[Measurement]) -> str:
    """SHA-256 over the counts of a run's cells, in the order they were written; of a correction also what and why."""
    return rows_hash({name: getattr(row, name) for name in _CELL} for row in rows)


_COUNTS = ("unit_key", "channel", "segment", "numerator", "denominator", "pending", "stopped", "total", "squares")
_MORE = ("promoters", "detractors", "excluded", "steps", "value", "corrects_id", "reason")
_CELL = (*_COUNTS, *_MORE)
_EXACT = frozenset({"numerator", "denominator", "total", "squares"})


def rows_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same over the columns of rows before they are written."""
    cells = [
        [
            *(str(row[name]) if name in _EXACT else row[name] for name in _COUNTS),
            row["promoters"],
            row["detractors"],
            row["excluded"],
            *([{"steps": row["steps"]}] if row["steps"] else ()),
            *([{"value": str(row["value"])}] if row["value"] is not None else ()),
            *((row["corrects_id"], row["reason"]) if row["corrects_id"] is not None else ()),
        ]
        for row in rows
    ]
    return hashlib.sha256(canonical_json(cells).encode()).hexdigest()
