"""Telling people what happened: each event once to each person, at once or in their digest, and to programs.

Every step is one transaction that claims what it tells, so that any number of processes may do this at once and
nothing is lost between two steps. A mail names what it is about; what it says is asked when it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import select, update

import charter.services.actions.replies
import charter.services.post.invitations  # noqa: F401  (their mails are put together where mail leaves)
from charter.domain.alerts.alert_rules import PASSING, AlertState, Happening, Subject
from charter.domain.alerts.mail_hours import GIVEN_UP, Channel, PostState, is_quiet, is_told_at_once, last_digest
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.post.settings import Office
from charter.services.actions.reminders import remind_owners
from charter.services.alerts.alert_lines import ASKING, Reader, facts_told, line_told, lines_of, still_open
from charter.services.alerts.directors import tell_directors
from charter.services.alerts.escalation import FLOOR, OF_KEEPERS, answering, is_held, keep_up, next_asked
from charter.services.alerts.time_watch import detect_changes
from charter.services.alerts.week import tell_followers
from charter.services.charters.versions import history_or_none
from charter.services.classes.current import places_today
from charter.services.people.owners import contact_of, hours_of, may_answer, units_in_charge
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail, post_webhook
from charter.services.post.programs import register_tellings
from charter.services.post.sending import Delivery, deliver
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction
from charter.words.alerts.lines import alert_place
from charter.words.alerts.sentences import alert_sentence
from charter.words.post import Telling

URGENT = (Happening.OPENED, Happening.WORSENED, Happening.CONFIRMED, Happening.ESCALATED, Happening.HANDED,
          Happening.UNANSWERED, Happening.RESTATED)  # fmt: skip
STALE = timedelta(days=1)
"""What could not be told for longer is no longer urgent: it goes into the digest."""

LINES_SHOWN = 40
WEEK, MOST_A_WEEK = timedelta(days=7), 3
"""So many mails within seven days, whatever they are about; beyond, only what cannot wait is written."""
PRESSING = (Happening.WORSENED, Happening.ESCALATED, Happening.HANDED, Happening.UNANSWERED, Happening.RESTATED)
"""What leaves at once however many mails somebody had: it got worse, it is theirs now, or a figure was wrong."""
GATHERED = timedelta(days=28)
"""After so long, further clear misses of days are a digest of their own."""
PASSED_OVER = (*GIVEN_UP, PostState.DROPPED)
UNCOUNTED = ("trial", "report", "address_refused", "invitation")


def tell_and_send(actor: Actor, clock: Callable[[], datetime], office: Office) -> Delivery:
    """Look what time has brought, have everyone told who is to be told, and send what waits.

    The one way by which things are told: that of each tick, and of `flask charter post`. `clock` is asked at each step.
    """
    detect_changes(actor, clock())
    notify_people(actor, clock(), escalate_after=office.escalate_after)
    tell_directors(actor, clock())
    tell_followers(actor, clock())
    remind_owners(actor, clock())
    return deliver(actor, clock(), office, clock=clock)


def notify_people(actor: Actor, now: datetime, *, escalate_after: timedelta) -> int:
    """Have everyone told who is to be told at `now`; returns how many mails were written."""
    require(actor, Permission.SEND_AGAIN)
    found = history_or_none()
    if found is None:
        return 0
    places, held = places_today(found.current, now), units_in_charge()
    keep_up(found.current, places, now, escalate_after)
    for event_id in db.session.execute(select(AlertEvent.id).where(AlertEvent.told_at.is_(None))).scalars().all():
        with transaction():
            _tell_event(places, event_id, now, held)
    waiting = select(AlertNotice.person_id).where(AlertNotice.told_at.is_(None)).distinct()
    people = db.session.execute(waiting.order_by(AlertNotice.person_id)).scalars().all()
    return sum(_write(person_id, places, now, escalate_after) for person_id in people)


def _tell_event(places: Mapping[str, str], event_id: int, now: datetime, held: Mapping[str, set[str]]) -> None:
    """One event: a notice for each who answers, by the process that claims it; and one for programs.

    Before anybody has an account it waits: the first who answers is told. What happens on a unit that nobody was put in
    charge of is watched for those who follow it: they read it in the week's mail, and nobody is asked for an answer.
    """
    event = db.session.get_one(AlertEvent, event_id, populate_existing=True)
    alert = db.session.get_one(Alert, event.alert_id, populate_existing=True)
    is_floor = places.get(alert.commitment_key or "") in FLOOR
    post_webhook(f"alert event {event.id}", f"alert:{event.what}", facts_told(alert, event, is_floor), now)
    told = {person.id: person for person in answering(alert)} | {
        person.id: person
        for number in alert.told_to
        if (person := db.session.get(Person, number)) is not None and may_answer(person, alert.unit_key)
    }
    claimed = update(AlertEvent).where(AlertEvent.id == event_id, AlertEvent.told_at.is_(None)).values(told_at=now)
    if alert.kind == Subject.MOVE:
        # These were written to as it moved: the alert says who, and brings no second mail.
        if rows_changed(claimed) == 1 and event.what in (Happening.OPENED, Happening.NOTED):
            alert.told_to = sorted(told)
        return
    if _is_over_quietly(alert, event) or not is_held(alert, held):
        rows_changed(claimed)
        return
    if not told or rows_changed(claimed) != 1:
        return
    for person in told.values():
        _notice(event, person, is_floor, now)
    alert.told_to = sorted(told)


def _is_over_quietly(alert: Alert, event: AlertEvent) -> bool:
    """A special cause is one moment of a chart: that it has passed is seen there, and no mail of its own. What a
    correction has closed is told as a correction, never as news."""
    is_moment = alert.kind == Subject.SIGNAL and event.what in (Happening.CLOSED, Happening.EASED)
    return is_moment or (event.what in (Happening.CLOSED, Happening.EASED) and bool(event.facts.get("corrected")))


def asks_for_a_mail(event: AlertEvent, at: datetime) -> bool:
    """Good news of a chart, and one more miss of what flaps, go along with the next digest; alone, they are no mail.
    Of days, such misses are gathered for four weeks, and then are one."""
    if event.what == Happening.AGAIN and at - event.at >= GATHERED:
        return parse_period(event.facts["period"]).kind is PeriodKind.DAY
    return event.what not in PASSING - {Happening.RESTATED}


def is_pressing(notice: AlertNotice, event: AlertEvent, places: Mapping[str, str]) -> bool:
    """Whether it leaves at once however many mails somebody had: what is pressing, and what touches the floor."""
    alert = db.session.get_one(Alert, event.alert_id)
    return notice.at_once and (event.what in PRESSING or places.get(alert.commitment_key) in FLOOR)


def _notice(event: AlertEvent, person: Person, is_floor: bool, now: datetime) -> None:
    is_urgent = event.at_once and event.what in URGENT and now - event.at < STALE
    at_once = is_told_at_once(hours_of(person), is_urgent=is_urgent, is_floor=is_floor)
    db.session.add(AlertNotice(event_id=event.id, person_id=person.id, at_once=at_once, written_at=now))


def _write(person_id: int, places: Mapping[str, str], now: datetime, patience: timedelta) -> int:
    """One mail with all that is urgent, or the digest with all of it when its hour has come; nothing in quiet hours."""
    person = db.session.get_one(Person, person_id)
    hours = hours_of(person)
    if is_quiet(hours, now):
        return 0
    with transaction():
        # The head of the log puts those who write in a line: a notice is claimed by one of them.
        audit_log.hold()
        mine = (AlertNotice.person_id == person_id) & AlertNotice.told_at.is_(None)
        query = select(AlertNotice, AlertEvent).join(AlertEvent, AlertEvent.id == AlertNotice.event_id).where(mine)
        waiting = [(notice, event) for notice, event in db.session.execute(query.order_by(AlertNotice.id))]
        urgent = [(one, event) for one, event in waiting if one.at_once and asks_for_a_mail(event, now)]
        due = last_digest(hours, now)
        digest = [(one, event) for one, event in waiting if not one.at_once and one.written_at <= due]
        # One mail at a time: what is urgent when the digest comes stands at its head.
        is_digest = any(asks_for_a_mail(event, now) for _, event in digest)
        told = [*urgent, *digest] if is_digest else urgent
        if not any(is_pressing(*one, places) for one in told) and free_from(person, now) > now:
            return 0
        notices = [notice for notice, _ in told]
        return _write_mail(person, "digest" if is_digest else "alerts", notices, now, patience) if notices else 0


def free_from(person: Person, now: datetime) -> datetime:
    """From when on the person has not had their mails of the week: what can wait is gathered until then."""
    recent = (Post.recipient == person.email) & (Post.channel == Channel.MAIL) & (Post.written_at > now - WEEK)
    counted = recent & Post.template.not_in(UNCOUNTED) & Post.state.not_in((PostState.DROPPED, PostState.OFF))
    newest = select(Post.written_at).where(counted).order_by(Post.written_at.desc()).limit(MOST_A_WEEK)
    written = db.session.execute(newest).scalars().all()
    return written[-1] + WEEK if len(written) == MOST_A_WEEK else now


def _write_mail(
    person: Person, template: str, notices: Sequence[AlertNotice], now: datetime, patience: timedelta
) -> int:
    """The notices as one mail, which names what it is about."""
    numbers = [notice.id for notice in notices]
    db.session.execute(update(AlertNotice).where(AlertNotice.id.in_(numbers)).values(told_at=now))
    params = {"events": [notice.event_id for notice in notices], "patience": patience.total_seconds()}
    cause = f"{template} {numbers[0]}"
    written = post_mail(cause, person, template, params, now)
    post = select(Post.id).where(Post.cause == cause, Post.recipient == person.email).scalar_subquery()
    db.session.execute(update(AlertNotice).where(AlertNotice.id.in_(numbers)).values(post_id=post))
    return int(written)


def compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What a mail about alerts says as it leaves, to this reader; None when nothing is left of it."""
    found = history_or_none()
    if "events" not in params or found is None:
        return params  # written by a release that put its words together at once
    reader = Reader(person, found, places_today(found.current, at))
    lines = lines_of(params["events"], reader)
    if not lines:
        return None
    more = max(len(lines) - LINES_SHOWN, 0)
    reasons = _reasons(params["events"], person)
    asking = [line["alert"] for line in lines if line["group"] == "asking"]
    said = {"lines": lines[:LINES_SHOWN], "more": more, "count": len(lines), "reasons": reasons, "still": []}
    return said | {"is_asking": bool(asking), "goes_on": any(_goes_on(number, reader.places) for number in asking)}


def _goes_on(number: int, places: Mapping[str, str]) -> bool:
    """Whether somebody else is asked where nobody answers."""
    alert = db.session.get_one(Alert, number)
    return bool(next_asked(alert, places.get(alert.commitment_key) in FLOOR))


def _reasons(events: Sequence[int], person: Person) -> list[str]:
    """Why this person is written to of these events, as codes of words."""
    query = select(Alert, AlertEvent.what).join(AlertEvent, AlertEvent.alert_id == Alert.id)
    own, found = set(contact_of(person).answers_for), set()
    for alert, what in db.session.execute(query.where(AlertEvent.id.in_(events))):
        if alert.kind in OF_KEEPERS:
            found.add("keeper")
        elif alert.owner in own:
            found.add("owner")
        else:
            found.add("next" if what in (Happening.ESCALATED, Happening.UNANSWERED) else "stand-in")
    return sorted(found)


def compose_digest(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """As `compose`, with what else is still open."""
    said, found = compose(params, person, at), history_or_none()
    if said is None or found is None or "events" not in params:
        return said
    reader = Reader(person, found, places_today(found.current, at))
    told = select(AlertEvent.alert_id).where(AlertEvent.id.in_(params["events"]))
    return {**said, "still": still_open(reader, db.session.execute(told).scalars(), at)}


def became(params: Mapping[str, Any], state: PostState, at: datetime) -> None:
    """An answer is awaited from delivery; who cannot be reached, or may not know any more, is passed over at once."""
    if "events" not in params or state not in (PostState.SENT, *PASSED_OVER):
        return
    asking = [what for what in ASKING if what is not Happening.UNANSWERED]
    events = select(AlertEvent.alert_id).where(AlertEvent.id.in_(params["events"]), AlertEvent.what.in_(asking))
    mine = Alert.id.in_(events) & (Alert.state == AlertState.OPEN) & Alert.escalate_at.is_(None)
    until = at if state in PASSED_OVER else at + timedelta(seconds=params["patience"])
    rows_changed(update(Alert).where(mine).values(escalate_at=until))


# A class that is to be looked at again is told by its alert alone; what an earlier release wrote beside it is dropped.
register_mails({"class_review": MailKind(lambda params, person, at: None)})
register_mails({"alerts": MailKind(compose, became), "digest": MailKind(compose_digest, became)})


def _for_chat(post: Post, at: datetime, language: str) -> Telling | None:
    """What a chat tool is told of an alert, as it stands when it leaves."""
    found = history_or_none()
    number = post.cause.rpartition(" ")[2]
    line = line_told(int(number), found, places_today(found.current, at)) if found and number.isdigit() else None
    if line is None:
        return None
    commitment, unit = line["commitment"], post.params.get("alert", {}).get("unit")
    link = f"/commitments/{quote(commitment)}" + (f"?unit={quote(unit)}" if unit else "") if commitment else "/alerts"
    return Telling(alert_sentence(line, language), (alert_place(line, language),), link)


register_tellings({"alert": _for_chat})
