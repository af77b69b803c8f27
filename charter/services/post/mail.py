"""What a mail says, to whom, in which language and hours: asked when it leaves, not when it was written.

Rooms to the right say what they know of their mails by `register_mails`; what goes with one is the PDF that its facts
name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.alerts.mail_hours import MailHours, PostState, last_digest, next_digest, quiet_until
from charter.domain.vocabulary.errors import Sentence
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.models.reports import EditionFile
from charter.post.links import signed
from charter.post.refusals import NotSent
from charter.post.settings import Office
from charter.post.smtp import Enclosure, Letter, Mailer
from charter.post.templates import write_mail
from charter.services.charters.versions import history_or_none
from charter.services.people.owners import contact_of, hours_of, zone_of

Send = Callable[[Post, datetime], None]


def enclosures_of(params: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """The PDF of `edition_file`, by its `file_name`; none where the facts name none. Raises NotSent."""
    number = params.get("edition_file")
    if number is None:
        return ()
    query = select(EditionFile).where(EditionFile.id == number).options(undefer(EditionFile.content))
    file = db.session.execute(query).scalar_one_or_none()
    if file is None:
        sentence = Sentence("The PDF that goes with it is not there any more.")
        raise NotSent(sentence, is_final=True)
    return (Enclosure(params["file_name"], file.content),)


@dataclass(frozen=True)
class MailKind:
    """A mail of which a room knows more than its facts. `compose` gives what it says as it leaves, None when nothing
    is left of it that its reader may know; `became` is told, within the transaction, what became of it; `path` is where
    its link leads, signed with the secret of the installation as it leaves: no secret waits in the outbox."""

    compose: Callable[[Mapping[str, Any], Person, datetime], Mapping[str, Any] | None]
    became: Callable[[Mapping[str, Any], PostState, datetime], None] = lambda params, state, at: None
    path: Callable[[Mapping[str, Any], Person, str], str] | None = None


MAILS: dict[str, MailKind] = {}
"""The mails that are put together as they leave, by their template."""


def register_mails(kinds: Mapping[str, MailKind]) -> None:
    """Have these mails put together by those who know what they are about."""
    MAILS.update(kinds)


class Quiet(Exception):
    """The reader does not wish to be written to before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class NothingLeft(Exception):
    """Nothing is left that the reader may know."""


MAY_BE_STOPPED = frozenset({"week", "month_approved"})
"""Mails that a mailbox may turn off with one click; alerts are turned down on `/account/mail`, never off."""


THREADED = frozenset({"alerts", "digest"})
"""Mails that stand in the threads of their alerts; the week's mail is of none."""

ALERT, STOP, FILE = "alert", "stop", "file"
"""What a signed link in a mail is for."""


AT_ANY_HOUR = frozenset({"trial", "invitation"})
"""Mails that somebody has just asked for: no quiet hours hold them back."""

WITH_DIGEST = frozenset({"class_move", "month_approved"})
"""News that nobody has to answer: they leave when their reader's digest is due."""

AT_DIGEST_HOUR = frozenset({"action"})
"""What has a day of its own leaves on it, at the hour at which its reader has their digest."""


def by_mail(office: Office, mailer: Mailer) -> Send:
    def send(post: Post, at: datetime) -> None:
        reader, found = _reader(post, office, at), history_or_none()
        facts = {
            "timezone": reader.zone.key,
            "address": office.address,
            "name": reader.name,
            "is_example": found is not None and found.current.charter.charter.is_example,
            "links": {},
            "is_listed": False,
            "file_link": _file_link(post, reader, office),
            **_said(post, reader, at),
        }
        if reader.person is not None and (kind := MAILS.get(post.template)) is not None and kind.path is not None:
            facts["link"] = office.address + kind.path(post.params, reader.person, office.secret)
        if reader.person is not None:
            facts["links"] = {
                line["alert"]: f"{office.address}/alerts/answer/"
                + signed(office.secret, ALERT, {"person": reader.person.id, "alert": line["alert"]})
                for line in facts.get("lines", ())
            }
        written = write_mail(post.template, reader.language, facts)
        email, enclosures = post.recipient, () if facts["file_link"] else enclosures_of(post.params)
        stop = None
        if post.template in MAY_BE_STOPPED and reader.person is not None:
            stop = f"{office.address}/mail/stop/" + signed(
                office.secret, STOP, {"person": reader.person.id, "mail": post.template}
            )
        db.session.rollback()
        words = (written.subject, written.text, written.html)
        about = facts.get("lines", ()) if post.template in THREADED else ()
        thread = tuple(dict.fromkeys(f"alert-{line['alert']}" for line in about))
        letter = Letter(post.message_id, reader.name, email, *words, at.astimezone(reader.zone), enclosures, thread)
        mailer.send(replace(letter, stop=stop))

    return send


def _file_link(post: Post, reader: _Reader, office: Office) -> str | None:
    """The address of the PDF that would go with the mail, where its reader chose a link; signed, for 90 days."""
    number = post.params.get("edition_file")
    chosen = contact_of(reader.person).report_as if reader.person is not None else "file"
    if number is None or (chosen == "file" and post.params.get("attach", True)):
        return None
    enclosures_of(post.params)  # said at once where it is not there any more
    return f"{office.address}/attachment/" + signed(office.secret, FILE, {"file": number})


@dataclass(frozen=True)
class _Reader:
    """Who reads a mail, in which language and zone."""

    name: str
    language: str
    zone: ZoneInfo
    person: Person | None = None


def _reader(post: Post, office: Office, at: datetime) -> _Reader:
    """An account, or an address on a distribution list, with the language and hours of the account that it is of.

    Raises NotSent where the account is closed, Quiet in the quiet hours of the person.
    """
    if post.person_id is None:
        person = db.session.execute(select(Person).where(Person.email == post.recipient.lower())).scalar_one_or_none()
        if person is None or not person.is_active:
            return _Reader("", post.params["language"], ZoneInfo(post.params["timezone"]))
    else:
        person = db.session.get(Person, post.person_id)
        if person is None or not person.is_active:
            sentence = Sentence("The account is closed.")
            raise NotSent(sentence, is_final=True)
    until = _held_until(post, hours_of(person), at)
    if until is not None:
        raise Quiet(until)
    language = person.language or (office.language if post.person_id else post.params["language"])
    return _Reader(person.name, language, zone_of(person), person)


def _held_until(post: Post, hours: MailHours, at: datetime) -> datetime | None:
    """Until when a mail waits, as its reader chose: for their digest, and for the end of their quiet hours."""
    if post.template in AT_ANY_HOUR:
        return None
    daily = hours if post.template in WITH_DIGEST else replace(hours, digest="daily")
    if post.template in WITH_DIGEST | AT_DIGEST_HOUR and last_digest(daily, at) < post.written_at:
        return next_digest(daily, at)
    return quiet_until(hours, at)


def _said(post: Post, reader: _Reader, at: datetime) -> Mapping[str, Any]:
    """What the mail says, as it leaves."""
    if reader.person is None or post.template not in MAILS:
        return post.params
    said = MAILS[post.template].compose(post.params, reader.person, at)
    if said is None:
        raise NothingLeft
    return said
