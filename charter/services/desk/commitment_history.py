"""The history of one commitment: who changed what of it, when, from what to what, and why, in one list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NotRequired, TypedDict

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.plan import Change, changes_between
from charter.domain.charter_file.text.canonical import from_canonical
from charter.domain.figures.entries import numbers_of
from charter.domain.overview.model import Words, json_number, words
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.actions import Action, ActionStep, Comment, Rebase
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.records import AuditEntry, Measurement, counts_of
from charter.services.charters.versions import Version, find_commitment, find_unit, history

SHOWN = 300
AUDITED = ("class:decide", "experts:ask", "experts:answer", "sector:record", "check:waive", "check:take-over")


class Place(TypedDict, total=False):
    """What a line is about, by the keys: a version and its first day, an action, an indicator, period and unit…"""

    version: int
    valid_from: str
    action: int
    indicator: str
    period: str
    unit: str
    channel: str
    segment: str


class Line(TypedDict):
    """Who did what, when, at which place (indicator, period, unit, action… by their keys), from what to what, and why;
    of a version of the charter, its changes and the two charters."""

    at: str
    by: str
    what: str
    place: Place
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]
    why: NotRequired[str | None]
    changes: NotRequired[list[Change]]
    charters: NotRequired[tuple[Charter, Charter]]


class Chronicle(TypedDict):
    """The newest lines of a commitment's history, and how many more there are."""

    commitment: Commitment
    title: Words
    number: int
    unit: str
    unit_name: str
    timezone: str
    is_example: bool
    lines: list[Line]
    more: int


def chronicle(actor: Actor, now: datetime, key: str, *, unit: str | None = None) -> Chronicle:
    """Everything that happened to a commitment, newest first, as far as it bears on a unit or those under it.

    Versions of the charter and what each changed of it, targets and definitions included; corrected figures; comments;
    charts set anew; decisions on its class; checks waived. Raises NotFound, NotAllowed.
    """
    version = history().current
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_DESK, unit_key)
    number, commitment = find_commitment(version, key)
    near = [one for one in sorted(version.tree.under(unit_key)) if may(actor, Permission.READ_DESK, one)]
    keys = _indicators_ever(key)
    lines = [
        *_versions(key),
        *_corrections(version, keys, near),
        *_words(key, near),
        *_charts(keys, near),
        *_actions(key, near),
    ]
    lines += _audited(key, keys)
    lines = sorted((line for line in lines if line["at"] <= now.isoformat()), key=lambda line: line["at"], reverse=True)
    return {
        "commitment": commitment,
        "title": words(commitment.title),
        "number": number,
        "unit": unit_key,
        "unit_name": version.tree.by_key[unit_key].name,
        "timezone": version.charter.charter.timezone,
        "is_example": version.charter.charter.is_example,
        "lines": lines[:SHOWN],
        "more": max(len(lines) - SHOWN, 0),
    }


@lru_cache(maxsize=64)
def _parsed(content_hash: str, document: str) -> Charter:
    return from_canonical(document)


def _charters() -> list[tuple[CharterVersion, Charter]]:
    rows = db.session.execute(select(CharterVersion).order_by(CharterVersion.number)).scalars()
    return [(row, _parsed(row.content_hash, row.document)) for row in rows]


def _indicators_ever(key: str) -> list[str]:
    """The indicators that the commitment has, or had in an earlier version."""
    held = (one for _, charter in _charters() for one in charter.commitments if one.key == key)
    return sorted({indicator.key for one in held for indicator in one.indicators})


def _versions(key: str) -> Iterator[Line]:
    """Each version of the charter that wrote or changed the commitment."""
    found = _charters()
    indicators = set(_indicators_ever(key))
    if found and any(one.key == key for one in found[0][1].commitments):
        yield _version_line(found[0][0])
    for (_, old), (row, new) in pairwise(found):
        changes = [one for one in changes_between(old, new) if _is_of(one, key, indicators)]
        if changes:
            yield {**_version_line(row), "what": "charter:change", "changes": changes, "charters": (old, new)}


def _is_of(change: Change, key: str, indicators: set[str]) -> bool:
    of_commitment = change.thing == "commitment" and change.key == key
    return of_commitment or (change.thing in ("indicator", "target") and change.key in indicators)


def _version_line(row: CharterVersion) -> Line:
    return {
        "at": row.applied_at.isoformat(),
        "by": row.applied_by,
        "what": "charter:first",
        "place": {"version": row.number, "valid_from": row.valid_from.isoformat()},
        "why": row.reason,
    }


def _corrections(version: Version, keys: list[str], near: list[str]) -> Iterator[Line]:
    before = aliased(Measurement)
    query = select(Measurement, before).join(before, before.id == Measurement.corrects_id)
    query = query.where(Measurement.indicator_key.in_(keys), Measurement.unit_key.in_(near))
    for row, old in db.session.execute(query.order_by(Measurement.id.desc()).limit(SHOWN)):
        _, indicator = version.indicators.get(row.indicator_key, (None, None))
        if indicator is None:
            continue
        yield {
            "at": row.recorded_at.isoformat(),
            "by": row.recorded_by,
            "what": "figure:correct",
            "place": {
                "indicator": row.indicator_key,
                "period": row.period_key,
                "unit": row.unit_key,
                "channel": row.channel,
                "segment": row.segment,
            },
            "before": {name: json_number(number) for name, number in numbers_of(indicator, counts_of(old)).items()},
            "after": {name: json_number(number) for name, number in numbers_of(indicator, counts_of(row)).items()},
            "why": row.reason,
        }


def _words(key: str, near: list[str]) -> Iterator[Line]:
    """Each comment, with the one it replaced."""
    query = select(Comment).where(Comment.commitment_key == key, Comment.unit_key.in_(near)).order_by(Comment.id)
    said: dict[tuple[str, str], str] = {}
    for row in db.session.execute(query).scalars():
        place = (row.period_key, row.unit_key)
        yield {
            "at": row.written_at.isoformat(),
            "by": row.written_by,
            "what": "comment:write",
            "place": {"period": row.period_key, "unit": row.unit_key},
            "before": {"text": said.get(place)},
            "after": {"text": row.text},
        }
        said[place] = row.text


def _charts(keys: list[str], near: list[str]) -> Iterator[Line]:
    query = select(Rebase).where(Rebase.indicator_key.in_(keys), Rebase.unit_key.in_(near))
    for row in db.session.execute(query.order_by(Rebase.id)).scalars():
        yield {
            "at": row.at.isoformat(),
            "by": row.by,
            "what": "chart:lift" if row.is_lifted else "chart:rebase",
            "place": {"indicator": row.indicator_key, "period": row.period_key, "unit": row.unit_key},
            "why": row.reason,
        }


def _actions(key: str, near: list[str]) -> Iterator[Line]:
    """Actions as they were planned, and each step since."""
    query = select(Action).where(Action.commitment_key == key, Action.unit_key.in_(near)).order_by(Action.id)
    planned = {row.id: row for row in db.session.execute(query).scalars()}
    for row in planned.values():
        after = {"what": row.what, "owner": row.owner, "due": row.due_on.isoformat()}
        place: Place = {"action": row.id, "period": row.period_key, "unit": row.unit_key}
        at = row.planned_at.isoformat()
        yield {"at": at, "by": row.planned_by, "what": "action:plan", "place": place, "after": after}
    steps = select(ActionStep).where(ActionStep.action_id.in_(planned)).order_by(ActionStep.id)
    for step in db.session.execute(steps).scalars() if planned else ():
        told = {"owner": step.owner, "due": step.due_on, "done": step.done_on}
        yield {
            "at": step.at.isoformat(),
            "by": step.by,
            "what": f"action:{step.kind}",
            "place": {"action": step.action_id, "unit": planned[step.action_id].unit_key},
            "after": {name: str(value) for name, value in told.items() if value is not None},
            "why": step.text,
        }


def _audited(key: str, keys: list[str]) -> Iterator[Line]:
    """What only the audit log says: decisions on the class, checks waived."""
    of_checks = [AuditEntry.subject.startswith(f"{one} ", autoescape=True) for one in keys]
    query = select(AuditEntry).where(AuditEntry.action.in_(AUDITED), or_(AuditEntry.subject == key, *of_checks))
    for row in db.session.execute(query.order_by(AuditEntry.id.desc()).limit(SHOWN)).scalars():
        after = dict(row.after or {})
        why = after.pop("reason", None)
        yield {
            "at": row.at.isoformat(),
            "by": row.actor,
            "what": row.action,
            "place": Place() if row.subject == key else _of_check(row.subject),
            "before": row.before,
            "after": after,
            "why": why,
        }


def _of_check(subject: str) -> Place:
    """`indicator period`, as the audit log names a check."""
    indicator, period = subject.split(" ")[:2]
    return {"indicator": indicator, "period": period}
