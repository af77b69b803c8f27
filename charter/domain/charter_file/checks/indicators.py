"""What one indicator says about delays, conditions, exclusions and its check."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.checks.head import EARLIEST, EARLIEST_REMEDY
from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.indicators import CheckPlan, Mean, Percentile, PlainShare, ShareWithin
from charter.domain.charter_file.parts import PlacedIndicator
from charter.domain.charter_file.values import Delay, Test

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "working days": 86_400, "months": 30 * 86_400}


def check_indicators(indicator: PlacedIndicator, notes: Notes) -> None:
    """Delays, steps, conditions and the check of one valid indicator agree with one another."""
    value, path = indicator.value, indicator.path
    if value is None:
        return
    reasons = [((*path, "exclude", index, "reason"), one.reason) for index, one in enumerate(value.exclude)]
    check_unique(reasons, "the reason", notes, "give each exclusion its own reason, or join their conditions")
    for where, condition in _conditions(value, path):
        for column, said in condition.items():
            if isinstance(said, Test):
                _check_test(said, (*where, column), notes)
    _check_plan(value.check, (*path, "check"), notes)
    if isinstance(value, (ShareWithin, Mean, Percentile)) and value.start is not None and value.start == value.stop:
        notes.error(
            (*path, "stop"),
            f"start and stop are the same column '{value.stop}'",
            "name the column of the instant it stops",
        )
    if isinstance(value, ShareWithin):
        _check_delays(value, path, notes)


def _conditions(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if value.where is not None:
        yield (*path, "where"), value.where
    for index, one in enumerate(value.exclude):
        yield (*path, "exclude", index, "where"), one.where
    if isinstance(value, PlainShare) and value.success is not None:
        yield (*path, "success"), value.success


def _check_test(test: Test, path: Path, notes: Notes) -> None:
    said = [name for name in ("not_", "at_least", "at_most", "missing") if getattr(test, name) is not None]
    if test.missing is not None and len(said) > 1:
        notes.error(path, "missing stands beside another test", "write missing alone")
    low, high = test.at_least, test.at_most
    if low is None or high is None:
        return
    if isinstance(low, str) != isinstance(high, str):
        notes.error(path, "one limit is a number, the other a date", "write both alike")
    elif (isinstance(low, str) and isinstance(high, str) and low > high) or (
        isinstance(low, Decimal) and isinstance(high, Decimal) and low > high
    ):
        notes.error(path, f"no row is at least {low} and at most {high}", "exchange the two limits")


def _check_plan(plan: CheckPlan, path: Path, notes: Notes) -> None:
    if plan.at < EARLIEST:
        notes.error((*path, "at"), f"{plan.at} is too early", EARLIEST_REMEDY)
    if _length(plan.lapses_after) <= _length(plan.late_after):
        said = f"the check lapses after {plan.lapses_after}, and is late only after {plan.late_after}"
        notes.error((*path, "lapses_after"), said, "let it lapse later than it is late")


def _check_delays(value: ShareWithin, path: Path, notes: Notes) -> None:
    promised = [((*path, "within"), value.within)] if value.within is not None else []
    promised += [((*path, "tiers", index, "within"), tier.within) for index, tier in enumerate(value.tiers)]
    beyond = [((*path, "ceiling", "beyond"), value.ceiling.beyond)] if value.ceiling is not None else []
    if value.paused is not None:
        for _, delay in promised + beyond:
            if not delay.is_elapsed:
                remedy = "remove paused, or promise seconds, minutes or hours"
                notes.error((*path, "paused"), f"paused time cannot be taken off a delay of {delay}", remedy)
                break
    for where, delay in promised + beyond:
        if delay.count == 0 and delay.unit not in ("days", "working days"):
            notes.error(where, f"nothing is done within {delay}", "write a longer delay, or 0 days for the same day")
    _check_steps(value, path, notes)
    longest = max((delay for _, delay in promised), key=_length)
    if value.ceiling is not None and _length(value.ceiling.beyond) <= _length(longest):
        notes.error(
            (*path, "ceiling", "beyond"),
            f"the ceiling of {value.ceiling.beyond} is not beyond {longest}",
            "write a longer delay",
        )


def _check_steps(value: ShareWithin, path: Path, notes: Notes) -> None:
    for index in range(1, len(value.tiers)):
        before, tier = value.tiers[index - 1], value.tiers[index]
        if _length(tier.within) <= _length(before.within):
            notes.error(
                (*path, "tiers", index, "within"),
                f"{tier.within} is not longer than {before.within}",
                "write the steps from short to long",
            )
        elif tier.target < before.target:
            said = f"{tier.target} within {tier.within} asks less than {before.target} within {before.within}"
            notes.error((*path, "tiers", index, "target"), said, "a longer delay must ask for at least as much")


def _length(delay: Delay) -> int:
    """About how long a delay is, in seconds: enough to compare the steps of one promise."""
    return delay.count * SECONDS[delay.unit]
