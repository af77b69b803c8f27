"""What is doubted of the newest figures, told to who keeps the charter: once, and again when nothing is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import Happening, Subject
from charter.domain.readings.doubts import name_units
from charter.domain.readings.status import DoubtView
from charter.domain.vocabulary.periods import Period
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import Version
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.watching.alert_changes import (
    About,
    facts_of,
    record_alert_change,
    restate,
    standing_alert,
)


def about_of(version: Version, kind: Subject, subject: str, unit: str) -> About:
    """Whose it is; what the charter no longer holds is nobody's."""
    pairs = version.indicators
    commitment = pairs[subject][0] if subject in pairs else None
    if kind is Subject.CLASS:
        commitment = next((one for one in version.charter.commitments if one.key == subject), None)
    if kind is Subject.MOVE:
        key = subject.partition(" ")[2]
        commitment = next((one for one in version.charter.commitments if one.key.startswith(key)), None)
    return About(kind, subject, commitment.key if commitment else "", commitment.owner if commitment else "", unit)


@dataclass(frozen=True)
class Doubted:
    """What is doubted of the newest figure of an indicator, what people were told of it already, and whether its alert
    says other than is so now."""

    about: About
    facts: dict[str, Any]
    codes: frozenset[str]
    told: frozenset[str]
    is_stale: bool

    @property
    def change(self) -> Happening | None:
        """A doubt that is new is told, once; when none is left, that."""
        if self.codes - self.told:
            return Happening.WORSENED if self.told else Happening.OPENED
        return Happening.CLOSED if self.told and not self.codes else None


def doubts_today(version: Version) -> Iterator[Doubted]:
    """The newest figure of each indicator on the whole, with the doubts that it bears."""
    root = version.tree.root.key
    newest = (
        select(ReadingRow.indicator_key, func.max(ReadingRow.period_start).label("start"))
        .where(ReadingRow.unit_key == root)
        .group_by(ReadingRow.indicator_key)
        .subquery()
    )
    is_newest = (newest.c.indicator_key == ReadingRow.indicator_key) & (newest.c.start == ReadingRow.period_start)
    rows = select(ReadingRow).join(newest, is_newest).where(ReadingRow.unit_key == root)
    for row in db.session.execute(rows.order_by(ReadingRow.indicator_key)).scalars():
        if row.indicator_key not in version.indicators:
            continue
        about = about_of(version, Subject.DOUBT, row.indicator_key, root)
        alert = standing_alert(about)
        doubts = name_units(cast("list[DoubtView]", row.doubts or []), version.tree)
        if alert is None and not doubts:
            continue
        indicator = version.indicators[row.indicator_key][1]
        read = {name: getattr(row, name) for name in ("unit_key", "status", "reason", "value", "denominator")}
        told = frozenset(alert.facts.get("codes", ()) if alert else ())
        codes = frozenset(one["code"] for one in doubts)
        facts = facts_of(version, indicator, Period(indicator.period, row.period_start), read)
        facts |= {"doubts": doubts, "codes": sorted(codes | told)}
        is_stale = alert is not None and bool(doubts) and not facts.items() <= alert.facts.items()
        yield Doubted(about, facts, codes, told, is_stale)


def tell_doubts(version: Version, now: datetime) -> int:
    """Tell what is newly doubted of a figure; returns how many indicators it is of."""
    if not any(one.change or one.is_stale for one in doubts_today(version)):
        return 0
    with transaction():
        # What another process has told meanwhile is seen here.
        audit_log.hold()
        found = list(doubts_today(version))
        for one in found:
            if one.is_stale:
                restate(one.about, one.facts)
        changed = [one for one in found if one.change]
        for one in changed:
            assert one.change is not None
            new = sorted(one.codes - one.told)
            at_once = is_alive(one.about) and any(doubt["changes"] for doubt in one.facts["doubts"])
            code = new[0] if new else "over"
            record_alert_change(one.about, one.change, code, one.facts, now, at_once=at_once)
        return len(changed)


def is_alive(about: About) -> bool:
    """Whether this installation was at work before: what a first look finds is told in the digest."""
    running = select(WatchRow.id).where(WatchRow.kind == Subject.STATUS, WatchRow.before_at.is_not(None)).limit(1)
    return db.session.execute(running).first() is not None
