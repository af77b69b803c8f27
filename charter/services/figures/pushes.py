"""Figures pushed by programs: a body sent again under the same key is answered the same and counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import Actor
from charter.models.base import db
from charter.models.figures import Push
from charter.services.figures.plan import plan_figures
from charter.services.figures.write import write_figures
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

LONGEST_KEY = 255


@dataclass(frozen=True)
class Sending:
    """What makes a body the same body: the token, the key that the program gave, the hash of what was sent where."""

    token_id: int
    key: str | None
    body_sha256: str


def push_figures(
    actor: Actor, now: datetime, sending: Sending, figures: Sequence[Figure], *, reason: str | None = None
) -> tuple[Mapping[str, Any], bool]:
    """Enter figures, all or none; returns the answer and whether it is that of an earlier sending.

    Raises as `enter_figures`, and Conflict when the key came before with another body.
    """
    key = sending.key
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid(
            "The Idempotency-Key must be 1 to %(most)s characters of ASCII.", "Idempotency-Key", most=LONGEST_KEY
        )
    with transaction():
        audit_log.hold()
        earlier = _earlier(sending)
        if earlier is not None:
            return earlier, True
        written = write_figures(actor, now, plan_figures(actor, now, figures, reason=reason))
        answer = {
            "entered": sum(one.entered for one in written),
            "corrected": sum(one.corrected for one in written),
            "same": sum(one.same for one in written),
            "periods": [asdict(one) for one in written],
        }
        if key is not None:
            row = Push(token_id=sending.token_id, key=key, body_sha256=sending.body_sha256, answer=answer, at=now)
            db.session.add(row)
            db.session.flush()
            audit_log.record(actor, now, "figure:push", f"push {row.id}", after={"same": answer["same"]})
    return answer, False


def _earlier(sending: Sending) -> Mapping[str, Any] | None:
    if sending.key is None:
        return None
    query = select(Push).where(Push.token_id == sending.token_id, Push.key == sending.key)
    found = db.session.execute(query).scalar_one_or_none()
    if found is not None and found.body_sha256 != sending.body_sha256:
        raise Conflict("This Idempotency-Key came before with another body: take a new key for new figures.")
    return None if found is None else found.answer
