"""An edition as one document: figures, comments, actions, approval; and the part that one unit's report prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.models.base import db
from charter.models.editions import Edition
from charter.models.records import Snapshot
from charter.services import audit
from charter.services.charters import History
from charter.services.remedies import remedies_of
from charter.services.snapshots import canonical_json, edition_of, find_snapshot, seal

SCHEMA = 1
Json = dict[str, Any]


def newest_edition(period: str, number: int | None = None) -> Edition | None:
    """The newest edition of a month, or the one of that number, with its documents."""
    query = select(Edition).where(Edition.period_key == period).order_by(Edition.number.desc()).limit(1)
    if number is not None:
        query = query.where(Edition.number == number)
    query = query.options(undefer(Edition.document), undefer(Edition.figures))
    return db.session.execute(query).scalar_one_or_none()


def words_and_actions(found: History, figures: Mapping[str, Any], now: datetime) -> Json:
    """The comments and actions of the month as they stand, for an edition or a draft of it."""
    return remedies_of(found, figures["period"], list(figures["units"]), now)


def figures_of(edition: Edition) -> tuple[Json, str]:
    """The figures that an edition prints, and their hash: those of the sealed month, or its own."""
    if edition.figures is not None:
        made: Json = json.loads(edition.figures)
        return made, figures_hash(edition.figures)
    sealed = db.session.get_one(Snapshot, edition.snapshot_id)
    return json.loads(sealed.document), sealed.sha256


def figures_hash(figures: str) -> str:
    """The hash of figures that an edition brings of its own."""
    return seal(figures, audit.GENESIS)


def printed(edition: Edition, unit: str | None) -> Json:
    """What the report of one unit prints of an edition. Raises NotFound for an unknown unit."""
    return printer(edition)(unit)


def printer(edition: Edition) -> Callable[[str | None], Json]:
    """As `printed`, for many units of one edition: its documents are read once."""
    figures, sha256 = figures_of(edition)
    document, own = json.loads(edition.document), edition.sha256

    def of(unit: str | None) -> Json:
        return edition_of(figures, sha256, unit) | {"edition": of_unit(document, figures, unit) | {"sha256": own}}

    return of


def printed_draft(found: History, figures: Json, sha256: str | None, unit: str | None, now: datetime) -> Json:
    """The same for a month that nobody has approved: marked as a draft, sealed or not."""
    words = words_and_actions(found, figures, now) | {"approval": None, "erratum": None, "number": None}
    part = edition_of(figures, sha256, unit) | {"draft": True}
    made: Json = json.loads(canonical_json(part | {"edition": of_unit(words, figures, unit) | {"sha256": None}}))
    return made


def of_unit(document: Mapping[str, Any], figures: Mapping[str, Any], unit: str | None) -> Json:
    """Comments and actions of a unit and of those beneath it, with approval and erratum."""
    key = unit or figures["root"]
    near = _under(figures, key)
    differences = (document["erratum"] or {}).get("differences", ())
    erratum = document["erratum"] and document["erratum"] | {
        "differences": [one for one in differences if one["unit"] in near]
    }
    return {
        "number": document["number"],
        "comments": [one for one in document["comments"] if one["unit"] in near],
        "actions": [one for one in document["actions"] if one["unit"] in near],
        "approval": document["approval"],
        "erratum": erratum,
    }


def _under(figures: Mapping[str, Any], unit: str) -> set[str]:
    """A unit and all beneath it, by the parents that the figures name."""
    near = {unit}
    while True:
        more = {key for key, one in figures["units"].items() if one["parent"] in near} - near
        if not more:
            return near
        near |= more


def sealed_figures(period: str) -> tuple[Snapshot, Json] | None:
    """The sealed month with its figures; None where it is not sealed."""
    sealed = find_snapshot(period)
    return None if sealed is None else (sealed, json.loads(sealed.document))
