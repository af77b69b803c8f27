"""Where the days go: the links of the chain from start to stop, what each takes of the delay, and the weakest of them.

A case is in a stage while its newest event says one of the states of that stage; what it spends in states of no stage
is told apart, so that the parts make the whole. Time in which the clock stands is waiting, and nobody's delay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from charter.domain.charter_file.calendars.pauses import Stage
from charter.domain.charter_file.indicators import IndicatorBase, ShareWithin
from charter.domain.checks.deadlines import delays_of
from charter.domain.vocabulary.counts import Counts

ELSEWHERE = "$elsewhere"
"""Stands where the key of a stage may: states that are in none."""
RAN, STOOD, LATE = "ran", "stood", "late"
FEWEST_LATE = 5
"""So many late cases are needed to name the weakest link; fewer, where the indicator is judged from fewer cases."""
SECONDS_IN = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 7 * 86_400, "months": 30 * 86_400}


def name_of(stage: str, part: str) -> str:
    """The name under which the seconds of a stage are counted."""
    return f"{stage}/{part}"


def stages_of(indicator: IndicatorBase) -> Sequence[Stage]:
    """The stages of an indicator; none where it has no chain."""
    found: Sequence[Stage] = getattr(indicator, "stages", ())
    return found


def time_of(indicator: IndicatorBase) -> str:
    """The unit of time in which an indicator with stages tells a delay: that of the promise, or that of its mean."""
    return delays_of(indicator)[0].unit if isinstance(indicator, ShareWithin) else str(getattr(indicator, "in_", ""))


def told_in(time: str) -> str:
    """The unit in which its stages are told: weeks and months in days."""
    return "days" if time in ("weeks", "months") else time


@dataclass(frozen=True)
class Link:
    """One stage: the mean time of a case that ran and that stood, and its part of all of it, between 0 and 1.

    `late`: the mean time that ran of the late cases. `allowed`: what the promise leaves it. `over`: by how much late
    cases exceed what is allowed, or, where nothing is said, what cases in time need.
    """

    stage: Stage | None
    ran: float
    stood: float
    part: float
    late: float | None = None
    allowed: float | None = None
    over: float | None = None


@dataclass(frozen=True)
class Chain:
    """The links in order, times in `unit`, over so many cases, of which so many were late; `weakest`: its place."""

    unit: str
    cases: int
    late: int | None
    links: Sequence[Link]
    weakest: int | None

    @property
    def ran(self) -> float:
        """The mean time of a case in which the clock ran."""
        return sum(each.ran for each in self.links)

    @property
    def stood(self) -> float:
        """The mean time of a case in which it stood."""
        return sum(each.stood for each in self.links)


def chain_of(indicator: IndicatorBase, counts: Counts) -> Chain | None:
    """The chain of an indicator as it was counted; None without stages, or without a case that was told by them.

    The weakest link is the one at which late cases go furthest beyond what the promise leaves it; where the charter
    gives it no share, beyond what cases in time need there (without one in time: where they spend most). Of a mean, the
    one that takes most. States in no stage are never named: nobody answers for them.
    """
    stages, cases = stages_of(indicator), int(counts.denominator)
    if not stages or not cases or not counts.stages:
        return None
    late = cases - int(counts.numerator) if isinstance(indicator, ShareWithin) else None
    unit = told_in(time_of(indicator))
    size = SECONDS_IN[unit.removeprefix("working ")]
    spent = _Spent(counts.stages, size, cases, late)
    whole = sum(counts.stages.get(name_of(key, part), 0) for key in _keys(stages) for part in (RAN, STOOD)) / size
    links = [spent.link(each, whole / cases, _allowed(indicator, each, size)) for each in stages]
    rest = spent.link(None, whole / cases, None)
    links += [rest] if rest.ran or rest.stood else []
    return Chain(unit, cases, late, links, _weakest(indicator, links, late))


def _keys(stages: Sequence[Stage]) -> list[str]:
    return [*(each.key for each in stages), ELSEWHERE]


def _allowed(indicator: IndicatorBase, stage: Stage, size: int) -> float | None:
    """What the promise leaves a stage."""
    if stage.share is None or not isinstance(indicator, ShareWithin):
        return None
    promised = delays_of(indicator)[0]
    return float(stage.share) * promised.count * SECONDS_IN[promised.unit.removeprefix("working ")] / size


@dataclass(frozen=True)
class _Spent:
    """The seconds of all judged cases by stage and part; times are told in units of `size` seconds."""

    seconds: Mapping[str, int]
    size: int
    cases: int
    late: int | None

    def link(self, stage: Stage | None, whole: float, allowed: float | None) -> Link:
        """A stage among those that take `whole` of a case together."""
        key = ELSEWHERE if stage is None else stage.key
        ran, stood, late = (self.seconds.get(name_of(key, part), 0) / self.size for part in (RAN, STOOD, LATE))
        part = (ran + stood) / self.cases / whole if whole else 0.0
        of_late = late / self.late if self.late else None
        over = None if of_late is None else of_late - (allowed if allowed is not None else self._in_time(ran - late))
        return Link(stage, ran / self.cases, stood / self.cases, part, of_late, allowed, over)

    def _in_time(self, ran: float) -> float:
        """The mean of the cases that were met."""
        met = self.cases - (self.late or 0)
        return ran / met if met else 0.0


def _weakest(indicator: IndicatorBase, links: Sequence[Link], late: int | None) -> int | None:
    named = [at for at, each in enumerate(links) if each.stage is not None]
    fewest = indicator.minimum if late is None else min(FEWEST_LATE, indicator.minimum)
    if late is not None and late < fewest:
        return None
    weights = {at: links[at].ran if late is None else links[at].over or 0.0 for at in named}
    found = max(named, key=lambda at: weights[at])
    return found if weights[found] > 0 else None


class LinkView(TypedDict):
    """A link as faces print it; `stage` and `title` are None of the states in no stage."""

    stage: str | None
    title: dict[str, str] | None
    provider: str | None
    provider_name: str | None
    ran: float
    stood: float
    part: float
    late: float | None
    allowed: float | None


class ChainView(TypedDict):
    """A chain as faces print it and months keep it; `weakest` is the key of a stage."""

    unit: str
    cases: int
    late: int | None
    ran: float
    stood: float
    weakest: str | None
    links: list[LinkView]


def as_json(chain: Chain, names: Mapping[str, str] | None = None) -> ChainView:
    """A chain with the names of its providers, by their keys."""
    links = [_link(each, names or {}) for each in chain.links]
    return {
        "unit": chain.unit,
        "cases": chain.cases,
        "late": chain.late,
        "ran": chain.ran,
        "stood": chain.stood,
        "weakest": None if chain.weakest is None else links[chain.weakest]["stage"],
        "links": links,
    }


def _link(link: Link, names: Mapping[str, str]) -> LinkView:
    stage = link.stage
    provider = stage.provider if stage is not None else None
    return {
        "stage": None if stage is None else stage.key,
        "title": None if stage is None else stage.title.model_dump(exclude_none=True),
        "provider": provider,
        "provider_name": provider and names.get(provider, provider),
        "ran": link.ran,
        "stood": link.stood,
        "part": link.part,
        "late": link.late,
        "allowed": link.allowed,
    }
