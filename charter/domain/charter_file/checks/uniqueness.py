"""Nothing may be said twice: one finding for each repetition, naming the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from charter.domain.charter_file.findings import Notes, Path, line_at


def check_unique(named: Iterable[tuple[Path, Any]], what: str, notes: Notes, remedy: str = "give each its own") -> None:
    """Each (path, value) again after its first is an error. Values that are missing are skipped."""
    first: dict[Any, Path] = {}
    for path, value in named:
        if value is None or not isinstance(value, (str, int)):
            continue
        if value in first:
            notes.error(path, f"{what} '{value}' is already used ({_place(first[value], notes)})", remedy)
        else:
            first[value] = path


def _place(path: Path, notes: Notes) -> str:
    if notes.units_file and path[0] == "units" and len(path) > 1 and isinstance(path[1], int):
        return f"line {notes.units_lines.get(path[1], 1)}"
    return f"line {line_at(notes.lines, path)}"
