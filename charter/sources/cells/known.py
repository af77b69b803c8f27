"""What is known of a source from looks at it: asked once, and not again as long as the source is what it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


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
