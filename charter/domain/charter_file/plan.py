"""The plan: what applying a charter file would change, before it does, and what it may not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from charter.domain.charter_file.changes import Change, changes_between, indicators_of
from charter.domain.charter_file.emitter import one_line
from charter.domain.charter_file.models import Charter
from charter.domain.errors import Conflict, Sentence

__all__ = ["Change", "Plan", "plan_change", "plan_lines"]

SIGNS = {"add": "+", "change": "~", "remove": "-"}
WORDS_ONLY = ("title", "mandatory", "minimum", "check", "commitment")
"""Fields of an indicator that do not change what is measured."""
MANY = 12
WIDEST = 80


@dataclass(frozen=True)
class Plan:
    """The changes in the order of the file, and what a person should know before applying them."""

    changes: tuple[Change, ...]
    warnings: tuple[Sentence, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the file says what is in force already."""
        return not self.changes


def plan_change(old: Charter | None, new: Charter) -> Plan:
    """The plan that leads from the version in force to a new one.

    Raises Conflict where the key of the charter changes, or where the new version would start before the one in force.
    """
    if old is not None:
        _refuse(old, new)
    changes = tuple(changes_between(old, new))
    return Plan(changes, tuple(_warnings(old, new, changes)) if old is not None else ())


def _refuse(old: Charter, new: Charter) -> None:
    was, now = old.charter, new.charter
    if was.key != now.key:
        raise Conflict(
            "charter.key: this database holds the charter '%(held)s', and the file is '%(key)s': "
            "write the key in force, or apply the file to a database of its own",
            held=was.key,
            key=now.key,
        )
    if now.valid_from < was.valid_from:
        raise Conflict(
            "charter.valid_from: %(day)s is before %(start)s, the start of the version in force: "
            "write that day or a later one",
            day=now.valid_from,
            start=was.valid_from,
        )


def _warnings(old: Charter, new: Charter, changes: tuple[Change, ...]) -> Iterator[Sentence]:
    day = new.charter.valid_from
    kinds = {key: getattr(one, "kind", "") for key, (_, one) in indicators_of(old).items()}
    redefined = [one for one in changes if _redefines(one)]
    for key, group in groupby(redefined, lambda one: one.key):
        fields = [one.field for one in group]
        if "kind" in fields:
            yield Sentence(
                "indicator %(indicator)s: its kind changes from %(before)s to %(after)s; "
                "a new key would keep the old figures apart",
                indicator=key,
                before=kinds[key],
                after=getattr(indicators_of(new)[key][1], "kind", ""),
            )
        else:
            yield Sentence(
                "indicator %(indicator)s: what is measured changes (%(fields)s); its curve is cut on %(day)s",
                indicator=key,
                fields=fields,
                day=day,
            )
    if redefined and day == old.charter.valid_from:
        yield Sentence(
            "charter.valid_from is still %(day)s: write the first day on which the new definitions hold", day=day
        )


def _redefines(change: Change) -> bool:
    return (
        change.action == "change" and change.thing == "indicator" and change.field.partition(".")[0] not in WORDS_ONLY
    )


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
