"""Actions as pages and reports print them: where each stands, what became of it, and whether it worked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.effect import Effect, PeriodFigure, compare
from charter.domain.errors import Invalid
from charter.domain.periods import parse_period
from charter.domain.permissions import Actor, may, require
from charter.domain.terms import ActionState, Permission
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.models.remedies import Action, ActionStep
from charter.services import steps
from charter.services.actions import Standing, find_action, standing_of, today_of
from charter.services.charters import History, history
from charter.services.plain import plain
from charter.services.views import words

LOOKED_BACK = timedelta(days=400)
SHOWS = ("mine", "open", "late", "done", "all")
ORDER = (ActionState.LATE, ActionState.OPEN, ActionState.DONE)


def actions(
    actor: Actor, now: datetime, *, show: str = "all", owner: str | None = None, unit: str | None = None
) -> dict[str, Any]:
    """The actions of the actor's units, late first: `rows` as asked, `owners` and `units` to choose from, `counts`.

    `show`: mine (owned or planned by the actor), open (late ones too), late, done, all. Raises NotAllowed, Invalid.
    """
    require(actor, Permission.READ_DESK, unit or actor.home)
    if show not in SHOWS:
        raise Invalid("There is no list %(show)s: choose one of %(shows)s.", "show", show=show, shows=SHOWS)
    found = history()
    today = today_of(found, now)
    every = [one for one in standings() if may(actor, Permission.READ_DESK, one.row.unit_key)]
    under = _units_under(found, unit)
    near = [one for one in every if under is None or one.row.unit_key in under]
    chosen = [one for one in near if owner in (None, "", one.owner) and _is_shown(one, show, actor, today)]
    states = [one.state(today) for one in near]
    return {
        "rows": listed(found, chosen, now),
        "owners": sorted({one.owner for one in every}),
        "used_units": sorted({one.row.unit_key for one in every}),
        "counts": {state.value: states.count(state) for state in ActionState} | {"all": len(states)},
    }


def _units_under(found: History, unit: str | None) -> set[str] | None:
    tree = found.current.tree
    if unit is None or unit == tree.root.key:
        return None
    return {unit, *(tree.under(unit) if unit in tree else ())}


def _is_shown(one: Standing, show: str, actor: Actor, today: date) -> bool:
    state = one.state(today)
    if show == "mine":
        return is_own(one, actor)
    if show == "open":
        return state is not ActionState.DONE
    return show == "all" or state == show


def is_own(one: Standing, actor: Actor) -> bool:
    """Whether the action is this person's: named as its owner, or planned by them."""
    return actor.name.casefold() in (one.owner.casefold(), one.row.planned_by.casefold())


def action_page(actor: Actor, now: datetime, number: int) -> dict[str, Any]:
    """One action with its history and effect. Raises NotFound, NotAllowed."""
    standing = find_action(number)
    require(actor, Permission.READ_DESK, standing.row.unit_key)
    (row,) = listed(history(), [standing], now)
    return row


def standings(*where: ColumnElement[bool]) -> list[Standing]:
    """The actions that meet the conditions, as they stand: one statement, whatever their number."""
    of_action = ActionStep.action_id == Action.id
    query = select(Action, ActionStep).outerjoin(ActionStep, of_action).where(*where)
    rows: dict[int, tuple[Action, list[ActionStep]]] = {}
    for row, step in db.session.execute(query.order_by(Action.id, ActionStep.id)):
        rows.setdefault(row.id, (row, []))[1].extend([step] if step is not None else [])
    return [standing_of(row, tuple(found)) for row, found in rows.values()]


def listed(found: History, chosen: Sequence[Standing], now: datetime) -> list[dict[str, Any]]:
    """Actions as plain values, late first, then by due date; done ones with their effect."""
    today = today_of(found, now)
    figures = _figures([one for one in chosen if one.done_on is not None])
    order = sorted(chosen, key=lambda one: (ORDER.index(one.state(today)), one.done_on or one.due_on, one.row.id))
    return [_facts(found, one, today, figures) for one in order]


def _figures(done: Collection[Standing]) -> dict[tuple[str, str], list[ReadingRow]]:
    """The readings around these actions, by indicator and unit, oldest first."""
    if not done:
        return {}
    since = min(one.row.planned_at for one in done).date() - LOOKED_BACK
    wanted = (
        ReadingRow.indicator_key.in_({one.row.indicator_key for one in done if one.row.indicator_key}),
        ReadingRow.unit_key.in_({one.row.unit_key for one in done}),
        ReadingRow.period_end >= since,
    )
    found: dict[tuple[str, str], list[ReadingRow]] = {}
    for row in db.session.execute(select(ReadingRow).where(*wanted).order_by(ReadingRow.period_end)).scalars():
        found.setdefault((row.indicator_key, row.unit_key), []).append(row)
    return found


def _facts(
    found: History, one: Standing, today: date, figures: dict[tuple[str, str], list[ReadingRow]]
) -> dict[str, Any]:
    row = one.row
    version = found.on(parse_period(row.period_key).start)
    commitment = next((c for c in version.charter.commitments if c.key == row.commitment_key), None)
    unit = version.tree.by_key.get(row.unit_key)
    _, indicator = version.indicators.get(row.indicator_key or "", (None, None))
    near = figures.get((row.indicator_key or "", row.unit_key), [])
    return {
        "number": row.id,
        "commitment": row.commitment_key,
        "title": words(commitment.title) if commitment else {"fr": row.commitment_key, "en": row.commitment_key},
        "indicator": row.indicator_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "unit_name": unit.name if unit else row.unit_key,
        "what": row.what,
        "expected": row.expected,
        "owner": one.owner,
        "due_on": one.due_on.isoformat(),
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "state": one.state(today).value,
        "planned_at": row.planned_at.isoformat(),
        "planned_by": row.planned_by,
        "steps": [_step(step) for step in one.steps],
        "effect": effect_facts(one, indicator, near) if one.done_on and indicator else None,
    }


def _step(step: ActionStep) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "done_on": step.done_on.isoformat() if step.done_on else None,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "owner": step.owner,
        "text": step.text,
        "at": step.at.isoformat(),
        "by": step.by,
    }


def effect_facts(one: Standing, indicator: Indicator, near: Sequence[ReadingRow]) -> dict[str, Any]:
    """Before and after of a closed action, as plain values: the miss's month and what led to it, and what followed."""
    assert one.done_on is not None
    until = parse_period(one.row.period_key).end
    before = [figure for row in near if row.period_end <= until and (figure := _figure(row)) is not None]
    after = [figure for row in near if row.period_start >= one.done_on and (figure := _figure(row)) is not None]
    effect: Effect = compare(
        indicator.kind, indicator.direction, (before, after), length=indicator.period, minimum=indicator.minimum
    )
    return asdict(effect) | {
        "verdict": effect.verdict.value,
        "kind": indicator.kind.value,
        "title": words(indicator.title),
    }


def _figure(row: ReadingRow) -> PeriodFigure | None:
    value, _ = steps.first_value(row)
    if value is None:
        return None
    low, high = row.interval_low, row.interval_high
    cases = plain(row.denominator) if row.effective_n is None else row.effective_n
    interval = None if low is None or high is None or row.steps else (low, high)
    return PeriodFigure(row.period_key, value, float(cases or 0) or None, interval, row.definition_hash)
