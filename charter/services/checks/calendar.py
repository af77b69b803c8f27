"""The calendar of checks: every due period, where it stands, and how its last run went.

The calendar of due checks for calendar programs: a private address per account, which can be renewed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.checks.deadlines import MOST_TRIES, Deadlines
from charter.domain.overview.model import words
from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.people import CalendarFeed, Contact, Person
from charter.models.records import AuditEntry, Run
from charter.services.charters.versions import History, Version, history
from charter.services.people.accounts import person as account_of
from charter.services.readings.current_figures import month_asked, newest_ended
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.schedule.due import deadlines_of, state_of

RUNS_SHOWN = 200

ORDER = (
    CheckState.FAILED,
    CheckState.LATE,
    CheckState.LAPSED,
    CheckState.RUNNING,
    CheckState.DUE,
    CheckState.WAIVED,
    CheckState.DONE,
)


FILTERS = ("state", "owner", "indicator")


def calendar(actor: Actor, now: datetime, *, period: str | None = None, **wanted: str | None) -> dict[str, Any]:
    """The checks of the periods ended in a month, those that need somebody first, and what is due next.

    `wanted`: of one state, owner or indicator. `all_rows` are those of the month whatever is wanted.
    """
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    month = month_asked(found, period, now)
    rows, following = rows_of(found, month, now), next_due(found, now)
    of_place = {name: wanted.get(name) for name in FILTERS[1:]}
    return {
        "period": month.key,
        "all_rows": rows,
        "rows": [row for row in rows if _is_wanted(row, of_place | {"state": wanted.get("state")})],
        "next": [row for row in following if _is_wanted(row, of_place)],
        "owners": sorted({commitment.owner for commitment, _ in found.current.indicators.values()}),
        "indicators": {key: words(one.title) for key, (_, one) in found.current.indicators.items()},
    }


def _is_wanted(row: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    return all(not value or row[name] == value for name, value in wanted.items())


def log_of(actor: Actor, now: datetime, *, indicator: str, period: str) -> dict[str, Any]:
    """One check with all its runs, newest first. Raises NotFound where none has become due."""
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    of_check = (DueCheck.indicator_key == indicator, DueCheck.period_key == period)
    check = db.session.execute(select(DueCheck).where(*of_check, DueCheck.due_at <= now)).scalar_one_or_none()
    if check is None:
        raise NotFound("No check of %(indicator)s for %(period)s has become due.", indicator=indicator, period=period)
    of_run = (Run.indicator_key == indicator, Run.period_key == period, Run.as_of <= now)
    runs = db.session.execute(select(Run).where(*of_run).order_by(Run.id.desc()).limit(RUNS_SHOWN)).scalars().all()
    row = _row(found.on(check.period_start), check, runs[0] if runs else None, now)
    waived = _waived_by(indicator, period) if row["state"] == CheckState.WAIVED else None
    return {"check": row, "runs": [run_facts(run) for run in runs], "waived": waived}


def _waived_by(indicator: str, period: str) -> dict[str, str] | None:
    entry = select(AuditEntry).where(AuditEntry.action == "check:waive", AuditEntry.subject == f"{indicator} {period}")
    found = db.session.execute(entry.order_by(AuditEntry.id.desc()).limit(1)).scalar_one_or_none()
    return {"by": found.actor, "at": found.at.isoformat()} if found is not None else None


def rows_of(found: History, month: Period, now: datetime) -> list[dict[str, Any]]:
    """One row per check of the periods ended in the month, late and failed first."""
    in_month = DueCheck.period_end.between(month.start, month.end)
    checks = db.session.execute(select(DueCheck).where(in_month, DueCheck.due_at <= now)).scalars().all()
    runs = _last_runs(in_month, now)
    rows = [
        _row(found.on(check.period_start), check, runs.get((check.indicator_key, check.period_key)), now)
        for check in checks
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row["state"]), row["due_at"], row["indicator"]))


def _last_runs(in_month: ColumnElement[bool], now: datetime) -> dict[tuple[str, str], Run]:
    newest = (
        select(func.max(Run.id))
        .join(DueCheck, (DueCheck.indicator_key == Run.indicator_key) & (DueCheck.period_key == Run.period_key))
        .where(in_month, Run.as_of <= now)
        .group_by(Run.indicator_key, Run.period_key)
    )
    runs = db.session.execute(select(Run).where(Run.id.in_(newest))).scalars()
    return {(run.indicator_key, run.period_key): run for run in runs}


def _row(version: Version, check: DueCheck, run: Run | None, now: datetime) -> dict[str, Any]:
    found = version.indicators.get(check.indicator_key)
    commitment, indicator = found or (None, None)
    return {
        "indicator": check.indicator_key,
        "title": words(indicator.title) if indicator else {"fr": check.indicator_key, "en": check.indicator_key},
        "commitment": commitment.key if commitment else None,
        "owner": commitment.owner if commitment else None,
        "period": check.period_key,
        "state": state_of(check, now).value,
        "due_at": check.due_at.isoformat(),
        "late_at": check.late_at.isoformat(),
        "tries": check.tries,
        "lapsed_at": check.lapsed_at.isoformat(),
        "next_try_at": _next_try(check, now),
        "needs_person": _needs_person(version, check, now),
        "pending": check.pending or 0,
        "again_at": check.again_at.isoformat() if check.again_at else None,
        "held_by": check.held_by if check.state == CheckState.RUNNING else None,
        "held_since": check.held_since.isoformat() if check.held_since else None,
        "note": check.note,
        "said": check.said,
        "run": run_facts(run) if run else None,
    }


def _next_try(check: DueCheck, now: datetime) -> str | None:
    """When a failed check is tried again by itself; None where it waits for a person."""
    tries_on = check.state == CheckState.FAILED and check.tries < MOST_TRIES and now < check.lapsed_at
    return check.next_try_at.isoformat() if tries_on else None


def _needs_person(version: Version, check: DueCheck, now: datetime) -> bool:
    """Nothing more happens by itself: it failed too often or until it lapsed, or its figure is entered by hand."""
    if check.state == CheckState.FAILED:
        return check.tries >= MOST_TRIES or now >= check.lapsed_at
    _, indicator = version.indicators.get(check.indicator_key, (None, None))
    return check.state == CheckState.DUE and indicator is not None and is_entered(version.charter, indicator)


def run_facts(run: Run) -> dict[str, Any]:
    """What the log says of one run."""
    return {
        "number": run.id,
        "claim": run.claim,
        "period": run.period_key,
        "outcome": run.outcome,
        "as_of": run.as_of.isoformat(),
        "seconds": run.seconds,
        "rows_read": run.rows_read,
        "undated": run.undated,
        "contradictory": run.contradictory,
        "overlapping": run.overlapping,
        "unknown_units": run.unknown_units or {},
        "fingerprint": run.fingerprint,
        "error": run.error,
        "said": run.said,
        "by": run.started_by,
    }


def next_due(found: History, now: datetime) -> list[dict[str, Any]]:
    """The next check of each indicator of the charter in force, soonest first."""
    version = found.current
    rows = []
    for key, (commitment, indicator) in version.indicators.items():
        period = newest_ended(indicator.period, now.date()).previous()
        times: Deadlines = deadlines_of(version, indicator, period)
        while times.due_at <= now or not _is_measured(found, key, period):
            period = period.next()
            times = deadlines_of(version, indicator, period)
        rows.append(
            {
                "indicator": key,
                "commitment": commitment.key,
                "owner": commitment.owner,
                "title": words(indicator.title),
                "period": period.key,
                "due_at": times.due_at.isoformat(),
            }
        )
    return sorted(rows, key=lambda row: (row["due_at"], row["indicator"]))


def _is_measured(found: History, indicator: str, period: Period) -> bool:
    """Whether a version that holds the indicator had begun when the period did."""
    return period.start >= found.first.valid_from and indicator in found.on(period.start).indicators


BACK = timedelta(days=62)
"""How far back the calendar goes; older checks are on the page of checks."""


def renew_feed(actor: Actor, now: datetime) -> str:
    """Make the actor's private address anew and return its secret, shown this once; the one before is dead.

    Raises NotAllowed (nobody in particular, or somebody who may not see checks).
    """
    require(actor, Permission.READ_DESK, actor.home)
    if actor.user_id is None:
        raise NotAllowed("A calendar belongs to a person with an account.")
    secret = secrets.token_urlsafe(24)
    with transaction():
        found = db.session.get(CalendarFeed, actor.user_id)
        if found is None:
            found = CalendarFeed(person_id=actor.user_id)
            db.session.add(found)
        found.sha256, found.made_at = _hash(secret), now
        audit_log.record(actor, now, "calendar:renew", actor.name)
    return secret


def feed_made_at(actor: Actor) -> datetime | None:
    """When the address in use was made; None where there is none."""
    found = None if actor.user_id is None else db.session.get(CalendarFeed, actor.user_id)
    return None if found is None else found.made_at


def drop_feed(actor: Actor, now: datetime) -> None:
    """From now on the address shows nothing."""
    require(actor, Permission.READ_DESK, actor.home)
    with transaction():
        found = None if actor.user_id is None else db.session.get(CalendarFeed, actor.user_id)
        if found is not None:
            db.session.delete(found)
            audit_log.record(actor, now, "calendar:drop", actor.name)


def feed_of(secret: str, now: datetime, *, owner: str | None = None) -> dict[str, Any]:
    """The due checks behind a private address: of one owner, or of those the person answers for, else of all.

    Raises NotFound for an address that is unknown, was renewed, or whose account is closed or may not see checks.
    """
    query = select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    person = db.session.execute(query.where(CalendarFeed.sha256 == _hash(secret))).scalar_one_or_none()
    actor = account_of(person.id) if person is not None else None
    if actor is None or not may_somewhere(actor, Permission.READ_DESK):
        raise NotFound("There is no such calendar: make its address anew on the page of your account.")
    found = history()
    owners = [owner] if owner else _answers_for(actor)
    return {
        "language": actor.language,
        "owners": owners,
        "charter": found.current.charter.charter.key,
        "title": words(found.current.charter.charter.title),
        "checks": list(_checks(found, owners, now)),
    }


def owners_of(found: History) -> list[str]:
    """The owners that the charter in force names."""
    return sorted({commitment.owner for commitment, _ in found.current.indicators.values() if commitment.owner})


def _answers_for(actor: Actor) -> list[str]:
    contact = db.session.get(Contact, actor.user_id)
    return list(contact.answers_for) if contact is not None else []


def _checks(found: History, owners: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    """The checks of the last two months and the next one of each indicator."""
    since = select(DueCheck).where(DueCheck.due_at.between(now - BACK, now)).order_by(DueCheck.due_at, DueCheck.id)
    known: set[tuple[str, str]] = set()
    for check in db.session.execute(since).scalars():
        commitment, indicator = found.on(check.period_start).indicators.get(check.indicator_key, (None, None))
        if commitment is None or indicator is None or (owners and commitment.owner not in owners):
            continue
        known.add((check.indicator_key, check.period_key))
        state = state_of(check, now)
        yield {
            "indicator": check.indicator_key,
            "period": check.period_key,
            "title": words(indicator.title),
            "owner": commitment.owner,
            "state": state.value,
            "due_at": check.due_at,
            "changed_at": _changed(check, state),
        }
    for row in next_due(found, now):
        commitment, _ = found.current.indicators[row["indicator"]]
        if (row["indicator"], row["period"]) in known or (owners and commitment.owner not in owners):
            continue
        due = datetime.fromisoformat(row["due_at"])
        facts = {"indicator": row["indicator"], "period": row["period"], "title": row["title"]}
        yield facts | {"owner": commitment.owner, "state": "due", "due_at": due, "changed_at": due - BACK}


def _changed(check: DueCheck, state: CheckState) -> datetime:
    """Since when it stands as it does: an entry that has not changed is written alike each time."""
    if state is CheckState.DONE and check.done_at is not None:
        return check.done_at
    if state is CheckState.LATE:
        return check.late_at
    return check.lapsed_at if state is CheckState.LAPSED else check.due_at


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
