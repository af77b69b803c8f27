"""What one indicator says about delays, conditions, exclusions and its check."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from charter.domain.charter_file.checks.head import EARLIEST, EARLIEST_REMEDY, too_early
from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.indicators import CheckPlan, Exclusion, Tier
from charter.domain.charter_file.placed import PlacedIndicator
from charter.domain.charter_file.values import Delay, Test
from charter.domain.errors import Sentence

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "working days": 86_400, "months": 30 * 86_400}


def check_indicators(indicator: PlacedIndicator, notes: Notes) -> None:
    """Delays, steps, conditions and the check of one indicator agree, as far as each is valid by itself."""
    path = indicator.path
    reasons = [((*path, "exclude", index, "reason"), one.reason) for index, one in enumerate(_exclusions(indicator))]
    remedy = Sentence("give each exclusion its own reason, or join their conditions")
    check_unique(reasons, Sentence("the reason"), notes, remedy)
    for where, condition in _conditions(indicator):
        for column, said in condition.items():
            if isinstance(said, Test):
                _check_test(said, (*where, column), notes)
    plan = indicator.field("check")
    if plan is not None:
        _check_plan(plan, (*path, "check"), notes)
    start, stop = indicator.field("start"), indicator.field("stop")
    if start is not None and start == stop:
        said = Sentence("start and stop are the same column '%(column)s'", column=stop)
        notes.error((*path, "stop"), said, Sentence("name the column of the instant it stops"))
    _check_delays(indicator, path, notes)


def _exclusions(indicator: PlacedIndicator) -> list[Exclusion]:
    return indicator.field("exclude") or []


def _conditions(indicator: PlacedIndicator) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every condition of an indicator, with its path."""
    path, success = indicator.path, indicator.field("success")
    yield (*path, "where"), indicator.field("where") or {}
    for index, one in enumerate(_exclusions(indicator)):
        yield (*path, "exclude", index, "where"), one.where
    if isinstance(success, dict):
        yield (*path, "success"), success


def _check_test(test: Test, path: Path, notes: Notes) -> None:
    tests = [name for name in ("not_", "at_least", "at_most", "missing") if getattr(test, name) is not None]
    if test.missing is not None and len(tests) > 1:
        notes.error(path, Sentence("missing stands beside another test"), Sentence("write missing alone"))
    low, high = test.at_least, test.at_most
    if low is None or high is None:
        return
    if isinstance(low, str) != isinstance(high, str):
        notes.error(path, Sentence("one limit is a number, the other a date"), Sentence("write both alike"))
    elif (isinstance(low, str) and isinstance(high, str) and low > high) or (
        isinstance(low, Decimal) and isinstance(high, Decimal) and low > high
    ):
        said = Sentence("no row is at least %(low)s and at most %(high)s", low=low, high=high)
        notes.error(path, said, Sentence("exchange the two limits"))


def _check_plan(plan: CheckPlan, path: Path, notes: Notes) -> None:
    if plan.at < EARLIEST:
        notes.error((*path, "at"), too_early(plan.at), EARLIEST_REMEDY)
    if _length(plan.lapses_after) <= _length(plan.late_after):
        said = Sentence(
            "the check lapses after %(lapse)s, and is late only after %(late)s",
            lapse=plan.lapses_after.sentence,
            late=plan.late_after.sentence,
        )
        notes.error((*path, "lapses_after"), said, Sentence("let it lapse later than it is late"))


def _check_delays(indicator: PlacedIndicator, path: Path, notes: Notes) -> None:
    within, ceiling = indicator.field("within"), indicator.field("ceiling")
    tiers: list[Tier] = indicator.field("tiers") or []
    promised: list[tuple[Path, Delay]] = [((*path, "within"), within)] if within is not None else []
    promised += [((*path, "tiers", index, "within"), tier.within) for index, tier in enumerate(tiers)]
    beyond = [((*path, "ceiling", "beyond"), ceiling.beyond)] if ceiling is not None else []
    _check_paused(indicator, [delay for _, delay in promised + beyond], notes)
    for where, delay in promised + beyond:
        if delay.count == 0 and delay.unit not in ("days", "working days"):
            said = Sentence("nothing is done within %(delay)s", delay=delay.sentence)
            notes.error(where, said, Sentence("write a longer delay, or 0 days for the same day"))
    _check_steps(tiers, path, notes)
    longest = max((delay for _, delay in promised), key=_length, default=None)
    if longest is not None and ceiling is not None and _length(ceiling.beyond) <= _length(longest):
        said = Sentence(
            "the ceiling of %(ceiling)s is not beyond %(delay)s",
            ceiling=ceiling.beyond.sentence,
            delay=longest.sentence,
        )
        notes.error((*path, "ceiling", "beyond"), said, Sentence("write a longer delay"))


def _check_paused(indicator: PlacedIndicator, delays: list[Delay], notes: Notes) -> None:
    counted = next((delay for delay in delays if not delay.is_elapsed), None)
    if indicator.field("paused") is not None and counted is not None:
        said = Sentence("paused time cannot be taken off a delay of %(delay)s", delay=counted.sentence)
        remedy = Sentence("remove paused, or promise seconds, minutes or hours")
        notes.error((*indicator.path, "paused"), said, remedy)


def _check_steps(tiers: list[Tier], path: Path, notes: Notes) -> None:
    for index, (before, tier) in enumerate(pairwise(tiers), 1):
        if _length(tier.within) <= _length(before.within):
            said = Sentence(
                "%(delay)s is not longer than %(before)s",
                delay=tier.within.sentence,
                before=before.within.sentence,
            )
            notes.error((*path, "tiers", index, "within"), said, Sentence("write the steps from short to long"))
        elif tier.target < before.target:
            said = _asks_less(tier, before)
            remedy = Sentence("a longer delay must ask for at least as much")
            notes.error((*path, "tiers", index, "target"), said, remedy)


def _asks_less(tier: Tier, before: Tier) -> Sentence:
    return Sentence(
        "%(share)s within %(delay)s asks less than %(share_before)s within %(delay_before)s",
        share=tier.target,
        delay=tier.within.sentence,
        share_before=before.target,
        delay_before=before.within.sentence,
    )


def _length(delay: Delay) -> int:
    """About how long a delay is, in seconds: enough to compare the steps of one promise."""
    return delay.count * SECONDS[delay.unit]
