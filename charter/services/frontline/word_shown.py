"""Free texts as they are shown: masked, an expression with the words around it; one may be erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from charter.domain.frontline.observations import LONGEST_OBSERVATION, ObservationState, clean_text
from charter.domain.vocabulary.errors import Conflict, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.frontline import Observation, WordReading
from charter.services.frontline.observations import lines
from charter.services.frontline.word_counts import counts_of, readings_of
from charter.services.frontline.word_reading import text_subject
from charter.services.frontline.word_texts import month_named, told_words
from charter.services.records import audit_log
from charter.services.records.erasable_texts import remove_text, sweep, texts_of
from charter.services.records.transactions import transaction

AROUND = 45
"""So many characters are shown before and after an expression."""
LONGEST_REASON = 300


class Passage(TypedDict):
    """A text with an expression in it: what stands before, the expression, what stands after."""

    before: str
    written: str
    after: str


class KeptText(TypedDict):
    """A text as it is shown, with its place in the reading; `passage` where an expression is looked for."""

    nth: int
    text: str
    month: str
    language: str
    is_told: bool
    passage: Passage | None


def texts_shown(row: WordReading, numbers: Iterable[int]) -> dict[int, str]:
    """The texts that are still there, by their place: those of a source, and what was told and is accepted still."""
    told, own = dict[int, int](), dict[str, int]()
    for nth in set(numbers):
        subject = row.document["texts"][nth].get("subject")
        if subject is None:
            own[text_subject(row.id, nth)] = nth
        else:
            told[int(subject.split()[1])] = nth
    found = {own[subject]: text for subject, text in texts_of(own).items()}
    if told:
        for one in lines([Observation.id.in_(told)], limit=len(told)):
            if one.line["state"] == ObservationState.ACCEPTED and one.line["text"]:
                found[told[one.line["number"]]] = told_words(one.line["text"])
    return found


def kept_text(row: WordReading, nth: int, text: str, place: tuple[int, int] | None = None) -> KeptText:
    told = row.document["texts"][nth]
    return {
        "nth": nth,
        "text": text,
        "month": told["month"],
        "language": told["language"],
        "is_told": "subject" in told,
        "passage": passage(text, place, LONGEST_OBSERVATION * 10) if place is not None else None,
    }


def passage(text: str, place: tuple[int, int], around: int = AROUND) -> Passage:
    """An expression with so many characters around it, cut between words."""
    start, end = place
    before, after = text[:start], text[end:]
    if len(before) > around:
        before = "…" + before[-around:].partition(" ")[2]
    if len(after) > around:
        after = after[:around].rpartition(" ")[0].rstrip(".,;: ") + "…"
    return {"before": before, "written": text[start:end], "after": after}


def erase_kept(actor: Actor, now: datetime, *, key: str, period: str, unit: str, nth: int, because: str) -> None:
    """Erase one kept text of a source: its hash stays, and the log says why. Raises NotAllowed, NotFound, Conflict."""
    require(actor, Permission.ERASE_TEXT, unit)
    why = clean_text(because, LONGEST_REASON, "because")
    with transaction():
        audit_log.hold()
        row = readings_of(month_named(period), [key]).get(key)
        of_unit = counts_of(row, unit)
        of_lines = {place[0] for one in (*of_unit["rising"], *of_unit["asked"]) for place in one["places"]}
        if row is None or nth not in of_lines | set(of_unit["drawn"]):
            raise NotFound("There is no such text on this page.")
        subject = text_subject(row.id, nth)
        if not texts_of([subject]):
            raise Conflict("These words are erased already.")
        remove_text(subject)
        audit_log.record(actor, now, "text:erase", f"words {key} {period}", after={"texts": [subject], "because": why})
    sweep()
