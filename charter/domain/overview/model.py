"""The reading model: one value of plain JSON types that desk, intranet page, API, `status --json` and PDF print.

Made by services/month/overview.py, printed by templates, which never decide. Texts for people are {"fr": …, "en": …};
dates and instants are ISO text; shares are 0..1; numbers are as JSON takes them; every figure carries its n."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any, NotRequired, TypedDict, TypeVar

from charter.domain.charter_file.values import Text
from charter.domain.readings.compensation import CompensationView
from charter.domain.readings.effort import EffortView
from charter.domain.readings.stages import ChainView
from charter.domain.readings.status import DoubtView
from charter.domain.vocabulary.counts import Number


def words(text: Text) -> Words:
    """Both languages; where one is missing, the other stands for it."""
    return {"fr": text.in_language("fr"), "en": text.in_language("en")}


Words = dict[str, str]


class FloorLine(TypedDict):
    state: str
    kept: int
    of: int
    broken_by: list[str]
    near: list[str]
    minima: NotRequired[list[str]]  # of broken_by: those whose legal minimum breaks it


class TrustLine(TypedDict):
    earned: int
    of: int
    credited: int
    suspended: int
    by_means: NotRequired[list[str]]  # those that may earn and are measured by means alone: they earn nothing


class Headline(TypedDict):
    kept: int
    of: int
    floor: FloorLine
    trust: TrustLine


class CheckCounts(TypedDict):
    due: int
    done: int
    late: int
    failed: int
    lapsed: int
    waived: int


Point = TypedDict(
    "Point",
    {
        "period": str,
        "value": float | None,
        "numerator": float | None,
        "denominator": float | None,
        "status": str,
        "target": float | None,
        "break": NotRequired[bool],
        "rebased": NotRequired[str],
    },
)
"""One period of a series, of a promise in steps of its first. `value` is None where nothing was measured; `break`, true
where the definition is another than before; `rebased`: why a person had the limits computed anew from here on."""


class TierView(TypedDict):
    """One step of a promise in steps, against its own target."""

    within: str
    target: float
    numerator: float
    denominator: float
    value: float | None
    status: str


class CeilingView(TypedDict):
    """The tail: the share of the cases that took longer, and the most that may."""

    beyond: str
    at_most: float
    share: float | None
    status: str


class CaseWords(TypedDict):
    """What is counted, in the charter's own word: for one and for several."""

    one: Words
    many: Words


class AreaView(TypedDict):
    """The same figure of a unit above, by its name."""

    unit: str
    value: float
    cases: float | None
    status: str


class IndicatorView(TypedDict):
    key: str
    title: Words
    kind: str
    nature: str
    proves: NotRequired[str]  # means, or context; where it is not there, result
    basis: str
    mandatory: bool
    direction: str
    period: str
    judged_from: str | None  # when `period` is not the month asked: the date that month's check is due
    status: str
    reason: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    excluded: dict[str, int]
    pending: int
    target: float | None
    tolerance: float | None
    unacceptable: float | None
    exceeds: float | None
    exceeded: bool | None
    minimum: int
    interval: list[float] | None
    interval_level: float | None
    signal: str | None  # variation: improvement-high|improvement-low|concern-high|concern-low|common|none
    assurance: str | None  # will-keep|will-miss|hit-or-miss|None
    weakest_unit: str | None
    coverage: float | None
    previous: float | None  # value one period before
    previous_status: str | None
    touched: float | None  # customers touched by a breach
    not_recording: list[str]  # units that do not record
    known_at: str | None  # instant the figure was read
    doubts: NotRequired[list[DoubtView]]  # not in months sealed before they were kept
    series: list[Point]  # 13 periods, oldest first, ending with `period`
    tiers: NotRequired[list[TierView]]  # of a promise in steps
    ceiling: NotRequired[CeilingView | None]
    step: NotRequired[str]  # the delay whose figure is shown: that of the worst step
    effective_n: NotRequired[float]  # weighted by unit: the equal answers that those given are worth
    per: NotRequired[int]  # of a rate
    case: NotRequired[CaseWords]  # what is counted, where the charter has a word for it
    of: NotRequired[Words]  # of a sum: a word for its unit
    currency: NotRequired[str]  # of money, where the charter says which
    stages: NotRequired[ChainView]  # where the days go, of an indicator with stages
    effort: NotRequired[EffortView]  # of a customer effort, its answers
    area: NotRequired[AreaView]  # of too few cases at a site: the nearest unit above that has enough


class MinimumView(TypedDict):
    """The part that the law owes: floor whatever the class of the rest."""

    text: Words
    surplus: Words | None
    indicator: str | None
    status: str
    reference: str | None


CommitmentView = TypedDict(
    "CommitmentView",
    {
        "number": int,
        "key": str,
        "title": Words,
        "promise": Words,
        "guidance": Words | None,
        "may_grant": NotRequired[Words | None],  # what staff may grant without asking, where the charter says it apart
        "owner": str,
        "touchpoint": str | None,
        "components": list[str],
        "promisor": str,
        "promisee": str,
        "provider": NotRequired[str],  # the unit that is the provider, where the charter names one
        "class": str,
        "strength": str,
        "because": list[dict[str, Any]],
        "decided_by": str | None,
        "status": str,
        "reason": str | None,
        "previous_status": str | None,
        "exceeded": bool,
        "indicators": list[IndicatorView],
        "place": NotRequired[str],
        "minimum": NotRequired[MinimumView],
        "compensation": NotRequired[CompensationView],
        "by_means": NotRequired[bool],  # true where its status rests on means alone
    },
)
"""`because` holds codes with parameters (words/classes.py renders them); `reason`: why there is no plain verdict."""


class OverviewHead(TypedDict):
    """What is the same in every unit of a month."""

    charter: str
    title: Words
    organisation: str
    is_example: bool
    version: int
    valid_from: str
    timezone: str
    period: str


class Overview(OverviewHead):
    unit: str
    unit_name: str
    known_at: str | None
    headline: Headline
    previous: Headline | None  # the headline one month earlier
    checks: CheckCounts
    commitments: list[CommitmentView]


PLACES = ("floor", "both", "trust", "apart")
AnyView = TypeVar("AnyView", bound=Mapping[str, Any])


def place_in(view: Mapping[str, Any]) -> str:
    """Where a commitment stands; of months sealed before that was told, by its class."""
    return view.get("place") or {"trust": "trust", "both": "both", "neither": "apart"}.get(view["class"], "floor")


def in_place(views: Iterable[AnyView]) -> list[AnyView]:
    """The floor first, then what is both, then trust; what stands apart comes last. Within, the charter's order."""
    return sorted(views, key=lambda view: PLACES.index(place_in(view)))


def parts_of(views: Iterable[AnyView]) -> list[tuple[str, list[AnyView]]]:
    """What every customer is owed (floor, and both), what goes beyond it (trust), what stands apart; none empty."""
    names = {"floor": "floor", "both": "floor", "trust": "beyond", "apart": "apart"}
    return [(name, list(part)) for name, part in groupby(in_place(views), lambda view: names[place_in(view)])]


def main_indicator(commitment: CommitmentView) -> IndicatorView | None:
    """The indicator whose value stands for the commitment: the mandatory one that made its status, else the first."""
    mandatory = [view for view in commitment["indicators"] if view["mandatory"]]
    made = [view for view in mandatory if view["status"] == commitment["status"]]
    return next(iter([*made, *mandatory, *commitment["indicators"]]), None)


def json_number(number: Number | None) -> float | int | None:
    """A number for JSON: whole numbers stay whole."""
    return float(number) if isinstance(number, Decimal) else number
