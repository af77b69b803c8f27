"""The short sheet of a promise for a team meeting: why customers want it, our figure, one story, one question.

All of it from the sealed month and from the charter that was in force then; nothing is made up where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.terms import Reason, Status

NOT_KEPT = (Status.NEAR, Status.MISSED, Status.UNACCEPTABLE)
STORIES = 1


@dataclass(frozen=True)
class Why:
    """What customers expect of a promise, in the charter's words, and the law that owes it, if one does."""

    expectations: Sequence[Words]
    law: str | None


@dataclass(frozen=True)
class TeamSheet:
    """One promise on one sheet. `question`, `bravo`: codes that the sheet puts into words; `story`: words of staff or
    customers that somebody chose for print; `thanks` likewise."""

    view: Mapping[str, Any]
    why: Why
    story: Mapping[str, Any] | None
    question: str
    bravo: str | None
    thanks: Sequence[Mapping[str, Any]]


def team_sheets(snapshot: Mapping[str, Any], charter: Charter) -> list[TeamSheet]:
    """A sheet for each promise of a unit's part of a sealed month, in the order of the charter.

    Thanks that name a promise stand on its sheet, others on the first one.
    """
    by_key = {one.key: one for one in charter.commitments}
    told: Mapping[str, Any] = snapshot.get("frontline") or {}
    sheets = []
    for at, view in enumerate(snapshot["overview"]["commitments"]):
        stories = [line for line in told.get("words", ()) if line["number"] == view["number"]]
        numbers = (view["number"], None) if at == 0 else (view["number"],)
        thanks = [line for line in told.get("thanks", ()) if line["number"] in numbers]
        why = why_of(by_key.get(view["key"]), charter)
        sheets.append(TeamSheet(view, why, next(iter(stories), None), question_on(view), bravo_on(view), thanks))
    return sheets


def why_of(commitment: Commitment | None, charter: Charter) -> Why:
    """The expectations that a promise answers, and its law."""
    if commitment is None:
        return Why((), None)
    asked = [words(one.text) for one in charter.charter.origin.expectations if one.key in commitment.answers]
    law = commitment.evidence.law
    return Why(asked, None if law is None or law.owed == "none" else law.reference)


def question_on(view: Mapping[str, Any]) -> str:
    """What a team may discuss, by how the promise stands: a miss asks what stops us, no figure asks what we see."""
    status = Status(view["status"])
    if status in NOT_KEPT:
        return "near" if status is Status.NEAR else "missed"
    if status is Status.KEPT:
        return "means" if view.get("by_means") else "more" if view["exceeded"] else "kept"
    if status is Status.NOT_APPLICABLE:
        return "concerns"
    return "few" if view["reason"] == Reason.TOO_FEW else "unseen"


def bravo_on(view: Mapping[str, Any]) -> str | None:
    """What deserves a bravo: kept again after a month in which it was not, or more than kept."""
    if view["status"] != Status.KEPT:
        return None
    if view["previous_status"] in NOT_KEPT:
        return "again"
    return "more" if view["exceeded"] else None
