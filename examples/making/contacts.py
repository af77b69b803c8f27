"""Calls, agreed call-backs, and the case files of the CRM (requests, complaints, mediation)."""

from __future__ import annotations

import numpy as np

from making import stories
from making.months import Month
from making.organisation import Organisation
from making.rhythm import ALWAYS, DESK, OFFICE, Rng, days, instants, reached, volume
from making.tables import Table, keys, yes_no

_NEVER = np.datetime64("NaT")
_CHANNELS = ("phone", "e-mail", "web", "counter", "letter")
_LINES = ("bill", "contract", "move", "fault")
_TOPICS = ("bill", "meter", "contract", "move", "payment")


def calls(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """The queue log: when a call entered the queue, when somebody answered, or after how long the customer hung up."""
    n = volume(month, 112_000)
    queued = np.sort(instants(rng, days(rng, month, n, DESK, off)))
    site = house.choose(rng, month, n, provider=0.35)
    short = rng.random(n) < 0.025
    met = reached(rng, stories.PHONE[month.position], ~short, site)
    left = (~met & (rng.random(n) < 0.45)) | short
    wait = np.where(met, np.minimum(rng.gamma(1.6, 38, n), 180).round(), 181 + rng.gamma(1.2, 150, n).round())
    hung_up = np.where(short, rng.integers(3, 21, n), rng.integers(21, 420, n)).astype(float)
    answered = queued + wait.astype("timedelta64[s]")
    return {
        "call_id": keys("A", month.code, n),
        "queued_at": queued,
        "answered_at": np.where(left, _NEVER, answered),
        "hung_up_after_seconds": np.where(left, hung_up, np.nan),
        "site": site,
        "channel": np.full(n, "phone", dtype=object),
        "line": rng.choice(np.array(_LINES, dtype=object), n, p=(0.46, 0.27, 0.17, 0.10)),
    }


def callbacks(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Call-backs agreed with a customer; the minutes by which the customer put the call off do not count."""
    n = volume(month, 19_000)
    agreed = np.sort(instants(rng, days(rng, month, n, DESK, off)))
    agreed -= agreed.astype(int) % 300  # people agree on five past, ten past…
    site = house.choose(rng, month, n, provider=0.45)
    cancelled = rng.random(n) < 0.03
    met = reached(rng, stories.CALL_BACKS[month.position], ~cancelled, site)
    postponed = np.where(rng.random(n) < 0.06, rng.integers(2, 13, n) * 5, 0)
    never = cancelled | (~met & (rng.random(n) < 0.4))
    within = np.minimum(rng.gamma(1.5, 3.2, n), 15) * 60
    late = 15 * 60 + 1 + rng.gamma(1.3, 2400, n)
    called = agreed + (np.where(met, within, late).round() + postponed * 60).astype("timedelta64[s]")
    return {
        "callback_id": keys("B", month.code, n),
        "agreed_at": agreed,
        "called_at": np.where(never, _NEVER, called),
        "postponed_minutes": postponed.astype(float),
        "cancelled_by": np.array([None, "customer"], dtype=object)[cancelled.astype(int)],
        "site": site,
        "asked_by": rng.choice(np.array(_CHANNELS[:4], dtype=object), n, p=(0.6, 0.08, 0.2, 0.12)),
    }


def requests(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Everyday requests in the five channels."""
    n = volume(month, 60_000)
    channel = rng.choice(np.array(_CHANNELS, dtype=object), n, p=(0.34, 0.24, 0.20, 0.16, 0.06))
    opened = _opened(rng, month, channel, off)
    agency = house.choose(rng, month, n, provider=0.12)
    withdrawn = rng.random(n) < 0.015
    solved = reached(rng, stories.FIRST_CONTACT[month.position], ~withdrawn, agency)
    later = opened + rng.integers(1, 30, n).astype("timedelta64[D]")
    closed = np.where(solved, opened, np.where(rng.random(n) < 0.05, _NEVER, later))
    case = {"opened_on": opened, "closed_on": closed, "agency": agency, "channel": channel, "withdrawn": withdrawn}
    return _as_cases(rng, month, "request", {**case, "solved_at_first_contact": solved})


def complaints(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Complaints: most are closed within ten working days, some on the very last, some never."""
    n = volume(month, 22_500)
    channel = rng.choice(np.array(_CHANNELS, dtype=object), n, p=(0.30, 0.27, 0.20, 0.09, 0.14))
    opened = _opened(rng, month, channel, off)
    agency = house.choose(rng, month, n, provider=0.08)
    withdrawn = rng.random(n) < 0.015
    silent = agency == stories.NOT_RECORDING
    met = reached(rng, stories.COMPLAINTS[month.position], ~withdrawn, agency, never=silent)
    in_time = np.minimum(1 + rng.gamma(2.2, 2.1, n).astype(int), 10)
    late = 11 + rng.gamma(1.4, 7, n).astype(int)
    closed = house.working_days_after(opened, np.where(met, in_time, late), agency)
    open_still = silent | (~met & (rng.random(n) < 0.25))
    closed[open_still] = _NEVER
    case = {"opened_on": opened, "closed_on": closed, "agency": agency, "channel": channel, "withdrawn": withdrawn}
    return _as_cases(rng, month, "complaint", case)


def mediation(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """The few cases that customers took to the mediator."""
    n = stories.MEDIATION[month.position]
    opened = days(rng, month, n, OFFICE, off)
    agency = house.choose(rng, month, n)
    channel = np.full(n, "letter", dtype=object)
    closed = opened + rng.integers(20, 70, n).astype("timedelta64[D]")
    case = {
        "opened_on": opened,
        "closed_on": closed,
        "agency": agency,
        "channel": channel,
        "withdrawn": np.zeros(n, dtype=bool),
    }
    return _as_cases(rng, month, "mediation", case)


def _opened(rng: Rng, month: Month, channel: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Web and e-mail come in every day, the rest while doors are open."""
    always = np.isin(channel, ("web", "e-mail"))
    opened = np.empty(len(channel), dtype="datetime64[D]")
    opened[always] = days(rng, month, int(always.sum()), ALWAYS, off)
    opened[~always] = days(rng, month, int((~always).sum()), DESK, off)
    return opened


def _as_cases(rng: Rng, month: Month, case_type: str, case: Table) -> Table:
    """Cases of one type as rows of the CRM's one table, in order of opening."""
    n = len(case["opened_on"])
    order = np.argsort(case["opened_on"], kind="stable")
    case = {name: column[order] for name, column in case.items()}
    solved = case.get("solved_at_first_contact")
    return {
        "case_id": keys(case_type[0].upper(), month.code, n),
        "case_type": np.full(n, case_type, dtype=object),
        "topic": rng.choice(np.array(_TOPICS, dtype=object), n, p=(0.38, 0.2, 0.17, 0.15, 0.1)),
        "opened_on": case["opened_on"],
        "closed_on": case["closed_on"].astype("datetime64[D]"),
        "agency": case["agency"],
        "channel": case["channel"],
        "withdrawn": yes_no(case["withdrawn"]),
        "solved_at_first_contact": np.full(n, None, dtype=object) if solved is None else yes_no(solved),
    }


def appointments(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Appointments in agencies that customers gave up: cancelled the day before, too late, or not at all."""
    n = volume(month, 620)
    told = np.array(["day before", "same day", "never"], dtype=object)
    return {
        "appointment_id": keys("V", month.code, n),
        "day": days(rng, month, n, OFFICE, off),
        "agency": house.choose(rng, month, n),
        "cancelled": rng.choice(told, n, p=(0.78, 0.13, 0.09)),
    }
