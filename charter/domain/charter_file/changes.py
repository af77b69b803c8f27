"""What differs between two versions of a charter, thing by thing, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from charter.domain.charter_file.indicators import IndicatorBase, Target
from charter.domain.charter_file.models import Charter, Commitment
from charter.domain.charter_file.plain import plain_value

Action = Literal["add", "change", "remove"]
Thing = Literal["charter", "unit", "source", "commitment", "indicator", "target"]
LEAVES = ("where", "success", "numerator", "denominator", "volume")
"""Groups of keys that mean something only as a whole."""


@dataclass(frozen=True)
class Change:
    """One difference. Values are of JSON's types; `since` is the first day of a target.

    `is_share` says that levels are shares 0..1. A thing added or removed has no field.
    """

    action: Action
    thing: Thing
    key: str
    field: str = ""
    before: Any = None
    after: Any = None
    since: str = ""
    is_share: bool = False


def changes_between(old: Charter | None, new: Charter) -> Iterator[Change]:
    """Every change that makes `new` out of `old`; of a first charter, everything is added."""
    if old is None:
        yield Change("add", "charter", new.charter.key)
    else:
        yield from _fields(
            "charter", new.charter.key, plain_value(old.charter, whole=True), plain_value(new.charter, whole=True)
        )
    yield from _keyed("unit", {one.key: one for one in old.units} if old else {}, {one.key: one for one in new.units})
    yield from _keyed("source", old.sources if old else {}, new.sources)
    yield from _commitments(old, new)
    if old is not None:
        yield from _orders(old, new)


def jsonable(value: Any) -> Any:
    """A plain value of JSON's own types."""
    if isinstance(value, dict):
        return {key: jsonable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [jsonable(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def _fields(thing: Thing, key: str, before: Any, after: Any, *, field: str = "", **more: Any) -> Iterator[Change]:
    """One change per field that differs, groups of keys taken apart."""
    if isinstance(before, dict) and isinstance(after, dict) and field.rpartition(".")[2] not in LEAVES:
        for name in [*after, *(name for name in before if name not in after)]:
            inner = f"{field}.{name}" if field else name
            yield from _fields(thing, key, before.get(name), after.get(name), field=inner, **more)
    elif before != after:
        yield Change("change", thing, key, field, jsonable(before), jsonable(after), **more)


def _keyed(thing: Thing, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, one in after.items():
        if key not in before:
            yield Change("add", thing, key)
        else:
            yield from _fields(thing, key, plain_value(before[key], whole=True), plain_value(one, whole=True))
    yield from (Change("remove", thing, key) for key in before if key not in after)


def indicators_of(charter: Charter | None) -> dict[str, tuple[str, IndicatorBase]]:
    """Every indicator by its key, with the key of its commitment."""
    commitments = charter.commitments if charter is not None else []
    return {one.key: (commitment.key, one) for commitment in commitments for one in commitment.indicators}


def _commitments(old: Charter | None, new: Charter) -> Iterator[Change]:
    before = {one.key: one for one in old.commitments} if old is not None else {}
    after = {one.key: one for one in new.commitments}
    indicators, kept = indicators_of(old), indicators_of(new)
    for key, commitment in after.items():
        if key not in before:
            yield Change("add", "commitment", key)
        else:
            yield from _fields("commitment", key, _alone(before[key]), _alone(commitment))
        for one in commitment.indicators:
            yield from _indicator(key, indicators.get(one.key), one)
        gone = before[key].indicators if key in before else []
        yield from (Change("remove", "indicator", one.key) for one in gone if one.key not in kept)
    for key, commitment in before.items():
        if key not in after:
            yield Change("remove", "commitment", key)
            yield from (Change("remove", "indicator", one.key) for one in commitment.indicators if one.key not in kept)


def _alone(model: Commitment | IndicatorBase) -> dict[str, Any]:
    """A thing without the smaller things it holds."""
    plain: dict[str, Any] = plain_value(model, whole=True)
    return {name: value for name, value in plain.items() if name not in ("indicators", "targets")}


def _indicator(commitment: str, before: tuple[str, IndicatorBase] | None, after: IndicatorBase) -> Iterator[Change]:
    if before is None:
        yield Change("add", "indicator", after.key)
        return
    if before[0] != commitment:
        yield Change("change", "indicator", after.key, "commitment", before[0], commitment)
    yield from _fields("indicator", after.key, _alone(before[1]), _alone(after))
    is_share = bool(getattr(getattr(after, "kind", None), "is_share", False))
    yield from _targets(after.key, before[1].targets, after.targets, is_share)


def _targets(key: str, before: list[Target], after: list[Target], is_share: bool) -> Iterator[Change]:
    was, now = ({one.from_.isoformat(): plain_value(one, whole=True) for one in targets} for targets in (before, after))
    for since, plain in now.items():
        if since in was:
            yield from _fields("target", key, was[since], plain, since=since, is_share=is_share)
        else:
            yield Change("add", "target", key, "target", None, jsonable(plain["target"]), since, is_share)
    for since, plain in was.items():
        if since not in now:
            yield Change("remove", "target", key, "target", jsonable(plain["target"]), None, since, is_share)


def _orders(old: Charter, new: Charter) -> Iterator[Change]:
    """The order in which things are shown."""
    lists: list[tuple[str, list[str], list[str]]] = [
        ("units", [one.key for one in old.units], [one.key for one in new.units]),
        ("commitments", [one.key for one in old.commitments], [one.key for one in new.commitments]),
        ("indicators", list(indicators_of(old)), list(indicators_of(new))),
    ]
    for key, (_, after) in indicators_of(new).items():
        before = indicators_of(old).get(key)
        if before is not None:
            targets = ([one.from_.isoformat() for one in side.targets] for side in (before[1], after))
            lists.append((f"targets of {key}", *targets))  # type: ignore[arg-type]
    for name, was, now in lists:
        was, now = [one for one in was if one in now], [one for one in now if one in was]
        if was != now:
            yield Change("change", "charter", new.charter.key, f"order of {name}", was, now)
