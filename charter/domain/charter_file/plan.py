"""The plan: what applying a charter file would change, before it does, and what it may not change.

What differs between two versions of a charter, thing by thing, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal, NamedTuple

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.indicators import IndicatorBase, Target
from charter.domain.charter_file.kinds.scales import is_reworded
from charter.domain.charter_file.text.canonical import plain_value
from charter.domain.charter_file.text.yaml_writer import one_line
from charter.domain.checks.deadlines import counts_working_days
from charter.domain.vocabulary.errors import Conflict, Sentence
from charter.domain.vocabulary.periods import first_from, period_at
from charter.domain.vocabulary.terms import PeriodKind

Action = Literal["add", "change", "remove"]
Thing = Literal["charter", "grid", "calendar", "unit", "source", "commitment", "indicator", "target"]
LEAVES = {"where", "success", "numerator", "denominator", "volume", "distinct", "units"}
LEAVES |= {"open", "open_days", "events", "pauses", "start", "stop"}
"""Groups of keys that mean something only as a whole."""


@dataclass(frozen=True)
class Change:
    """One difference. Values are of JSON's types; `since` is the first day of a target, `whose` the units it is for.

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
    whose: str = ""


def changes_between(old: Charter | None, new: Charter) -> Iterator[Change]:
    """Every change that makes `new` out of `old`; of a first charter, everything is added."""
    if old is None:
        yield Change("add", "charter", new.charter.key)
    else:
        yield from _fields(
            "charter", new.charter.key, plain_value(old.charter, whole=True), plain_value(new.charter, whole=True)
        )
    yield from _keyed("grid", old.grids if old else {}, new.grids)
    yield from _keyed("calendar", old.calendars if old else {}, new.calendars)
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
    was, now = ({_place(one): plain_value(one, whole=True) for one in targets} for targets in (before, after))
    for place, plain in now.items():
        since, whose = plain["from"], _whose(plain["units"])
        if place in was:
            yield from _fields("target", key, was[place], plain, since=since, is_share=is_share, whose=whose)
        else:
            yield Change("add", "target", key, "target", None, jsonable(plain["target"]), since, is_share, whose)
    for place, plain in was.items():
        if place not in now:
            level, since, whose = jsonable(plain["target"]), plain["from"], _whose(plain["units"])
            yield Change("remove", "target", key, "target", level, None, since, is_share, whose)


class LevelPlace(NamedTuple):
    """What makes a level another one: its first day, its season and the units whose it is."""

    since: str
    season: str
    whose: str


def _place(target: Target) -> LevelPlace:
    return LevelPlace(target.from_.isoformat(), target.season, _whose(plain_value(target.units, whole=True)))


def _whose(units: Any) -> str:
    return "" if units is None else one_line(units)


def _orders(old: Charter, new: Charter) -> Iterator[Change]:
    """The order in which things are shown."""
    before, after = _lists(old), _lists(new)
    for name in (one for one in after if one in before):
        was = [one for one in before[name] if one in after[name]]
        now = [one for one in after[name] if one in before[name]]
        if was != now:
            yield Change("change", "charter", new.charter.key, f"order of {name}", was, now)


def _lists(charter: Charter) -> dict[str, list[str]]:
    """What is shown in an order of its own, by name."""
    indicators = indicators_of(charter)
    return {
        "units": [one.key for one in charter.units],
        "commitments": [one.key for one in charter.commitments],
        "indicators": list(indicators),
        **{f"targets of {key}": [one.from_.isoformat() for one in of.targets] for key, (_, of) in indicators.items()},
    }


WORDS_ONLY = ("title", "words", "proves", "mandatory", "minimum", "check", "commitment", "case", "judged_by")
"""Fields of an indicator that do not change what is measured."""


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
    by_year = [
        key for key, (_, one) in indicators_of(old).items() if one.period in (PeriodKind.QUARTER, PeriodKind.YEAR)
    ]
    if was.year_starts != now.year_starts and by_year:
        raise Conflict(
            "charter.year_starts: figures by quarter or year are kept by years that begin on %(held)s (%(indicator)s): "
            "leave it as it is",
            held=was.year_starts,
            indicator=by_year[0],
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
            yield _measured_otherwise(old, new, key, fields)
    besides = _redefined_besides(old, new, changes, {one.key for one in redefined})
    yield from (_measured_otherwise(old, new, key, fields) for key, fields in besides.items())
    yield from _first_levels(new, changes)
    if (redefined or besides) and day == old.charter.valid_from:
        yield Sentence(
            "charter.valid_from is still %(day)s: write the first day on which the new definitions hold", day=day
        )


def _measured_otherwise(old: Charter, new: Charter, key: str, fields: list[str]) -> Sentence:
    was, now = (indicators_of(side)[key][1] for side in (old, new))
    return Sentence(
        "indicator %(indicator)s: what is measured changes (%(fields)s); %(since)s",
        indicator=key,
        fields=fields,
        since=_judged_since(was, now, new.charter.valid_from),
    )


_READ_BY = ("missing", "durations", "date_from", "events")
"""Fields of a source that say what its rows mean."""


def _redefined_besides(old: Charter, new: Charter, changes: Sequence[Change], told: Set[str]) -> dict[str, list[str]]:
    """Indicators that say the same and count otherwise: by the zone, by hours and weeks, by how their source is read.

    Days that are closed or opened are data: they change no definition.
    """
    before, after = indicators_of(old), indicators_of(new)
    found: dict[str, list[str]] = {}
    for key in (one for one in after if one in before and one not in told):
        indicator = after[key][1]
        named = dict.fromkeys(name for one in changes if (name := _counts_otherwise(one, indicator)))
        if named:
            found[key] = list(named)
    return found


def _counts_otherwise(change: Change, indicator: IndicatorBase) -> str:
    """The name of a change by which an indicator counts otherwise; nothing of any other change."""
    field = change.field.partition(".")[0]
    if change.thing == "charter" and (field == "timezone" or (field == "calendar" and counts_working_days(indicator))):
        return field
    if change.thing in ("calendar", "unit") and change.action == "change" and counts_working_days(indicator):
        is_hours = field in ("country", "open") if change.thing == "calendar" else field == "calendar"
        return f"{change.thing} {change.key}" if is_hours else ""
    is_source = change.thing == "source" and change.key == indicator.source and field in _READ_BY
    return f"source {change.key}" if is_source else ""


def _judged_since(was: IndicatorBase, now: IndicatorBase, day: date) -> Sentence:
    """The first period that a version judges: that which begins with it or in it; by the case's start, from its day.

    The version in force on the first day of a period says how it is judged.
    """
    first = first_from(now.period, day)
    if was.judged_by == "start" and first.start != day:
        inside = period_at(now.period, day)
        return Sentence(
            "cases that start from %(day)s on are assessed by it, in %(inside)s first; its curve is cut at %(first)s",
            day=day,
            inside=inside,
            first=first,
        )
    return Sentence("the first period assessed by it is %(first)s: there its curve is cut", first=first)


def _first_levels(new: Charter, changes: tuple[Change, ...]) -> Iterator[Sentence]:
    """Levels that begin inside a period: the period is judged by the level of its first day."""
    for change in changes:
        if change.thing != "target" or change.action == "remove":
            continue
        kind = indicators_of(new)[change.key][1].period
        day = max(date.fromisoformat(change.since), new.charter.valid_from)
        first = first_from(kind, day)
        if first.start != day:
            yield Sentence(
                "indicator %(indicator)s: the first period assessed by the level from %(day)s is %(first)s",
                indicator=change.key,
                day=change.since,
                first=first,
            )


def _redefines(change: Change) -> bool:
    is_other = change.action == "change" and change.thing == "indicator"
    is_of_count = is_other and change.field.partition(".")[0] not in WORDS_ONLY
    return is_of_count and is_reworded(change.field, change.before, change.after)
