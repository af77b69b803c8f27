"""A class that moves is told: kept as a row with what moved it, written to who decides classes and to the owner.

The alarm clock compares the class of today with the one it has kept last; a commitment that is seen for the first time
is only kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.charter_file.charter import Commitment
from charter.domain.overview.headline import place_of
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CommitmentClass, Permission
from charter.models.base import db
from charter.models.classes import ClassChange
from charter.models.people import Person
from charter.services.charters.versions import Version, history
from charter.services.classes.current import Classed, classify
from charter.services.classes.known_evidence import known_evidence
from charter.services.people.owners import people_of, stand_ins
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records import audit_log
from charter.services.records.transactions import Mark, latest, transaction

IN_FLOOR = ("floor", "both")

ClassChangeLine = TypedDict(
    "ClassChangeLine",
    {
        "number": int,
        "key": str,
        "title": Words,
        "from": str,
        "to": str,
        "on": str,
        "because": list[dict[str, Any]],
        "decision": str | None,
        "floor_before": int,
        "floor_after": int,
    },
)
"""A class that moved on a day: from what to what, because of which evidence or decision, and the floor it changed."""


def tell_changes(actor: Actor, now: datetime) -> int:
    """Keep every class that is another than the one kept last, and have people written to; how many have moved."""
    require(actor, Permission.DECIDE_CLASS)
    version = history().current
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    held = _classes_of(version, today)
    if not _differing(held, _kept_last()):
        return 0
    with transaction():
        audit_log.hold()
        kept = _kept_last()
        places = _Places(version, kept, held)
        moved = 0
        for key in _differing(held, kept):
            row = _row(key, kept.get(key), held[key], today, places)
            db.session.add(row)
            row.at, row.by = now, actor.name
            facts = {"from": row.was, "to": row.class_, "on": today.isoformat(), "because": row.because}
            audit_log.record(actor, now, "class:move" if row.was else "class:seen", key, after=facts)
            if row.was:
                moved += 1
                _write(version, row, now)
    return moved


def _classes_of(version: Version, today: date) -> dict[str, Classed]:
    head, known = version.charter.charter, known_evidence()
    return {one.key: classify(one, head, today, known) for one in version.charter.commitments}


def _kept_last() -> dict[str, str]:
    """The class of each commitment as it was kept last."""
    newest = select(func.max(ClassChange.id)).group_by(ClassChange.commitment_key)
    rows = db.session.execute(select(ClassChange).where(ClassChange.id.in_(newest))).scalars()
    return {row.commitment_key: row.class_ for row in rows}


def _differing(held: Mapping[str, Classed], kept: Mapping[str, str]) -> list[str]:
    return [key for key, one in held.items() if kept.get(key) != one.class_.value]


@dataclass(frozen=True)
class _Places:
    """How many commitments stood in the floor as classes were kept, and stand there now."""

    version: Version
    kept: Mapping[str, str]
    held: Mapping[str, Classed]

    @property
    def before(self) -> int:
        return self._in_floor(self.kept.get(key, one.class_.value) for key, one in self.held.items())

    @property
    def after(self) -> int:
        return self._in_floor(one.class_.value for one in self.held.values())

    def _in_floor(self, classes: Iterable[str]) -> int:
        choices = self.version.charter.charter.choices
        return sum(place_of(CommitmentClass(one), choices) in IN_FLOOR for one in classes)


def _row(key: str, was: str | None, classed: Classed, today: date, places: _Places) -> ClassChange:
    suggestion, decision = classed.suggestion, classed.decision
    return ClassChange(
        commitment_key=key,
        was=was,
        class_=classed.class_.value,
        moved_on=today,
        because=[dict(one) for one in suggestion.because],
        decision=None if decision is None or decision.class_ is None else decision.because,
        floor_before=places.before,
        floor_after=places.after,
    )


def _write(version: Version, row: ClassChange, now: datetime) -> None:
    """To who decides classes and to who answers for the commitment, once each."""
    numbers = {one.key: (number, one) for number, one in enumerate(version.charter.commitments, 1)}
    number, one = numbers[row.commitment_key]
    line = _line(row, number, one)
    facts = {**line, "before": line["from"], "after": line["to"], "owner": one.owner}
    for person in _told(one):
        post_mail(f"class {row.commitment_key} {row.was} {row.class_} {row.moved_on}", person, "class_move", facts, now)


def _told(commitment: Commitment) -> Sequence[Person]:
    people = [*stand_ins(), *people_of(commitment.owner)]
    return list({person.id: person for person in people}.values())


def compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What is told as it leaves; nothing where the promise has left, or its reader has no part in it any more."""
    one = next((one for one in history().current.charter.commitments if one.key == params["key"]), None)
    is_theirs = one is not None and any(told.id == person.id for told in _told(one))
    return params if is_theirs else None


def _line(row: Any, number: int, commitment: Commitment) -> ClassChangeLine:
    return {
        "number": number,
        "key": row.commitment_key,
        "title": words(commitment.title),
        "from": row.was or row.class_,
        "to": row.class_,
        "on": row.moved_on.isoformat(),
        "because": row.because,
        "decision": row.decision,
        "floor_before": row.floor_before,
        "floor_after": row.floor_after,
    }


def class_changes(version: Version, first: date, last: date) -> list[ClassChangeLine]:
    """The classes that moved within these days, oldest first, of commitments that the version has."""
    numbers = {one.key: (number, one) for number, one in enumerate(version.charter.commitments, 1)}
    found = latest()
    rows = _moved(found.database, found.marks["class changes"])
    within = [row for row in rows if first <= row.moved_on <= last and row.commitment_key in numbers]
    return [_line(row, *numbers[row.commitment_key]) for row in within]


@lru_cache(maxsize=8)
def _moved(database: str, mark: Mark) -> Sequence[Any]:
    """Every class that moved, oldest first: they are few, and read again when there is another."""
    one = ClassChange
    columns = (one.commitment_key, one.was, one.class_, one.moved_on, one.because, one.decision, one.floor_before,
               one.floor_after)  # fmt: skip
    query = select(*columns).where(one.was.is_not(None)).order_by(one.id)
    return db.session.execute(query).all() if mark[0] is not None else ()


register_mails({"class_move": MailKind(compose)})
