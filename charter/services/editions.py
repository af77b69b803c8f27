"""The monthly PDF: rendered from the sealed month alone, archived with its hash, given again byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.errors import NotFound
from charter.domain.periods import parse_period
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.records import ReportFile, Snapshot
from charter.reports import edition, pdf
from charter.services import audit
from charter.services.charters import Version, history
from charter.services.snapshots import canonical_json, draft, edition_of, ended_month, find_snapshot, lateness
from charter.services.transactions import transaction


@dataclass(frozen=True)
class Pdf:
    """A report's bytes, their hash, and whether the month is only a draft."""

    content: bytes
    sha256: str
    is_draft: bool


def make_report(
    actor: Actor, now: datetime, *, period: str, unit: str | None = None, language: str | None = None
) -> Pdf:
    """The PDF of a month and unit: the archived one if there is one, else rendered, and archived once sealed.

    A month that is not sealed gives a DRAFT, which is not archived.
    Raises Invalid, Conflict (month not ended), NotFound (unit), CharterError (PDF libraries missing).
    """
    found = history()
    month = ended_month(found, period, now)
    require(actor, Permission.MAKE_REPORT, unit)
    language = language or found.on(month.start).charter.charter.report.languages[0]
    sealed = find_snapshot(month.key)
    if sealed is None:
        content = _render(edition_of(draft(found, month, now), None, unit), language)
        return Pdf(content, hashlib.sha256(content).hexdigest(), is_draft=True)
    document = json.loads(sealed.document)
    key = unit or document["root"]
    archived = find_file(sealed.id, key, language)
    if archived is not None:
        return Pdf(archived.content, archived.sha256, is_draft=False)
    content = _render(edition_of(document, sealed.sha256, key), language)
    file = _archive(actor, now, sealed, (key, language, content))
    return Pdf(file.content, file.sha256, is_draft=False)


def _render(snapshot: dict[str, Any], language: str) -> bytes:
    """The PDF, with the figures it prints attached as JSON."""
    figures = pdf.Attached("figures.json", canonical_json(snapshot).encode(), "The figures of this report")
    html = edition.render_report_html(snapshot, language)
    return pdf.render_in_subprocess(html, attachments=[figures], language=language)


def _archive(actor: Actor, now: datetime, sealed: Snapshot, made: tuple[str, str, bytes]) -> ReportFile:
    """The file as it is kept: where another process was faster, its bytes are the ones."""
    unit, language, content = made
    with transaction():
        audit.hold()
        faster = find_file(sealed.id, unit, language)
        if faster is not None:
            return faster
        file = ReportFile(
            snapshot_id=sealed.id,
            unit_key=unit,
            language=language,
            content=content,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            versions=pdf.versions(),
            rendered_at=now,
        )
        db.session.add(file)
        subject = f"{sealed.period_key} {unit} {language}"
        audit.record(actor, now, "report:archive", subject, after={"sha256": file.sha256, "size": file.size})
    return file


def find_file(snapshot_id: int, unit: str, language: str) -> ReportFile | None:
    """An archived PDF with its bytes."""
    query = select(ReportFile).where(
        ReportFile.snapshot_id == snapshot_id, ReportFile.unit_key == unit, ReportFile.language == language
    )
    return db.session.execute(query.options(undefer(ReportFile.content))).scalar_one_or_none()


def pdf_bytes(actor: Actor, *, period: str, unit: str | None = None, language: str | None = None) -> bytes:
    """An archived PDF. Raises NotFound where the month is not sealed or the PDF has not been rendered."""
    found = history()
    key = unit or found.current.tree.root.key
    require(actor, Permission.READ_DESK, key)
    sealed = find_snapshot(period)
    if sealed is None:
        raise NotFound(f"The month {period} is not sealed: there is no report of it yet.")
    languages = [language] if language else ["fr", "en"]
    for one in languages:
        file = find_file(sealed.id, key, one)
        if file is not None:
            return file.content
    raise NotFound(f"This report has not been rendered yet: flask charter report {period} --out report.pdf")


def published(actor: Actor) -> Sequence[dict[str, Any]]:
    """The sealed months, newest first, with the PDFs archived for each."""
    require(actor, Permission.READ_DESK, actor.home)
    files: dict[int, list[dict[str, Any]]] = {}
    for file in db.session.execute(select(ReportFile).order_by(ReportFile.unit_key, ReportFile.language)).scalars():
        facts = {"unit": file.unit_key, "language": file.language, "sha256": file.sha256, "size": file.size}
        files.setdefault(file.snapshot_id, []).append(facts)
    columns = (Snapshot.id, Snapshot.period_key, Snapshot.sha256, Snapshot.frozen_at, Snapshot.frozen_by)
    found = history()
    return [
        {
            "period": row.period_key,
            "hash": row.sha256,
            "frozen_at": row.frozen_at.isoformat(),
            "frozen_by": row.frozen_by,
            "late": lateness(found.on(parse_period(row.period_key).start), parse_period(row.period_key), row.frozen_at),
            "files": files.get(row.id, []),
            "missing": _missing(found.on(parse_period(row.period_key).start), files.get(row.id, [])),
        }
        for row in db.session.execute(select(*columns).order_by(Snapshot.period_key.desc()))
    ]


def _missing(version: Version, files: Sequence[dict[str, Any]]) -> list[str]:
    """The languages of the charter in which the whole organisation's PDF is not archived yet."""
    root = version.tree.root.key
    made = {file["language"] for file in files if file["unit"] == root}
    return [language for language in version.charter.charter.report.languages if language not in made]
