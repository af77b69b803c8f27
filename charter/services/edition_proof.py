"""Proof that editions were not rewritten: their chain, figures and PDFs, against what the audit log vouches for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.models.base import db
from charter.models.editions import Edition, EditionFile
from charter.models.records import Snapshot
from charter.services import audit
from charter.services.edition_parts import figures_hash
from charter.services.snapshots import seal

APPROVED = ("month:approve", "month:correct")
ARCHIVED = ("edition:archive",)
Vouched = dict[str, dict[str, Any]]


def broken_editions(approved: Vouched, archived: Vouched, counts: dict[str, int]) -> Iterator[str]:
    """A sentence for each edition or file that is not what was published, or is not there any more."""
    sealed = {row.id: row.sha256 for row in db.session.execute(select(Snapshot.id, Snapshot.sha256))}
    previous = audit.GENESIS
    query = select(Edition).order_by(Edition.id).options(undefer(Edition.document), undefer(Edition.figures))
    for row in db.session.execute(query).scalars():
        counts["editions"] += 1
        name = f"{row.period_key} edition {row.number}"
        if row.previous_sha256 != previous or seal(row.document, previous) != row.sha256 or not _is_own(row, sealed):
            yield f"The {_told(name)} is not what was published."
        if approved.pop(name, {}).get("sha256") != row.sha256:
            yield f"The audit log does not vouch for the {_told(name)}."
        previous = row.sha256
    for name in approved:
        yield f"The {_told(name)} is not there any more."
    yield from _files(archived, counts)


def _told(name: str) -> str:
    period, _, number = name.partition(" edition ")
    return f"edition {number} of {period}"


def _is_own(row: Edition, sealed: dict[int, str]) -> bool:
    """Whether the figures are those that the document vouches for."""
    figures = sealed.get(row.snapshot_id) if row.figures is None else figures_hash(row.figures)
    told: bool = json.loads(row.document)["figures_sha256"] == figures
    return told


def _files(archived: Vouched, counts: dict[str, int]) -> Iterator[str]:
    query = select(EditionFile, Edition.period_key, Edition.number).join(Edition, Edition.id == EditionFile.edition_id)
    rows = db.session.execute(query.order_by(EditionFile.id).options(undefer(EditionFile.content)))
    for file, period, number in rows:
        counts["files"] += 1
        name = f"{period} edition {number} {file.unit_key} {file.language}"
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or archived.pop(name, {}).get("sha256") != found:
            yield f"The archived PDF {name} is not what was rendered."
    for name in archived:
        yield f"The archived PDF {name} is not there any more."
