"""Actions as pages and reports print them: where each stands, whether it worked, what is done for a month's misses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypedDict

from sqlalchemy import ColumnElement, select

from charter.domain.actions.action_rules import ActionLine, StepLine
from charter.domain.actions.effect import MOST_BEFORE, Around, EffectLine, PeriodFigure, Side, SideLine, judge_effect
from charter.domain.charter_file.indicators import Indicator
from charter.domain.overview.model import CommitmentView, Overview, Words, json_number, words
from charter.domain.readings.status import level_facts
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import ActionState, Permission
from charter.models.actions import Action, ActionStep
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.actions.actions import PlannedAction, find_action, standing_of, today_of
from charter.services.actions.comments import (
    ASKS,
    VERSIONS_SHOWN,
    CommentLine,
    CommentOfUnit,
    comment_facts,
    comments_of,
    versions_of,
)
from charter.services.charters.versions import History, Version, history
from charter.services.readings import indicator_view as indicator_view_module

LOOKED_BACK = timedelta(days=31 * (MOST_BEFORE + 2))
"""Three years of months before an action was planned, and the month of its miss."""

SHOWS = ("mine", "open", "late", "done", "all")
ORDER = (ActionState.LATE, ActionState.OPEN, ActionState.DONE)


class ActionsPage(TypedDict):
    """The actions as asked, and what there is to choose from."""

    rows: list[ActionLine]
    owners: list[str]
    used_units: list[str]
    counts: dict[str, int]


class Acting(TypedDict):
    """A missed commitment: what was said of it, and the actions that run."""

    number: int
    key: str
    title: Words
    owner: str
    comment: CommentLine | None
    actions: list[ActionLine]


class Remedy(TypedDict):
    """What was said and is done about a commitment's month, and what the person may do."""

    is_asked: bool
    comment: CommentLine | None
    older: list[CommentLine]
    below: list[CommentOfUnit]
    actions: list[ActionLine]
    may_explain: bool
    may_plan: bool
    may_rebase: bool


class Remedies(TypedDict):
    """What an edition prints of its month."""

    comments: list[CommentOfUnit]
    actions: list[ActionLine]


def actions(
    actor: Actor, now: datetime, *, show: str = "all", owner: str | None = None, unit: str | None = None
) -> ActionsPage:
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


def _is_shown(one: PlannedAction, show: str, actor: Actor, today: date) -> bool:
    state = one.state(today)
    if show == "mine":
        return is_own(one, actor)
    if show == "open":
        return state is not ActionState.DONE
    return show == "all" or state == show


def is_own(one: PlannedAction, actor: Actor) -> bool:
    """Whether the action is this person's: named as its owner, or planned by them."""
    return actor.name.casefold() in (one.owner.casefold(), one.row.planned_by.casefold())


def action_page(actor: Actor, now: datetime, number: int) -> ActionLine:
    """One action with its history and effect. Raises NotFound, NotAllowed."""
    standing = find_action(number)
    require(actor, Permission.READ_DESK, standing.row.unit_key)
    (row,) = listed(history(), [standing], now)
    return row


def standings(*where: ColumnElement[bool]) -> list[PlannedAction]:
    """The actions that meet the conditions, as they stand: one statement, whatever their number."""
    of_action = ActionStep.action_id == Action.id
    query = select(Action, ActionStep).outerjoin(ActionStep, of_action).where(*where)
    rows: dict[int, tuple[Action, list[ActionStep]]] = {}
    for row, step in db.session.execute(query.order_by(Action.id, ActionStep.id)):
        rows.setdefault(row.id, (row, []))[1].extend([step] if step is not None else [])
    return [standing_of(row, tuple(found)) for row, found in rows.values()]


def listed(found: History, chosen: Sequence[PlannedAction], now: datetime) -> list[ActionLine]:
    """Actions as plain values, late first, then by due date; done ones with their effect."""
    today = today_of(found, now)
    figures = _figures([one for one in chosen if one.done_on is not None])
    order = sorted(chosen, key=lambda one: (ORDER.index(one.state(today)), one.done_on or one.due_on, one.row.id))
    return [_facts(found, one, today, figures) for one in order]


def _figures(done: Collection[PlannedAction]) -> dict[tuple[str, str], list[ReadingRow]]:
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
    found: History, one: PlannedAction, today: date, figures: dict[tuple[str, str], list[ReadingRow]]
) -> ActionLine:
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


def _step(step: ActionStep) -> StepLine:
    return {
        "kind": step.kind,
        "done_on": step.done_on.isoformat() if step.done_on else None,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "owner": step.owner,
        "text": step.text,
        "at": step.at.isoformat(),
        "by": step.by,
    }


def effect_facts(one: PlannedAction, indicator: Indicator, near: Sequence[ReadingRow]) -> EffectLine:
    """Before and after of a closed action, as plain values: up to its planning, and from its closing on.

    The periods of the miss that it answers are left out: they were chosen for being bad, and would flatter it.
    """
    assert one.done_on is not None
    miss = parse_period(one.row.period_key)
    triggered = {row.period_key for row in near if row.period_start <= miss.end and row.period_end >= miss.start}
    begun = min(one.row.planned_at.date(), one.done_on)
    effect = judge_effect(
        [figure for row in near if (figure := _figure(row)) is not None],
        indicator.direction,
        Around(begun, one.done_on, triggered),
        is_share=indicator.kind.is_share,
    )
    return {
        "verdict": effect.verdict.value,
        "before": _side(effect.before),
        "after": _side(effect.after),
        "difference": effect.difference,
        "interval": effect.interval,
        "method": effect.method,
        "reason": effect.reason,
        "wanted": effect.wanted,
        "kind": indicator.kind.value,
        "against": level_facts(indicator, parse_period(one.row.period_key).start),
        "title": words(indicator.title),
    }


class EffectFigures(NamedTuple):
    """The figures that an effect is judged by, oldest first, and whether they are shares."""

    figures: list[PeriodFigure]
    is_share: bool


def effect_figures(actor: Actor, number: int) -> EffectFigures:
    """What the effect of an action follows from. Raises NotFound, NotAllowed."""
    one = find_action(number)
    require(actor, Permission.READ_DESK, one.row.unit_key)
    near = _figures([one]).get((one.row.indicator_key or "", one.row.unit_key), [])
    version = history().on(parse_period(one.row.period_key).start)
    _, indicator = version.indicators.get(one.row.indicator_key or "", (None, None))
    known = [figure for row in near if (figure := _figure(row)) is not None]
    return EffectFigures(known, indicator is not None and indicator.kind.is_share)


def _side(side: Side) -> SideLine:
    return {"periods": side.periods, "value": side.value}


def _figure(row: ReadingRow) -> PeriodFigure | None:
    value, _ = indicator_view_module.first_value(row)
    if value is None:
        return None
    cases = json_number(row.denominator) if row.effective_n is None else row.effective_n
    return PeriodFigure(row.period_key, value, float(cases or 0) or None, row.definition_hash)


def acting(found: History, version: Version, overview: Overview, now: datetime) -> list[Acting]:
    """Who acts: each missed commitment of the month with its comment and its open actions; two statements."""
    missed = [view for view in overview["commitments"] if view["status"] in ASKS]
    if not missed:
        return []
    unit = overview["unit"]
    said = {row.commitment_key: comment_facts(row) for row in comments_of(overview["period"], [unit])}
    near = _under(version, unit)
    today = today_of(found, now)
    running: dict[str, list[ActionLine]] = {}
    keys = [view["key"] for view in missed]
    open_ = [
        one
        for one in standings(Action.commitment_key.in_(keys))
        if one.row.unit_key in near and one.state(today) is not ActionState.DONE
    ]
    for row in listed(found, open_, now):
        running.setdefault(row["commitment"], []).append(row)
    return [
        {
            "number": view["number"],
            "key": view["key"],
            "title": view["title"],
            "owner": view["owner"],
            "comment": said.get(view["key"]),
            "actions": running.get(view["key"], []),
        }
        for view in missed
    ]


def _under(version: Version, unit: str) -> set[str]:
    return {unit, *(version.tree.under(unit) if unit in version.tree else ())}


def remedy(actor: Actor, now: datetime, version: Version, overview: Overview, view: CommitmentView) -> Remedy:
    """What the commitment page shows: the comment with its versions, comments of units beneath, actions, rights."""
    unit = overview["unit"]
    near = _under(version, unit)
    said = versions_of(view["key"], overview["period"], near)
    versions = [comment_facts(row) for row in said.pop(unit, [])[:VERSIONS_SHOWN]]
    below: list[CommentOfUnit] = [
        {**comment_facts(row), "unit_name": version.tree.by_key[row.unit_key].name}
        for row in sorted((rows[0] for rows in said.values()), key=lambda row: row.id)
        if may(actor, Permission.READ_DESK, row.unit_key)
    ]
    held = [one for one in standings(Action.commitment_key == view["key"]) if one.row.unit_key in near]
    return {
        "is_asked": view["status"] in ASKS,
        "comment": versions[0] if versions else None,
        "older": versions[1:],
        "below": below,
        "actions": listed(history(), [one for one in held if may(actor, Permission.READ_DESK, one.row.unit_key)], now),
        "may_explain": may(actor, Permission.EXPLAIN_MISS, unit),
        "may_plan": may(actor, Permission.PLAN_ACTION, unit),
        "may_rebase": may(actor, Permission.REBASE_CHART, unit),
    }


def remedies_of(found: History, period: str, units: Collection[str], now: datetime) -> Remedies:
    """All that an edition prints: the comments of the month, and the actions that were open in it or done since."""
    month = parse_period(period)
    version = found.on(month.start)
    names = {key: unit.name for key, unit in version.tree.by_key.items()}
    chosen = [
        one
        for one in standings(Action.unit_key.in_(units))
        if one.done_on is None or one.done_on >= month.previous().previous().start
    ]
    return {
        "comments": [
            {**comment_facts(row), "unit_name": names.get(row.unit_key, row.unit_key)}
            for row in comments_of(period, units)
        ],
        "actions": listed(found, chosen, now),
    }
