"""The outbox: what is to be sent is written in the transaction of its cause; what failed is shown and sent again.

A row holds the facts, not the words: a mail is written in words when it leaves, in the reader's language of that
moment, so that no fault of a template can undo the figure that caused it. See services/post/sending.py for the leaving.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import case, func, select, update

from charter.domain.alerts.mail_hours import GIVEN_UP, Channel, PostState
from charter.domain.alerts.webhook import FIRST, Target
from charter.domain.vocabulary.errors import Conflict, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.records import audit_log, leases
from charter.services.records.transactions import insert_new, rows_changed, transaction

PROGRAM = FIRST
"""The recipient of what programs are told: the one that the plain settings name; others have rows of their own."""

SHOWN = 100
OVER = (*GIVEN_UP, PostState.OFF, PostState.DROPPED)
TURNS = {PostState.FAILED: 0, PostState.REFUSED: 0, PostState.SENDING: 1, PostState.WAITING: 1, PostState.OFF: 2,
         PostState.DROPPED: 2}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What is to leave: why, to whom, how, and the facts that its template prints."""

    cause: str
    recipient: str
    channel: Channel
    template: str
    params: Mapping[str, Any]
    person_id: int | None = None


def post_mail(cause: str, person: Person, template: str, params: Mapping[str, Any], now: datetime) -> bool:
    """Have a person written to, within the caller's transaction; True if this cause had not yet written to them.

    `cause` names what happened, as `alert 12 opened`: the same cause writes to the same person once, however often it
    is said. `template` is a mail of templates/mail, `params` its facts as JSON: texts as {"fr": …, "en": …}.
    When it leaves is asked of its reader's hours, then.
    """
    return _write(Message(cause, person.email, Channel.MAIL, template, params, person.id), now)


def post_letter(cause: str, email: str, template: str, params: Mapping[str, Any], now: datetime) -> bool:
    """Have an address written to that need not be an account's, within the caller's transaction; as `post_mail`.

    `params` bring the language and the time zone; `edition_file` is the number of the PDF that goes with it.
    """
    return _write(Message(cause, email, Channel.MAIL, template, params), now)


def post_webhook(cause: str, event: str, facts: Mapping[str, Any], now: datetime) -> bool:
    """Have programs told, within the caller's transaction; True if they had not been told of this cause.

    Each has a row of its own, so that one that fails holds up no other.
    """
    for target in _targets:
        if target.key != PROGRAM and target.is_told(event):
            post_to(target.key, cause, event, facts, now)
    return post_to(PROGRAM, cause, event, facts, now)


_targets: list[Target] = []
"""The programs that this process knows of, besides the one of the plain settings."""


def use_targets(targets: Sequence[Target]) -> None:
    """From now on these programs are told, too."""
    _targets[:] = targets


def post_to(program: str, cause: str, event: str, facts: Mapping[str, Any], now: datetime) -> bool:
    """Have one program told, as `post_webhook`."""
    return _write(Message(cause, program, Channel.WEBHOOK, event, facts), now)


def _write(message: Message, now: datetime) -> bool:
    row = {
        **vars(message),
        "params": dict(message.params),
        "message_id": _message_id(message.cause, message.recipient, message.channel),
        "state": PostState.WAITING,
        "tries": 0,
        "next_try_at": now,
        "written_at": now,
    }
    return db.session.execute(insert_new(Post, row).returning(Post.id)).scalar() is not None


def _message_id(cause: str, recipient: str, channel: str) -> str:
    """The same for every try, so that a mailbox or a program that gets it twice can tell."""
    return hashlib.sha256("\n".join((cause, recipient, channel)).encode()).hexdigest()[:32]


class PostLine(TypedDict):
    """A mail or webhook: to whom, why, how far it came."""

    id: int
    cause: str
    recipient: str
    channel: str
    template: str
    state: str
    tries: int
    note: str | None
    said: Mapping[str, Any] | None
    written_at: str
    sent_at: str | None
    next_try_at: str | None
    is_held: bool
    may_be_sent_again: bool


class OutboxCounts(TypedDict):
    """How many wait, since when, how many were tried in vain and how many were given up."""

    waiting: int
    tried: int
    failed: int
    oldest_waiting_since: datetime | None


class Posts(TypedDict):
    """What has not left, what left last, and how many of each."""

    waiting: list[PostLine]
    sent: list[PostLine]
    counts: OutboxCounts


def posts(actor: Actor, now: datetime) -> Posts:
    """What has not left, failures first, then what left last. What no program was to be told of is left out."""
    require(actor, Permission.READ_AUDIT)
    is_told = (Post.channel == Channel.MAIL) | (Post.state != PostState.OFF)
    turn = case(TURNS, value=Post.state)
    query = select(Post).where(is_told).limit(SHOWN)
    waiting = query.where(Post.state != PostState.SENT).order_by(turn, Post.next_try_at, Post.id)
    sent = query.where(Post.state == PostState.SENT).order_by(Post.sent_at.desc(), Post.id.desc())
    return {
        "waiting": [_line(row, now) for row in db.session.execute(waiting).scalars()],
        "sent": [_line(row, now) for row in db.session.execute(sent).scalars()],
        "counts": outbox_counts(now),
    }


def _line(row: Post, now: datetime) -> PostLine:
    is_to_come = row.state == PostState.WAITING and row.next_try_at > now
    return {
        "id": row.id,
        "cause": row.cause,
        "recipient": row.recipient,
        "channel": row.channel,
        "template": row.template,
        "state": row.state,
        "tries": row.tries,
        "note": row.note,
        "said": row.said,
        "written_at": row.written_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "next_try_at": row.next_try_at.isoformat() if is_to_come else None,
        "is_held": is_to_come and row.tries == 0,
        "may_be_sent_again": row.state in OVER,
    }


def outbox_counts(now: datetime) -> OutboxCounts:
    """For those who watch: how many wait since when, and how many were given up."""
    due = Post.state.in_((PostState.WAITING, PostState.SENDING)) & leases.has_come(Post, now)
    oldest = select(func.min(Post.written_at)).where(Post.state.in_((PostState.WAITING, PostState.SENDING)))
    return {
        "waiting": db.session.execute(select(func.count()).where(due)).scalar_one(),
        "tried": db.session.execute(
            select(func.count()).where(Post.state == PostState.WAITING, Post.tries > 0)
        ).scalar_one(),
        "failed": db.session.execute(select(func.count()).where(Post.state.in_(GIVEN_UP))).scalar_one(),
        "oldest_waiting_since": db.session.execute(oldest.where(Post.tries > 0)).scalar_one_or_none(),
    }


def send_again(actor: Actor, now: datetime, post_id: int) -> None:
    """Let what was given up leave once more, with its tries counted anew.

    Raises NotAllowed, NotFound, Conflict (it is on its way, or has left).
    """
    require(actor, Permission.SEND_AGAIN)
    with transaction():
        row = db.session.get(Post, post_id)
        if row is None:
            raise NotFound("There is no such mail.")
        again = update(Post).where(Post.id == post_id, Post.state.in_(OVER))
        if rows_changed(again.values(state=PostState.WAITING, tries=0, next_try_at=now, note=None, said=None)) != 1:
            raise Conflict("This mail has left, or is on its way: it is not sent twice.")
        facts = {"cause": row.cause, "note": row.note, "state": row.state}
        audit_log.record(
            actor, now, "post:again", f"{row.channel} {row.recipient}", before=facts, after={"state": "waiting"}
        )


def try_post(actor: Actor, now: datetime, email: str) -> None:
    """Write a trial mail to an account, and tell the program that this is a trial. Raises NotFound."""
    require(actor, Permission.SEND_AGAIN)
    with transaction():
        person = db.session.execute(select(Person).where(Person.email == email.strip().lower())).scalar_one_or_none()
        if person is None:
            raise NotFound("There is no account for %(email)s.", email=email)
        cause = f"trial {now.isoformat()}"
        post_mail(cause, person, "trial", {}, now)
        post_webhook(cause, "trial", {"at": now.isoformat()}, now)
        audit_log.record(actor, now, "post:try", person.email)
