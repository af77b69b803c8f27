"""What leaves: each sending is claimed by one process, sent outside any transaction, and settled.

A sending whose process died is taken over when its lease ends. SMTP cannot undo: a process that dies between the
server's yes and the note of it here sends once more, with the same Message-ID, by which most mailboxes show one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from charter.domain.alerts.mail_hours import LEASE, Channel, PostState, next_sending
from charter.domain.checks.deadlines import horizon
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.jobs import Post
from charter.post.refusals import NotSent
from charter.post.settings import Office
from charter.post.smtp import Mailer
from charter.services.post.mail import MAILS, NothingLeft, Quiet, Send, by_mail
from charter.services.post.programs import by_webhook
from charter.services.post.refusals import tell_refused
from charter.services.records import leases
from charter.services.records.leases import Held
from charter.services.records.transactions import rows_changed, transaction

logger = logging.getLogger(__name__)


@dataclass
class Delivery:
    """What one round did."""

    sent: int = 0
    refused: int = 0
    off: int = 0


def deliver(actor: Actor, now: datetime, office: Office, *, clock: Callable[[], datetime] | None = None) -> Delivery:
    """Send everything whose time has come; any number of processes may do this at once.

    `clock` is asked at each sending, because a round may take minutes; without it the round happens at `now`.
    """
    require(actor, Permission.SEND_AGAIN)
    time, done = clock or (lambda: now), Delivery()
    with ExitStack() as stack:
        if office.mail is not None:
            _send_all(Channel.MAIL, by_mail(office, stack.enter_context(Mailer(office.mail))), time, done)
        else:
            done.off += _switch_off(Post.channel == Channel.MAIL, "SMTP_HOST", now)
        for target in office.targets:
            _send_all(Channel.WEBHOOK, by_webhook(office, target), time, done, target.key)
        others = and_(Post.channel == Channel.WEBHOOK, Post.recipient.not_in([one.key for one in office.targets]))
        done.off += _switch_off(others, "WEBHOOK_URL", now)
    return done


def _send_all(
    channel: Channel, send: Send, time: Callable[[], datetime], done: Delivery, recipient: str | None = None
) -> None:
    """One after the other, until none is left or the channel (of programs: this one) is itself at fault."""
    while (held := claim_next(channel, time(), recipient)) is not None:
        post = _read(held)
        try:
            refusal = _tried(send, post, time())
        except (Quiet, NothingLeft) as held_back:
            _put_by(held, post, held_back, time())
            continue
        if not _settle(held, post, refusal, time()):
            logger.warning("the claim on sending %s was lost; it may be sent twice", post.id)
        done.sent += refusal is None
        done.refused += refusal is not None
        if refusal is not None:
            logger.warning("sending %s (%s): %s", post.id, post.cause, refusal)
            if refusal.is_everyones:
                return


def claim_next(channel: Channel, now: datetime, recipient: str | None = None) -> Held | None:
    """A sending that this process alone holds; those put off longest ago come first, so that none is starved."""
    mine = and_(Post.channel == channel, leases.is_due(Post, PostState.WAITING, now))
    if recipient is not None:
        mine = and_(mine, Post.recipient == recipient)
    longest = select(Post.id, Post.state).order_by(Post.next_try_at, Post.id)
    with transaction():
        found = leases.take_first(Post, longest, mine, lambda row: now + LEASE)
    return found[1] if found else None


def _read(held: Held) -> Post:
    """The facts of a sending, without a transaction that would stay open while it leaves."""
    post = db.session.get_one(Post, held.id, populate_existing=True)
    db.session.expunge(post)
    db.session.rollback()
    return post


def _tried(send: Send, post: Post, at: datetime) -> NotSent | None:
    try:
        send(post, at)
    except (Quiet, NothingLeft):
        raise
    except NotSent as refusal:
        return refusal
    except Exception as error:
        logger.exception("sending %s could not be written", post.id)
        kind = type(error).__name__
        sentence = Sentence("It could not be put in words (%(kind)s): tell your Promesse administrator.", kind=kind)
        return NotSent(sentence)
    finally:
        db.session.rollback()
    return None


def _settle(held: Held, post: Post, refusal: NotSent | None, now: datetime) -> bool:
    """Note what became of it, only if the claim still holds; and tell whose mail it is."""
    state = PostState.SENT
    changes: dict[str, object] = {"sent_at": now, "note": None, "said": None}
    if refusal is not None:
        again = None if refusal.is_final else next_sending(post.tries, now)
        given_up = PostState.REFUSED if refusal.is_address else PostState.FAILED
        state = given_up if again is None else PostState.WAITING
        changes = {"next_try_at": again or now, **columns_of(refusal.sentence, "note")}
    with transaction():
        if not leases.settle(held, state=state, **changes):
            return False
        if refusal is not None and state is PostState.REFUSED:
            tell_refused(post, refusal.sentence, now)
        if post.channel == Channel.MAIL and post.template in MAILS:
            MAILS[post.template].became(post.params, state, now)
    return True


def _put_by(held: Held, post: Post, why: Quiet | NothingLeft, now: datetime) -> None:
    """What waits for the end of quiet hours has not been tried; what has nothing left to say is over."""
    with transaction():
        if isinstance(why, Quiet):
            # What waits for longer than anything may is looked at again before that, or it would come back at once.
            leases.give_back([held], state=PostState.WAITING, next_try_at=min(why.until, horizon(now)))
        else:
            note = columns_of(Sentence("Nothing is left of it that its reader may know."), "note")
            if leases.settle(held, state=PostState.DROPPED, next_try_at=now, **note) and post.template in MAILS:
                MAILS[post.template].became(post.params, PostState.DROPPED, now)


def _switch_off(those: ColumnElement[bool], setting: str, now: datetime) -> int:
    """What would leave by a way that is not set up is not kept for later: old news would surprise."""
    note = columns_of(Sentence("Nothing was sent: %(setting)s is not set.", setting=setting), "note")
    with transaction():
        waiting = update(Post).where(those, leases.is_due(Post, PostState.WAITING, now))
        return rows_changed(waiting.values(state=PostState.OFF, lease_token=None, lease_until=None, **note))
