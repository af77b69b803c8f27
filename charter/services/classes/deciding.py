"""A person decides a commitment's class: confirms what the evidence suggests, or overrides it, with a reason.

Decisions are only ever added. Each holds from the first day of a month on, this month at the earliest: a month that
has ended keeps the class it had.

Reminders: a class whose evidence or decision comes to its term is told once to those who decide classes.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from charter.domain.classes.classification import Decided
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import Period, add_months, period_at
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CommitmentClass, PeriodKind, Permission
from charter.models.base import db
from charter.models.classes import ClassDecision
from charter.services.charters.versions import find_commitment, history
from charter.services.classes.current import classify
from charter.services.classes.known_evidence import known_evidence
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

MONTHS_AHEAD = 3
LONGEST_REASON = 2000
EVIDENCE = "evidence"
"""What is decided when the commitment is given back to its evidence."""


def decide_class(
    actor: Actor, now: datetime, *, commitment: str, decided: str, because: str, month: str | None = None
) -> None:
    """The class that holds from the first day of that month on (this month, unless a later one is named).

    `decided` is a class, or `evidence`: nobody decides any more. Raises NotAllowed, NotFound, Invalid (class, reason,
    month), Conflict (it is decided so already).
    """
    require(actor, Permission.DECIDE_CLASS)
    version = history().current
    _, one = find_commitment(version, commitment)
    head = version.charter.charter
    today = now.astimezone(ZoneInfo(head.timezone)).date()
    class_, reason = _class(decided), _reason(because)
    start = _start(month, today)
    with transaction():
        audit_log.hold()
        known = known_evidence()
        classed = classify(one, head, today, known)
        before = known.decision(commitment, start)
        _refuse_again(commitment, before, class_, reason)
        db.session.add(
            ClassDecision(
                commitment_key=commitment,
                class_=class_.value if class_ else None,
                because=reason,
                valid_from=start,
                origin="page",
                suggested=classed.suggestion.class_.value,
                strength=classed.suggestion.strength.value,
                disagreements=classed.suggestion.warnings,
                decided_by=actor.name,
                decided_on=today,
                recorded_at=now,
                recorded_by=actor.name,
            )
        )
        facts = {"class": decided, "from": start.isoformat(), "because": reason}
        facts["suggested"] = classed.suggestion.class_.value
        audit_log.record(actor, now, "class:decide", commitment, before=_held(before), after=facts)


def _held(before: Decided | None) -> dict[str, str | None]:
    return {"class": before.class_.value if before and before.class_ else None}


def _refuse_again(commitment: str, before: Decided | None, class_: CommitmentClass | None, reason: str) -> None:
    if (before.class_ if before else None, before.because if before else "") == (class_, reason):
        raise Conflict(
            "%(commitment)s is decided so already, for the same reason: nothing was written.", commitment=commitment
        )
    if before is None and class_ is None:
        raise Conflict(
            "Nobody has decided the class of %(commitment)s: its evidence speaks already.", commitment=commitment
        )


def months_to_choose(today: date) -> list[str]:
    """From which months a decision may hold: this one and the next."""
    return [month.key for month in _months(today)]


def _months(today: date) -> list[Period]:
    this = period_at(PeriodKind.MONTH, today)
    return [period_at(PeriodKind.MONTH, add_months(this.start, ahead)) for ahead in range(MONTHS_AHEAD + 1)]


def _class(decided: str) -> CommitmentClass | None:
    if decided == EVIDENCE:
        return None
    try:
        return CommitmentClass(decided)
    except ValueError:
        classes = list(CommitmentClass)
        if not decided:
            raise Invalid("Nothing is no class: choose %(classes)s or evidence.", "decided", classes=classes) from None
        raise Invalid(
            "%(decided)s is no class: choose %(classes)s or evidence.", "decided", decided=decided, classes=classes
        ) from None


def _reason(because: str) -> str:
    reason = because.strip()
    if not reason:
        raise Invalid("A class is decided with a reason: say why, in one sentence.", "because")
    if len(reason) > LONGEST_REASON:
        raise Invalid("The reason is too long: at most %(most)s characters.", "because", most=LONGEST_REASON)
    return reason


def _start(month: str | None, today: date) -> date:
    choice = _months(today)
    if month is None or not month.strip():
        return choice[0].start
    chosen = next((one for one in choice if one.key == month), None)
    if chosen is None:
        raise Invalid(
            "A decision holds from %(first)s or later, %(last)s at the latest, "
            "not from %(month)s: an ended month keeps its class.",
            "month",
            first=choice[0],
            last=choice[-1],
            month=month,
        )
    return chosen.start
