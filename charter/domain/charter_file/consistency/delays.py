"""What one indicator says about delays: steps that grow, a ceiling beyond them, paused time that can be taken off."""

from __future__ import annotations

from itertools import pairwise

from charter.domain.charter_file.calendars.pauses import Tier
from charter.domain.charter_file.consistency.head import KEEP_ONE
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.parts import PlacedIndicator
from charter.domain.charter_file.values import Delay
from charter.domain.vocabulary.errors import Sentence

HOUR, DAY = 3600, 86_400
SECONDS = {"seconds": 1, "minutes": 60, "hours": HOUR, "days": DAY, "weeks": 7 * DAY, "months": 30 * DAY}
SECONDS |= {"working minutes": 60, "working hours": HOUR, "working days": DAY}


def check_delays(indicator: PlacedIndicator, notes: Notes) -> None:
    """Promised delays can be kept and grow from step to step; the ceiling lies beyond the longest."""
    path = indicator.path
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
    longest = max((delay for _, delay in promised), key=length, default=None)
    if longest is not None and ceiling is not None and length(ceiling.beyond) <= length(longest):
        said = Sentence(
            "the ceiling of %(ceiling)s is not beyond %(delay)s",
            ceiling=ceiling.beyond.sentence,
            delay=longest.sentence,
        )
        notes.error((*path, "ceiling", "beyond"), said, Sentence("write a longer delay"))


def _check_paused(indicator: PlacedIndicator, delays: list[Delay], notes: Notes) -> None:
    if indicator.field("paused") is None:
        return
    counted = next((delay for delay in delays if delay.is_by_day), None)
    if counted is not None:
        said = Sentence("paused time cannot be taken off a delay of %(delay)s", delay=counted.sentence)
        remedy = Sentence("write pauses: with the days from and until, or promise hours or working hours")
        notes.error((*indicator.path, "paused"), said, remedy)
    if indicator.written("pauses") is not None:
        said = Sentence("paused and pauses both say when the clock is stopped")
        notes.error((*indicator.path, "paused"), said, KEEP_ONE)


def _check_steps(tiers: list[Tier], path: Path, notes: Notes) -> None:
    for index, (before, tier) in enumerate(pairwise(tiers), 1):
        if length(tier.within) <= length(before.within):
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


def length(delay: Delay) -> int:
    """About how long a delay is, in seconds: enough to compare the steps of one promise."""
    return delay.count * SECONDS[delay.unit]
