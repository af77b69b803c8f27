"""Versions of the charter, which one is in force on a day, and what is found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple, TypedDict

from sqlalchemy import select

from charter.domain.charter_file.charter import (
    Charter,
    Commitment,
    Compensation,
    calendars_of,
    compensations_of,
)
from charter.domain.charter_file.indicators import Composite, Indicator, Target
from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.charter_file.text.canonical import from_canonical
from charter.domain.charter_file.unit_tree import UnitTree, is_valid_in
from charter.domain.checks.deadlines import Deadlines
from charter.domain.overview.model import Words
from charter.domain.overview.names import titles_apart
from charter.domain.readings.status import target_in_force
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import Period, Stretch
from charter.domain.vocabulary.terms import Reason
from charter.domain.vocabulary.working_days import WorkingDays
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services.records.transactions import VersionMark, latest


class UnitRow(TypedDict):
    """A unit of the tree, as deep as it stands in it."""

    key: str
    name: str
    kind: str | None
    depth: int


class Drawn(NamedTuple):
    """Where a level is drawn."""

    indicator: str
    unit: str
    period: Period


@dataclass(frozen=True)
class Version:
    """One version of the charter, parsed, with its tree of units and its indicators by key."""

    id: int
    number: int
    valid_from: date
    folder: str
    charter: Charter

    @cached_property
    def tree(self) -> UnitTree:
        assert isinstance(self.charter.units, list)
        return UnitTree(self.charter.units)

    @cached_property
    def unit_rows(self) -> tuple[UnitRow, ...]:
        """The tree as rows with their depth, parents first."""
        listing = self.tree.listing
        return tuple(UnitRow(key=one.key, name=one.name, kind=one.kind, depth=depth) for one, depth in listing)

    @cached_property
    def calendars(self) -> list[WorkingDays]:
        """The charter's calendar first, then those of its units."""
        return calendars_of(self.charter)

    @cached_property
    def deadlines(self) -> dict[tuple[str, Period], Deadlines]:
        """What has been reckoned already, by indicator and period (services/schedule/due.py)."""
        return {}

    @cached_property
    def levels(self) -> dict[Drawn, float | int | None]:
        """The level drawn for an indicator, unit and period, where it has been looked up already (`indicator_view`)."""
        return {}

    def required(self, indicator: Indicator, on: date, unit: str) -> Target | None:
        """The level required of a unit on a day; of one that the charter did not know, what it asks of all."""
        return target_in_force(indicator.targets, on, self.tree.by_key.get(unit))

    @cached_property
    def indicators(self) -> dict[str, tuple[Commitment, Indicator]]:
        return {i.key: (c, i) for c in self.charter.commitments for i in c.indicators}

    @cached_property
    def titles(self) -> dict[str, Words]:
        """By indicator, its title; where another bears the same, with the number of its promise."""
        return titles_apart(self.charter.commitments)

    @cached_property
    def owed(self) -> dict[str, Compensation]:
        """By indicator, what each of its misses owes."""
        return compensations_of(self.charter)

    def is_logged(self, indicator: Indicator) -> bool:
        """Whether it counts what staff write into the log of incidents, of which small counts are left out."""
        return isinstance(self.charter.sources.get(indicator.source or ""), IncidentsSource)

    def why_empty(self, indicator: Indicator) -> Reason:
        """Why there is no case: none in the source; of the log of incidents, that there are too few to be shown."""
        return Reason.FEW_WRITTEN if self.is_logged(indicator) else Reason.NO_ROWS

    def why_empty_at(self, indicator: Indicator, unit: str, period: Period) -> Reason:
        """Why there is no case of a unit; of one that was closed all the period, or not open yet, none was expected."""
        return Reason.NOT_OPEN if self.is_shut(unit, period) else self.why_empty(indicator)

    def is_shut(self, unit: str, period: Period) -> bool:
        """Whether a unit was closed all the period, or not open yet: nothing is asked of it."""
        known = self.tree.by_key.get(unit)
        return known is not None and not is_valid_in(known, period.start, period.end)

    @cached_property
    def composites(self) -> list[Composite]:
        return [indicator for _, indicator in self.indicators.values() if isinstance(indicator, Composite)]


class HeldStretch(NamedTuple):
    """Some days of a period, by the version in force on them and what it says of the indicator."""

    version: Version
    indicator: Indicator
    days: Stretch


@dataclass(frozen=True)
class History:
    """Every version that is in force on some day, by the day from which it holds."""

    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def first(self) -> Version:
        return self.versions[0]

    def on(self, day: date) -> Version:
        """The version in force on a day; before the first one, the first."""
        for version in reversed(self.versions):
            if version.valid_from <= day:
                return version
        return self.first

    def stretches(self, indicator: Indicator, period: Period) -> list[HeldStretch]:
        """The days of a period by the version in force on each, of an indicator that is judged by the case's start.

        None where one version holds for all of it, or where figures of the versions do not add: then the version in
        force on the first day judges the whole.
        """
        first = self.on(period.start)
        held = first.indicators.get(indicator.key, (None, indicator))[1]
        inside = [one for one in self.versions if period.start < one.valid_from <= period.end]
        if held.judged_by != "start" or not inside or not held.kind.adds_up:
            return []
        starts = [period.start, *(one.valid_from for one in inside)]
        lasts = [*(day - timedelta(days=1) for day in starts[1:]), period.end]
        found: list[HeldStretch] = []
        for version, start, last in zip([first, *inside], starts, lasts, strict=True):
            _, own = version.indicators.get(indicator.key, (None, None))
            if own is not None and own.kind is held.kind and own.period is held.period:
                found.append(HeldStretch(version, own, Stretch(period.kind, start, last)))
        return found

    def with_one(self, version: Version) -> History:
        """The history as it is for a version in force, and as it would be once a draft is."""
        if version in self.versions:
            return self
        return History((*(one for one in self.versions if one.valid_from < version.valid_from), version))


def history() -> History:
    """The versions in force, oldest first. Raises NotFound before the first charter is applied."""
    found = history_or_none()
    if found is None:
        raise NotFound("No charter has been applied yet. Write one and say: flask charter apply FILE")
    return found


def history_or_none() -> History | None:
    """As `history`, but None before the first charter. Asked once in a transaction of the session."""
    marks = latest().versions
    return _history(marks) if marks else None


def first_month_in_force() -> int:
    """The month in which years and quarters begin; January before the first charter."""
    found = history_or_none()
    return 1 if found is None else found.current.charter.charter.first_month


@lru_cache(maxsize=8)
def _history(marks: tuple[VersionMark, ...]) -> History:
    """Documents never change: what was parsed once holds as long as id, hash and folder are the same."""
    documents = dict(latest().documents)
    wanted = [mark.id for mark in marks if mark.id not in documents]
    if wanted:
        rows = db.session.execute(
            select(CharterVersion.id, CharterVersion.document).where(CharterVersion.id.in_(wanted))
        )
        documents |= {row.id: row.document for row in rows}
    return History(tuple(_version(mark, documents[mark.id]) for mark in marks))


def history_at(rows: Iterable[CharterVersion]) -> History:
    """The versions in force among these rows, by valid_from and number: what an earlier instant knew."""
    newest = {row.valid_from: row for row in sorted(rows, key=lambda row: (row.valid_from, row.number))}
    return History(tuple(_version(newest[day], newest[day].document) for day in sorted(newest)))


def _version(mark: VersionMark | CharterVersion, document: str) -> Version:
    return Version(mark.id, mark.number, mark.valid_from, mark.folder, _parsed(mark.content_hash, document))


def facts_of(row: CharterVersion) -> dict[str, object]:
    """What the audit log says of a version."""
    facts = {"version": row.number, "valid_from": row.valid_from.isoformat(), "sha256": row.content_hash}
    return facts | ({"reason": row.reason} if row.reason else {})


def find_commitment(version: Version, key: str) -> tuple[int, Commitment]:
    """A commitment with its number in the charter. Raises NotFound with the keys there are."""
    for number, commitment in enumerate(version.charter.commitments, 1):
        if commitment.key == key:
            return number, commitment
    raise NotFound(
        "The charter has no commitment %(commitment)s. It has: %(commitments)s.",
        commitment=key,
        commitments=_first([one.key for one in version.charter.commitments]),
    )


def find_indicator(version: Version, key: str) -> tuple[Commitment, Indicator]:
    """An indicator with its commitment. Raises NotFound with the keys there are."""
    if key not in version.indicators:
        raise NotFound(
            "The charter has no indicator %(indicator)s. It has: %(indicators)s.",
            indicator=key,
            indicators=_first(version.indicators),
        )
    return version.indicators[key]


def find_unit(version: Version, key: str | None) -> str:
    """A unit's key, the root's for None. Raises NotFound."""
    if key is None:
        return version.tree.root.key
    if key not in version.tree:
        raise _absent(version, key)
    return key


def _absent(version: Version, key: str) -> NotFound:
    """A unit that the charter has at another time says so: it is no wrong address."""
    found = history_or_none()
    known = [one for one in found.versions if key in one.tree] if found else []
    later = [one for one in known if one.valid_from > version.valid_from]
    if later:
        day = max(later[0].valid_from, later[0].tree.by_key[key].valid_from or later[0].valid_from)
        return NotFound("%(unit)s has no figures before %(day)s, when the charter takes it in.", unit=key, day=day)
    if found and known and known[-1] is not found.current:
        gone = found.versions[found.versions.index(known[-1]) + 1].valid_from
        return NotFound("%(unit)s is not in the charter since %(day)s: choose an earlier month.", unit=key, day=gone)
    return NotFound("The charter has no unit %(unit)s.", unit=key)


def _first(keys: Iterable[str]) -> list[str]:
    return list(keys)[:20]


def charter_numbered(number: int) -> Charter:
    """The charter of the version of that number, in force or not; for sealed months, which name theirs."""
    row = db.session.execute(select(CharterVersion).where(CharterVersion.number == number)).scalar_one()
    return _parsed(row.content_hash, row.document)


def charter_of(version_id: int) -> Charter:
    """The charter of the version of that row."""
    row = db.session.get_one(CharterVersion, version_id)
    return _parsed(row.content_hash, row.document)


@lru_cache(maxsize=8)
def _parsed(content_hash: str, document: str) -> Charter:
    return from_canonical(document)
