"""What was said and is done about a month's misses: for the desk, the commitment page, the report."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from charter.domain.monthly import CommitmentView, Overview
from charter.domain.periods import parse_period
from charter.domain.permissions import Actor, may
from charter.domain.terms import ActionState, Permission
from charter.models.remedies import Action
from charter.services.action_views import listed, standings
from charter.services.actions import today_of
from charter.services.charters import History, Version, history
from charter.services.comments import VERSIONS_SHOWN, comment_facts, comments_of, versions_of

ASKS = ("missed", "unacceptable")
"""The statuses that ask for a comment."""


def acting(found: History, version: Version, overview: Overview, now: datetime) -> list[dict[str, Any]]:
    """Who acts: each missed commitment of the month with its comment and its open actions; two statements."""
    missed = [view for view in overview["commitments"] if view["status"] in ASKS]
    if not missed:
        return []
    unit = overview["unit"]
    said = {row.commitment_key: comment_facts(row) for row in comments_of(overview["period"], [unit])}
    near = _under(version, unit)
    today = today_of(found, now)
    running: dict[str, list[dict[str, Any]]] = {}
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


def remedy(actor: Actor, now: datetime, version: Version, overview: Overview, view: CommitmentView) -> dict[str, Any]:
    """What the commitment page shows: the comment with its versions, comments of units beneath, actions, rights."""
    unit = overview["unit"]
    near = _under(version, unit)
    said = versions_of(view["key"], overview["period"], near)
    versions = [comment_facts(row) for row in said.pop(unit, [])[:VERSIONS_SHOWN]]
    below = [
        comment_facts(row) | {"unit_name": version.tree.by_key[row.unit_key].name}
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


def remedies_of(found: History, period: str, units: Collection[str], now: datetime) -> dict[str, Any]:
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
            comment_facts(row) | {"unit_name": names.get(row.unit_key, row.unit_key)}
            for row in comments_of(period, units)
        ],
        "actions": listed(found, chosen, now),
    }


def uncommented(commitments: Sequence[CommitmentView], comments: Sequence[dict[str, Any]], unit: str) -> list[str]:
    """The missed commitments of a unit's month without a comment of that unit."""
    said = {one["commitment"] for one in comments if one["unit"] == unit}
    return [view["key"] for view in commitments if view["status"] in ASKS and view["key"] not in said]
