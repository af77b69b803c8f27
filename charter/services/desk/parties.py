"""What parties owe each other in a month: the page of cards, a provider's own among them, and the strip of the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import or_, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Unit
from charter.domain.overview.model import CommitmentView, OverviewHead
from charter.domain.overview.parties import (
    WITH_PROVIDER,
    PartyChain,
    Provider,
    chain_of_parties,
    is_with_provider,
    providers_of,
)
from charter.domain.readings.status import commitment_status
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History, Version, find_unit, history
from charter.services.month.overview import ClassedMonths, build_of, checks_of, head_of
from charter.services.readings.current_figures import Place, UnitReadings, month_asked
from charter.services.readings.indicator_view import indicator_status_of
from charter.services.readings.recent_queries import Drawn, load_units


class PartiesPage(TypedDict):
    """The cards of a month as somebody may see them. `is_own`: those of a provider, for somebody of it;
    `is_part`: for somebody of a part of one, which has no card; `cards_of`: the
    providers whose card there is on paper."""

    overview: OverviewHead
    unit: str
    unit_name: str
    known_at: str | None
    chain: PartyChain
    is_own: bool
    is_part: bool
    cards_of: list[str]


def parties(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> PartiesPage:
    """The cards of a unit and of the providers in it; for somebody of a provider, its cards alone.

    Raises NotFound, NotAllowed, Invalid (period).
    """
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    key = find_unit(version, unit or actor.home)
    require(actor, Permission.READ_CARDS, key)
    own = providers_in(version, key)
    if actor.is_provider and unit is None:
        own = [one for one in providers_of(version.charter, version.tree) if one.key in (actor.units or ())]
    read = [one.key for one in own] + ([] if actor.is_provider else [key])
    at = _views(found, version, month, list(dict.fromkeys(read)), now)
    cards = [Provider(one.key, one.name, at[one.key]) for one in own]
    if actor.is_provider:
        chain = chain_of_parties((), cards, WITH_PROVIDER)
    else:
        chain = chain_of_parties(at[key], cards if _has_providers(version) else None)
    views = [view for card in chain["cards"] for side in card["sides"] for view in side["views"]]
    instants = [one["known_at"] for view in views for one in view["indicators"] if one["known_at"]]
    return {
        "overview": head_of(version, month),
        "unit": key,
        "unit_name": version.tree.by_key[key].name,
        "known_at": max(instants, default=None),
        "chain": chain,
        "is_own": actor.is_provider,
        "is_part": actor.is_provider and not own,
        "cards_of": list(dict.fromkeys(card["unit"] for card in chain["cards"] if card["unit"])),
    }


def providers_in(version: Version, unit: str) -> list[Unit]:
    """The providers at or beneath a unit."""
    under = version.tree.under(unit)
    return [one for one in providers_of(version.charter, version.tree) if one.key in under]


def _has_providers(version: Version) -> bool:
    return bool(providers_of(version.charter, version.tree))


def _views(
    found: History, version: Version, month: Period, units: Sequence[str], now: datetime
) -> dict[str, list[CommitmentView]]:
    """The promises as they stand at each unit."""
    before = month.previous()
    asked = [(one, month) for _, one in version.indicators.values()]
    asked += [(one, before) for _, one in found.on(before.start).indicators.values()]
    checks, classed = checks_of(month, now), ClassedMonths()
    return {
        figures.unit: build_of(figures, version, month, checks, classed=classed)["commitments"]
        for figures in load_units(asked, Drawn(units, frozenset()), month, history=found, now=now)
    }


def chain_here(figures: UnitReadings, version: Version, month: Period, views: Sequence[CommitmentView]) -> PartyChain:
    """The chain of parties at the unit whose figures and promises are at hand; of its providers only the statuses are
    read, in one statement."""
    providers = providers_in(version, figures.unit)
    theirs = [one for one in version.charter.commitments if is_with_provider(one)]
    indicators = [indicator for one in theirs for indicator in one.indicators]
    by_key = {view["key"]: view for view in views}
    found: list[Provider] = []
    for at, place in zip(
        _readings_at(figures, indicators, month, [one.key for one in providers]), providers, strict=True
    ):
        held = [
            by_key[one.key]
            | {
                "status": commitment_status(
                    (i.mandatory, indicator_status_of(i, at, month).status) for i in one.indicators
                )
            }
            for one in theirs
        ]
        found.append(Provider(place.key, place.name, held))
    return chain_of_parties(views, found if _has_providers(version) else None)


def _readings_at(
    figures: UnitReadings, indicators: Sequence[Indicator], month: Period, units: Sequence[str]
) -> Iterator[UnitReadings]:
    """The figures of other units that stand for a month, by checks that are at hand: in one statement, for how they
    stand and nothing else; without any where nothing is asked."""
    places = [(one.key, figures.choose(one, month).period.key) for one in indicators]
    found: dict[str, dict[Place, Any]] = {unit: {} for unit in units}
    if places and units:
        table = ReadingRow.__table__
        wanted = [(ReadingRow.indicator_key == key) & (ReadingRow.period_key == period) for key, period in places]
        query = select(*table.c).where(ReadingRow.unit_key.in_(units), or_(*wanted))
        for row in db.session.connection().execute(query):
            found[row.unit_key][row.indicator_key, row.period_key] = row
    for unit, readings in found.items():
        yield UnitReadings(unit, figures.now, figures.history, readings, figures.checks, {}, figures.stood)
