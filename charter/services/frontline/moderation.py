"""Reading what staff sent: accept it, set it aside, answer in public words, erase its words on request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from charter.domain.frontline.incidents import require_kind
from charter.domain.frontline.observations import (
    LONGEST_ANSWER,
    ObservationKind,
    ObservationState,
    SetAsideReason,
    Step,
    answer_of,
    clean_text,
    require_step,
    state_after,
    subject_of,
)
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.privacy import find_personal
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation, Observation
from charter.services.charters.versions import Version, history
from charter.services.frontline.incidents_shown import IncidentRead, SupportChoice, incident_read, support_choices
from charter.services.frontline.observations import Line, Sent, is_waiting, lines, name_of
from charter.services.records import audit_log
from charter.services.records.erasable_texts import add_text, keep_text, remove_text, sweep, texts_of
from charter.services.records.transactions import transaction

LONGEST_REASON = 300


def accept(actor: Actor, now: datetime, number: int, *, is_printed: bool = False) -> None:
    """Show an observation on the pages of its unit; with `is_printed` its words also stand in the month's report.

    Raises NotFound, NotAllowed, Conflict (decided already, or erased; words of a survey are not printed: they are
    deleted after their months, and a sealed month never changes).
    """
    row = of_mine(actor, number)
    require_kind(row.kind, Step.ACCEPT)
    if is_printed and row.kind == ObservationKind.WHY:
        raise Conflict("Words of a survey are deleted after their time: they are not printed in a report.")
    with transaction():
        audit_log.hold()
        require_next(row, Step.ACCEPT)
        if not texts_of([subject_of(number)]):
            raise Conflict("The words of this observation are erased: there is nothing to show.")
        decide(actor, now, row, step=Step.ACCEPT, is_printed=is_printed)


def set_aside(actor: Actor, now: datetime, number: int, *, reason: str) -> ObservationKind:
    """Show no word of it, and tell why; an incident does not count any more. Gives back what it was.

    Raises NotFound, NotAllowed, Invalid (reason), Conflict (decided already).
    """
    row = of_mine(actor, number)
    if reason not in {one.value for one in SetAsideReason}:
        raise Invalid("Choose why it is set aside: the page tells it.", "reason")
    with transaction():
        audit_log.hold()
        require_next(row, Step.SET_ASIDE)
        decide(actor, now, row, step=Step.SET_ASIDE, reason=reason)
    return ObservationKind(row.kind)


def answer(actor: Actor, now: datetime, number: int, *, text: str) -> None:
    """Say in public words what became of it; a later answer stands in the place of the one before.

    Raises NotFound, NotAllowed, Invalid (text), Conflict (not accepted).
    """
    row = of_mine(actor, number)
    require_kind(row.kind, Step.ANSWER)
    said = clean_text(text, LONGEST_ANSWER, "answer")
    with transaction():
        audit_log.hold()
        require_next(row, Step.ANSWER)
        salt, sha256 = keep_text(said)
        made = decide(actor, now, row, step=Step.ANSWER, text_sha256=sha256)
        add_text(answer_of(made.id), salt, said)


def erase(actor: Actor, now: datetime, number: int, *, because: str) -> None:
    """Erase the words of an observation and of its answers: their hashes stay, and this entry says who asked.

    Raises NotFound, NotAllowed, Invalid (reason), Conflict (erased already).
    """
    row = of_mine(actor, number, Permission.ERASE_TEXT)
    why = clean_text(because, LONGEST_REASON, "because")
    with transaction():
        audit_log.hold()
        subjects = [subject_of(number), *(answer_of(made.id) for made in _steps(row) if made.text_sha256)]
        there = sorted(texts_of(subjects))
        if not there:
            raise Conflict("These words are erased already.")
        for subject in there:
            remove_text(subject)
        audit_log.record(actor, now, "text:erase", subject_of(number), after={"texts": there, "because": why})
    sweep()


def of_mine(actor: Actor, number: int, permission: Permission = Permission.MODERATE_OBSERVATION) -> Observation:
    """The observation, for somebody who may read those of its unit."""
    row = db.session.get(Observation, number)
    if row is None:
        raise NotFound("There is no observation %(number)s.", number=number)
    require(actor, permission, row.unit_key)
    return row


def _steps(row: Observation) -> list[Moderation]:
    query = select(Moderation).where(Moderation.observation_id == row.id).order_by(Moderation.id)
    return list(db.session.execute(query).scalars())


def require_next(row: Observation, step: Step) -> ObservationState:
    """Where it stands, if the step may follow. Raises Conflict."""
    state = state_after(Step(made.step) for made in _steps(row))
    require_step(state, step)
    return state


def decide(actor: Actor, now: datetime, row: Observation, **facts: Any) -> Moderation:
    """Append a step with its audit entry, within the caller's transaction."""
    made = Moderation(observation_id=row.id, at=now, by=actor.name, **facts)
    db.session.add(made)
    db.session.flush()
    audit_log.record(actor, now, f"observation:{made.step}", f"moderation {made.id}", after=moderation_facts(made))
    return made


def moderation_facts(made: Moderation) -> dict[str, object]:
    """What the audit log says of a step; of a support neither day nor kind."""
    return {
        "observation": made.observation_id,
        "reason": made.reason,
        "printed": made.is_printed,
        "sha256": made.text_sha256,
    }


class ToRead(Line):
    """One observation for those who read it: its words, who decided, and what looks as if it told who somebody is."""

    words: str | None
    decided_by: str | None
    unit_name: str
    title: Words | str | None
    looks_personal: list[str]
    happened: IncidentRead | None


class Told(TypedDict):
    """What a list of observations is searched and grouped by: its words, where they are not erased, and its place."""

    number: int
    kind: str
    words: str
    unit: str
    unit_name: str
    commitment: str | None
    title: Words | str | None


class ReadingPage(TypedDict):
    """Every observation as its list needs it, how many wait, and what this person may do."""

    index: list[Told]
    state: str
    waiting: int
    may_erase: bool
    longest_answer: int
    supports: list[SupportChoice]
    timezone: str
    is_example: bool


def observations(actor: Actor, *, state: str = "waiting") -> ReadingPage:
    """What was sent about the units of this person, newest first: that which waits, or all. Raises NotAllowed.

    `index` has every one of them, in few words; `to_read` those of a page.
    """
    mine, version = _of_reader(actor), history().current
    wanted = [*mine, is_waiting()] if state == "waiting" else mine
    waiting = db.session.execute(select(func.count(Observation.id)).where(*mine, is_waiting())).scalar_one()
    return {
        "index": _index(wanted, version),
        "state": state,
        "waiting": waiting,
        "may_erase": may_somewhere(actor, Permission.ERASE_TEXT),
        "longest_answer": LONGEST_ANSWER,
        "supports": support_choices(version),
        "timezone": version.charter.charter.timezone,
        "is_example": version.charter.charter.is_example,
    }


def to_read(actor: Actor, numbers: Sequence[int]) -> list[ToRead]:
    """Some of them, whole, in the order of their numbers here. Those of other units are left out."""
    version = history().current
    titles = {one.key: words(one.title) for one in version.charter.commitments}
    found = lines([*_of_reader(actor), Observation.id.in_(numbers)], limit=len(numbers))
    rows = {sent.line["number"]: _for_reader(sent, version, titles) for sent in found}
    return [rows[number] for number in numbers if number in rows]


def _of_reader(actor: Actor) -> list[ColumnElement[bool]]:
    if not may_somewhere(actor, Permission.MODERATE_OBSERVATION):
        require(actor, Permission.MODERATE_OBSERVATION)
    return [] if actor.units is None else [Observation.unit_key.in_(actor.units)]


def _index(wanted: Sequence[ColumnElement[bool]], version: Version) -> list[Told]:
    titles = {one.key: words(one.title) for one in version.charter.commitments}
    query = (
        select(Observation.id, Observation.kind, Observation.unit_key, Observation.commitment_key, ErasableText.text)
        .outerjoin(ErasableText, ErasableText.subject == literal("observation ") + cast(Observation.id, String))
        .where(*wanted)
        .order_by(Observation.id.desc())
    )
    return [
        {
            "number": row.id,
            "kind": row.kind,
            "words": row.text or "",
            "unit": row.unit_key,
            "unit_name": name_of(row.unit_key, version.tree),
            "commitment": row.commitment_key,
            "title": titles.get(row.commitment_key, row.commitment_key) if row.commitment_key else None,
        }
        for row in db.session.execute(query)
    ]


def _for_reader(sent: Sent, version: Version, titles: dict[str, Words]) -> ToRead:
    commitment = sent.line["commitment"]
    return {
        **sent.line,
        "words": sent.words,
        "decided_by": sent.decided_by,
        "unit_name": name_of(sent.line["unit"], version.tree),
        "title": titles.get(commitment, commitment) if commitment else commitment,
        "looks_personal": sorted({one.what for one in find_personal(sent.words or "")}),
        "happened": None if sent.happened is None else incident_read(sent.happened, version),
    }
