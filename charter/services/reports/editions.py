"""Approving a month: the draft becomes an edition. After that only an erratum changes it, as a further edition.

An edition as one document: figures, comments, actions, approval; and the part that one unit's report prints.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.actions.action_rules import LONGEST_REASON, written
from charter.domain.reports.errata import Side, changed_words, differences
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.people import Person
from charter.models.records import Snapshot
from charter.models.reports import Edition
from charter.services.actions.comments import uncommented
from charter.services.actions.view import remedies_of
from charter.services.charters.versions import History, history
from charter.services.people.following import told_of
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail, post_webhook
from charter.services.readings.recount import Measurable, require_measured
from charter.services.records import audit_log
from charter.services.records.sealing import canonical_json, seal
from charter.services.records.transactions import transaction
from charter.services.reports.figures import Progress, compose, shown_from
from charter.services.reports.parts import Figures, PartedFigures, edition_of, figures_in, keep
from charter.services.reports.snapshots import ended_month, find_snapshot, last_run

SCHEMA = 1
Json = dict[str, Any]


def newest_edition(period: str, number: int | None = None) -> Edition | None:
    """The newest edition of a month, or the one of that number, with its documents."""
    query = select(Edition).where(Edition.period_key == period).order_by(Edition.number.desc()).limit(1)
    if number is not None:
        query = query.where(Edition.number == number)
    query = query.options(undefer(Edition.document), undefer(Edition.figures))
    return db.session.execute(query).scalar_one_or_none()


def words_and_actions(found: History, figures: Figures, now: datetime) -> Json:
    """The comments and actions of the month as they stand, for an edition or a draft of it."""
    return dict(remedies_of(found, figures.index["period"], list(figures.index["units"]), now))


def figures_of(edition: Edition) -> tuple[Figures, str]:
    """The figures that an edition prints, and their hash: those of the sealed month, or its own."""
    if edition.figures is not None:
        return figures_in(edition.figures), figures_hash(edition.figures)
    sealed = db.session.get_one(Snapshot, edition.snapshot_id)
    return figures_in(sealed.document), sealed.sha256


def figures_hash(figures: str) -> str:
    """The hash of figures that an edition brings of its own."""
    return seal(figures, audit_log.GENESIS)


def printed(edition: Edition, unit: str | None) -> Json:
    """What the report of one unit prints of an edition. Raises NotFound for an unknown unit."""
    return printer(edition)(unit)


def printer(edition: Edition, units: Collection[str] = ()) -> Callable[[str | None], Json]:
    """As `printed`, for many units of one edition; those in `units` are read here, and need no database then."""
    figures, sha256 = figures_of(edition)
    if units and isinstance(figures, PartedFigures):
        figures = figures.at_hand(units)
    document, own = json.loads(edition.document), edition.sha256

    def of(unit: str | None) -> Json:
        return edition_of(figures, sha256, unit) | {"edition": of_unit(document, figures.index, unit) | {"sha256": own}}

    return of


def printed_draft(found: History, figures: Figures, sha256: str | None, unit: str | None, now: datetime) -> Json:
    """The same for a month that nobody has approved: marked as a draft, sealed or not."""
    words = words_and_actions(found, figures, now) | {"approval": None, "erratum": None, "number": None}
    part = edition_of(figures, sha256, unit) | {"draft": True}
    made: Json = json.loads(canonical_json(part | {"edition": of_unit(words, figures.index, unit) | {"sha256": None}}))
    return made


def of_unit(document: Mapping[str, Any], index: Mapping[str, Any], unit: str | None) -> Json:
    """Comments and actions of a unit and of those beneath it, with approval and erratum."""
    near = _under(index["units"], unit or index["root"])
    differences = (document["erratum"] or {}).get("differences", ())
    erratum = document["erratum"] and document["erratum"] | {
        "differences": [one for one in differences if one["unit"] in near]
    }
    return {
        "number": document["number"],
        "comments": [one for one in document["comments"] if one["unit"] in near],
        "actions": [one for one in document["actions"] if one["unit"] in near],
        "approval": document["approval"],
        "erratum": erratum,
    }


def _under(units: Mapping[str, Any], unit: str) -> set[str]:
    """A unit and all beneath it, by the parents that the figures name."""
    near = {unit}
    while True:
        more = {key for key, one in units.items() if one["parent"] in near} - near
        if not more:
            return near
        near |= more


def sealed_figures(period: str) -> tuple[Snapshot, Figures] | None:
    """The sealed month with its figures; None where it is not sealed."""
    sealed = find_snapshot(period)
    return None if sealed is None else (sealed, figures_in(sealed.document))


NEEDS_REASON = Sentence("An approval says in a sentence what it rests on: write the reason.")
NEEDS_WHY = Sentence("An erratum says why the month is corrected: write the reason.")


class Sealed(NamedTuple):
    """What an edition publishes: the seal of the month, and its own figures where they differ from the sealed ones."""

    snapshot_id: int
    period: str
    figures_sha256: str
    figures: str | None


def approve_month(
    actor: Actor, now: datetime, *, period: str, reason: str, without_comment: Mapping[str, str] | None = None
) -> Edition:
    """Approve the sealed month: figures, comments and actions as they stand become its first edition.

    `without_comment` says, for each missed commitment that nobody has commented, why it is approved all the same.
    Raises NotAllowed, Conflict (not sealed, approved already), Invalid (no reason; a miss without comment or why).
    """
    require(actor, Permission.APPROVE_REPORT)
    found = history()
    month = ended_month(found, period, now)
    sealed = sealed_figures(month.key)
    if sealed is None:
        raise Conflict(
            "The month %(period)s is not frozen yet: its figures are frozen before it is approved.", period=month
        )
    snapshot, figures = sealed
    words = words_and_actions(found, figures, now)
    approval = {
        "by": actor.name,
        "at": now.isoformat(),
        "reason": written(reason, "reason", LONGEST_REASON, needed=NEEDS_REASON),
        "without_comment": _excused(figures, words, without_comment or {}),
    }
    with transaction():
        audit_log.hold()
        if newest_edition(month.key) is not None:
            raise Conflict("The month %(period)s is approved already: a later change is an erratum.", period=month)
        document = words | {"number": 1, "approval": approval, "erratum": None}
        return _publish(actor, now, Sealed(snapshot.id, month.key, snapshot.sha256, None), document)


def _excused(figures: Figures, words: Json, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Why misses without a comment are approved all the same. Raises Invalid naming all of which nothing is said."""
    root = figures.index["root"]
    views = figures.unit(root)["overview"]["commitments"]
    silent = uncommented(views, words["comments"], root)
    unsaid = [view for view in views if view["key"] in silent and not given.get(view["key"], "").strip()]
    if len(unsaid) == 1:
        raise Invalid(
            "No. %(number)s is missed and nobody has said why: ask for a comment, "
            "or say why the month is approved without one.",
            f"why-{unsaid[0]['key']}",
            number=unsaid[0]["number"],
        )
    if unsaid:
        raise Invalid(
            "%(count)s promises are missed and nobody has said why: ask for comments, or say for each why the month is "
            "approved without one. Numbers: %(numbers)s.",
            f"why-{unsaid[0]['key']}",
            count=len(unsaid),
            numbers=", ".join(str(view["number"]) for view in unsaid),
        )
    return [{"commitment": key, "why": written(given[key], f"why-{key}", LONGEST_REASON)} for key in silent]


def publish_erratum(
    actor: Actor, now: datetime, *, period: str, reason: str, progress: Progress | None = None
) -> Edition:
    """Correct a published month: its figures and words as they stand now become the next edition, with what differs.

    The editions before stay as they are. Raises NotAllowed, Conflict (nothing published, nothing differs), Invalid.
    """
    require(actor, Permission.APPROVE_REPORT)
    found = history()
    month = ended_month(found, period, now)
    why = written(reason, "reason", LONGEST_REASON, needed=NEEDS_WHY)
    before = newest_edition(month.key)
    if before is None:
        raise Conflict("The month %(period)s has no edition yet: there is nothing to correct.", period=month)
    old, sha256 = figures_of(before)
    last = last_run()
    require_measured(found, Measurable(shown_from(month), month.end, now), progress=progress)
    made = compose(found, month, now, progress=progress)
    words = words_and_actions(found, made.figures, now)
    said = changed_words(json.loads(before.document)["comments"], words["comments"])
    found_differences = differences(side_of(old), side_of(made.figures))
    if not found_differences and not said:
        raise Conflict(
            "Nothing differs from edition %(number)s of %(period)s: there is nothing to correct.",
            number=before.number,
            period=month,
        )
    with transaction():
        audit_log.hold()
        head = {"draft": False, "frozen_at": now.isoformat(), "audit_head": audit_log.head()}
        figures = canonical_json(made.index | head) if found_differences else before.figures
        if found_differences:
            keep(made.parts)
        sha256 = sha256 if figures is None else figures_hash(figures)
        signed = {"by": actor.name, "at": now.isoformat(), "reason": why}
        erratum = signed | {"of": before.number, "differences": found_differences, "comments": said}
        approval: dict[str, Any] = signed | {"without_comment": []}
        document = words | {"number": before.number + 1, "approval": approval, "erratum": erratum}
        _refuse_overtaken(before, last, month)
        return _publish(actor, now, Sealed(before.snapshot_id, month.key, sha256, figures), document)


def side_of(figures: Figures) -> Side:
    """Figures as an erratum compares them, unit by unit."""
    there = set(figures.units())
    names = {key: unit["name"] for key, unit in figures.index["units"].items()}
    return Side(figures.index["root"], names, lambda key: figures.unit(key)["overview"] if key in there else None)


def _refuse_overtaken(before: Edition, last: int, month: Period) -> None:
    """Raises Conflict where a check or another erratum was recorded while this one was put together."""
    if last_run() != last:
        raise Conflict(
            "Checks were recorded all the while %(period)s was put together: correct it again.", period=month
        )
    if newest_edition(month.key) is not before:
        raise Conflict("Another erratum of %(period)s was published meanwhile: look at it first.", period=month)


def _tell_readers(row: Edition, is_erratum: bool, now: datetime) -> None:
    """Have those told who asked to be told when a month is approved."""
    facts = {"period": row.period_key, "edition": row.number, "by": row.approved_by, "is_erratum": is_erratum}
    for person in told_of("approvals"):
        post_mail(f"edition {row.period_key} {row.number}", person, "month_approved", facts, now)


def _compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What is told of an approved month; nothing to who may not know any more, or has asked not to be told."""
    return params if any(one.id == person.id for one in told_of("approvals")) else None


def _publish(actor: Actor, now: datetime, what: Sealed, document: dict[str, Any]) -> Edition:
    """The edition chained to the one published before it, within the caller's transaction."""
    head = {
        "schema": SCHEMA,
        "period": what.period,
        "figures_sha256": what.figures_sha256,
        "audit_head": audit_log.head(),
    }
    text = canonical_json(document | head)
    query = select(Edition.sha256).order_by(Edition.id.desc()).limit(1)
    previous = db.session.execute(query).scalar_one_or_none() or audit_log.GENESIS
    row = Edition(
        period_key=what.period,
        number=document["number"],
        snapshot_id=what.snapshot_id,
        figures=what.figures,
        document=text,
        sha256=seal(text, previous),
        previous_sha256=previous,
        approved_at=now,
        approved_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    verb = "month:approve" if row.number == 1 else "month:correct"
    facts = {"sha256": row.sha256, "number": row.number, "reason": document["approval"]["reason"]}
    audit_log.record(actor, now, verb, f"{what.period} edition {row.number}", after=facts)
    told = {"period": what.period, "number": row.number, "sha256": row.sha256, "at": now.isoformat()}
    event = "month:approved" if row.number == 1 else "month:corrected"
    post_webhook(f"edition {what.period} {row.number}", event, told, now)
    _tell_readers(row, document["erratum"] is not None, now)
    return row


register_mails({"month_approved": MailKind(_compose)})
