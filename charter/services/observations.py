"""Staff tell what happened, without an account and without a name; and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.errors import Invalid
from charter.domain.monthly import Words
from charter.domain.observations import ObservationKind, clean_text
from charter.domain.periods import Period, period_at
from charter.domain.permissions import Actor, require
from charter.domain.terms import PeriodKind, Permission
from charter.domain.units import is_valid
from charter.models.base import db
from charter.models.frontline import Observation
from charter.services import audit
from charter.services.charters import History, Version, find_unit, history
from charter.services.senders import count_sending, require_room
from charter.services.texts import add_text, keep_text
from charter.services.transactions import transaction
from charter.services.views import words

STAFF = Actor(name="staff, no name asked", role=None)
"""Who stands in the audit log for what staff send: nobody, also when somebody is signed in."""


@dataclass(frozen=True)
class Told:
    """What was written in the form."""

    kind: ObservationKind
    unit: str
    commitment: str | None
    text: str
    language: str


def send_observation(actor: Actor, now: datetime, told: Told, *, sender: str, form: str) -> int:
    """Keep what was told until somebody reads it, and return its number; the same form sent twice counts once.

    `sender` is the keyed hash of the address, `form` that of the form's own token.
    Raises NotAllowed, NotFound (unit), Invalid (promise, text), TooMany.
    """
    require(actor, Permission.SEND_OBSERVATION, told.unit)
    today, month = local_day(now)
    version = history().on(today)
    require_open_unit(version, told.unit, today)
    if told.commitment is not None or told.kind is not ObservationKind.THANKS:
        require_commitment(version, told.commitment)
    text = clean_text(told.text, told.kind.longest, "text")
    with transaction():
        audit.hold()
        sent = db.session.execute(select(Observation.id).where(Observation.form_hash == form)).scalar_one_or_none()
        if sent is not None:
            return sent
        count_sending(now, "words", sender)
        require_room(now, told.unit)
        salt, sha256 = keep_text(text)
        row = Observation(
            kind=told.kind.value,
            unit_key=told.unit,
            commitment_key=told.commitment,
            language=told.language,
            month=month.key,
            sent_at=now,
            form_hash=form,
            text_sha256=sha256,
        )
        db.session.add(row)
        db.session.flush()
        add_text(subject_of(row.id), salt, text)
        audit.record(STAFF, now, "observation:send", subject_of(row.id), after=facts_of(row))
        return row.id


class SiteChoice(TypedDict):
    key: str
    name: str
    depth: int


class PromiseChoice(TypedDict):
    number: int
    key: str
    title: Words
    promise: Words


class FormChoices(TypedDict):
    """What a form offers."""

    units: list[SiteChoice]
    commitments: list[PromiseChoice]
    longest: dict[str, int]
    is_example: bool
    timezone: str


def form_choices(actor: Actor, now: datetime) -> FormChoices:
    """What a form offers: the sites that are open today, the promises in force, and how long a text may be."""
    require(actor, Permission.SEND_OBSERVATION)
    today, _ = local_day(now)
    version = history().on(today)
    return {
        "units": [
            {"key": unit.key, "name": unit.name, "depth": depth}
            for unit, depth in version.tree.walk()
            if is_valid(unit, today)
        ],
        "commitments": [
            {"number": number, "key": one.key, "title": words(one.title), "promise": words(one.promise)}
            for number, one in enumerate(version.charter.commitments, 1)
        ],
        "longest": {kind.value: kind.longest for kind in ObservationKind},
        "is_example": version.charter.charter.is_example,
        "timezone": version.charter.charter.timezone,
    }


def local_day(now: datetime, found: History | None = None) -> tuple[date, Period]:
    """Today where the organisation is, and the month it lies in."""
    zone = (found or history()).current.charter.charter.timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    return today, period_at(PeriodKind.MONTH, today)


def require_open_unit(version: Version, unit: str, today: date) -> None:
    """Raises NotFound for a unit that the charter does not know, Invalid for one that is closed."""
    found = version.tree.by_key[find_unit(version, unit)]
    if not is_valid(found, today):
        raise Invalid("%(unit)s is not open today: choose another site.", "unit", unit=found.name)


def require_commitment(version: Version, key: str | None) -> None:
    """Raises Invalid for a promise that is not in the charter, or not any more."""
    if key not in {commitment.key for commitment in version.charter.commitments}:
        raise Invalid("This promise is not in the charter in force: choose one of the list.", "commitment")


def subject_of(number: int) -> str:
    """Under which name the audit log and the text know an observation."""
    return f"observation {number}"


def facts_of(row: Observation) -> dict[str, str | None]:
    """What the audit log keeps of an observation: everything but its text."""
    return {
        "kind": row.kind,
        "unit": row.unit_key,
        "commitment": row.commitment_key,
        "month": row.month,
        "sha256": row.text_sha256,
    }
