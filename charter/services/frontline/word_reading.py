"""Reading the free texts of a month: what rises is kept with its counts, and of the texts a few, masked, for a while.

The texts of a source stay in the source. Kept are those that are drawn to be read and some of each rising expression,
so that an expression leads to its texts; with their time over they are erased. Texts told to Promesse stay where they
are, and are pointed at.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from charter.domain.frontline.expressions import Found, rising
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW
from charter.domain.frontline.words import Counted
from charter.domain.vocabulary.periods import Period, periods_back
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import ErasableText, WordReading
from charter.models.jobs import Job
from charter.services.charters.versions import history
from charter.services.frontline.observations import local_day
from charter.services.frontline.word_pins import pinned
from charter.services.frontline.word_texts import left_out_of, month_named, texts_until, words_named, words_of
from charter.services.jobs.queue import ask
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.erasable_texts import add_text, keep_text, remove_text, sweep, texts_of
from charter.services.records.transactions import transaction

logger = logging.getLogger(__name__)

JOB = "read-words"
FROM_DAY = 2
"""A month is read from its second day after on: rows of its last day have arrived."""
KEPT_MONTHS = 6
"""So many months the texts of a month are kept."""
AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Came:
    """How many texts were read, how many are kept, how many expressions rise for the whole."""

    texts: int
    kept: int
    rising: int


def read_words(actor: Actor, now: datetime, access: Access, *, key: str, period: str) -> Came:
    """Read the free texts of a month and the two years before, and keep what rises. Read again, the texts of the
    reading before are erased. Raises NotAllowed, NotFound, Invalid, SourceError."""
    require(actor, Permission.RUN_CHECK)
    version = history().current
    words, month = words_named(version, key), month_named(period)
    texts = list(texts_until(version, words, month, now, access))
    asked = {one.expression for one in pinned() if one.words_key == key}
    found = rising(
        texts,
        [one.key for one in reversed(periods_back(month, MOST_MONTHS + WINDOW))],
        lambda unit: version.tree.path(unit) if unit in version.tree else [version.tree.root.key],
        seed=f"{key} {month.key}",
        charter=words_of(version) - left_out_of(words),
        left_out=left_out_of(words),
        asked=asked,
    )
    return _keep(actor, now, (key, month), found, version.tree.root.key)


def _keep(actor: Actor, now: datetime, of: tuple[str, Period], found: Found, root: str) -> Came:
    key, month = of
    numbers = sorted(
        {at for drawn in found.drawn.values() for at in drawn}
        | {place.text for rows in _all_lines(found) for one in rows for place in one.places}
    )
    place = {at: nth for nth, at in enumerate(numbers)}
    salted = {at: keep_text(found.texts[at].words) for at in numbers if not found.texts[at].subject}
    document = {
        "read": found.read,
        "cells": found.cells,
        "texts": [
            {
                "month": found.texts[at].month,
                "language": found.texts[at].language,
                **({"sha256": salted[at][1]} if at in salted else {"subject": found.texts[at].subject}),
            }
            for at in numbers
        ],
        "units": {unit: _unit(found, unit, place) for unit in found.of_window},
    }
    with transaction():
        audit_log.hold()
        row = WordReading(words_key=key, period_key=month.key, document=document, at=now)
        db.session.add(row)
        db.session.flush()
        for at, (salt, _) in salted.items():
            add_text(text_subject(row.id, place[at]), salt, found.texts[at].words)
        up = len(found.rising.get(root, ()))
        facts = {"texts": found.read, "kept": len(salted), "rising": up, "cells": found.cells}
        audit_log.record(actor, now, "words:read", f"words {key} {month.key}", after=facts)
        before = _readings_before(row)
        _erase(actor, now, before, "the texts were read again")
    if before:
        sweep()
    return Came(found.read, len(salted), up)


def _all_lines(found: Found) -> Iterator[Sequence[Counted]]:
    yield from found.rising.values()
    yield from found.asked.values()


def _unit(found: Found, unit: str, place: Mapping[int, int]) -> dict[str, Any]:
    return {
        "month": found.of_month.get(unit, 0),
        "window": found.of_window[unit],
        "drawn": [place[at] for at in found.drawn.get(unit, ())],
        "rising": [_line(one, place) for one in found.rising.get(unit, ())],
        "asked": [_line(one, place) for one in found.asked.get(unit, ())],
    }


def _line(one: Counted, place: Mapping[int, int]) -> dict[str, Any]:
    return {
        "key": one.key,
        "shown": one.shown,
        "now": one.now,
        "of": one.of,
        "count": one.count,
        "window_of": one.window_of,
        "earlier": one.earlier,
        "earlier_of": one.earlier_of,
        "months": one.months,
        "rises": one.rise is not None,
        "places": [[place[each.text], each.start, each.end] for each in one.places],
    }


def text_subject(reading: int, nth: int) -> str:
    """Under which name a kept text of a source is known."""
    return f"words {reading} text {nth}"


def kept_texts(row: WordReading) -> dict[str, str]:
    """The hash of each text of a source that was kept, by the name under which it is known."""
    texts = enumerate(row.document["texts"])
    return {text_subject(row.id, nth): str(one["sha256"]) for nth, one in texts if "sha256" in one}


def _readings_before(row: WordReading) -> list[WordReading]:
    same = (WordReading.words_key == row.words_key) & (WordReading.period_key == row.period_key)
    return list(db.session.execute(select(WordReading).where(same, WordReading.id < row.id)).scalars())


def _erase(actor: Actor, now: datetime, readings: Sequence[WordReading], because: str) -> int:
    """Erase the kept texts of readings, within the caller's transaction; how many."""
    total = 0
    for row in readings:
        there = sorted(texts_of(kept_texts(row)))
        for subject in there:
            remove_text(subject)
        if there:
            after = {"texts": there, "because": because}
            audit_log.record(actor, now, "text:erase", f"words {row.words_key} {row.period_key}", after=after)
        total += len(there)
    return total


def erase_old_texts(actor: Actor, now: datetime) -> int:
    """Erase the texts whose months are over; how many. The counts stay. Raises NotAllowed."""
    require(actor, Permission.ERASE_TEXT)
    kept = select(ErasableText.subject).where(ErasableText.subject.like("words % text %"))
    ids = {int(subject.split()[1]) for subject in db.session.execute(kept).scalars()}
    if not ids:
        return 0
    month = local_day(now)[1]
    oldest = periods_back(month, KEPT_MONTHS + 1)[-1].key
    query = select(WordReading).where(WordReading.id.in_(ids), WordReading.period_key < oldest)
    old = list(db.session.execute(query).scalars())
    if not old:
        return 0
    with transaction():
        audit_log.hold()
        count = _erase(actor, now, old, "the months of the texts are over")
    sweep()
    return count


def ask_due_words(actor: Actor, now: datetime) -> int:
    """Have the free texts of the last ended month read that are not yet; how many are asked for. One that failed is
    asked for again a day later. Raises NotAllowed."""
    require(actor, Permission.RUN_CHECK)
    version = history().current
    today, month = local_day(now)
    ended = month.previous().key
    if not version.charter.words or today.day < FROM_DAY:
        return 0
    query = select(WordReading.words_key).where(WordReading.period_key == ended)
    there = set(db.session.execute(query).scalars())
    wanted = [key for key in version.charter.words if key not in there]
    if not wanted:
        return 0
    lately = select(Job.arguments).where(Job.kind == JOB, Job.asked_at > now - AGAIN_AFTER)
    asked = [dict(one) for one in db.session.execute(lately).scalars()]
    for key in wanted:
        arguments = {"words": key, "period": ended}
        if arguments not in asked:
            ask(actor, now, kind=JOB, arguments=arguments)
            logger.info("free texts to be read: %s, %s", key, ended)
    return len(wanted)
