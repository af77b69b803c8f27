"""What customers say: the monthly survey, and mystery calls."""

from __future__ import annotations

import numpy as np

from making import stories
from making.months import Month
from making.organisation import Organisation
from making.rhythm import ALWAYS, OFFICE, Rng, days, reached, spread, volume
from making.tables import Table, keys, yes_no

HARD_FROM = 4
_CHANNELS = ("phone", "e-mail", "web", "counter", "letter")


def survey(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Answers to the survey sent after a contact: effort 1 to 5, recommendation 0 to 10, advice, surprise."""
    n = volume(month, 5_200)
    agency = house.choose(rng, month, n, provider=0.15)
    advised = np.full(n, "not concerned", dtype=object)
    concerned = rng.random(n) < 0.85
    advised[concerned] = yes_no(reached(rng, stories.ADVICE[month.position], concerned, agency))[concerned]
    surprised = np.full(n, None, dtype=object)
    billed = rng.random(n) < 0.65
    surprised[billed] = yes_no(~reached(rng, stories.NOT_SURPRISED[month.position], billed, agency))[billed]
    effort = _effort(rng, n, stories.EFFORT[month.position], agency)
    return {
        "answer_id": keys("E", month.code, n),
        "answered_on": days(rng, month, n, ALWAYS, off),
        "agency": agency,
        "channel": rng.choice(np.array(_CHANNELS, dtype=object), n, p=(0.5, 0.2, 0.17, 0.1, 0.03)),
        "effort": effort,
        "recommend": _recommend(rng, n, stories.PROMOTERS[month.position]),
        "advised_in_my_interest": advised,
        "bill_was_a_surprise": surprised,
        "effort_words": _said(month, effort),
    }


def _said(month: Month, effort: np.ndarray) -> np.ndarray:
    """What some of those wrote who found it hard. Drawn apart, so that no other figure of the example moves."""
    rng = np.random.default_rng([month.position, 405])
    said = np.full(len(effort), None, dtype=object)
    wrote = (effort >= HARD_FROM) & (rng.random(len(effort)) < 0.4)
    said[wrote] = rng.choice(np.array(stories.HARD_WORDS, dtype=object), int(wrote.sum()))
    return said


def _effort(rng: Rng, n: int, mean: float, agency: np.ndarray) -> np.ndarray:
    """Marks 1 to 5 with this mean: the shares of 2 to 5 in proportion, the rest answer 1. Where staff have what it
    takes, customers find it a little easier."""
    above = np.array([0.33, 0.15, 0.07, 0.03]) * (mean - 1) / 0.96
    marks = np.sort(1 + spread(rng, n, (1 - above.sum(), *above)))
    luck = np.random.default_rng([n, 406]).random(n) - 0.3 * np.array([stories.means_of(str(unit)) for unit in agency])
    found = np.empty(n, dtype=marks.dtype)
    found[np.argsort(luck, kind="stable")] = marks
    return found


def _recommend(rng: Rng, n: int, promoters: float) -> np.ndarray:
    """Marks 0 to 10: promoters 9 and 10, a fifth of detractors 0 to 6, the rest 7 and 8."""
    low = [0.23 * share for share in (0.08, 0.04, 0.07, 0.11, 0.15, 0.25, 0.30)]
    middle = 1 - promoters - sum(low)
    return spread(rng, n, (*low, middle * 0.45, middle * 0.55, promoters * 0.55, promoters * 0.45))


def sales(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """Offers sold in the agencies: a volume that stands beside the promise of advice."""
    n = stories.OFFERS_SOLD[month.position]
    return {
        "sale_id": keys("S", month.code, n),
        "sold_on": days(rng, month, n, OFFICE, off),
        "agency": house.choose(rng, month, n),
    }


def mystery_calls(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """A dozen calls a month by people paid to play a customer: words worth reading, too few to prove anything."""
    n = stories.MYSTERY_CALLS[month.position]
    agency = house.choose(rng, month, n)
    return {
        "called_on": days(rng, month, n, OFFICE, off),
        "agency": agency,
        "cheapest_offer_proposed": yes_no(rng.random(n) < 0.8),
        "mark_of_20": rng.integers(9, 20, n),
    }
