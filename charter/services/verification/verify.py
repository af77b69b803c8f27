"""Proof that nothing was rewritten: the audit chain, what it vouches for, the sealed months, PDFs and guards.

A broken link names what it is by the key that is stored, which may itself have been rewritten: it is read as nothing
else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import undefer

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import AppendOnly, db
from charter.models.charters import CharterVersion
from charter.models.records import AuditEntry, ChainHead, Measurement, ReportFile, Run, Snapshot
from charter.services.charters.versions import facts_of
from charter.services.records import audit_log
from charter.services.records.sealing import cells_hash, seal
from charter.services.surveys.waves import survey_faults
from charter.services.verification.words_and_editions import (
    APPROVED,
    ARCHIVED,
    VERBS,
    Counted,
    broken_editions,
    broken_words,
    frontline_faults,
    vouched_by,
)


class Verified(Counted):
    """What was looked at; `broken` is the first broken link as a sentence, `head` the head of the audit chain."""

    ok: bool
    broken: Sentence | None
    head: str


def verify(actor: Actor) -> Verified:
    """Walk everything that is sealed, as far as the first broken link."""
    require(actor, Permission.READ_AUDIT)
    counts: Counted = {
        "audit_entries": 0,
        "runs": 0,
        "snapshots": 0,
        "files": 0,
        "observations": 0,
        "estimates": 0,
        "words": 0,
        "editions": 0,
    }
    checks = (
        _guards(),
        _audit(counts),
        _versions(),
        _runs(counts),
        _snapshots(counts),
        _files(counts),
        frontline_faults(counts),
        survey_faults(),
        broken_words(vouched_by(*VERBS), counts),
        broken_editions(vouched_by(*APPROVED), vouched_by(*ARCHIVED), counts),
    )
    broken = next((sentence for sentences in checks for sentence in sentences), None)
    return {"ok": broken is None, "broken": broken, "head": audit_log.head(), **counts}


def _guards() -> Iterator[Sentence]:
    if db.engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        wanted = [f"guard_{table}{end}" for table in _guarded() for end in ("", "_truncate")]
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = [f"guard_{table}_{verb}" for table in _guarded() for verb in ("update", "delete")]
    present = set(db.session.execute(text(query)).scalars())
    for name in wanted:
        if name not in present:
            yield Sentence(
                "The guard %(name)s is missing from the database: rows could be rewritten. Say: flask db upgrade",
                name=name,
            )


def _guarded() -> list[str]:
    return sorted(inspect(model).local_table.name for model in AppendOnly.__subclasses__())


def _audit(counts: Counted) -> Iterator[Sentence]:
    previous = audit_log.GENESIS
    for entry in db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars():
        counts["audit_entries"] += 1
        if entry.previous_hash != previous:
            yield Sentence(
                "Audit entry %(number)s (%(action)s %(subject)s) does not follow the entry before it.",
                number=entry.id,
                action=entry.action,
                subject=entry.subject,
            )
        if audit_log.entry_hash(entry) != entry.hash:
            yield Sentence(
                "Audit entry %(number)s (%(action)s %(subject)s) is not what was written.",
                number=entry.id,
                action=entry.action,
                subject=entry.subject,
            )
        previous = entry.hash
    yield from _head(previous, counts["audit_entries"])


def _head(last: str, count: int) -> Iterator[Sentence]:
    """The head holds the hash of the last entry and how many were written."""
    head = db.session.get(ChainHead, 1)
    if head is not None and (head.hash != last or head.entries != count):
        yield Sentence(
            "The audit log has %(count)s entries, but %(written)s were written: its tail is cut.",
            count=count,
            written=head.entries,
        )
    if head is None and count:
        yield Sentence("The head of the audit chain is missing.")


def _versions() -> Iterator[Sentence]:
    entries = db.session.execute(select(AuditEntry.after).where(AuditEntry.action == "charter:apply")).scalars()
    vouched = {after["version"]: after for after in entries}
    for row in db.session.execute(select(CharterVersion).order_by(CharterVersion.number)).scalars():
        found = hashlib.sha256(row.document.encode()).hexdigest()
        facts = facts_of(row) | {"sha256": found}
        if found != row.content_hash or vouched.pop(row.number, None) != facts:
            yield Sentence("Version %(number)s of the charter is not what was applied.", number=row.number)
    for number in vouched:
        yield Sentence("Version %(number)s of the charter is not there any more.", number=number)


def _runs(counts: Counted) -> Iterator[Sentence]:
    vouched = vouched_by("check:run", "check:complete", "figure:enter", "figure:correct")
    for run in db.session.execute(select(Run).where(Run.outcome == "done").order_by(Run.id)).scalars():
        counts["runs"] += 1
        facts = vouched.pop(f"run {run.id}", {})
        query = select(Measurement).where(Measurement.run_id == run.id).order_by(Measurement.id)
        rows = db.session.execute(query).scalars().all()
        places = {(run.indicator_key, run.period_key), *((row.indicator_key, row.period_key) for row in rows)}
        is_moved = places != {(facts.get("indicator"), facts.get("period"))}
        if is_moved or facts.get("cells") != cells_hash(rows):
            yield Sentence(
                "The measurements of run %(number)s (%(indicator)s, %(period)s) are not what was recorded.",
                number=run.id,
                indicator=run.indicator_key,
                period=run.period_key,
            )
    for subject, facts in vouched.items():
        yield Sentence(
            "The measurements of run %(number)s (%(indicator)s, %(period)s) are not there any more.",
            number=subject.removeprefix("run "),
            indicator=facts["indicator"],
            period=facts["period"],
        )


def _snapshots(counts: Counted) -> Iterator[Sentence]:
    vouched = vouched_by("month:freeze")
    previous = audit_log.GENESIS
    for row in db.session.execute(select(Snapshot).order_by(Snapshot.id)).scalars():
        counts["snapshots"] += 1
        if row.previous_sha256 != previous or seal(row.document, row.previous_sha256) != row.sha256:
            yield Sentence("The sealed month %(period)s is not what was sealed.", period=row.period_key)
        if vouched.pop(row.period_key, {}).get("sha256") != row.sha256:
            yield Sentence("The audit log does not vouch for the sealed month %(period)s.", period=row.period_key)
        previous = row.sha256
    for period in vouched:
        yield Sentence("The sealed month %(period)s is not there any more.", period=period)


def _files(counts: Counted) -> Iterator[Sentence]:
    vouched = vouched_by("report:archive")
    query = select(ReportFile, Snapshot.period_key).join(Snapshot, Snapshot.id == ReportFile.snapshot_id)
    for file, period in db.session.execute(query.order_by(ReportFile.id).options(undefer(ReportFile.content))):
        counts["files"] += 1
        name = f"{period} {file.unit_key} {file.language}"
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or vouched.pop(name, {}).get("sha256") != found:
            yield Sentence("The archived PDF %(name)s is not what was rendered.", name=name)
    for name in vouched:
        yield Sentence("The archived PDF %(name)s is not there any more.", name=name)
