"""Staff tell what happened, without an account and without a name; and what became of it.

What was told, with what became of it: one statement for any number of units, months and promises.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import aliased

from charter.domain.charter_file.unit_tree import UnitTree, is_valid
from charter.domain.frontline.observations import (
    ObservationKind,
    ObservationState,
    Step,
    clean_text,
    facts_of,
    state_after,
    subject_of,
)
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period, period_at
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation, Observation
from charter.services.charters.versions import History, UnitRow, Version, find_unit, history
from charter.services.people.rate_limit import count_sending, require_room
from charter.services.post.outbox import post_webhook
from charter.services.records import audit_log
from charter.services.records.erasable_texts import add_text, keep_text
from charter.services.records.transactions import transaction

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
        audit_log.hold()
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
        audit_log.record(STAFF, now, "observation:send", subject_of(row.id), after=facts_of(row))
        # Programs are told that something was told, never its words.
        told_of = {"number": row.id, "kind": row.kind, "unit": row.unit_key, "commitment": row.commitment_key}
        post_webhook(subject_of(row.id), "observation:sent", told_of | {"month": row.month, "at": now.isoformat()}, now)
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
        "units": [{"key": one["key"], "name": one["name"], "depth": one["depth"]} for one in open_sites(now)],
        "commitments": [
            {"number": number, "key": one.key, "title": words(one.title), "promise": words(one.promise)}
            for number, one in enumerate(version.charter.commitments, 1)
        ],
        "longest": {kind.value: kind.longest for kind in ObservationKind},
        "is_example": version.charter.charter.is_example,
        "timezone": version.charter.charter.timezone,
    }


def open_sites(now: datetime) -> list[UnitRow]:
    """The units that are open today, parents first: public, as the page of each site is."""
    today, _ = local_day(now)
    version = history().on(today)
    return [row for row in version.unit_rows if is_valid(version.tree.by_key[row["key"]], today)]


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


_MOST_KEYS = 500
"""Above so many units, all are read and the others left out afterwards: an address list has its limits."""


class Line(TypedDict):
    """What was told, where it stands, and of its words those that anybody may read."""

    number: int
    kind: str
    unit: str
    commitment: str | None  # None: thanks for no promise in particular
    language: str
    month: str
    sent_at: str
    state: str
    reason: str | None  # why it was set aside
    is_printed: bool
    text: str | None
    is_erased: bool
    answer: str | None
    answered_at: str | None


class Row(Line):
    """The same for pages that everybody reads, with the unit's name."""

    unit_name: str


@dataclass(frozen=True)
class Happened:
    """Of an incident: its day, touchpoint and kind; and the support that was told last, with its words."""

    day: date
    touchpoint: str | None
    kind: str
    supported_on: date | None = None
    support: str | None = None
    support_words: str | None = None


@dataclass(frozen=True)
class Sent:
    """What was told, with the words that nobody may have accepted yet and who decided, for those who read them."""

    line: Line
    words: str | None
    decided_by: str | None
    happened: Happened | None = None


def observations_told(
    tree: UnitTree,
    months: Collection[str],
    *,
    unit: str,
    commitment: str | None = None,
    kinds: Collection[ObservationKind] = (ObservationKind.OBSTACLE, ObservationKind.CUSTOMER),
    limit: int = 200,
) -> list[Row]:
    """What was told of a unit and those beneath it, newest first, with its state, its words where they may be shown,
    and the last answer. Units that the charter does not know any more belong to the whole."""
    under = tree.under(unit)
    is_whole = unit == tree.root.key
    wanted: list[ColumnElement[bool]] = [
        Observation.month.in_(months),
        Observation.kind.in_([kind.value for kind in kinds]),
    ]
    if commitment is not None:
        wanted.append(Observation.commitment_key == commitment)
    if not is_whole and len(under) <= _MOST_KEYS:
        wanted.append(Observation.unit_key.in_(under))
    found = [one.line for one in lines(wanted, limit=limit)]
    return [_named(line, tree) for line in found if is_whole or line["unit"] in under]


def lines(wanted: Sequence[ColumnElement[bool]], *, limit: int, offset: int = 0) -> list[Sent]:
    """Observations that meet these conditions, newest first."""
    chosen = (
        select(Observation.id).where(*wanted).order_by(Observation.id.desc()).limit(limit).offset(offset).subquery()
    )
    words, answers = aliased(ErasableText), aliased(ErasableText)
    query = (
        select(Observation, Moderation, words.text, answers.text)
        .join(chosen, chosen.c.id == Observation.id)
        .outerjoin(Moderation, Moderation.observation_id == Observation.id)
        .outerjoin(words, words.subject == literal("observation ") + cast(Observation.id, String))
        .outerjoin(answers, answers.subject == literal("answer ") + cast(Moderation.id, String))
        .order_by(Observation.id.desc(), Moderation.id)
    )
    found = db.session.execute(query).all()
    return [_sent(list(group)) for _, group in groupby(found, key=lambda row: row[0].id)]


def recent_months(month: Period, count: int) -> list[str]:
    """The month and those before it, newest first."""
    keys = []
    for _ in range(count):
        keys.append(month.key)
        month = month.previous()
    return keys


def is_waiting() -> ColumnElement[bool]:
    """Those that nobody has read yet."""
    return ~exists().where(Moderation.observation_id == Observation.id)


def _sent(rows: Sequence[Any]) -> Sent:
    """One observation of its rows: one for each step, or one alone."""
    first: Observation = rows[0][0]
    steps: list[Moderation] = [row[1] for row in rows if row[1] is not None]
    state = state_after(Step(step.step) for step in steps)
    decided = next((step for step in reversed(steps) if step.step != Step.ANSWER), None)
    text = rows[0][2]
    said = [(row[1], row[3]) for row in rows if row[1] is not None and row[1].step == Step.ANSWER]
    answer = said[-1] if said else None
    line: Line = {
        "number": first.id,
        "kind": first.kind,
        "unit": first.unit_key,
        "commitment": first.commitment_key,
        "language": first.language,
        "month": first.month,
        "sent_at": _iso(first.sent_at),
        "state": state.value,
        "reason": decided.reason if decided is not None and state is ObservationState.SET_ASIDE else None,
        "is_printed": decided is not None and decided.is_printed,
        "text": text if state is ObservationState.ACCEPTED and first.incident is None else None,
        "is_erased": text is None,
        "answer": answer[1] if answer is not None and state is ObservationState.ACCEPTED else None,
        "answered_at": _iso(answer[0].at) if answer is not None and answer[1] is not None else None,
    }
    return Sent(line, text, decided.by if decided is not None else None, _happened(first, rows))


def _happened(first: Observation, rows: Sequence[Any]) -> Happened | None:
    """An incident is shown to those who follow it up alone."""
    if first.happened_on is None or first.incident is None:
        return None
    supports = [(row[1], row[3]) for row in rows if row[1] is not None and row[1].step == Step.SUPPORT]
    step, said = supports[-1] if supports else (None, None)
    given = {} if step is None else {"supported_on": step.supported_on, "support": step.support, "support_words": said}
    return Happened(first.happened_on, first.touchpoint, first.incident, **given)


def _iso(instant: datetime) -> str:
    return instant.isoformat()


def _named(line: Line, tree: UnitTree) -> Row:
    return {**line, "unit_name": name_of(line["unit"], tree)}


def name_of(unit: str, tree: UnitTree) -> str:
    """The name of a unit; its key where the charter does not know it any more."""
    known = tree.by_key.get(unit)
    return known.name if known is not None else unit
