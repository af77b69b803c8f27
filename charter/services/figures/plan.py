"""What entering figures would do: each figure checked, what it replaces, and what becomes of the statuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import is_valid_in
from charter.domain.figures.entries import LONGEST_NAME, LONGEST_REASON, Figure, counts_entered
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound, Sentence
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import Run, counts_of
from charter.services.charters.providers import find_own
from charter.services.charters.versions import History, Version, find_unit, history
from charter.services.figures.entries import Batch, Entry, Place, Plan, Refusal
from charter.services.readings.current_figures import newest_figures

MOST_FIGURES = 10_000
PARTS = {"channel": Sentence("channel"), "segment": Sentence("segment")}


class About(NamedTuple):
    """What a figure speaks of: an indicator as it was defined in a period."""

    version: Version
    indicator: Indicator
    period: Period


def plan_figures(
    actor: Actor, now: datetime, figures: Sequence[Figure], *, reason: str | None = None, correcting: bool = False
) -> Plan:
    """Check every figure against the charter, the database and the other figures; writes nothing.

    `reason` stands for figures that bring none. `correcting`: figures of an indicator that is read from a source,
    which only a correction of what was read may change.
    """
    if not figures:
        raise Invalid("There is no figure here.", "figures")
    if len(figures) > MOST_FIGURES:
        raise Invalid(
            "There are %(count)s figures: send at most %(most)s at once.",
            "figures",
            count=len(figures),
            most=MOST_FIGURES,
        )
    found, batches, refusals = history(), dict[tuple[str, str], Batch](), list[Refusal]()
    for at, figure in enumerate(figures):
        try:
            given = replace(figure, reason=(figure.reason or reason or "").strip() or None)
            _add(actor, now, batches, _settled(actor, found, given, now, correcting=correcting), given)
        except CharterError as error:
            refusals.append(Refusal(at, figure.line, error))
    return Plan(list(batches.values()), refusals, actor.units if actor.is_provider else None)


def _settled(actor: Actor, found: History, figure: Figure, now: datetime, *, correcting: bool) -> About:
    """What the figure speaks of. Raises NotFound, Invalid (period), Conflict (not ended, not entered by hand)."""
    period = parse_period(figure.period)
    version = found.on(period.start)
    _, indicator = find_own(actor, version, figure.indicator)
    if not correcting and not is_entered(version.charter, indicator):
        raise Conflict(
            "%(indicator)s is read from a source: its figures are not entered by hand.", indicator=indicator.key
        )
    if period.kind is not indicator.period:
        raise Invalid(
            "%(indicator)s is measured by %(unit)s: %(period)s is not one.",
            "period",
            indicator=indicator.key,
            unit=indicator.period,
            period=period,
        )
    if now.astimezone(ZoneInfo(version.charter.charter.timezone)).date() <= period.end:
        raise Conflict(
            "%(period)s has not ended yet: its figure can be entered from the day after its last.", period=period
        )
    if period.start < found.first.valid_from:
        raise Invalid(
            "%(period)s began before the charter, on %(day)s: it has no place.",
            "period",
            period=period,
            day=found.first.valid_from,
        )
    return About(version, indicator, period)


def _add(
    actor: Actor,
    now: datetime,
    batches: dict[tuple[str, str], Batch],
    what: About,
    figure: Figure,
) -> None:
    version, indicator, period = what
    unit = _unit(version, period, figure)
    by_hand = is_entered(version.charter, indicator)
    require(actor, Permission.ENTER_FIGURE if by_hand else Permission.CORRECT_FIGURE, unit)
    place = Place(unit, _part(indicator, figure, "channel"), _part(indicator, figure, "segment"))
    counts = counts_entered(indicator, figure.numbers)
    batch = batches.get((indicator.key, period.key)) or _batch(version, indicator, period)
    if place in batch.entries:
        raise Invalid(
            "The figure of %(place)s for %(period)s appears twice.", "unit", place=_named(place), period=period
        )
    corrected = batch.held.get(place)
    if corrected is None:
        _refuse_new(batch, place)
    else:
        # What the numbers do not say stays as it was counted.
        counts = replace(counts, pending=corrected.pending, excluded=counts_of(corrected).excluded)
    entry = Entry(Cell(period.key, *place, counts), corrected, figure.reason, figure.line)
    if corrected is not None and not entry.is_same:
        _refuse_unsaid(entry)
    batch.take(place, entry)
    batches[indicator.key, period.key] = batch


def _batch(version: Version, indicator: Indicator, period: Period) -> Batch:
    held = {Place(row.unit_key, row.channel, row.segment): row for row in newest_figures(indicator.key, period.key)}
    return Batch(version, indicator, period, held)


def _unit(version: Version, period: Period, figure: Figure) -> str:
    unit = find_unit(version, figure.unit)
    known = version.tree.by_key[unit]
    if not is_valid_in(known, period.start, period.end):
        raise Invalid(
            "The unit %(unit)s did not exist in %(period)s: look at its dates in the charter.",
            "unit",
            unit=unit,
            period=period,
        )
    return unit


def _part(indicator: Indicator, figure: Figure, name: str) -> str:
    """The channel or segment, trimmed; only where the indicator names one."""
    written: str = getattr(figure, name).strip()
    if not written:
        return ""
    if getattr(indicator, name) is None:
        raise Invalid(
            "%(indicator)s has no %(part)s in the charter: leave it out, or add %(field)s: there.",
            name,
            indicator=indicator.key,
            part=PARTS[name],
            field=name,
        )
    if len(written) > LONGEST_NAME or not written.isprintable():
        raise Invalid(
            "The %(part)s has a character that cannot be printed, or more than %(most)s characters.",
            name,
            part=PARTS[name],
            most=LONGEST_NAME,
        )
    return written


def _refuse_new(batch: Batch, place: Place) -> None:
    """Figures add along the tree: one above or below another, or a whole beside its parts, would count twice."""
    unit = place.unit
    if not batch.is_by_hand:
        raise NotFound(
            "%(indicator)s has no figure of %(place)s to correct. There is: %(there)s.",
            indicator=batch.indicator.key,
            place=_named(place),
            there="; ".join(map(_named, list(batch.held)[:10])) or Sentence("none: its check is not done"),
        )
    tree = batch.version.tree
    for above in tree.path(unit)[1:]:
        if above in batch.taken:
            raise _counted_twice(above, unit)
    if unit in batch.above:
        below = next(one for one in batch.taken if one in tree and unit in tree.path(one)[1:])
        raise _counted_twice(below, unit)
    shapes = batch.taken.get(unit, {})
    others = [other for shape, other in shapes.items() if shape != place.shape]
    if others:
        raise _counted_twice(_named(min(others)), _named(place))


def _counted_twice(there: str, given: str) -> Conflict:
    return Conflict(
        "There is a figure of %(there)s already: %(given)s would count the same cases twice.", there=there, given=given
    )


def _refuse_unsaid(entry: Entry) -> None:
    if entry.reason is None:
        raise Invalid("There is a figure for this period and unit already: say why it is corrected.", "reason")
    check_reason(entry.reason)


def check_reason(reason: str) -> None:
    """Raises Invalid (reason) for one that is too long, or cannot be printed."""
    if len(reason) > LONGEST_REASON or not " ".join(reason.split()).isprintable():
        raise Invalid(
            "The reason is over %(most)s characters, or has a character that cannot be printed.",
            "reason",
            most=LONGEST_REASON,
        )


def _named(place: Iterable[str]) -> str:
    return ", ".join(part for part in place if part)


def read_before(batch: Batch) -> Run | None:
    """The run that read the source, which a correction speaks of."""
    if batch.is_by_hand:
        return None
    of_period = (Run.indicator_key == batch.indicator.key) & (Run.period_key == batch.period.key)
    query = select(Run).where(of_period, Run.outcome == "done", Run.fingerprint.is_not(None))
    return db.session.execute(query.order_by(Run.id.desc()).limit(1)).scalar_one_or_none()
