"""The rows of what needs a person, as parts of one statement: all have the same columns.

Every page asks for them: the statement is built once, and each person's own values are given with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from charter.domain.alerts.alert_rules import AlertState
from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.permissions import Actor
from charter.models.actions import Action, ActionStep, Comment, Reply
from charter.models.alerts import Alert
from charter.models.checks import Tick
from charter.models.frontline import Observation
from charter.models.people import Contact, Person
from charter.models.records import Snapshot
from charter.models.reports import Edition
from charter.services.frontline.observations import is_waiting
from charter.services.schedule.clock_health import waiting_long

LONGEST_SHOWN = 160


def _part(what: str, number: Any, key: Any = None, unit: Any = None, text: Any = None, day: Any = None) -> Select[Any]:
    """One kind of row, with the columns that all have."""
    none = cast(null(), String)
    columns = [none if one is None else cast(one, String) for one in (key, unit, text)]
    at = cast(null(), Date) if day is None else day
    names = ("number", "key", "unit", "text", "day")
    wanted = zip(names, (cast(number, Integer), *columns, at), strict=True)
    return select(cast(literal(what), String).label("what"), *(one.label(name) for name, one in wanted))


ME, NAME, FOLDED = bindparam("me", type_=Integer), bindparam("name", type_=String), bindparam("folded", type_=String)
NAMED = bindparam("named", type_=String)
PLACES: BindParameter[Any] = bindparam("places", expanding=True)


def values_of(actor: Actor, places: Sequence[str]) -> dict[str, Any]:
    """What the statement asks with, for one person at the units that they were given."""
    name, number = actor.name, actor.user_id
    return {"me": number, "name": name, "folded": name.casefold(), "named": f" {number} ", "places": list(places)}


@cache
def rows(*, moderates: bool) -> CompoundSelect[Any]:
    """Every kind of row that may ask for a person, who moderates observations or does not."""
    return union_all(*_parts(moderates=moderates))


@cache
def rows_and_clock(*, moderates: bool) -> Select[Any]:
    """The same beside the last tick of the alarm clock, and how many checks wait since `silent_since`."""
    here, asked = select(literal(1).label("one")).subquery(), rows(moderates=moderates).subquery()
    waiting = waiting_long(bindparam("silent_since")).label("waiting")
    query = select(Tick, waiting, *asked.c).select_from(here)
    return query.outerjoin(Tick, Tick.id == here.c.one).outerjoin(asked, true())


def _parts(*, moderates: bool) -> list[Select[Any]]:
    newest = select(func.max(Snapshot.period_key)).scalar_subquery()
    approved = exists().where(Edition.period_key == Snapshot.period_key).correlate(Snapshot)
    sealed = _part("sealed", Snapshot.id, Snapshot.period_key, None, Snapshot.sha256)
    commented = _part("comment", Comment.id, Comment.commitment_key, Comment.unit_key)
    near = (Comment.period_key == newest) & Comment.unit_key.in_(PLACES)
    charged = _part("charge", Person.id, Person.email, None, Contact.answers_for).select_from(Person)
    followed = _part("follow", Contact.person_id, Contact.weekly_line, None, Contact.follows)
    found = [
        sealed.where(Snapshot.period_key == newest, ~approved),
        commented.where(near),
        charged.outerjoin(Contact, Contact.person_id == Person.id).where(Person.is_active),
        followed.where(Contact.person_id == ME),
        _part("alert", Alert.id, Alert.commitment_key, Alert.unit_key, Alert.told_to).where(
            Alert.state == AlertState.OPEN
        ),
        *_own_actions(),
        _asked(),
    ]
    if moderates:
        told = _part("told", func.count(Observation.id), None, Observation.unit_key)
        awaited = _part("support", func.count(Observation.id), None, Observation.unit_key)
        is_incident = Observation.kind == ObservationKind.INCIDENT.value
        found.append(told.where(is_waiting(), ~is_incident).group_by(Observation.unit_key))
        found.append(awaited.where(is_waiting(), is_incident).group_by(Observation.unit_key))
    return found


def _asked() -> Select[Any]:
    """The replies that name this person, where they have said nothing since."""
    later = aliased(Reply)
    place = (later.commitment_key == Reply.commitment_key) & (later.period_key == Reply.period_key)
    own = place & (later.unit_key == Reply.unit_key) & (later.written_by_id == ME) & (later.id > Reply.id)
    said = _part("asked", Reply.id, Reply.commitment_key, Reply.unit_key, Reply.period_key)
    return said.where(Reply.named.contains(NAMED), ~exists().where(own).correlate(Reply))


def _own_actions() -> list[Select[Any]]:
    """The actions that name this person as who does them, at first or by a later change, with what became of them."""
    email = select(Person.email).where(Person.id == ME).scalar_subquery()

    def names(owner: Any) -> ColumnElement[bool]:
        return or_(owner == NAME, func.lower(owner) == FOLDED, func.lower(owner) == email)

    mine = or_(names(Action.owner), Action.id.in_(select(ActionStep.action_id).where(names(ActionStep.owner))))
    text = func.substr(Action.what, 1, LONGEST_SHOWN)
    actions = _part("action", Action.id, Action.owner, Action.unit_key, text, Action.due_on).where(mine)
    number = ActionStep.action_id
    steps = _part("step", number, ActionStep.kind, ActionStep.id, ActionStep.owner, ActionStep.due_on)
    return [actions, steps.where(number.in_(select(Action.id).where(mine)))]
