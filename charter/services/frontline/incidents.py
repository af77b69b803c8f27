"""Staff write down incivility, without an account and without a person; colleagues are supported; nobody is counted.

What a page may tell of it: incidents of a month by touchpoint, beside the promises there, as far as no small count
shows (`told_apart`); and where they rise by the rule for rare events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.frontline.incidents import (
    ENOUGH_A_DAY,
    count_by_touchpoint,
    log_of,
    require_day,
    touchpoints_of,
)
from charter.domain.frontline.observations import ObservationKind, PrintedIncidents, clean_text, facts_of, subject_of
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW, Told, rise_in
from charter.domain.overview.model import CommitmentView, Overview, Words, words
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.periods import Period, parse_period, period_at, periods_back
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.base import db
from charter.models.frontline import Observation
from charter.services.charters.versions import Version, history
from charter.services.frontline.observations import STAFF, SiteChoice, open_sites, require_open_unit
from charter.services.people.rate_limit import TooMany, count_sending
from charter.services.records import audit_log
from charter.services.records.erasable_texts import add_text, keep_text
from charter.services.records.incidents import Logged, logged, told
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


def require_log(version: Version) -> IncidentsSource:
    """The log that the charter keeps. Raises NotFound where it keeps none."""
    log = log_of(version.charter)
    if log is None:
        raise NotFound("This charter keeps no log of incidents.")
    return log


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


class TouchpointLine(TypedDict):
    """The incidents of a touchpoint ('' for several together); `count` None: fewer than may be shown, or none.

    `rises`: on more days than before, by the rule for rare events; `promises` are kept at the same touchpoint.
    """

    touchpoint: str
    count: int | None
    rises: bool
    promises: list[CommitmentView]


class IncidentsView(TypedDict):
    """What was written down in a month, in a unit and beneath it."""

    lines: list[TouchpointLine]
    hidden_below: int


def incidents_part(version: Version, overview: Overview) -> IncidentsView | None:
    """Beside the promises of each touchpoint what was written down there; None without a log. One statement."""
    return (
        None
        if log_of(version.charter) is None
        else load_incidents(version, parse_period(overview["period"])).of(overview)
    )


def load_incidents(version: Version, month: Period) -> MonthIncidents:
    """The incidents of a month, and of the two years before: one statement for all units."""
    months = periods_back(month, MOST_MONTHS + WINDOW)
    return MonthIncidents(version, month, logged(db.session, [one.key for one in months]))


@dataclass(frozen=True)
class MonthIncidents:
    """What was written down in a month and the two years before."""

    version: Version
    month: Period
    found: Sequence[Logged]

    def of(self, overview: Overview) -> IncidentsView:
        """Of one unit and those beneath it, as pages and report tell it."""
        log, tree = require_log(self.version), self.version.tree
        own = [one for one in self.found if self.month.contains(one.incident.day)]
        counts = count_by_touchpoint(told(own, tree, log.hidden_below), tree, overview["unit"])
        promises: dict[str, list[CommitmentView]] = {}
        for view in overview["commitments"]:
            if view["touchpoint"]:
                promises.setdefault(view["touchpoint"], []).append(view)
        names = [*touchpoints_of(self.version.charter), *(name for name in counts if name)]
        lines: list[TouchpointLine] = [
            {
                "touchpoint": name,
                "count": counts.get(name),
                "rises": name in counts and self._rises(name, overview["unit"]),
                "promises": promises.get(name, []),
            }
            for name in dict.fromkeys(names)
            if name in counts or name in promises
        ]
        if "" in counts:
            lines.append({"touchpoint": "", "count": counts[""], "rises": False, "promises": []})
        return {"lines": lines, "hidden_below": log.hidden_below}

    def printed(self, overview: Overview) -> PrintedIncidents:
        """What the sealed month keeps of it."""
        found = self.of(overview)
        kept = ("touchpoint", "count", "rises")
        lines = [{name: line[name] for name in kept} for line in found["lines"]]  # type: ignore[literal-required]
        return {"lines": lines, "hidden_below": found["hidden_below"]}

    def _rises(self, touchpoint: str, unit: str) -> bool:
        """Whether the last two months have more days with an incident than the months before, beyond chance."""
        tree = self.version.tree
        under, days = tree.under(unit), dict[str, set[date]]()
        for one in self.found:
            incident = one.incident
            if one.counts and incident.touchpoint == touchpoint and incident.unit in under:
                days.setdefault(period_at(PeriodKind.MONTH, incident.day).key, set()).add(incident.day)
        first = min((one.incident.day for one in self.found), default=self.month.start)
        months = [one for one in periods_back(self.month, MOST_MONTHS + WINDOW)[::-1] if one.end >= first]
        line = [Told(len(days.get(one.key, ())), (one.end - one.start).days + 1) for one in months]
        return rise_in(line, len(tree.by_key) * len(touchpoints_of(self.version.charter))) is not None
