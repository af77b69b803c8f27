"""The figures of a month for every unit, put together one unit after the other: each reading is read once.

The report's own look: logo, colours and introduction of the charter, frozen with the month they are printed on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from charter.domain.overview.model import Overview, words
from charter.domain.reports.parts import as_columns, shared_words, unit_part
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.sentences import columns_of
from charter.reports.render import read_logo
from charter.services.charters.versions import History, Version, find_unit, told_definition
from charter.services.checks.calendar import rows_of
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.view import classes_of
from charter.services.desk.commitment_page import ChannelFigure, channels_of, details_of, figure_below
from charter.services.frontline.summaries import MonthTold
from charter.services.month.overview import ClassedMonths, build_of, checks_of
from charter.services.readings.recent_queries import Drawn, RecentReadings, load_units
from charter.services.records import audit_log
from charter.services.records.sealing import Packed, canonical_json, packed
from charter.services.reports.parts import PARTED, WORDS, PartedFigures, indicator_name, unit_name

CHECKS_LISTED = 400
YEARS_SHOWN = 3
"""A chart shows CHART_PERIODS: of months, three years."""

Json = dict[str, Any]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Made:
    """The figures of a month, ready to be sealed: the index, and the parts that it names."""

    index: Json
    parts: Sequence[Packed]

    @property
    def figures(self) -> PartedFigures:
        """The same, to be read before it is kept."""
        contents = {one.sha256: one.content for one in self.parts}
        return PartedFigures(json.loads(canonical_json(self.index)), lambda hashes: contents)


def shown_from(month: Period) -> date:
    """The first day of which a sealed month shows a figure: its charts and lines go back so far."""
    return month.start.replace(year=month.start.year - YEARS_SHOWN)


def compose(found: History, month: Period, now: datetime, *, progress: Progress | None = None) -> Made:
    """The month's figures: a part for every unit, and one for each indicator in all of them."""
    return _Month(found, month, now).made(progress)


def draft(found: History, month: Period, now: datetime, unit: str | None = None) -> PartedFigures:
    """What the month would be if it were sealed now, of one unit with those beneath it: for a DRAFT in print."""
    here = _Month(found, month, now)
    made = here.made(None, only=find_unit(here.version, unit))
    head = {"draft": True, "frozen_at": None, "audit_head": audit_log.head()}
    return Made(made.index | head, made.parts).figures


@dataclass
class _Month:
    """What is put together: what the whole says once, and what has come of each unit so far."""

    found: History
    month: Period
    now: datetime
    parts: dict[str, Packed] = field(default_factory=dict)
    below: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By indicator and unit, what those above list of it."""
    classed: ClassedMonths = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """The indicators of which a unit has a figure."""
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def version(self) -> Version:
        return self.found.on(self.month.start)

    @cached_property
    def told(self) -> MonthTold:
        return MonthTold(self.version, self.month)

    @cached_property
    def channels(self) -> dict[str, dict[str, list[ChannelFigure]]]:
        return channels_of(self.version, self.root)

    @cached_property
    def checks(self) -> Any:
        return list(checks_of(self.month, self.now))

    @cached_property
    def root(self) -> Overview:
        """The overview of the whole, whose words all share."""
        (figures,) = self._readings([self.version.tree.root.key])
        return build_of(figures, self.version, self.month, self.checks)

    @cached_property
    def words(self) -> Json:
        made: Json = json.loads(canonical_json(shared_words(self.root)))
        return made

    def made(self, progress: Progress | None, only: str | None = None) -> Made:
        """The index and its parts; `only` this unit, and what it lists of those beneath."""
        units = self._order(only)
        for done, figures in enumerate(self._readings(units)):
            if progress is not None:
                progress(done, len(units), figures.unit)
            self._unit(figures, is_written=only in (None, figures.unit))
        if progress is not None:
            progress(len(units), len(units), "")
        order = [unit.key for unit, _ in self.version.tree.walk(only)]
        self.parts[WORDS] = packed(self.words)
        for key in self.known if len(order) > 1 else ():
            self.parts[indicator_name(key)] = packed(as_columns([self.below[key][unit] for unit in order]))
        named = {name: one.sha256 for name, one in sorted(self.parts.items())}
        return Made(self._index() | {"order": order, "parts": named}, list(self.parts.values()))

    def _order(self, only: str | None) -> list[str]:
        """Units beneath before those above, which look at them; those without charts first."""
        walked = [unit.key for unit, _ in self.version.tree.walk(only)]
        leaves = [key for key in walked if key not in self._charted]
        return leaves + [key for key in reversed(walked) if key in self._charted]

    @cached_property
    def _charted(self) -> frozenset[str]:
        tree = self.version.tree
        return frozenset(key for key in tree.by_key if not tree.is_leaf(key) or key == tree.root.key)

    def _readings(self, units: Sequence[str]) -> Iterator[RecentReadings]:
        before = self.month.previous()
        asked = [(one, self.month) for _, one in self.version.indicators.values()]
        asked += [(one, before) for _, one in self.found.on(before.start).indicators.values()]
        return load_units(asked, Drawn(units, self._charted), self.month, history=self.found, now=self.now)

    def _unit(self, figures: RecentReadings, *, is_written: bool) -> None:
        """Make the part of one unit, and note what those above it list."""
        overview = build_of(figures, self.version, self.month, self.checks, classed=self.classed)
        self.statuses |= {(figures.unit, view["key"]): view["status"] for view in overview["commitments"]}
        for view in (one for commitment in overview["commitments"] for one in commitment["indicators"]):
            row = figures.readings.get((view["key"], view["period"]))
            self.below.setdefault(view["key"], {})[figures.unit] = figure_below(row, view["kind"])
            if view["known_at"] is not None:
                self.known.add(view["key"])
        if is_written:
            part = {
                "overview": overview,
                "details": self._details(figures, overview),
                "frontline": self.told.part(overview, self.statuses),
            }
            self.parts[unit_name(figures.unit)] = packed(unit_part(part, self.words))

    def _details(self, figures: RecentReadings, overview: Overview) -> Mapping[str, Any]:
        if figures.unit not in self._charted:
            return {}
        return details_of(overview, self.version, figures.years or figures, self.channels.get(figures.unit, {}))

    def _index(self) -> Json:
        """What is said once for all units."""
        version, root = self.version, self.root
        head = version.charter.charter
        return {
            "schema": PARTED,
            "period": self.month.key,
            "known_at": root["known_at"],
            "charter": {
                "key": head.key,
                "title": root["title"],
                "organisation": head.organisation,
                "timezone": head.timezone,
                "version": version.number,
                "valid_from": version.valid_from.isoformat(),
                "is_example": head.is_example,
                "languages": list(head.report.languages),
            },
            "root": version.tree.root.key,
            "units": {
                unit.key: {"name": unit.name, "kind": unit.kind, "parent": unit.parent}
                for unit, _ in version.tree.walk()
            },
            "definitions": {key: told_definition(version, one) for key, (_, one) in version.indicators.items()},
            "checks": rows_of(self.found, self.month, self.now)[:CHECKS_LISTED],
            "classes": _classes(version, self.month, root),
        } | ({"look": look} if (look := branding_of(version)) else {})


def _classes(version: Version, month: Period, root: Overview) -> Json:
    """The classes of the month's last day, as its report prints them; the ladder of evidence stays on the page."""
    statuses = {view["key"]: view["status"] for view in root["commitments"]}
    found = classes_of(version.charter, month.end, known_evidence(), statuses)
    return {**found, "commitments": [_without(row, "ladder") for row in found["commitments"]]}


def _without(facts: Mapping[str, Any], name: str) -> Json:
    return {one: value for one, value in facts.items() if one != name}


def branding_of(version: Version) -> Json:
    """What the charter sets, nothing where it sets nothing; a logo that cannot be taken is told of."""
    plan = version.charter.charter.report
    look: Json = {}
    if plan.introduction is not None:
        look["introduction"] = words(plan.introduction)
    if plan.colours is not None:
        look["colours"] = plan.colours.model_dump(mode="json", exclude_none=True)
    if plan.logo is not None:
        try:
            look["logo"] = read_logo(Path(version.folder), plan.logo)
        except Invalid as error:
            look |= columns_of(error.sentence, "refused")
        except OSError as error:
            look["refused"] = str(error)
    return look
