"""What a measurement needs to know of the charter besides the indicator: its zone, calendars and units."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from charter.domain.charter_file.charter import Charter, calendar_named, compensations_of
from charter.domain.charter_file.columns_read import sources_of
from charter.domain.charter_file.evidence import Compensation
from charter.domain.charter_file.indicators import Effort, Indicator, PlainShare, Total
from charter.domain.charter_file.kinds.scales import wording_of
from charter.domain.charter_file.sources import Cells, Events, Source, WrittenByPeople
from charter.domain.charter_file.values import Strict
from charter.domain.checks.deadlines import counts_working_days, seconds_in
from charter.domain.vocabulary.working_days import WorkingDays

_NOT_COUNTED = {
    "key", "title", "nature", "basis", "mandatory", "direction", "targets", "minimum", "case", "check", "stages",
    "currency", "proves", "words",
}  # fmt: skip
_COUNTED_OF_SOURCES = {"missing", "durations", "date_from"}


# Where both orders are in use, a column that fits both is not guessed.
_MONTH_FIRST_COUNTRIES = frozenset({"US", "CA", "PH"})


@dataclass(frozen=True)
class Writing:
    """What the charter says of a source's way of writing, where it does, and the country of its calendar.

    `missing`: the cells that say nothing, beside the empty ones; None where they are found by column.
    """

    decimal: Literal["comma", "point"] | None = None
    dates: Literal["day-first", "month-first"] | None = None
    country: str = ""
    durations: Literal["h:m", "m:s"] | None = None
    missing: tuple[str, ...] | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether dates that fit both orders may well be of either."""
        return self.country in _MONTH_FIRST_COUNTRIES


@dataclass(frozen=True)
class Wanted:
    """What one pass needs of a source: the columns among `names`, and the rows that lie near `first` to `last` by one
    of the columns `dates`, or have no date there; all rows (`whole`) where earlier ones decide which row counts.

    `now` is the local date up to which the newest row is looked for.
    """

    names: frozenset[str]
    dates: tuple[str, ...]
    first: date
    last: date
    now: date
    whole: bool = False


@dataclass(frozen=True)
class Setting:
    """The zone and calendar, the calendars of units that keep another, the units known, those above them; how
    sources write dates and numbers, and which of them hold events."""

    zone: str
    calendar: WorkingDays
    unit_calendars: Mapping[str, WorkingDays] = field(default_factory=dict)
    units: frozenset[str] | None = None
    parents: Mapping[str, str | None] = field(default_factory=dict)
    writings: Mapping[str, Writing] = field(default_factory=dict)
    events: Mapping[str, Events] = field(default_factory=dict)
    owed: Mapping[str, Compensation] = field(default_factory=dict)
    """By indicator, what each of its misses owes."""

    @property
    def calendars(self) -> list[WorkingDays]:
        """Every calendar in use, the charter's first."""
        return [self.calendar, *dict.fromkeys(c for c in self.unit_calendars.values() if c != self.calendar)]

    def units_of(self, calendar: WorkingDays) -> list[str]:
        """The units that keep that calendar instead of the charter's."""
        return sorted(unit for unit, kept in self.unit_calendars.items() if kept == calendar)


def setting_of(charter: Charter) -> Setting:
    """The setting of a charter whose units are loaded. Raises Invalid for an unknown calendar."""
    head, units = charter.charter, charter.units
    known = units if isinstance(units, list) else []
    whole = calendar_named(head.calendar, charter)
    own = {name: calendar_named(name, charter) for name in {unit.calendar for unit in known if unit.calendar}}
    kept = {unit.key: own[unit.calendar] for unit in known if unit.calendar}
    return Setting(
        head.timezone,
        whole,
        {unit: calendar for unit, calendar in kept.items() if calendar != whole},
        frozenset(unit.key for unit in known) if known else None,
        {unit.key: unit.parent for unit in known},
        {key: _writing_of(source, whole) for key, source in charter.sources.items()},
        {key: events for key, one in charter.sources.items() if (events := getattr(one, "events", None)) is not None},
        compensations_of(charter),
    )


def _writing_of(source: Source, calendar: WorkingDays) -> Writing:
    """How a source writes dates and numbers, as far as the charter says."""
    said = source if isinstance(source, WrittenByPeople) else WrittenByPeople()
    missing = source.missing if isinstance(source, Cells) else None
    return Writing(
        said.decimal,
        said.dates,
        calendar.code.partition("-")[0],
        said.durations,
        None if missing is None else tuple(word.strip() for word in missing),
    )


def words_in(definitions: Iterable[Strict]) -> frozenset[str]:
    """Every word of indicators and of a source that may name a column; the names of their own fields name none."""

    def within(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            for key, each in value.items():
                yield from within(key)
                yield from within(each)
        elif isinstance(value, list | tuple):
            for each in value:
                yield from within(each)

    told = (one.model_dump(mode="json", by_alias=True).values() for one in definitions)
    return frozenset(word for values in told for value in values for word in within(value))


def _said_of_sources(indicator: Indicator, charter: Charter) -> dict[str, Any]:
    """By source what it says of how its cells are read; nothing of one that says nothing."""
    told = {key: charter.sources[key] for key in sources_of(indicator) if key in charter.sources}
    said = {
        key: one.model_dump(mode="json", include=_COUNTED_OF_SOURCES, exclude_none=True) for key, one in told.items()
    }
    return {key: one for key, one in said.items() if one}


def definition_hash(indicator: Indicator, charter: Charter) -> str:
    """SHA-256 over what changes counts: the indicator's measuring fields and the zone.

    Where working days or hours are counted, also the calendars; closed and opened days are data. So is what a source
    says of cells that mean nothing, of durations and of the day of its files. Titles, targets, minimum and the check
    plan leave it the same, and so do words for what is counted; the wording of a question to customers does not.
    """
    head = charter.charter
    measured = indicator.model_dump(mode="json", by_alias=True, exclude=_NOT_COUNTED)
    if measured.get("pauses", 0) is None:
        del measured["pauses"]
    measured["tiers"] = [tier["within"] for tier in measured.get("tiers") or []]
    measured["ceiling"] = (measured.get("ceiling") or {}).get("beyond")
    if measured["judged_by"] == "period":
        del measured["judged_by"]
    if isinstance(indicator, Effort):
        measured["question"] = wording_of(indicator.question)
        measured["scale"] = [list(indicator.scale.answers), list(indicator.scale.easy)]
    if isinstance(indicator, Total | PlainShare) and seconds_in(indicator) == 1:
        del measured["in"]
    measured["exclude"] = [[each["where"], each["reason"]] for each in measured["exclude"]]
    place: dict[str, Any] = {"timezone": head.timezone}
    if (events := getattr(charter.sources.get(indicator.source or ""), "events", None)) is not None:
        place["events"] = events.model_dump()
    if said := _said_of_sources(indicator, charter):
        place["sources"] = said
    if counts_working_days(indicator):
        place["calendar"] = head.calendar
        if charter.calendars:
            closed = {"closed_days", "open_days"}
            place["calendars"] = {
                key: own.model_dump(mode="json", exclude=closed) for key, own in charter.calendars.items()
            }
    written = json.dumps({"indicator": measured, "head": place}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
