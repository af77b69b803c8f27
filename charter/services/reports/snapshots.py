"""The sealed month: figures of all units in one document with its hash, chained to the month sealed before.

The report's own look: logo, colours and introduction of the charter, frozen with the month they are printed on.

The day of the report: months are sealed, and their PDF made, when their day has come.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.checks.deadlines import at_local
from charter.domain.overview.changes import changes_in, not_measured_in
from charter.domain.overview.model import Overview, words
from charter.domain.overview.rules import RULES
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.base import db
from charter.models.records import Run, Snapshot
from charter.reports.render import read_logo
from charter.services.charters.versions import History, Version, history, history_or_none, told_definition
from charter.services.checks.calendar import rows_of
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.view import classes_of
from charter.services.desk.commitment_page import details_of
from charter.services.frontline.summaries import month_parts
from charter.services.jobs.queue import ask
from charter.services.month.overview import build
from charter.services.readings.current_figures import last_ended_month
from charter.services.readings.recount import require_measured
from charter.services.records import audit_log
from charter.services.records.sealing import canonical_json, seal
from charter.services.records.transactions import transaction


def branding_of(version: Version) -> dict[str, Any]:
    """What the charter sets, nothing where it sets nothing; a logo that cannot be taken is told of."""
    plan = version.charter.charter.report
    look: dict[str, Any] = {}
    if plan.introduction is not None:
        look["introduction"] = words(plan.introduction)
    if plan.colours is not None:
        look["colours"] = plan.colours.model_dump(mode="json", exclude_none=True)
    if plan.logo is not None:
        try:
            look["logo"] = read_logo(Path(version.folder), plan.logo)
        except Invalid as error:
            look |= columns_of(error.sentence, "refused")
        except OSError as error:
            look["refused"] = str(error)
    return look


SCHEMA = 1
CHECKS_LISTED = 400
TRIES = 3
YEARS_SHOWN = 3
"""A chart shows CHART_PERIODS: of months, three years."""
ON_TIME = timedelta(days=1)
"""A month that is sealed more than that after its day of report is sealed late, and says so."""

Progress = Callable[[int, int, str], None]


def freeze_month(actor: Actor, now: datetime, *, period: str, progress: Progress | None = None) -> Snapshot:
    """Seal the figures of all units for an ended month; sealing it again gives the same snapshot.

    Raises Invalid (not a month), Conflict (the month has not ended, the charter had not begun, or readings that the
    month shows are not what was measured), NotFound.
    """
    require(actor, Permission.FREEZE_MONTH)
    found = history()
    month = ended_month(found, period, now)
    sealed = find_snapshot(month.key)
    if sealed is not None:
        return sealed
    for _ in range(TRIES):
        last = last_run()
        require_measured(found, shown_from(month), month.end, now, progress=progress)
        body = compose(found, month, now, progress=progress)
        with transaction():
            audit_log.hold()
            sealed = find_snapshot(month.key)
            if sealed is not None:
                return sealed
            if last_run() == last:
                return _seal(actor, now, found, month, body)
    raise Conflict("Checks were recorded all the while %(period)s was put together: freeze it again.", period=month)


def last_run() -> int:
    """The newest run: what a month says and what it was put together from are read at one state of the records."""
    return db.session.execute(select(func.coalesce(func.max(Run.id), 0))).scalar_one()


def _seal(actor: Actor, now: datetime, found: History, month: Period, body: dict[str, Any]) -> Snapshot:
    """The month chained to the one sealed before, within the caller's transaction."""
    head = audit_log.head()
    facts = {"draft": False, "frozen_at": now.isoformat(), "audit_head": head}
    late = lateness(found.on(month.start), month, now)
    document = canonical_json(body | facts | ({"late": late} if late else {}))
    previous = db.session.execute(select(Snapshot.sha256).order_by(Snapshot.id.desc()).limit(1)).scalar_one_or_none()
    snapshot = Snapshot(
        period_key=month.key,
        version_id=found.on(month.start).id,
        document=document,
        previous_sha256=previous or audit_log.GENESIS,
        sha256=seal(document, previous or audit_log.GENESIS),
        frozen_at=now,
        frozen_by=actor.name,
    )
    db.session.add(snapshot)
    audit_log.record(actor, now, "month:freeze", month.key, after={"sha256": snapshot.sha256})
    return snapshot


def draft(found: History, month: Period, now: datetime) -> dict[str, Any]:
    """What the month would be if it were sealed now: for a report that carries the DRAFT mark."""
    body = compose(found, month, now) | {"draft": True, "frozen_at": None, "audit_head": audit_log.head()}
    made: dict[str, Any] = json.loads(canonical_json(body))
    return made


def report_at(version: Version, month: Period) -> datetime:
    """The instant at which a month is sealed: the charter's report day of the next month, at its hour."""
    head = version.charter.charter
    day = month.next().start.replace(day=head.report.day)
    return at_local(day, time.fromisoformat(head.report.at), head.timezone)


class Late(TypedDict):
    """When a month should have been sealed."""

    due_at: str


def lateness(version: Version, month: Period, now: datetime) -> Late | None:
    """Since when a month should have been sealed, where that is more than a day ago; printed with the month."""
    due = report_at(version, month)
    return {"due_at": due.isoformat()} if now > due + ON_TIME else None


def ended_month(found: History, period: str, now: datetime) -> Period:
    """The month of that name, if it has ended in the charter's zone."""
    month = parse_period(period)
    if month.kind is not PeriodKind.MONTH:
        raise Invalid("%(period)s is not a month: write it as 2026-10.", "period", period=month)
    if now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date() <= month.end:
        raise Conflict("%(period)s has not ended yet: a month is sealed from the day after its last.", period=month)
    if month.end < found.first.valid_from:
        raise Conflict(
            "%(period)s was over before the charter began, on %(day)s: it has no figures.",
            period=month,
            day=found.first.valid_from,
        )
    return month


def shown_from(month: Period) -> date:
    """The first day of which a sealed month shows a figure: its charts and lines go back so far."""
    return month.start.replace(year=month.start.year - YEARS_SHOWN)


def compose(found: History, month: Period, now: datetime, *, progress: Progress | None = None) -> dict[str, Any]:
    """The month's figures: the overview of every unit, with details where units stand below it."""
    version = found.on(month.start)
    units = list(version.tree.by_key)
    editions = {}
    for done, unit in enumerate(units):
        if progress is not None:
            progress(done, len(units), unit)
        editions[unit] = _edition(found, version, month, (unit, now))
    if progress is not None:
        progress(len(units), len(units), "")
    head = version.charter.charter
    root = editions[version.tree.root.key]["overview"]
    return {
        "schema": SCHEMA,
        "period": month.key,
        "known_at": root["known_at"],
        "charter": {
            "key": head.key,
            "title": root["title"],
            "organisation": head.organisation,
            "timezone": head.timezone,
            "version": version.number,
            "valid_from": version.valid_from.isoformat(),
            "is_example": head.is_example,
            "languages": list(head.report.languages),
        },
        "root": version.tree.root.key,
        "units": {
            unit.key: {"name": unit.name, "kind": unit.kind, "parent": unit.parent} for unit, _ in version.tree.walk()
        },
        "definitions": {key: told_definition(version, one) for key, (_, one) in version.indicators.items()},
        "checks": rows_of(found, month, now)[:CHECKS_LISTED],
        "classes": _classes(version, month, root),
        "editions": _with_told(version, month, editions),
        "rules": dict(RULES),
    } | ({"look": look} if (look := branding_of(version)) else {})


def _with_told(version: Version, month: Period, editions: dict[str, Any]) -> dict[str, Any]:
    """What staff told beside the figures of each unit."""
    told = month_parts(version, month, {unit: part["overview"] for unit, part in editions.items()})
    return {unit: part | {"frontline": told[unit]} for unit, part in editions.items()}


def _classes(version: Version, month: Period, root: Overview) -> dict[str, Any]:
    """The classes of the month's last day, as its report prints them; the ladder of evidence stays on the page."""
    statuses = {view["key"]: view["status"] for view in root["commitments"]}
    found = classes_of(version.charter, month.end, known_evidence(), statuses)
    return {**found, "commitments": [_without(row, "ladder") for row in found["commitments"]]}


def _without(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in facts.items() if one != name}


def _edition(found: History, version: Version, month: Period, asked: tuple[str, datetime]) -> dict[str, Any]:
    unit, now = asked
    overview = build(found, version, month, unit, now)
    details: dict[str, Any] = {}
    if not version.tree.is_leaf(unit) or unit == version.tree.root.key:
        told = details_of(found, version, overview, overview["commitments"], now)
        details = {key: _without(detail, "definition") for key, detail in told.items()}
    return {
        "overview": overview,
        "changes": changes_in(overview),
        "not_measured": not_measured_in(overview),
        "details": details,
    }


def edition_of(document: dict[str, Any], sha256: str | None, unit: str | None) -> dict[str, Any]:
    """One unit's part of a sealed month, as the report's templates print it. Raises NotFound for an unknown unit."""
    key = unit or document["root"]
    if key not in document["editions"]:
        raise NotFound("The month %(period)s has no unit %(unit)s.", period=parse_period(document["period"]), unit=key)
    part = document["editions"][key]
    details = {
        view["key"]: {
            "indicators": {
                indicator["key"]: {"series": indicator["series"], "chart": None, "breakdown": [], "channels": []}
                | part["details"].get(indicator["key"], {})
                | {"definition": document["definitions"][indicator["key"]]}
                for indicator in view["indicators"]
            }
        }
        for view in part["overview"]["commitments"]
    }
    shared = {
        name: document[name]
        for name in ("schema", "draft", "frozen_at", "known_at", "charter", "units", "checks", "audit_head")
    }
    if "classes" in document:
        shared["classes"] = document["classes"]
    if "look" in document:
        shared["look"] = document["look"]
    return shared | {
        "late": document.get("late"),
        "sha256": sha256,
        "overview": part["overview"],
        "previous": part["overview"]["previous"],
        "changes": part["changes"],
        "not_measured": part["not_measured"],
        "details": details,
        "rules": document.get("rules"),
        "frontline": part.get("frontline"),
    }


def find_snapshot(period: str) -> Snapshot | None:
    """The sealed month of that key, if it is sealed."""
    return db.session.execute(select(Snapshot).where(Snapshot.period_key == period)).scalar_one_or_none()


def seal_due_months(actor: Actor, now: datetime) -> list[str]:
    """Seal every month whose day of report has come, oldest first, and ask for their PDFs; the months sealed.

    The first time that is the last ended month; from then on also those that were missed while no clock ran: sealed
    late, with what is known now, and said to be late. Their PDFs are long work (services/jobs/queue.py): a month stays
    sealed whatever becomes of them, and what broke off is tried again.
    """
    found = history_or_none()
    if found is None:
        return []
    sealed = [month.key for month in _due_months(found, now)]
    for key in sealed:
        freeze_month(actor, now, period=key)
        for language in found.on(parse_period(key).start).charter.charter.report.languages:
            ask(actor, now, kind="make-report", arguments={"period": key, "language": language})
    return sealed


def _due_months(found: History, now: datetime) -> list[Period]:
    last = last_ended_month(now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date())
    sealed = set(db.session.execute(select(Snapshot.period_key)).scalars())
    month, due = last, []
    while month.start >= found.first.valid_from and (month is last or any(key < month.key for key in sealed)):
        if month.key not in sealed and now >= report_at(found.on(month.start), month):
            due.append(month)
        month = month.previous()
    return due[::-1]
