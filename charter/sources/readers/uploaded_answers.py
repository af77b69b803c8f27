"""Files of customers' answers: understood row by row, and what they come to by wave, where they are many by a process
of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from charter.domain.analyses.groups import group_pairs
from charter.domain.surveys import columns
from charter.domain.surveys.answers import Answers, packed, unpacked
from charter.domain.surveys.marks import Coding
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.sentences import stored
from charter.sources import apart
from charter.sources.apart import LONG, Patience
from charter.sources.readers.uploaded_files import is_at_hand, read_apart, read_here

ITSELF = "charter.sources.readers.uploaded_answers"
REFUSED_SHOWN = 200


@dataclass(frozen=True)
class AnswersAsked:
    """How a file of answers is understood: pairs of questions (`kano`) or marks, what is left out, what means nothing.

    `overall` is the column of the overall mark; `coding` says which marks are low and high.
    """

    kind: str
    overall: str
    coding: Coding
    left_out: Sequence[str]
    missing: Sequence[str]


def answers_of_file(content: bytes, name: str, asked: AnswersAsked, *, most: int, patience: Patience = LONG) -> Answers:
    """The answers of a file: a row for each person and promise, or a row for each person as survey tools write them.

    Raises Invalid and TooMuch as `rows_of_file`.
    """
    if is_at_hand(content):
        return _understood(content, name, asked, most)
    coding = asked.coding
    scale = None if coding.scale is None else list(coding.scale)
    plain = vars(asked) | {"coding": [coding.low, coding.high, coding.not_applicable, scale]}
    found = read_apart(content, {"do": "answers", "name": name, "most": most, "asked": plain}, patience, ITSELF)
    return unpacked(found["packed"].encode())


def groups_apart(kept: bytes, attributes: Mapping[str, str], asked: Sequence[str], day: date) -> dict[str, Any]:
    """What answers come to by wave, told by a process of its own where they are many: `asked` is the name, the segment
    and the words of the whole file. Raises Invalid.
    """
    said = {"do": "groups", "name": "", "attributes": dict(attributes), "asked": list(asked), "day": day.isoformat()}
    return read_apart(kept, said, LONG, ITSELF)


def _groups_here(kept: bytes, asked: Mapping[str, Any]) -> dict[str, Any]:
    found = unpacked(kept)
    told = packed(Answers(refused=found.refused[:REFUSED_SHOWN], ignored=found.ignored, missing=found.missing)).decode()
    day, (name, segment, wording) = date.fromisoformat(asked["day"]), asked["asked"]
    groups = group_pairs(found.pairs, asked["attributes"], name, segment, wording, day)
    return {
        "answers": told,
        "refused_count": len(found.refused),
        "marked": sum(one.overall is not None for one in found.marked),
        "groups": [
            [one.name, one.segment, one.asked_on.isoformat(), sorted(one.wordings), len(one.people), one.whole]
            for one in groups
        ],
    }


def answer_apart(asked: dict[str, Any], file: BinaryIO) -> dict[str, Any]:
    """What the process of its own answers: the answers, or what they come to; or a sentence."""
    content = file.read()
    if asked["do"] == "groups":
        return _groups_here(content, asked)
    low, high, aside, scale = asked["asked"].pop("coding")
    coding = Coding(tuple(low), tuple(high), aside, None if scale is None else (scale[0], scale[1]))
    try:
        found = _understood(content, asked["name"], AnswersAsked(**asked["asked"], coding=coding), asked["most"])
    except Invalid as error:
        return {"refused": stored(error.sentence), "field": error.field}
    return {"packed": packed(found).decode()}


def _understood(content: bytes, name: str, asked: AnswersAsked, most: int) -> Answers:
    names, rows = read_here(content, name, most, is_wide=True)
    if asked.kind == "kano":
        return columns.read_pairs_of(names, rows, asked.left_out, tuple(asked.missing))
    return columns.read_marks_of(names, rows, asked.overall, asked.coding, asked.left_out, tuple(asked.missing))


if __name__ == "__main__":
    apart.answering(answer_apart)
