"""What is known of a source from looks at it: asked once, and not again as long as the source is what it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

_SETTLED = 2_000_000_000
"""Nanoseconds."""


@dataclass
class Known:
    """Answers about a source by the text of their questions: they hold as long as the source is what it was.

    The text of a query says all that it depends on: columns, ways of writing, words that mean nothing is there.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    has_more: bool = False

    def of(self, question: str, ask: Callable[[], Any]) -> Any:
        """The answer to a question that is asked only where it is new."""
        if (told := self.get(question)) is None:
            told = ask()
            self.put(question, told)
        return told

    def get(self, question: str) -> Any | None:
        """The answer, None where the question is new."""
        return self.answers.get(_name_of(question))

    def put(self, question: str, told: Any) -> None:
        """Keeps an answer of plain values; whole numbers of any width are plain, others are asked again."""
        try:
            self.answers[_name_of(question)] = json.loads(json.dumps(told, default=_whole))
            self.has_more = True
        except TypeError:
            pass


def _name_of(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()


def _whole(value: Any) -> int:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise TypeError


@contextmanager
def known_of(files: Sequence[Path], options: str, folder: Path | None) -> Iterator[Known]:
    """What earlier looks have told of files that are what they were, read in the same way by the same code.

    What is learnt in the block is kept at its end; nowhere where there is no folder for it. A file written to within
    the last seconds is looked at again: clocks of disks are coarse.
    """
    if folder is None:
        yield Known()
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = _state_of(files, options)
    name = hashlib.sha256("\0".join(map(str, files)).encode()).hexdigest()[:32]
    path = folder / f"{name}.json"
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".draft") as draft:
        written = max(each.stat().st_ctime_ns for each in files)
        is_settled = Path(draft.name).stat().st_mtime_ns - written > _SETTLED
        known = Known(_read_answers(path, before))
        yield known
        if known.has_more and is_settled and _state_of(files, options) == before:
            after = Path(f"{draft.name}.json")
            after.write_text(json.dumps({"state": before, "answers": known.answers}), encoding="utf-8")
            os.replace(after, path)


def _state_of(files: Sequence[Path], options: str) -> list[Any]:
    """What is another as soon as a file is written to or replaced, or is read in another way."""
    told = [(str(path), path.stat()) for path in files if path.is_file()]
    marks = [[name, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino] for name, one in told]
    return [_code(), options, *marks]


@cache
def _code() -> str:
    """SHA-256 over the code that reads sources."""
    whole = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _read_answers(path: Path, state: list[Any]) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return dict(kept["answers"]) if kept["state"] == state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
