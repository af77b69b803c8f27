"""Bills, refunds, and the warnings given before a bill rises."""

from __future__ import annotations

import numpy as np

from making import stories
from making.months import Month
from making.organisation import Organisation
from making.rhythm import OFFICE, Rng, days, reached, volume
from making.tables import Table, keys

_NEVER = np.datetime64("NaT")


def bills(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """What each bill was based on. In the last month region Ouest estimates far too many."""
    n = volume(month, 105_000)
    agency = house.choose(rng, month, n)
    instalments = rng.random(n) < 0.10
    west = house.region_of(agency) == stories.BROKEN_REGION
    real = np.where(
        west,
        reached(rng, stories.REAL_READING_OUEST[month.position], west & ~instalments, agency),
        reached(rng, stories.REAL_READING[month.position], ~west & ~instalments, agency),
    )
    how = rng.choice(np.array(["remote", "visit", "customer"], dtype=object), n, p=(0.82, 0.10, 0.08))
    return {
        "bill_id": keys("F", month.code, n),
        "billed_on": days(rng, month, n, OFFICE, off),
        "agency": agency,
        "energy": rng.choice(np.array(["electricity", "gas"], dtype=object), n, p=(0.7, 0.3)),
        "plan": np.where(instalments, "instalments", "each bill").astype(object),
        "reading": np.where(real, how, "estimated").astype(object),
        "amount_eur": rng.gamma(4, 27, n).round(2),
    }


def refunds(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Overpayments seen by the accounts, and when they were paid back."""
    n = volume(month, 15_500)
    overpaid = days(rng, month, n, OFFICE, off)
    agency = house.choose(rng, month, n)
    amount = np.maximum(rng.gamma(1.5, 45, n).round(2), 0.5)
    due = amount > 14.99
    met = reached(rng, stories.REFUNDS[month.position], due, agency)
    in_time = np.minimum(1 + rng.gamma(3, 2.2, n).astype(int), 15)
    after = np.where(met, in_time, 16 + rng.gamma(1.5, 8, n).astype(int))
    never = (~met & (rng.random(n) < 0.15)) | ~due
    return {
        "refund_id": keys("T", month.code, n),
        "overpaid_on": overpaid,
        "paid_on": np.where(never, _NEVER, overpaid + after.astype("timedelta64[D]")),
        "amount_eur": amount,
        "agency": agency,
    }


def payments(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """What was paid to customers whose refund was late: ten euros each, to about nine in ten of them."""
    n = round(volume(month, 15_500) * 0.77 * (1 - stories.REFUNDS[month.position]) * 0.9)
    return {
        "payment_id": keys("I", month.code, n),
        "paid_on": days(rng, month, n, OFFICE, off),
        "amount_eur": np.full(n, 10.0),
        "agency": house.choose(rng, month, n),
    }


def rises(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table | None:
    """Bills that rose by more than a tenth, and how many days before the customer was warned; None: silence."""
    level = stories.WARNED[month.position]
    if level is None:
        return None
    n = volume(month, 11_000)
    agency = house.choose(rng, month, n)
    met = reached(rng, level, np.ones(n, dtype=bool), agency)
    warned = np.where(met, rng.integers(7, 36, n), rng.integers(0, 7, n)).astype(float)
    warned[~met & (rng.random(n) < 0.7)] = np.nan
    return {
        "bill_id": keys("H", month.code, n),
        "billed_on": days(rng, month, n, OFFICE, off),
        "agency": agency,
        "rise_percent": (10 + rng.gamma(1.6, 7, n)).round(1),
        "days_warned_before": warned,
    }
