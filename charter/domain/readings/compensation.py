"""What misses owe to customers, what was paid for them, and what still waits.

What is owed follows from the misses that were counted: so much for each, or, where cases differ, as each of them was
counted. What was paid is a money indicator of its own: payments are dated by the day on which they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NotRequired, TypedDict

from charter.domain.charter_file.evidence import Compensation, Owed
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Direction, Kind

OwedCounts = Mapping[str, int]
"""What misses owe in `cents`, how many `cases` owe it, how many of these are `open`, of how many judged (`of`)."""


def misses_in(indicator: IndicatorBase, counts: Counts) -> Any:
    """How many cases were missed: of a count every one; of a share those that failed, or, where lower is better, those
    that met what it counts."""
    if getattr(indicator, "kind", None) is Kind.COUNT:
        return counts.numerator
    is_lower = indicator.direction is Direction.LOWER
    return counts.numerator if is_lower else counts.denominator - counts.numerator


def owed_counts(said: Compensation | None, indicator: IndicatorBase, counts: Counts) -> dict[str, int] | None:
    """What the misses of some counts owe; None where nothing is owed by the charter, or the counts do not tell."""
    if said is None:
        return None
    if said.is_by_case:
        return dict(counts.owed) or None
    misses = misses_in(indicator, counts)
    of = int(counts.denominator)
    return {"of": of, "cents": round(misses * said.each[0].amount * 100), "cases": round(misses), "open": 0}


class AmountView(TypedDict):
    """One amount as the charter says it."""

    cents: int
    further_cents: int | None
    every: str | None
    where: dict[str, Any] | None
    starts: str | None
    until: str | None


class CompensationView(TypedDict):
    """What a commitment owes for its misses, in cents of `currency`.

    `period`: that of the misses; None where no figure is known. `unreckoned`: judged cases of which nothing is
    known. `paid_*`: of the money indicator, by its own period; `difference_cents` where both periods are the same.
    From `since` to `until`: what was owed and paid in all, and what waits (below 0: more was paid than is owed).
    """

    currency: str
    law: dict[str, str] | None
    amounts: list[AmountView]
    indicator: str
    period: str | None
    cases: int | None
    open: int
    owed_cents: int | None
    unreckoned: int
    paid_by: str | None
    paid_period: str | None
    payments: int | None
    paid_cents: int | None
    difference_cents: int | None
    since: NotRequired[str]
    until: NotRequired[str]
    owed_in_all_cents: NotRequired[int]
    paid_in_all_cents: NotRequired[int]
    waiting_cents: NotRequired[int]


@dataclass(frozen=True)
class Kept:
    """What is kept of one indicator, period and unit: judged cases or payments, cents, and what misses owe."""

    period: str
    first: date
    last: date
    judged: int
    cents: int
    owed: OwedCounts | None


def amount_views(said: Compensation) -> list[AmountView]:
    """The amounts of a compensation, as faces print them."""
    return [_amount(one) for one in said.each]


def _amount(one: Owed) -> AmountView:
    plain = one.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "cents": int(one.amount * 100),
        "further_cents": int(one.further.amount * 100) if one.further else None,
        "every": str(one.further.every) if one.further else None,
        "where": plain.get("where"),
        "starts": plain.get("from"),
        "until": plain.get("until"),
    }


def compensation_view(
    said: Compensation, indicator: str, misses: Sequence[Kept], payments: Sequence[Kept], month_end: date
) -> CompensationView:
    """What is owed, paid and waits up to the end of a month, from what is kept of both indicators, oldest first."""
    owing = [one for one in misses if one.last <= month_end]
    paid = [one for one in payments if one.last <= month_end]
    now, last = (found[-1] if found else None for found in (owing, paid))
    owed = now.owed if now is not None else None
    found: CompensationView = {
        "currency": said.currency,
        "law": said.law.model_dump(exclude_none=True) if said.law is not None else None,
        "amounts": amount_views(said),
        "indicator": indicator,
        "period": now.period if now is not None else None,
        "cases": owed["cases"] if owed is not None else None,
        "open": owed.get("open", 0) if owed is not None else 0,
        "owed_cents": owed["cents"] if owed is not None else None,
        "unreckoned": _unreckoned(now),
        "paid_by": said.paid,
        "paid_period": last.period if last is not None else None,
        "payments": last.judged if last is not None else None,
        "paid_cents": last.cents if last is not None else None,
        "difference_cents": None,
    }
    if now is not None and last is not None and owed is not None and now.period == last.period:
        found["difference_cents"] = owed["cents"] - last.cents
    return _with_waiting(found, owing, paid)


def _unreckoned(one: Kept | None) -> int:
    if one is None:
        return 0
    return one.judged - one.owed["of"] if one.owed is not None else one.judged


def _with_waiting(found: CompensationView, owing: Sequence[Kept], paid: Sequence[Kept]) -> CompensationView:
    """What waits in all: only where both are known, from the first period that owes, up to a day that both reach."""
    told = [one for one in owing if one.owed is not None]
    if not told or not paid:
        return found
    until = min(told[-1].last, paid[-1].last)
    owed_in_all = sum(one.owed["cents"] for one in told if one.owed is not None and one.last <= until)
    paid_in_all = _cents(one for one in paid if one.first >= told[0].first and one.last <= until)
    found["since"], found["until"] = told[0].first.isoformat(), until.isoformat()
    found["owed_in_all_cents"], found["paid_in_all_cents"] = owed_in_all, paid_in_all
    found["waiting_cents"] = owed_in_all - paid_in_all
    return found


def _cents(rows: Iterable[Kept]) -> int:
    return sum(one.cents for one in rows)
