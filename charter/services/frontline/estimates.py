"""One question a month to staff: out of 100 customers, how many would say that this was kept?

An estimate of staff beside what is measured, as pages and report print it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from charter.domain.frontline.estimates import (
    ENOUGH,
    Answers,
    EstimateView,
    Measured,
    measured_share,
    question_of,
    read_answer,
)
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Party, Permission
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.services.charters.versions import Version, history
from charter.services.frontline.observations import (
    STAFF,
    FormChoices,
    PromiseChoice,
    form_choices,
    local_day,
    require_commitment,
    require_open_unit,
)
from charter.services.month.overview import overview
from charter.services.people.rate_limit import count_sending
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

Keyed = Callable[[str], str]
"""A keyed hash: what goes in cannot be found again without the installation's key."""


class AnsweredAlready(Conflict):
    """This browser has answered this question this month."""


def give_estimate(
    actor: Actor, now: datetime, *, unit: str, commitment: str, answer: str, browser: str, sender: str, keyed: Keyed
) -> str:
    """Keep one answer, and return the month it counts for.

    The browser is kept as a keyed hash with unit, promise and month, so that two answers of one browser cannot be put
    together. Raises NotAllowed, NotFound (unit), Invalid (promise, answer), AnsweredAlready, TooMany.
    """
    require(actor, Permission.SEND_OBSERVATION, unit)
    today, _ = local_day(now)
    version = history().on(today)
    require_open_unit(version, unit, today)
    require_commitment(version, commitment)
    return keep_answer(now, unit=unit, about=commitment, number=read_answer(answer), by=Sender(browser, sender, keyed))


class Sender(NamedTuple):
    """Who sends an answer: the mark of a browser, the keyed hash of an address, the key of kept marks."""

    browser: str
    address: str
    keyed: Keyed


def keep_answer(now: datetime, *, unit: str, about: str, number: int, by: Sender) -> str:
    """Keep one answer of staff to a question, once a month for each browser, unit and question; return the month.

    Raises AnsweredAlready, TooMany. Who calls it has asked for the right to send.
    """
    today, month = local_day(now)
    once = by.keyed(f"{by.browser}|{unit}|{about}|{month.key}")
    with transaction():
        audit_log.hold()
        if _is_given(once):
            raise AnsweredAlready("You have answered this question this month: once is enough.")
        count_sending(now, "estimate", by.address)
        row = Estimate(
            unit_key=unit,
            commitment_key=about,
            month=month.key,
            answer=number,
            browser_hash=once,
            given_on=today,
        )
        db.session.add(row)
        db.session.flush()
        audit_log.record(STAFF, now, "estimate:give", f"estimate {row.id}", after=estimate_row_facts(row))
    return month.key


def has_answered(now: datetime, *, unit: str, commitment: str, browser: str, keyed: Keyed) -> bool:
    """Whether this browser has answered this question this month."""
    _, month = local_day(now)
    return _is_given(keyed(f"{browser}|{unit}|{commitment}|{month.key}"))


def asked_about(version: Version) -> list[str]:
    """The promises of which staff may say how many of 100 customers would call them kept: those made to customers."""
    return [one.key for one in version.charter.commitments if one.promisee is Party.CUSTOMER]


class EstimatePage(FormChoices):
    """The question to staff, and its result once it is answered."""

    unit: str | None
    unit_name: str
    commitment: PromiseChoice | None
    month: str
    next_day: str
    is_answered: bool
    count: int
    share: float | None
    enough: int
    measured: Measured | None


def estimate_page(
    actor: Actor, now: datetime, *, unit: str | None, commitment: str | None, browser: str, keyed: Keyed
) -> EstimatePage:
    """The question about a promise (that of the month, where none is named) for a unit; once it is answered, the result
    from five answers on, beside the share measured in the last ended month. Raises NotAllowed."""
    choices = form_choices(actor, now)
    today, month = local_day(now)
    version = history().on(today)
    keys = asked_about(version)
    key = commitment if commitment in keys else question_of(keys, month.start.year, month.start.month)
    place = unit or version.tree.root.key
    is_answered = key is not None and has_answered(now, unit=place, commitment=key, browser=browser, keyed=keyed)
    found = answers_in(version, month.key, [place]).get((place, key or ""), Answers()) if is_answered else Answers()
    return {
        **choices,
        "unit": unit,
        "unit_name": version.tree.by_key[place].name,
        "commitment": next((one for one in choices["commitments"] if one["key"] == key), None),
        "month": month.key,
        "next_day": month.next().start.isoformat(),
        "is_answered": is_answered,
        "count": found.count,
        "share": found.share,
        "enough": ENOUGH,
        "measured": _measured(actor, now, place, key) if found.share is not None else None,
    }


def _measured(actor: Actor, now: datetime, unit: str, key: str | None) -> Measured | None:
    whole = overview(actor, now, unit=unit)
    view = next((view for view in whole["commitments"] if view["key"] == key), None)
    return measured_share(view["indicators"]) if view is not None else None


def _is_given(once: str) -> bool:
    return db.session.execute(select(Estimate.id).where(Estimate.browser_hash == once)).first() is not None


def answers_in(version: Version, month: str, units: Iterable[str] | None = None) -> Mapping[tuple[str, str], Answers]:
    """By unit and promise, the answers of a month given in the unit and beneath it: one statement."""
    wanted = None if units is None else set(units)
    return answers_up(version, db.session.execute(given_in(month)), wanted)


def given_in(month: str) -> Select[str, str, str, int, int]:
    """How many answers each unit gave on each promise in a month, and their sum."""
    columns = (Estimate.unit_key, Estimate.commitment_key, Estimate.month)
    query = select(*columns, func.count().label("count"), func.sum(Estimate.answer).label("total"))
    return query.where(Estimate.month == month).group_by(*columns)


def answers_up(version: Version, rows: Iterable[Any], units: Container[str] | None) -> dict[tuple[str, str], Answers]:
    """The answers of such rows, added up the tree, for these units (None: for all)."""
    found: dict[tuple[str, str], Answers] = {}
    for unit, commitment, _, count, total, *_ in rows:
        for key in version.tree.path(unit) if unit in version.tree else [version.tree.root.key]:
            if units is None or key in units:
                found[key, commitment] = found.get((key, commitment), Answers()) + Answers(count, int(total))
    return found


def estimate_row_facts(row: Estimate) -> dict[str, str]:
    """What the audit log keeps of an answer: the number itself only within a hash."""
    sealed = f"{row.unit_key}|{row.commitment_key}|{row.month}|{row.answer}|{row.browser_hash}"
    return {
        "unit": row.unit_key,
        "commitment": row.commitment_key,
        "month": row.month,
        "sha256": hashlib.sha256(sealed.encode()).hexdigest(),
    }


def estimate_facts(answers: Answers, measured: Measured | None) -> EstimateView:
    """An estimate from five answers on, what it is held against, and the gap in points (estimate less measured)."""
    share = answers.share
    has_both = share is not None and measured is not None
    return {
        "count": answers.count,
        "enough": ENOUGH,
        "share": share,
        "measured": measured.share if measured is not None else None,
        "nature": measured.nature if measured is not None else None,
        "indicator": measured.indicator if measured is not None else None,
        "period": measured.period if measured is not None else None,
        "gap": round((share - measured.share) * 100, 1) if has_both and share is not None and measured else None,
    }
