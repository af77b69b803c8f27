"""What needs this person: to approve, to explain, late, to answer, to read, theirs; and the counts of the navigation.

One reading for the page and the navigation, in one statement: what a sealed month misses never changes, and is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.exc import OperationalError

from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.permissions import Actor, may, may_somewhere
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.services.actions.actions import CHANGE, CLOSE, today_of
from charter.services.actions.comments import ASKS
from charter.services.alerts.worklist_rows import rows, rows_and_clock, values_of
from charter.services.charters.versions import History, history_or_none
from charter.services.reports.editions import sealed_figures
from charter.services.schedule.clock_health import Alarm, alarm_from, is_told_of_alarm, silent_since

MOST_PLACES = 12


class What(StrEnum):
    """What a row asks for, in the order in which rows stand."""

    APPROVE = "approve"
    EXPLAIN = "explain"
    ASKED = "asked"
    LATE = "late"
    ALERTS = "alerts"
    READ = "read"
    SUPPORT = "support"
    MINE = "mine"


PAGES = {
    What.APPROVE: "reports",
    What.EXPLAIN: "desk",
    What.ASKED: "desk",
    What.LATE: "actions",
    What.ALERTS: "alerts",
    What.READ: "observations",
    What.SUPPORT: "observations",
    What.MINE: "actions",
}
"""The page of the navigation that counts each."""


@dataclass(frozen=True)
class Need:
    """One thing that asks for this person: `count` of them; about which promise, action or month."""

    what: What
    count: int = 1
    number: int = 0
    period: str = ""
    commitment: str = ""
    unit: str = ""
    unit_name: str = ""
    title: Words | None = None
    status: str = ""
    text: str = ""
    day: str | None = None


class Chosen(NamedTuple):
    """What the contact of this person says of what they follow."""

    weekly_line: str | None
    follows: list[str]


@dataclass(frozen=True)
class Worklist:
    """The rows of the page, and by page of the navigation how many of them; and what the head of the desk tells:
    what is amiss with the alarm clock, of which units alerts are open, and what this person chose to follow."""

    needs: list[Need] = field(default_factory=list)
    alarm: Alarm | None = None
    alert_units: tuple[str, ...] = ()
    chosen: Chosen = Chosen("off", [])  # noqa: RUF009 it is a tuple

    @property
    def alerts_open(self) -> int:
        return len(self.alert_units)

    @property
    def counts(self) -> dict[str, int]:
        """By the page that counts them; pages without any are not there."""
        found: dict[str, int] = {}
        for need in self.needs:
            found[PAGES[need.what]] = found.get(PAGES[need.what], 0) + need.count
        return found


def worklist(actor: Actor, now: datetime, *, with_alarm: bool = False) -> Worklist:
    """What needs this person now, `with_alarm` also whether the alarm clock is well; nothing for who has no account,
    and where nothing more can be asked of the database."""
    found = history_or_none()
    if actor.user_id is None or found is None or not may_somewhere(actor, Permission.READ_DESK):
        return Worklist()
    places = homes_of(actor, found)
    try:
        told, alarm = _asked(actor, now, places, with_alarm=with_alarm)
    except OperationalError:
        # A page can be read while nothing more can be asked.
        db.session.rollback()
        return Worklist()
    by_what: dict[str, list[Any]] = {}
    for row in told:
        by_what.setdefault(row.what, []).append(row)
    needs = [
        *_of_month(actor, found, places, by_what),
        *_actions(actor, by_what, today_of(found, now)),
        *_asks(actor, found, by_what.get("asked", ())),
        *_counted(actor, by_what),
    ]
    order = list(What)
    needs.sort(key=lambda one: (order.index(one.what), one.day or "", one.number))
    is_open = tuple(row.unit for row in by_what.get("alert", ()) if may(actor, Permission.READ_DESK, row.unit))
    return Worklist(needs, alarm, is_open, _chosen(by_what))


def _asked(
    actor: Actor, now: datetime, places: Sequence[str], *, with_alarm: bool
) -> tuple[Sequence[Any], Alarm | None]:
    """All rows, and what is amiss with the alarm clock, in one statement."""
    moderates, values = may_somewhere(actor, Permission.MODERATE_OBSERVATION), values_of(actor, places)
    if not with_alarm or not is_told_of_alarm(actor):
        return db.session.execute(rows(moderates=moderates), values).all(), None
    query, values = rows_and_clock(moderates=moderates), values | {"silent_since": silent_since(now)}
    told = db.session.execute(query, values, execution_options={"populate_existing": True}).all()
    alarm = alarm_from(told[0][0], told[0].waiting, now)
    return told, alarm if any(alarm.values()) else None


def _chosen(rows: dict[str, list[Any]]) -> Chosen:
    """What this person follows by their own choice."""
    for row in rows.get("follow", ()):
        return Chosen(row.key, json.loads(row.text or "[]"))
    return Chosen("off", [])


def homes_of(actor: Actor, found: History) -> list[str]:
    """The units that the person was given, not those below them: the whole where they see the whole."""
    tree = found.current.tree
    if actor.units is None:
        return [tree.root.key]
    own = set(actor.units)
    given = [key for key in actor.units if key in tree and not own & set(tree.path(key)[1:])]
    return given[:MOST_PLACES]


def _actions(actor: Actor, rows: dict[str, list[Any]], today: date) -> list[Need]:
    """Those that are still open and still this person's."""
    own = {actor.name.casefold(), *(row.key for row in rows.get("charge", ()) if row.number == actor.user_id)}
    by_action: dict[int, list[Any]] = {}
    for step in rows.get("step", ()):
        by_action.setdefault(step.number, []).append(step)
    found = []
    for row in rows.get("action", ()):
        owner, due_on, is_done = row.key, row.day, False
        for step in sorted(by_action.get(row.number, ()), key=lambda one: int(one.unit)):
            if step.key == CHANGE:
                owner, due_on = step.text or owner, step.day or due_on
            else:
                is_done = step.key == CLOSE
        if not is_done and owner.casefold() in own and may(actor, Permission.READ_DESK, row.unit):
            what = What.LATE if due_on < today else What.MINE
            found.append(Need(what, number=row.number, unit=row.unit, text=row.text, day=due_on.isoformat()))
    return found


def _asks(actor: Actor, found: History, rows: Iterable[Any]) -> list[Need]:
    """Where somebody named this person and they have said nothing since: each place once."""
    version = found.current
    titles = {one.key: (number, words(one.title)) for number, one in enumerate(version.charter.commitments, 1)}
    needs = {}
    for row in rows:
        if row.key in titles and row.unit in version.tree and may(actor, Permission.EXPLAIN_MISS, row.unit):
            (number, title), name = titles[row.key], version.tree.by_key[row.unit].name
            place = {"period": row.text, "commitment": row.key, "unit": row.unit, "unit_name": name}
            needs[row.key, row.unit, row.text] = Need(What.ASKED, number=number, title=title, **place)
    return list(needs.values())


def _counted(actor: Actor, rows: dict[str, list[Any]]) -> list[Need]:
    """Alerts that nobody has answered, what staff told and nobody has read, incidents without support."""
    mine = [
        row
        for row in rows.get("alert", ())
        if actor.user_id in json.loads(row.text or "[]") and may(actor, Permission.HANDLE_ALERT, row.unit)
    ]
    counts = {What.ALERTS: len(mine)}
    for what, told in ((What.READ, rows.get("told", ())), (What.SUPPORT, rows.get("support", ()))):
        counts[what] = sum(row.number for row in told if may(actor, Permission.MODERATE_OBSERVATION, row.unit))
    return [Need(what, count=count) for what, count in counts.items() if count]


class Missed(NamedTuple):
    """A promise that a sealed month misses at one unit."""

    number: int
    key: str
    title: Words
    status: str
    owner: str


@lru_cache(maxsize=64)
def _missed(sha256: str, period: str, unit: str) -> tuple[Missed, ...]:
    """What a sealed month misses at a unit: `sha256` names the month as it was sealed, for good."""
    sealed = sealed_figures(period)
    if sealed is None or unit not in set(sealed[1].units()):
        return ()
    views = sealed[1].unit(unit)["overview"]["commitments"]
    return tuple(
        Missed(view["number"], view["key"], view["title"], view["status"], view["owner"])
        for view in views
        if view["status"] in ASKS
    )


def _of_month(actor: Actor, found: History, places: Sequence[str], rows: dict[str, list[Any]]) -> list[Need]:
    """The sealed month that nobody has approved: to approve it, and the misses that this person explains."""
    needs: list[Need] = []
    for row in rows.get("sealed", ()):
        period, sha256, root = row.key, row.text, found.current.tree.root.key
        said = {(one.key, one.unit) for one in rows.get("comment", ())}
        if may(actor, Permission.APPROVE_REPORT):
            silent = sum(1 for one in _missed(sha256, period, root) if (one.key, root) not in said)
            needs.append(Need(What.APPROVE, number=silent, period=period))
        for unit in places:
            if not may(actor, Permission.EXPLAIN_MISS, unit):
                continue
            name = found.current.tree.by_key[unit].name
            needs += [
                Need(What.EXPLAIN, number=one.number, period=period, commitment=one.key, unit=unit, unit_name=name,
                     title=one.title, status=one.status)
                for one in _missed(sha256, period, unit)
                if (one.key, unit) not in said and _is_asked(actor, one.owner, rows.get("charge", ()))
            ]  # fmt: skip
    return needs


def _is_asked(actor: Actor, owner: str, charged: Iterable[Any]) -> bool:
    """Whether this person answers for an owner; for one whom nobody answers for, the managers of the whole do."""
    held = {row.number for row in charged if owner in json.loads(row.text or "[]")}
    if held:
        return actor.user_id in held
    return actor.units is None and Role.MANAGER in actor.roles
