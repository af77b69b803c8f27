"""Nothing may be said twice: one finding for each repetition, naming the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from charter.domain.charter_file.findings import Notes, Path, line_at
from charter.domain.errors import Sentence

ITS_OWN = Sentence("give each its own")
KEEP_ONE = Sentence("keep one of them")


def check_unique(named: Iterable[tuple[Path, Any]], what: Sentence, notes: Notes, remedy: Sentence = ITS_OWN) -> None:
    """Each (path, value) again after its first is an error. Values that are missing are skipped."""
    first: dict[Any, Path] = {}
    for path, value in named:
        if value is None or not isinstance(value, (str, int, Sentence)):
            continue
        if value in first:
            line = _line(first[value], notes)
            said = Sentence("%(what)s '%(value)s' is already used (line %(line)s)", what=what, value=value, line=line)
            notes.error(path, said, remedy)
        else:
            first[value] = path


def _line(path: Path, notes: Notes) -> int:
    if notes.units_file and path[0] == "units" and len(path) > 1 and isinstance(path[1], int):
        return notes.units_lines.get(path[1], 1)
    return line_at(notes.lines, path)
