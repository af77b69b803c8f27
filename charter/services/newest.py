"""What a transaction asks first: the charter's versions, and how far those records go whose rows pages keep in mind.

Rows of these tables are only ever appended: as long as the newest are the same, so is all that was made of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, event, func, null, select
from sqlalchemy.orm import Session

from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.proofs import ClassDecision, ExpertOpinion, ExpertRound, SectorEntry
from charter.models.remedies import Rebase
from charter.models.responses import SurveyResult, SurveyStep

KEPT = "newest"
"""Where a session keeps the answer, for one transaction and until it writes."""

Mark = tuple[int | datetime | None, ...]
"""The newest rows of one or more tables; None where a table has none."""

TABLES = {
    "surveys": (SurveyResult.id, SurveyResult.at, SurveyStep.id),
    "decisions": (ClassDecision.id, ClassDecision.recorded_at),
    "register": (SectorEntry.id, SectorEntry.recorded_at),
    "rounds": (ExpertRound.id, ExpertRound.opened_at, ExpertOpinion.id),
    "rebases": (Rebase.id, Rebase.at),
}


_given: deque[str] = deque(maxlen=64)
"""The content hashes of documents that this process was given: they are not sent again."""


@dataclass(frozen=True)
class VersionMark:
    """A version of the charter without its document, which never changes."""

    id: int
    number: int
    valid_from: date
    content_hash: str
    folder: str


@dataclass(frozen=True)
class Newest:
    """The versions in force by the day from which they hold, oldest first, and a mark of each record.

    `documents`: by version, those that this process had not been given before.
    """

    versions: tuple[VersionMark, ...]
    documents: dict[int, str]
    marks: Mapping[str, Mark]
    database: str


def newest() -> Newest:
    """One statement in a transaction, whatever asks how often."""
    if KEPT not in db.session.info:
        db.session.info[KEPT] = _ask()
    found: Newest = db.session.info[KEPT]
    return found


def _ask() -> Newest:
    columns = [getattr(CharterVersion, each.name) for each in fields(VersionMark)]
    document = case((CharterVersion.content_hash.in_(tuple(_given)), null()), else_=CharterVersion.document)
    ends = [select(func.max(column)).scalar_subquery() for table in TABLES.values() for column in table]
    query = select(*columns, document, *ends).order_by(CharterVersion.valid_from, CharterVersion.number)
    versions, documents = dict[date, VersionMark](), dict[int, str]()
    found: Iterator[Any] = iter(())
    for row in db.session.execute(query):
        mark = VersionMark(*row[: len(columns)])
        versions[mark.valid_from] = mark
        text, *rest = row[len(columns) :]
        if text is not None:
            documents[mark.id] = text
            _given.append(mark.content_hash)
        found = iter(rest)
    marks = {name: tuple(next(found, None) for _ in table) for name, table in TABLES.items()}
    return Newest(tuple(versions.values()), documents, marks, str(db.engine.url))


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def forget(session: Session, *_: object) -> None:
    """What a transaction has seen holds for it alone, and until it writes."""
    session.info.pop(KEPT, None)
