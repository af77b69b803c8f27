"""The card of a provider on paper, on two sides: what it is owed, what it owes. Made from the sealed month alone and
archived as posters are; asked for and read by those who may read the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.overview.parties import TwoSides, providers_of, two_sides
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import PosterFile
from charter.models.jobs import Job
from charter.models.records import Snapshot
from charter.reports import pdf
from charter.reports.cards import render_card_html
from charter.services.charters.versions import charter_numbered
from charter.services.jobs import queue
from charter.services.reports.posters import (
    FROM_THE_PAGE,
    LOOKED_AT,
    PosterState,
    archive,
    archived_file,
    edition_on,
    newest_sealed,
    state_of_order,
)

TWO_SIDES = "2S"
"""How the archive names this paper: an A4 sheet with two sides."""


def make_card(actor: Actor, now: datetime, *, period: str, unit: str, language: str) -> PosterFile:
    """The archived card, rendered where there is none yet.

    Raises NotAllowed, Conflict (month not sealed), NotFound (unit, or nothing to put on a card), Invalid (language),
    CharterError (no PDF libraries).
    """
    require(actor, Permission.READ_CARDS, unit)
    sealed, edition, sides = _sealed_card(period, unit, language)
    kept = archived_file(sealed.id, unit, language, TWO_SIDES)
    if kept is not None:
        return kept
    content = pdf.render_in_subprocess(render_card_html(edition, sides, language), language=language)
    return archive(actor, now, sealed, unit, language, TWO_SIDES, content)


def require_card(actor: Actor, *, period: str = "", unit: str = "", language: str = "") -> None:
    """Raises what make_card would of these arguments, and does nothing."""
    require(actor, Permission.READ_CARDS, unit or None)
    _sealed_card(period, unit, language)


def card_bytes(actor: Actor, *, period: str, unit: str, language: str) -> bytes:
    """An archived card. Raises NotAllowed; NotFound where it has not been made yet."""
    require(actor, Permission.READ_CARDS, unit or None)
    sealed, _, _ = _sealed_card(period, unit, language)
    file = archived_file(sealed.id, unit, language, TWO_SIDES)
    if file is None:
        raise NotFound("This card has not been made yet: ask for it on the page of the parties.")
    return file.content


def order_card(actor: Actor, now: datetime, *, unit: str, language: str) -> int:
    """Ask for the card of the last frozen month and return the number of the work. Raises what make_card raises."""
    period = newest_sealed() or ""
    require_card(actor, period=period, unit=unit, language=language)
    arguments = {"period": period, "unit": unit, "language": language}
    return queue.ask(FROM_THE_PAGE, now, kind="make-card", arguments=arguments)


def card_states(actor: Actor, *, units: Sequence[str], language: str) -> dict[str, PosterState]:
    """By provider where its card of the last frozen month stands; nothing before a month is frozen."""
    period = newest_sealed()
    if period is None or not units:
        return {}
    for unit in units:
        require(actor, Permission.READ_CARDS, unit)
    query = select(PosterFile.unit_key).join(Snapshot, Snapshot.id == PosterFile.snapshot_id)
    query = query.where(Snapshot.period_key == period, PosterFile.language == language, PosterFile.paper == TWO_SIDES)
    there = set(db.session.execute(query).scalars())
    newest = select(Job).where(Job.kind == "make-card").order_by(Job.id.desc()).limit(LOOKED_AT)
    orders: dict[str, Job] = {}
    for job in db.session.execute(newest).scalars():
        if (job.arguments.get("period"), job.arguments.get("language")) == (period, language):
            orders.setdefault(str(job.arguments["unit"]), job)
    return {unit: state_of_order(unit in there, orders.get(unit)) for unit in units}


class SealedCard(NamedTuple):
    """A sealed month, its part of the provider, and the two sides that it fills."""

    sealed: Snapshot
    edition: Mapping[str, Any]
    sides: TwoSides


def _sealed_card(period: str, unit: str, language: str) -> SealedCard:
    sealed, edition = edition_on(period, unit, language, TWO_SIDES, (TWO_SIDES,))
    charter = charter_numbered(edition["charter"]["version"])
    providers = [one.key for one in providers_of(charter, UnitTree(charter.units))]
    sides = two_sides(edition["overview"]["commitments"], unit)
    if unit not in providers or not (sides.owed or sides.owes):
        raise NotFound("The unit %(unit)s has no card: nothing is promised by it or to it as a provider.", unit=unit)
    return SealedCard(sealed, edition, sides)
