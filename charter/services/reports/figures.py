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
from typing import Any, NamedTuple

from charter.domain.overview.model import IndicatorView, Overview, words
from charter.domain.overview.rules import RULES
from charter.domain.readings.effort import EffortView
from charter.domain.readings.stages import ChainView
from charter.domain.reports.parts import as_columns, shared_words, unit_part
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import Status
from charter.reports.render import read_logo
from charter.services.charters.rules import told_definition
from charter.services.charters.versions import History, Version, find_unit
from charter.services.checks.calendar import rows_of
from charter.services.classes.changes import class_changes
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.norm import norm_of
from charter.services.classes.view import classes_of
from charter.services.desk.commitment_page import details_of
from charter.services.desk.units import ChannelFigure, channels_of, figure_below
from charter.services.frontline.summaries import MonthTold
from charter.services.month.overview import ClassedMonths, build_of, checks_of
from charter.services.readings.effort import efforts_of
from charter.services.readings.recent_queries import Drawn, RecentReadings, load_units
from charter.services.readings.stages import chains_of, staged_cells
from charter.services.records import audit_log
from charter.services.records.sealing import Packed, canonical_json, packed
from charter.services.records.workers import each_share, shared
from charter.services.reports.parts import PARTED, WORDS, PartedFigures, indicator_name, unit_name
from charter.services.reports.unit_parts import LeafCounts, beside, leaf_counts

CHECKS_LISTED = 400
SHARED_FROM = 60
"""Fewer units than that are put together before a second process has begun."""
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


def compose(
    found: History, month: Period, now: datetime, *, progress: Progress | None = None, workers: int = 1
) -> Made:
    """The month's figures: a part for every unit, and one for each indicator in all of them.

    `workers`: so many processes share the work, where the caller's process may be copied (a command's).
    """
    return _Month(found, month, now).made(progress, workers=workers)


def draft(found: History, month: Period, now: datetime, unit: str | None = None) -> PartedFigures:
    """What the month would be if it were sealed now, of one unit with those beneath it: for a DRAFT in print."""
    here = _Month(found, month, now)
    made = here.made(None, only=find_unit(here.version, unit))
    head = {"draft": True, "frozen_at": None, "audit_head": audit_log.head()}
    return Made(made.index | head, made.parts).figures


UNTOLD = (Status.KEPT, Status.NO_DATA, Status.NOT_APPLICABLE)
"""Of these no report tells where they come from."""


class _Inside(NamedTuple):
    """What stands behind the figures of a unit, by indicator: the chain of stages, the answers of an effort."""

    chains: Mapping[str, ChainView]
    efforts: Mapping[str, EffortView]


@dataclass
class _Gathered:
    """What has come of some units: their parts, what those above list of them by indicator, which indicators have a
    figure, the status of each promise, and the cases of each leaf."""

    parts: dict[str, Packed] = field(default_factory=dict)
    below: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    leaves: dict[str, dict[str, LeafCounts]] = field(default_factory=dict)

    def add(self, others: _Gathered) -> None:
        self.parts |= others.parts
        self.known |= others.known
        self.statuses |= others.statuses
        for mine, theirs in ((self.below, others.below), (self.leaves, others.leaves)):
            for key, of_units in theirs.items():
                mine.setdefault(key, {}).update(of_units)


@dataclass
class _Month:
    """What is put together, and what the whole says once for all units."""

    found: History
    month: Period
    now: datetime
    classed: ClassedMonths = field(default_factory=dict)

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
    def insides(self) -> dict[str, _Inside]:
        """Where the days go and what was answered, by unit and indicator."""
        cells = staged_cells(self.version, self.root)
        if not cells:
            return {}
        version = self.version
        return {
            unit: _Inside(chains_of(version, unit, cells), efforts_of(version, unit, cells)) for unit in self._charted
        }

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

    def made(self, progress: Progress | None, only: str | None = None, workers: int = 1) -> Made:
        """The index and its parts; `only` this unit, and what it lists of those beneath."""
        tree, found = self.version.tree, _Gathered()
        top = only or tree.root.key
        order = [unit.key for unit, _ in tree.walk(top)]
        # What every unit asks for is there before the work is shared.
        self.words, self.told, self.channels, self.insides  # noqa: B018
        branches = [child.key for child in tree.children(top)]
        shares = shared(branches, workers if len(order) >= SHARED_FROM else 1)
        for part in each_share(shares, lambda share: self._gathered(share, only, progress)) if branches else ():
            found.add(part)
        for figures in self._readings([top]):
            self._unit(figures, found, is_written=True)
        found.parts[WORDS] = packed(self.words)
        for key in found.known if branches else ():
            found.parts[indicator_name(key)] = packed(as_columns([found.below[key][unit] for unit in order]))
        named = {name: one.sha256 for name, one in sorted(found.parts.items())}
        return Made(self._index() | {"order": order, "parts": named}, list(found.parts.values()))

    def _gathered(self, branches: Sequence[str], only: str | None, progress: Progress | None) -> _Gathered:
        """All units of these branches: those beneath before those above, which look at them."""
        found = _Gathered()
        walked = [unit.key for branch in branches for unit, _ in self.version.tree.walk(branch)]
        leaves = [key for key in walked if key not in self._charted]
        units = leaves + [key for key in reversed(walked) if key in self._charted]
        for done, figures in enumerate(self._readings(units), 1):
            self._unit(figures, found, is_written=only is None)
            if progress is not None:
                progress(done, len(units), figures.unit)
        return found

    @cached_property
    def _charted(self) -> frozenset[str]:
        tree = self.version.tree
        return frozenset(key for key in tree.by_key if not tree.is_leaf(key) or key == tree.root.key)

    def _readings(self, units: Sequence[str]) -> Iterator[RecentReadings]:
        before = self.month.previous()
        asked = [(one, self.month) for _, one in self.version.indicators.values()]
        asked += [(one, before) for _, one in self.found.on(before.start).indicators.values()]
        return load_units(asked, Drawn(units, self._charted), self.month, history=self.found, now=self.now)

    def _unit(self, figures: RecentReadings, found: _Gathered, *, is_written: bool) -> None:
        """Make the part of one unit, and note what those above it list."""
        overview = build_of(figures, self.version, self.month, self.checks, classed=self.classed)
        found.statuses |= {(figures.unit, view["key"]): view["status"] for view in overview["commitments"]}
        for view in (one for commitment in overview["commitments"] for one in commitment["indicators"]):
            row = figures.readings.get((view["key"], view["period"]))
            indicator, period = self.version.indicators[view["key"]][1], parse_period(view["period"])
            empty = self.version.why_empty_at(indicator, figures.unit, period)
            found.below.setdefault(view["key"], {})[figures.unit] = figure_below(row, view["kind"], empty)
            if view["known_at"] is not None:
                found.known.add(view["key"])
            if self.version.tree.is_leaf(figures.unit):
                self._leaf(figures, found, view)
        if is_written:
            part = {
                "overview": overview,
                "details": self._details(figures, overview, found),
                "frontline": self.told.part(overview, found.statuses),
            }
            found.parts[unit_name(figures.unit)] = packed(unit_part(part, self.words))

    def _leaf(self, figures: RecentReadings, found: _Gathered, view: IndicatorView) -> None:
        before = figures.readings.get((view["key"], parse_period(view["period"]).previous().key))
        row, (_, indicator) = figures.readings.get((view["key"], view["period"])), self.version.indicators[view["key"]]
        if (counts := leaf_counts(indicator, row, before)) is not None:
            found.leaves.setdefault(view["key"], {})[figures.unit] = counts

    def _details(self, figures: RecentReadings, overview: Overview, found: _Gathered) -> Mapping[str, Any]:
        if figures.unit not in self._charted:
            return {}
        details = details_of(overview, self.version, figures.years or figures, self.channels.get(figures.unit, {}))
        inside = self.insides.get(figures.unit, _Inside({}, {}))
        for key, chain in inside.chains.items():
            details[key]["stages"] = chain
        for key, effort in inside.efforts.items():
            details[key]["effort"] = effort
        under = self.version.tree.under(figures.unit) - {figures.unit}
        for view in (one for commitment in overview["commitments"] for one in commitment["indicators"]):
            leaves = {unit: one for unit, one in found.leaves.get(view["key"], {}).items() if unit in under}
            if view["status"] not in UNTOLD and leaves:
                details[view["key"]] |= beside(self.version.indicators[view["key"]][1], view["period"], leaves)  # type: ignore[typeddict-item]
        return details

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
            "classes": _classes(self.found, version, self.month, root),
            "rules": dict(RULES),
        } | ({"look": look} if (look := branding_of(version)) else {})


def _classes(history: History, version: Version, month: Period, root: Overview) -> Json:
    """The classes of the month's last day, as its report prints them; the ladder of evidence stays on the page."""
    statuses = {view["key"]: view["status"] for view in root["commitments"]}
    known = known_evidence()
    found = classes_of(version.charter, month.end, known, statuses)
    moved = class_changes(version, month.start, month.end)
    return {
        **found,
        "commitments": [_without(row, "ladder") for row in found["commitments"]],
        "norm": norm_of(history, month.end, known),
        **({"changes": moved} if moved else {}),
    }


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
