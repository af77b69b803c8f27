"""What was told, with what became of it: one statement for any number of units, months and promises."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import aliased

from charter.domain.observations import ObservationKind, ObservationState, Step, state_after
from charter.domain.periods import Period
from charter.domain.units import UnitTree
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation, Observation

_MOST_KEYS = 500
"""Above so many units, all are read and the others left out afterwards: an address list has its limits."""


class Line(TypedDict):
    """What was told, where it stands, and of its words those that anybody may read."""

    number: int
    kind: str
    unit: str
    commitment: str | None  # None: thanks for no promise in particular
    language: str
    month: str
    sent_at: str
    state: str
    reason: str | None  # why it was set aside
    is_printed: bool
    text: str | None
    is_erased: bool
    answer: str | None
    answered_at: str | None


class Row(Line):
    """The same for pages that everybody reads, with the unit's name."""

    unit_name: str


@dataclass(frozen=True)
class Sent:
    """What was told, with the words that nobody may have accepted yet and who decided, for those who read them."""

    line: Line
    words: str | None
    decided_by: str | None


def told(
    tree: UnitTree,
    months: Collection[str],
    *,
    unit: str,
    commitment: str | None = None,
    kinds: Collection[ObservationKind] = (ObservationKind.OBSTACLE, ObservationKind.CUSTOMER),
    limit: int = 200,
) -> list[Row]:
    """What was told of a unit and those beneath it, newest first, with its state, its words where they may be shown,
    and the last answer. Units that the charter does not know any more belong to the whole."""
    under = tree.under(unit)
    is_whole = unit == tree.root.key
    wanted: list[ColumnElement[bool]] = [
        Observation.month.in_(months),
        Observation.kind.in_([kind.value for kind in kinds]),
    ]
    if commitment is not None:
        wanted.append(Observation.commitment_key == commitment)
    if not is_whole and len(under) <= _MOST_KEYS:
        wanted.append(Observation.unit_key.in_(under))
    found = [one.line for one in lines(wanted, limit=limit)]
    return [_named(line, tree) for line in found if is_whole or line["unit"] in under]


def lines(wanted: Sequence[ColumnElement[bool]], *, limit: int, offset: int = 0) -> list[Sent]:
    """Observations that meet these conditions, newest first."""
    chosen = (
        select(Observation.id).where(*wanted).order_by(Observation.id.desc()).limit(limit).offset(offset).subquery()
    )
    words, answers = aliased(ErasableText), aliased(ErasableText)
    query = (
        select(Observation, Moderation, words.text, answers.text)
        .join(chosen, chosen.c.id == Observation.id)
        .outerjoin(Moderation, Moderation.observation_id == Observation.id)
        .outerjoin(words, words.subject == literal("observation ") + cast(Observation.id, String))
        .outerjoin(answers, answers.subject == literal("answer ") + cast(Moderation.id, String))
        .order_by(Observation.id.desc(), Moderation.id)
    )
    found = db.session.execute(query).all()
    return [_sent(list(group)) for _, group in groupby(found, key=lambda row: row[0].id)]


def recent_months(month: Period, count: int) -> list[str]:
    """The month and those before it, newest first."""
    keys = []
    for _ in range(count):
        keys.append(month.key)
        month = month.previous()
    return keys


def is_waiting() -> ColumnElement[bool]:
    """Those that nobody has read yet."""
    return ~exists().where(Moderation.observation_id == Observation.id)


def _sent(rows: Sequence[Any]) -> Sent:
    """One observation of its rows: one for each step, or one alone."""
    first: Observation = rows[0][0]
    steps: list[Moderation] = [row[1] for row in rows if row[1] is not None]
    state = state_after(Step(step.step) for step in steps)
    decided = next((step for step in reversed(steps) if step.step != Step.ANSWER), None)
    text = rows[0][2]
    said = [(row[1], row[3]) for row in rows if row[1] is not None and row[1].step == Step.ANSWER]
    answer = said[-1] if said else None
    line: Line = {
        "number": first.id,
        "kind": first.kind,
        "unit": first.unit_key,
        "commitment": first.commitment_key,
        "language": first.language,
        "month": first.month,
        "sent_at": _iso(first.sent_at),
        "state": state.value,
        "reason": decided.reason if decided is not None and state is ObservationState.SET_ASIDE else None,
        "is_printed": decided is not None and decided.is_printed,
        "text": text if state is ObservationState.ACCEPTED else None,
        "is_erased": text is None,
        "answer": answer[1] if answer is not None and state is ObservationState.ACCEPTED else None,
        "answered_at": _iso(answer[0].at) if answer is not None and answer[1] is not None else None,
    }
    return Sent(line, text, decided.by if decided is not None else None)


def _iso(instant: datetime) -> str:
    return instant.isoformat()


def _named(line: Line, tree: UnitTree) -> Row:
    return {**line, "unit_name": name_of(line["unit"], tree)}


def name_of(unit: str, tree: UnitTree) -> str:
    """The name of a unit; its key where the charter does not know it any more."""
    known = tree.by_key.get(unit)
    return known.name if known is not None else unit
