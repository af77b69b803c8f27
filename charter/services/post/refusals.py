"""An address that a mail server does not take: an administrator is told by another way than that address.

By mail to their own addresses, by the webhook, and on the desk and `/accounts`; once, until it takes mail again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.alerts.mail_hours import Channel, PostState
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.people.owners import stand_ins
from charter.services.people.reach import ENDED, refused_posts
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail, post_webhook


def tell_refused(post: Post, why: Sentence, now: datetime) -> None:
    """Have the administrators told that a mail was refused, within the caller's transaction; nothing where it was
    known already."""
    if _was_known(post):
        return
    cause = f"address refused {post.id}"
    person = _holder(post.recipient)
    refused = refused_posts()
    facts = {"email": post.recipient, "account": person.name if person else None, **columns_of(why, "note")}
    post_webhook(cause, "address:refused", facts | {"at": now.isoformat()}, now)
    for administrator in administrators(but={*refused, post.recipient}):
        post_mail(cause, administrator, "address_refused", facts, now)


def _was_known(post: Post) -> bool:
    """Whether the mail before it to the same address was refused too."""
    earlier = (Post.recipient == post.recipient) & (Post.id != post.id) & (Post.channel == Channel.MAIL)
    newest = select(Post.state).where(earlier, Post.state.in_(ENDED), Post.id < post.id).order_by(Post.id.desc())
    return db.session.execute(newest.limit(1)).scalar_one_or_none() == PostState.REFUSED


def _holder(email: str) -> Person | None:
    return db.session.execute(select(Person).where(Person.email == email.lower())).scalar_one_or_none()


def administrators(but: Collection[str] = ()) -> Sequence[Person]:
    """Who holds the accounts: the administrators, else those who see the whole; `but`: addresses that take no mail."""
    query = select(Person).where(Person.is_active, Person.role == Role.ADMIN.value).order_by(Person.id)
    found = [one for one in db.session.execute(query).scalars() if one.email not in but]
    return found or [one for one in stand_ins() if one.email not in but]


def _compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """Nothing where the address takes mail again or is nobody's any more, or who reads holds the accounts no more."""
    refused = refused_posts()
    is_theirs = any(one.id == person.id for one in administrators(but=refused.keys() - {person.email}))
    return params if is_theirs and params["email"] in refused else None


register_mails({"address_refused": MailKind(_compose)})
