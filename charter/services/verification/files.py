"""Proof that files are those that were made or sent: PDFs kept in the database, files of cases beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from charter.domain.vocabulary.errors import Sentence
from charter.models.figures import FigureUpload
from charter.models.records import ReportFile, Snapshot
from charter.services.drafts.sent_files import ACTION
from charter.services.records.access import FILES
from charter.services.verification.entries import Log
from charter.services.verification.rows import readable
from charter.services.verification.words_and_editions import Counted, broken_files


def report_files(log: Log, counts: Counted, damaged: list[Sentence]) -> Iterable[Sentence]:
    """The PDFs of sealed months."""
    months = {row.id: row.period_key for row in readable(Snapshot, ("id", "period_key"), damaged)}
    files = {
        f"{months.get(file.snapshot_id)} {file.unit_key} {file.language}": file
        for file in readable(ReportFile, ("id", "snapshot_id", "unit_key", "language", "sha256", "size"), damaged)
    }
    yield from broken_files(ReportFile, files, log.vouched("report:archive"), counts)


def sent_files(log: Log, home: Path | None) -> Iterable[Sentence]:
    """The versions of files that people sent, below the installation's own folder."""
    if home is None:
        return
    for entry in log.entries(ACTION):
        name, number = entry.after["name"], entry.after["number"]
        path = home / FILES / entry.after["stored"]
        if not path.is_file():
            yield Sentence(
                "The file %(file)s, version %(number)s of %(source)s, is not there any more.",
                file=name,
                number=number,
                source=entry.subject,
            )
        elif _hash(path) != entry.after["sha256"]:
            yield Sentence(
                "The file %(file)s, version %(number)s of %(source)s, is not what was sent.",
                file=name,
                number=number,
                source=entry.subject,
            )


def sent_figures(log: Log, damaged: list[Sentence]) -> Iterable[Sentence]:
    """The files of figures that were applied: what was entered came from them."""
    vouched = {entry.subject: entry for entry in log.entries("upload:apply")}
    names = ("id", "sent_by", "name", "content", "sha256", "settled_at")
    for row in readable(FigureUpload, names, damaged, FigureUpload.state == "applied", at_once=20):
        entry = vouched.pop(f"upload {row.id}", None)
        facts = entry.after if entry is not None else {}
        told = (entry.actor, entry.at, facts.get("name"), facts.get("sha256")) if entry is not None else None
        rows = facts.get("rows")  # earlier releases did not say
        is_whole = rows is None or hashlib.sha256(row.content).hexdigest() == rows
        if (row.sent_by, row.settled_at, row.name, row.sha256) != told or not is_whole:
            yield Sentence("The file of figures %(number)s is not what was applied.", number=row.id)
    for subject in vouched:
        yield Sentence(
            "The file of figures %(number)s, which was applied, is not there any more.",
            number=subject.removeprefix("upload "),
        )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
