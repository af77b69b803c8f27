"""Who gets the published month: the charter's list, each by a mail with the PDF; what left, and sending it again."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.charter_file.charter import Recipient
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Contact, Person
from charter.models.reports import Edition, EditionFile
from charter.services.charters.versions import History, Version, history
from charter.services.post.outbox import post_letter
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.reports.editions import figures_of, newest_edition
from charter.services.reports.files import find_edition_file

SHOWN = 200


def send_edition(
    actor: Actor, now: datetime, *, period: str, to: Sequence[str] | None = None, again: bool = False
) -> int:
    """Have the newest edition of a month sent to the charter's list, or to some of it; returns how many mails wait.

    The list is that of the charter now in force, whatever the month. The same edition goes to the same address once,
    unless `again` says so. Each gets the PDF in the language of their account, else of their entry in the list, else in
    the month's first language; where it is not made, the first that is.

    Raises NotAllowed, Conflict (no edition, no PDF yet), Invalid (not on the list).
    """
    require(actor, Permission.SEND_REPORT)
    found = history()
    month = parse_period(period)
    version = found.on(month.start)
    readers = readers_of(found)
    approved = newest_edition(period)
    if approved is None:
        raise Conflict("The month %(period)s is not approved: there is no edition of it to send.", period=month)
    strangers = [one for one in to or () if one not in readers]
    if strangers:
        address = strangers[0]
        raise Invalid("%(address)s is not on the distribution list of the charter (report: to).", "to", address=address)
    files = _files(approved, version)
    if not files:
        raise Conflict("The PDF of %(period)s has not been made yet: make it before you send it.", period=month)
    facts = _facts(approved) | {"timezone": version.charter.charter.timezone}
    waiting = 0
    with transaction():
        audit_log.hold()
        for email in to or readers:
            cause = _cause(approved, email, again=again)
            language = _language_to(readers[email], files)
            own = {"language": language, "edition_file": files[language].id, "attach": readers[email].attach}
            waiting += post_letter(cause, email, "report", facts | own, now)
        if waiting:
            sent = {"to": list(to or readers), "number": approved.number, "again": again}
            audit_log.record(actor, now, "edition:send", f"{period} edition {approved.number}", after=sent)
    return waiting


def readers_of(found: History) -> dict[str, Recipient]:
    """Who gets the report, each address once: the list of the charter now in force, whatever the month."""
    return {one.address: one for one in found.current.charter.charter.report.to}


class ReaderLine(TypedDict):
    """An address that the report goes to: in which language, with the PDF or a link to it."""

    address: str
    language: str
    is_file: bool


def reader_lines(found: History, languages: Sequence[str]) -> list[ReaderLine]:
    """Whom the edition goes to once its PDFs are made in these languages, as `send_edition` writes to them."""
    return [
        {"address": one.address, "language": _language_to(one, languages), "is_file": _is_file(one)}
        for one in readers_of(found).values()
    ]


def _language_to(reader: Recipient, made: Collection[str]) -> str:
    """That of the account with this address, else of the list, else the first that is made."""
    wished = (_language_of(reader.address), reader.language)
    return next((one for one in wished if one is not None and one in made), next(iter(made)))


def _is_file(reader: Recipient) -> bool:
    """Whether the PDF goes with the mail: not where the list says a link, nor where the account has chosen one."""
    chosen = select(Contact.report_as).join(Person, Person.id == Contact.person_id)
    own = db.session.execute(chosen.where(Person.email == reader.address.lower(), Person.is_active)).scalar()
    return reader.attach and (own or "file") == "file"


def _files(approved: Edition, version: Version) -> dict[str, EditionFile]:
    """The whole organisation's PDFs that are made, by language."""
    root = version.tree.root.key
    found = {one: find_edition_file(approved.id, root, one) for one in version.charter.charter.report.languages}
    return {language: file for language, file in found.items() if file is not None}


def _language_of(email: str) -> str | None:
    """The language of the account with that address, if there is one."""
    query = select(Person.language).where(Person.email == email.lower(), Person.is_active)
    return db.session.execute(query).scalar_one_or_none()


def _cause(approved: Edition, email: str, *, again: bool) -> str:
    """One cause per edition; a further one for each time that it is sent again."""
    start = f"report {approved.period_key} edition {approved.number}"
    if not again:
        return start
    before = select(func.count()).where(Post.cause.startswith(start, autoescape=True), Post.recipient == email)
    times: int = db.session.execute(before).scalar_one()
    return f"{start} time {times + 1}" if times else start


TOLD = ("key", "title", "class", "status", "reason")
"""What the first line of a mail needs of each commitment."""


def _facts(approved: Edition) -> dict[str, Any]:
    """What the mail says, in the words of the edition's own figures."""
    figures, _ = figures_of(approved)
    overview, head = figures.unit(figures.index["root"])["overview"], figures.index["charter"]
    document = json.loads(approved.document)
    name = f"{head['key']}-{approved.period_key}"
    return {
        "period": approved.period_key,
        "number": approved.number,
        "organisation": head["organisation"],
        "title": overview["title"],
        "headline": {name: overview[name] for name in ("headline", "period")}
        | {"commitments": [{name: view.get(name) for name in TOLD} for view in overview["commitments"]]},
        "approved_by": approved.approved_by,
        "audit_head": audit_log.head(),
        "erratum": (document["erratum"] or {}).get("reason"),
        "file_name": f"{name}{'' if approved.number == 1 else f'-v{approved.number}'}.pdf",
    }


class Delivery(TypedDict):
    """A report that was sent, or waits to be: to whom, which edition, how far it came."""

    recipient: str
    number: int
    state: str
    written_at: str
    sent_at: str | None
    tries: int
    note: str | None


def deliveries(actor: Actor, period: str) -> list[Delivery]:
    """The log of what was sent of a month, newest first."""
    require(actor, Permission.READ_DESK, actor.home)
    of_month = Post.cause.startswith(f"report {period} ", autoescape=True)
    rows = db.session.execute(select(Post).where(of_month).order_by(Post.id.desc()).limit(SHOWN)).scalars()
    return [
        {
            "recipient": row.recipient,
            "number": row.params["number"],
            "state": row.state,
            "written_at": row.written_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "tries": row.tries,
            "note": row.note,
        }
        for row in rows
    ]
