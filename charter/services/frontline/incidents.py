"""Staff write down incivility, without an account and without a person; colleagues are supported; nobody is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.frontline.incidents import (
    ENOUGH_A_DAY,
    require_day,
    require_kind,
    require_support_day,
    touchpoints_of,
)
from charter.domain.frontline.observations import (
    LONGEST_ANSWER,
    ObservationKind,
    Step,
    answer_of,
    clean_text,
    facts_of,
    subject_of,
)
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import period_at
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.base import db
from charter.models.frontline import Observation
from charter.services.charters.versions import Version, history
from charter.services.frontline.incidents_shown import require_log, support_choices
from charter.services.frontline.moderation import decide, of_mine, require_next
from charter.services.frontline.observations import STAFF, SiteChoice, open_sites, require_open_unit
from charter.services.people.rate_limit import TooMany, count_sending
from charter.services.records import audit_log
from charter.services.records.erasable_texts import add_text, keep_text
from charter.services.records.transactions import transaction


@dataclass(frozen=True)
class Written:
    """What was written in the form: `text` may be empty."""

    unit: str
    day: date
    kind: str
    touchpoint: str | None
    text: str
    language: str


def write_incident(actor: Actor, now: datetime, written: Written, *, sender: str, form: str) -> int:
    """Keep that a colleague met incivility, and return its number; the same form sent twice counts once.

    Its day is kept, no hour: neither of the incident nor of the writing, and programs are told nothing.
    Raises NotAllowed, NotFound (unit, no log), Invalid (day, kind, touchpoint, text), TooMany.
    """
    require(actor, Permission.SEND_OBSERVATION, written.unit)
    version = history().on(_today(now))
    log = require_log(version)
    require_open_unit(version, written.unit, _today(now))
    require_day(written.day, _today(now))
    _require_listed(version, log, written)
    text = clean_text(written.text, ObservationKind.INCIDENT.longest, "text") if written.text.strip() else ""
    with transaction():
        audit_log.hold()
        sent = db.session.execute(select(Observation.id).where(Observation.form_hash == form)).scalar_one_or_none()
        if sent is not None:
            return sent
        count_sending(now, "words", sender)
        row, salt = _row(written, _start_of_day(now), form, text)
        _require_room(row)
        db.session.add(row)
        db.session.flush()
        add_text(subject_of(row.id), salt, text)
        # The entry has the day alone too: the hour of writing could tell who was on duty.
        audit_log.record(STAFF, row.sent_at, "observation:send", subject_of(row.id), after=facts_of(row))
        return row.id


def _row(written: Written, at: datetime, form: str, text: str) -> tuple[Observation, str]:
    salt, sha256 = keep_text(text)
    row = Observation(
        kind=ObservationKind.INCIDENT.value,
        unit_key=written.unit,
        language=written.language,
        month=period_at(PeriodKind.MONTH, written.day).key,
        sent_at=at,
        form_hash=form,
        text_sha256=sha256,
        happened_on=written.day,
        touchpoint=written.touchpoint,
        incident=written.kind,
    )
    return row, salt


def _require_listed(version: Version, log: IncidentsSource, written: Written) -> None:
    if written.kind not in {one.key for one in log.kinds}:
        raise Invalid("Choose what happened from the list.", "kind")
    if written.touchpoint is not None and written.touchpoint not in touchpoints_of(version.charter):
        raise Invalid("Choose a touchpoint from the list, or none.", "touchpoint")


def _require_room(row: Observation) -> None:
    mine = (Observation.kind == row.kind, Observation.unit_key == row.unit_key, Observation.sent_at == row.sent_at)
    if db.session.execute(select(func.count()).where(*mine)).scalar_one() >= ENOUGH_A_DAY:
        raise TooMany("This site has written down as many incidents today as are taken: try again tomorrow.")


def _today(now: datetime) -> date:
    return now.astimezone(_zone()).date()


def _zone() -> ZoneInfo:
    return ZoneInfo(history().current.charter.charter.timezone)


def _start_of_day(now: datetime) -> datetime:
    return datetime.combine(_today(now), time(), _zone()).astimezone(UTC)


@dataclass(frozen=True)
class Support:
    """What was done for a colleague: on which day, which of the charter's list, and in a few words, or none."""

    day: date
    kind: str
    text: str = ""


def support(actor: Actor, now: datetime, number: int, given: Support) -> None:
    """Write down what was done for the colleague whom an incident met; told again, the last one holds.

    Raises NotFound, NotAllowed, Invalid (day, kind, text), Conflict (no incident).
    """
    row = of_mine(actor, number)
    require_kind(row.kind, Step.SUPPORT)
    version = history().current
    if given.kind not in {one["key"] for one in support_choices(version)}:
        raise Invalid("Choose what was done for the colleague from the list.", "support")
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    require_support_day(given.day, row.happened_on or today, today)
    said = clean_text(given.text, LONGEST_ANSWER, "words") if given.text.strip() else ""
    with transaction():
        audit_log.hold()
        require_next(row, Step.SUPPORT)
        salt, sha256 = keep_text(said) if said else ("", None)
        facts = {"supported_on": given.day, "support": given.kind, "text_sha256": sha256}
        made = decide(actor, now, row, step=Step.SUPPORT, **facts)
        if said:
            add_text(answer_of(made.id), salt, said)


class Choice(TypedDict):
    """One of a list of the charter."""

    key: str
    text: Words


class IncidentForm(TypedDict):
    """What the form offers."""

    units: list[SiteChoice]
    kinds: list[Choice]
    touchpoints: list[str]
    today: str
    longest: int
    hidden_below: int
    is_example: bool


def incident_form(actor: Actor, now: datetime) -> IncidentForm:
    """The sites open today, and what the charter lets staff choose from. Raises NotAllowed, NotFound (no log)."""
    require(actor, Permission.SEND_OBSERVATION)
    version = history().on(_today(now))
    log = require_log(version)
    return {
        "units": [{"key": one["key"], "name": one["name"], "depth": one["depth"]} for one in open_sites(now)],
        "kinds": [{"key": one.key, "text": words(one.text)} for one in log.kinds],
        "touchpoints": touchpoints_of(version.charter),
        "today": _today(now).isoformat(),
        "longest": ObservationKind.INCIDENT.longest,
        "hidden_below": log.hidden_below,
        "is_example": version.charter.charter.is_example,
    }
