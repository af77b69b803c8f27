"""How far a month is, in one value, and so what comes next: frozen, approved, printed, sent.

What was sent is asked of the post, never of what was meant to be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from sqlalchemy import select

from charter.domain.alerts.mail_hours import GIVEN_UP, PostState
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import JobState
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.charters.versions import history
from charter.services.reports.distribution import Delivery
from charter.services.reports.pages import MonthPage
from charter.services.reports.snapshots import due_at

PRINTING = ("make-editions", "publish-erratum")
"""The long work that prints an edition and has it sent."""

LOOKED_AT = 40


class Stage(TypedDict):
    """Where a month stands. `step`: open, draft, printing, unprinted, listless, unsent, sending, sent.

    Of the newest edition: to how many addresses mails were written (`mails`), how many of them the mail server took
    (`sent`), wait, were given up, or never left because no mail server was set up (`off`). `job`: the work that prints.
    """

    step: str
    freezes_at: str
    silent: int
    number: int
    mails: int
    sent: int
    waiting: int
    given_up: int
    off: int
    job: int | None


def stage_of(month: MonthPage, log: Sequence[Delivery]) -> Stage:
    """One line of the month's page: what holds now, by its editions, its work and its post."""
    period = parse_period(month["period"])
    number = month["editions"][0]["number"] if month["editions"] else 0
    newest: dict[str, str] = {}
    for row in log:
        if row["number"] == number:
            newest.setdefault(row["recipient"], row["state"])
    states = list(newest.values())
    job, is_open = _work(month["period"])
    return {
        "step": _step(month, states, is_printing=is_open),
        "freezes_at": due_at(history().on(period.start), period).isoformat(),
        "silent": len(month.get("wanting", ())),
        "number": number,
        "mails": len(states),
        "sent": states.count(PostState.SENT),
        "waiting": states.count(PostState.WAITING) + states.count(PostState.SENDING),
        "given_up": sum(states.count(one) for one in (*GIVEN_UP, PostState.DROPPED)),
        "off": states.count(PostState.OFF),
        "job": job,
    }


def _step(month: MonthPage, states: Sequence[str], *, is_printing: bool) -> str:
    if month["state"] in ("open", "draft"):
        return month["state"]
    if is_printing:
        return "printing"
    if month["state"] == "approved":
        return "unprinted"
    if not states:
        return "unsent" if month.get("recipients") else "listless"
    is_over = not any(one in (PostState.WAITING, PostState.SENDING) for one in states)
    return "sent" if is_over else "sending"


def _work(period: str) -> tuple[int | None, bool]:
    """The newest work that prints this month, and whether it still goes on."""
    newest = select(Job).where(Job.kind.in_(PRINTING)).order_by(Job.id.desc()).limit(LOOKED_AT)
    found: list[Any] = [one for one in db.session.execute(newest).scalars() if one.arguments.get("period") == period]
    if not found:
        return None, False
    return found[0].id, found[0].state in (JobState.WAITING, JobState.RUNNING)
