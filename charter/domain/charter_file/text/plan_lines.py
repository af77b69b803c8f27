"""The plan of a charter as lines for people: `+` added, `~` changed, `-` removed, `!` to know before."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from charter.domain.charter_file.plan import Change, Plan
from charter.domain.charter_file.text.yaml_writer import one_line

SIGNS = {"add": "+", "change": "~", "remove": "-"}
MANY = 12
WIDEST = 80


def plan_lines(plan: Plan) -> list[str]:
    """The plan for people, a line per change: `+` added, `~` changed, `-` removed, `!` to know before."""
    lines: list[str] = []
    for (action, thing, whole), group in groupby(plan.changes, lambda one: (one.action, one.thing, one.field == "")):
        changes = list(group)
        if whole and thing == "unit" and len(changes) > MANY:
            some = ", ".join(one.key for one in changes[:3])
            lines.append(f"{SIGNS[action]} {len(changes)} units: {some}, …")
        else:
            lines += [_line(one) for one in changes]
    return lines + [f"! {warning}" for warning in plan.warnings]


def _line(change: Change) -> str:
    thing = "indicator" if change.thing == "target" else change.thing
    head = f"{SIGNS[change.action]} {thing} {change.key}"
    if not change.field:
        return head
    name = f"{change.field} from {change.since}" if change.since else change.field
    name += f" for {change.whose}" if change.whose else ""
    said = [_said(value, change.is_share) for value in (change.before, change.after)]
    if change.action == "add":
        return f"{head}: {name}: {said[1]}"
    return f"{head}: {name}: {said[0]}" if change.action == "remove" else f"{head}: {name}: {said[0]} -> {said[1]}"


def _said(value: Any, is_share: bool) -> str:
    if value is None:
        return "none"
    if is_share and isinstance(value, (int, float)):
        per_cent = Decimal(str(value)) * 100
        return f"{int(per_cent) if per_cent == int(per_cent) else per_cent.normalize()} %"
    text = one_line(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
