"""The monthly PDF: rendered from the sealed month or its edition alone, archived with its hash, given byte for byte.

All the PDFs of a month: of the whole in the charter's languages, or of every unit, several at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.vocabulary.errors import Conflict, NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import ReportFile, Snapshot
from charter.models.reports import DraftFile, Edition, EditionFile
from charter.reports import pdf, render
from charter.reports.pdf_workers import Sheet, print_all
from charter.reports.spreadsheet import to_csv
from charter.reports.tables import figures_table
from charter.services.charters.versions import find_unit, history
from charter.services.post.outbox import post_webhook
from charter.services.records import audit_log
from charter.services.records.sealing import canonical_json
from charter.services.records.transactions import transaction
from charter.services.reports.editions import newest_edition, printed, printed_draft, printer, sealed_figures
from charter.services.reports.figures import Progress, draft
from charter.services.reports.parts import Figures, edition_of
from charter.services.reports.snapshots import ended_month, find_snapshot

Json = dict[str, Any]


class Printed(NamedTuple):
    """What was printed for one unit in one language: the bytes to keep."""

    unit: str
    language: str
    content: bytes


@dataclass(frozen=True)
class Pdf:
    """A report's bytes, their hash, and whether the month is only a draft."""

    content: bytes
    sha256: str
    is_draft: bool


def make_report(
    actor: Actor,
    now: datetime,
    *,
    period: str,
    unit: str | None = None,
    language: str | None = None,
    as_draft: bool = False,
) -> Pdf:
    """The PDF of a month and unit: of its newest edition, else of the sealed month; archived, and given again as it is.

    A month that is not sealed gives a DRAFT, which is not archived; so does a sealed one that nobody has approved, with
    `as_draft`. Raises Invalid, Conflict (month not ended), NotFound (unit), CharterError (PDF libraries missing).
    """
    found = history()
    month = ended_month(found, period, now)
    require(actor, Permission.MAKE_REPORT, unit)
    language = language or found.on(month.start).charter.charter.report.languages[0]
    sealed = sealed_figures(month.key)
    approved = newest_edition(month.key)
    if sealed is None or (as_draft and approved is None):
        figures: Figures = draft(found, month, now, unit) if sealed is None else sealed[1]
        part = printed_draft(found, figures, None if sealed is None else sealed[0].sha256, unit, now)
        content = _print(sheet_of(part, language))
        return Pdf(content, hashlib.sha256(content).hexdigest(), is_draft=True)
    snapshot, kept = sealed
    key = unit or kept.index["root"]
    if approved is not None:
        return _of_edition(actor, now, approved, key, language)
    archived = find_file(snapshot.id, key, language)
    if archived is not None:
        return Pdf(archived.content, archived.sha256, is_draft=False)
    content = _print(sheet_of(edition_of(kept, snapshot.sha256, key), language))
    file = _archive(actor, now, snapshot, Printed(key, language, content))
    return Pdf(file.content, file.sha256, is_draft=False)


def _of_edition(actor: Actor, now: datetime, approved: Edition, unit: str, language: str) -> Pdf:
    archived = find_edition_file(approved.id, unit, language)
    if archived is None:
        content = _print(sheet_of(printed(approved, unit), language))
        archived = archive_edition(actor, now, approved, Printed(unit, language, content), pdf.versions())
    return Pdf(archived.content, archived.sha256, is_draft=False)


def sheet_of(part: Json, language: str, name: str = "report") -> Sheet:
    """What is printed of a month for one unit, with its figures attached as JSON and CSV."""
    table = figures_table(part, language)
    attachments = (
        pdf.Attached("figures.json", canonical_json(part).encode(), "The figures of this report"),
        pdf.Attached("figures.csv", to_csv(table), "The figures of this report as a table"),
    )
    return Sheet(name, render.render_report_html(part, language), language, attachments)


def _print(sheet: Sheet) -> bytes:
    return pdf.render_in_subprocess(sheet.html, attachments=sheet.attachments, language=sheet.language)


def _archive(actor: Actor, now: datetime, sealed: Snapshot, made: Printed) -> ReportFile:
    """The file as it is kept: where another process was faster, its bytes are the ones."""
    unit, language, content = made
    with transaction():
        audit_log.hold()
        faster = find_file(sealed.id, unit, language)
        if faster is not None:
            return faster
        file = ReportFile(snapshot_id=sealed.id, unit_key=unit, language=language, **_facts(now, content))
        db.session.add(file)
        subject = f"{sealed.period_key} {unit} {language}"
        audit_log.record(actor, now, "report:archive", subject, after={"sha256": file.sha256, "size": file.size})
    return file


def archive_edition(
    actor: Actor, now: datetime, approved: Edition, made: Printed, versions: dict[str, str]
) -> EditionFile:
    """An edition's PDF as it is kept; where another process was faster, its bytes are the ones."""
    unit, language, content = made
    with transaction():
        audit_log.hold()
        faster = find_edition_file(approved.id, unit, language)
        if faster is not None:
            return faster
        facts = _facts(now, content, versions)
        file = EditionFile(edition_id=approved.id, unit_key=unit, language=language, **facts)
        db.session.add(file)
        subject = f"{approved.period_key} edition {approved.number} {unit} {language}"
        audit_log.record(actor, now, "edition:archive", subject, after={"sha256": file.sha256, "size": file.size})
        told = {"period": approved.period_key, "number": approved.number, "unit": unit, "language": language}
        post_webhook(f"file {subject}", "month:published", told | {"sha256": file.sha256, "at": now.isoformat()}, now)
    return file


def _facts(now: datetime, content: bytes, versions: dict[str, str] | None = None) -> Json:
    return {
        "content": content,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "versions": versions or pdf.versions(),
        "rendered_at": now,
    }


def keep_draft(actor: Actor, now: datetime, *, period: str, unit: str | None, language: str) -> int:
    """Print the draft of a sealed month and keep it for the page, in the place of the one before; its size."""
    made = make_report(actor, now, period=period, unit=unit, language=language, as_draft=True)
    key = unit or history().current.tree.root.key
    with transaction():
        audit_log.hold()
        held = find_draft(period, key, language)
        if held is None:
            held = DraftFile(period_key=period, unit_key=key, language=language)
            db.session.add(held)
        held.content, held.made_at, held.made_by = made.content, now, actor.name
        audit_log.record(actor, now, "report:draft", f"{period} {key} {language}", after={"sha256": made.sha256})
    return len(made.content)


def find_draft(period: str, unit: str, language: str) -> DraftFile | None:
    """The newest draft in print, with its bytes."""
    query = select(DraftFile).where(
        DraftFile.period_key == period, DraftFile.unit_key == unit, DraftFile.language == language
    )
    return db.session.execute(query.options(undefer(DraftFile.content))).scalar_one_or_none()


def find_file(snapshot_id: int, unit: str, language: str) -> ReportFile | None:
    """An archived PDF of a sealed month with its bytes."""
    query = select(ReportFile).where(
        ReportFile.snapshot_id == snapshot_id, ReportFile.unit_key == unit, ReportFile.language == language
    )
    return db.session.execute(query.options(undefer(ReportFile.content))).scalar_one_or_none()


def find_edition_file(edition_id: int, unit: str, language: str) -> EditionFile | None:
    """An archived PDF of an edition with its bytes."""
    query = select(EditionFile).where(
        EditionFile.edition_id == edition_id, EditionFile.unit_key == unit, EditionFile.language == language
    )
    return db.session.execute(query.options(undefer(EditionFile.content))).scalar_one_or_none()


class SentFile(NamedTuple):
    """An archived PDF as a mail brings it: its name and its bytes."""

    name: str
    content: bytes


def sent_file(number: int) -> SentFile:
    """The PDF of that number, for who was sent it. Raises NotFound."""
    query = select(EditionFile).where(EditionFile.id == number).options(undefer(EditionFile.content))
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound("The PDF that goes with it is not there any more.")
    edition = db.session.get_one(Edition, row.edition_id)
    return SentFile(f"promesse-{edition.period_key}-v{edition.number}-{row.language}.pdf", row.content)


def pdf_bytes(
    actor: Actor,
    *,
    period: str,
    unit: str | None = None,
    language: str | None = None,
    number: int | None = None,
    as_draft: bool = False,
) -> bytes:
    """An archived PDF: of the newest edition, or of the one of that number; of the sealed month where none is approved.

    Raises NotFound where the month is not sealed or the PDF has not been rendered, Invalid (period).
    """
    found = history()
    key = unit or found.current.tree.root.key
    require(actor, Permission.READ_DESK, key)
    month = parse_period(period)
    sealed = find_snapshot(period)
    if sealed is None:
        raise NotFound("The month %(period)s is not frozen: there is no report of it yet.", period=month)
    approved = None if as_draft else newest_edition(period, number)
    if number is not None and approved is None:
        raise NotFound("The month %(period)s has no edition %(number)s.", period=month, number=number)
    for one in [language] if language else ["fr", "en"]:
        file: DraftFile | EditionFile | ReportFile | None
        if as_draft:
            file = find_draft(period, key, one)
        elif approved is not None:
            file = find_edition_file(approved.id, key, one)
        else:
            file = find_file(sealed.id, key, one)
        if file is not None:
            return file.content
    raise NotFound("This report has not been rendered yet: flask charter report %(key)s --out report.pdf", key=period)


MARK = "\n"
ALL = ("*",)
"""Every unit of the charter."""


def make_editions(
    actor: Actor,
    now: datetime,
    *,
    period: str,
    units: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Print and archive what the newest edition of a month lacks, several PDFs at a time: {"made", "there"}.

    `units` None: the whole organisation alone; ALL: every unit. `languages` None: the charter's.
    What is archived already is left as it is, so that a run that broke off is taken up where it was.
    Raises NotAllowed, Conflict (not approved), NotFound (unit), CharterError (PDF libraries missing).
    """
    found = history()
    month = ended_month(found, period, now)
    version = found.on(month.start)
    if units == ALL:
        units = list(version.tree.by_key)
    keys = [find_unit(version, unit) for unit in units or [version.tree.root.key]]
    for key in keys:
        require(actor, Permission.MAKE_REPORT, key)
    approved = newest_edition(month.key)
    if approved is None:
        raise Conflict("The month %(period)s is not approved: there is no edition of it to print.", period=month)
    spoken = languages or version.charter.charter.report.languages
    wanted = [(key, language) for key in dict.fromkeys(keys) for language in spoken]
    there = _there(approved.id)
    missing = [place for place in wanted if place not in there]
    versions = pdf.versions() if missing else {}
    made = 0
    for name, content in print_all(_sheets(approved, missing), workers=min(len(missing), 2) if missing else 1):
        unit, language = name.split(MARK)
        archive_edition(actor, now, approved, Printed(unit, language, content), versions)
        made += 1
        if progress is not None:
            progress(made, len(missing), unit)
    return {"made": made, "there": len(wanted) - len(missing)}


def _there(edition_id: int) -> set[tuple[str, str]]:
    query = select(EditionFile.unit_key, EditionFile.language).where(EditionFile.edition_id == edition_id)
    return {(row.unit_key, row.language) for row in db.session.execute(query)}


def _sheets(approved: Edition, missing: Sequence[tuple[str, str]]) -> Iterator[Sheet]:
    """Each page as it is wanted; the parts are read before, because other threads take the sheets."""
    part_of = printer(approved, {unit for unit, _ in missing})
    return (sheet_of(part_of(unit), language, f"{unit}{MARK}{language}") for unit, language in missing)
