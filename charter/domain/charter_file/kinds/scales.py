"""The scale on which customers answer how much effort it took: its ends, which of them is hard, what is easy and hard.

And the wording by which two such questions are compared.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from charter.domain.charter_file.values import Strict, Text, WholeNumber, refuse
from charter.domain.vocabulary.errors import Sentence


class EffortScale(Strict):
    """Whole answers from one end to the other. Unless written, all answers on the easy side of the middle are easy, and
    all on the other side are hard: 5 to 7 of 7 that agree that it was easy, 1 and 2 of 5 that tell how hard it was."""

    from_: Annotated[WholeNumber, Field(ge=0, le=10)] = Field(alias="from")
    to: Annotated[WholeNumber, Field(ge=1, le=10)]
    hard: Literal["low", "high"]
    easy_answers: Annotated[WholeNumber, Field(ge=1)] | None = None
    hard_answers: Annotated[WholeNumber, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _apart(self) -> EffortScale:
        if self.to - self.from_ < 2:
            said = Sentence(
                "a scale from %(start)s to %(end)s has fewer than three answers", start=self.from_, end=self.to
            )
            raise refuse(said, Sentence("write the lowest answer in from and the highest in to, like 1 and 7"))
        if len(self.easy) + len(self.hard_ones) > len(self.answers):
            said = Sentence("an answer cannot be both easy and hard")
            raise refuse(said, Sentence("write fewer easy_answers, or fewer hard_answers"))
        return self

    @property
    def answers(self) -> range:
        """Every answer, from the lowest."""
        return range(self.from_, self.to + 1)

    @property
    def easy(self) -> range:
        """The answers that say that it was easy."""
        return self._end(self.easy_answers, is_low=self.hard == "high")

    @property
    def hard_ones(self) -> range:
        """The answers that say that it was hard."""
        return self._end(self.hard_answers, is_low=self.hard == "low")

    def _end(self, said: int | None, *, is_low: bool) -> range:
        many = len(self.answers) // 2 if said is None else min(said, len(self.answers))
        return self.answers[:many] if is_low else self.answers[-many:]


def wording_of(question: Text) -> str:
    """What was asked, as one text to compare by, in each language: how it is typed (capitals, accents, spaces, signs)
    is no other wording; another word is, and so is a language more."""
    said = ((name, getattr(question, name)) for name in ("en", "fr"))
    return " | ".join(f"{name}: {_plain(text)}" for name, text in said if text)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def is_reworded(field: str, before: Any, after: Any) -> bool:
    """Whether a change of an indicator's field makes another question or scale of it: not what is only typed otherwise,
    nor which answers are told as hard, for all are kept."""
    if field == "scale.hard_answers":
        return False
    return not field.startswith("question.") or _plain(str(before or "")) != _plain(str(after or ""))
