"""Proof that editions were not rewritten: their chain, figures and PDFs, against what the audit log vouches for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.errors import Sentence
from charter.models.base import db
from charter.models.editions import Edition, EditionFile
from charter.models.records import Snapshot
from charter.services import audit
from charter.services.edition_parts import figures_hash
from charter.services.snapshots import seal
from charter.services.word_proof import Counted

APPROVED = ("month:approve", "month:correct")
ARCHIVED = ("edition:archive",)
Vouched = dict[str, dict[str, Any]]


def broken_editions(approved: Vouched, archived: Vouched, counts: Counted) -> Iterator[Sentence]:
    """A sentence for each edition or file that is not what was published, or is not there any more."""
    sealed = {row.id: row.sha256 for row in db.session.execute(select(Snapshot.id, Snapshot.sha256))}
    previous = audit.GENESIS
    query = select(Edition).order_by(Edition.id).options(undefer(Edition.document), undefer(Edition.figures))
    for row in db.session.execute(query).scalars():
        counts["editions"] += 1
        number, period = row.number, row.period_key
        if row.previous_sha256 != previous or seal(row.document, previous) != row.sha256 or not _is_own(row, sealed):
            yield Sentence(
                "The edition %(number)s of %(period)s is not what was published.", number=number, period=period
            )
        if approved.pop(f"{period} edition {number}", {}).get("sha256") != row.sha256:
            yield Sentence(
                "The audit log does not vouch for the edition %(number)s of %(period)s.", number=number, period=period
            )
        previous = row.sha256
    for name in approved:
        period, _, lost = name.partition(" edition ")
        yield Sentence("The edition %(number)s of %(period)s is not there any more.", number=lost, period=period)
    yield from _files(archived, counts)


def _is_own(row: Edition, sealed: dict[int, str]) -> bool:
    """Whether the figures are those that the document vouches for."""
    figures = sealed.get(row.snapshot_id) if row.figures is None else figures_hash(row.figures)
    told: bool = json.loads(row.document)["figures_sha256"] == figures
    return told


def _files(archived: Vouched, counts: Counted) -> Iterator[Sentence]:
    query = select(EditionFile, Edition.period_key, Edition.number).join(Edition, Edition.id == EditionFile.edition_id)
    rows = db.session.execute(query.order_by(EditionFile.id).options(undefer(EditionFile.content)))
    for file, period, number in rows:
        counts["files"] += 1
        name = f"{period} edition {number} {file.unit_key} {file.language}"
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or archived.pop(name, {}).get("sha256") != found:
            yield Sentence("The archived PDF %(name)s is not what was rendered.", name=name)
    for name in archived:
        yield Sentence("The archived PDF %(name)s is not there any more.", name=name)
