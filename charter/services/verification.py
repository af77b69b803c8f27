"""Proof that nothing was rewritten: the audit chain, what it vouches for, the sealed months, PDFs and guards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import undefer

from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import AppendOnly, db
from charter.models.charters import CharterVersion
from charter.models.records import AuditEntry, ChainHead, Measurement, ReportFile, Run, Snapshot
from charter.services import audit
from charter.services.charters import facts_of
from charter.services.edition_proof import APPROVED, ARCHIVED, broken_editions
from charter.services.proving import frontline_faults
from charter.services.snapshots import canonical_json, seal
from charter.services.survey_proof import survey_faults
from charter.services.word_proof import VERBS, broken_words


def verify(actor: Actor) -> dict[str, Any]:
    """Walk everything that is sealed; `broken` is the first broken link as a sentence, or None."""
    require(actor, Permission.READ_AUDIT)
    counts = dict.fromkeys(
        ("audit_entries", "runs", "snapshots", "files", "observations", "estimates", "words", "editions"), 0
    )
    checks = (
        _guards(),
        _audit(counts),
        _versions(),
        _runs(counts),
        _snapshots(counts),
        _files(counts),
        frontline_faults(counts),
        survey_faults(),
        broken_words(_vouched(*VERBS), counts),
        broken_editions(_vouched(*APPROVED), _vouched(*ARCHIVED), counts),
    )
    broken = next((sentence for sentences in checks for sentence in sentences), None)
    return {"ok": broken is None, "broken": broken, "head": audit.head()} | counts


def _guards() -> Iterator[str]:
    if db.engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        wanted = [f"guard_{table}{end}" for table in _guarded() for end in ("", "_truncate")]
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = [f"guard_{table}_{verb}" for table in _guarded() for verb in ("update", "delete")]
    present = set(db.session.execute(text(query)).scalars())
    for name in wanted:
        if name not in present:
            yield f"The guard {name} is missing from the database: rows could be rewritten. Say: flask db upgrade"


def _guarded() -> list[str]:
    return sorted(inspect(model).local_table.name for model in AppendOnly.__subclasses__())


def _audit(counts: dict[str, int]) -> Iterator[str]:
    previous = audit.GENESIS
    for entry in db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars():
        counts["audit_entries"] += 1
        if entry.previous_hash != previous:
            yield f"Audit entry {entry.id} ({entry.action} {entry.subject}) does not follow the entry before it."
        if audit.entry_hash(entry) != entry.hash:
            yield f"Audit entry {entry.id} ({entry.action} {entry.subject}) is not what was written."
        previous = entry.hash
    head = db.session.get(ChainHead, 1)
    if head is not None and (head.hash != previous or head.entries != counts["audit_entries"]):
        yield f"The audit log has {counts['audit_entries']} entries, but {head.entries} were written: its tail is cut."
    if head is None and counts["audit_entries"]:
        yield "The head of the audit chain is missing."


def _vouched(*actions: str) -> dict[str, dict[str, Any]]:
    """What the audit log says was written, by subject (the newest entry of each)."""
    entries = db.session.execute(
        select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
    ).scalars()
    return {entry.subject: entry.after or {} for entry in entries}


def _versions() -> Iterator[str]:
    entries = db.session.execute(select(AuditEntry.after).where(AuditEntry.action == "charter:apply")).scalars()
    vouched = {after["version"]: after for after in entries}
    for row in db.session.execute(select(CharterVersion).order_by(CharterVersion.number)).scalars():
        found = hashlib.sha256(row.document.encode()).hexdigest()
        facts = facts_of(row) | {"sha256": found}
        if found != row.content_hash or vouched.pop(row.number, None) != facts:
            yield f"Version {row.number} of the charter is not what was applied."
    for number in vouched:
        yield f"Version {number} of the charter is not there any more."


def _runs(counts: dict[str, int]) -> Iterator[str]:
    vouched = _vouched("check:run", "check:complete", "figure:enter", "figure:correct")
    for run in db.session.execute(select(Run).where(Run.outcome == "done").order_by(Run.id)).scalars():
        counts["runs"] += 1
        facts = vouched.pop(f"run {run.id}", {})
        query = select(Measurement).where(Measurement.run_id == run.id).order_by(Measurement.id)
        rows = db.session.execute(query).scalars().all()
        places = {(run.indicator_key, run.period_key), *((row.indicator_key, row.period_key) for row in rows)}
        is_moved = places != {(facts.get("indicator"), facts.get("period"))}
        if is_moved or facts.get("cells") != cells_hash(rows):
            yield f"The measurements of run {run.id} ({run.indicator_key}, {run.period_key}) are not what was recorded."
    for subject, facts in vouched.items():
        yield f"The measurements of {subject} ({facts['indicator']}, {facts['period']}) are not there any more."


def cells_hash(rows: Iterable[Measurement]) -> str:
    """SHA-256 over the counts of a run's cells, in the order they were written; of a correction also what and why."""
    return rows_hash({name: getattr(row, name) for name in _CELL} for row in rows)


_COUNTS = ("unit_key", "channel", "segment", "numerator", "denominator", "pending", "stopped", "total", "squares")
_MORE = ("promoters", "detractors", "excluded", "steps", "value", "corrects_id", "reason")
_CELL = (*_COUNTS, *_MORE)
_EXACT = frozenset({"numerator", "denominator", "total", "squares"})


def rows_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same over the columns of rows before they are written."""
    cells = [
        [
            *(str(row[name]) if name in _EXACT else row[name] for name in _COUNTS),
            row["promoters"],
            row["detractors"],
            row["excluded"],
            *([{"steps": row["steps"]}] if row["steps"] else ()),
            *([{"value": str(row["value"])}] if row["value"] is not None else ()),
            *((row["corrects_id"], row["reason"]) if row["corrects_id"] is not None else ()),
        ]
        for row in rows
    ]
    return hashlib.sha256(canonical_json(cells).encode()).hexdigest()


def _snapshots(counts: dict[str, int]) -> Iterator[str]:
    vouched = _vouched("month:freeze")
    previous = audit.GENESIS
    for row in db.session.execute(select(Snapshot).order_by(Snapshot.id)).scalars():
        counts["snapshots"] += 1
        if row.previous_sha256 != previous or seal(row.document, row.previous_sha256) != row.sha256:
            yield f"The sealed month {row.period_key} is not what was sealed."
        if vouched.pop(row.period_key, {}).get("sha256") != row.sha256:
            yield f"The audit log does not vouch for the sealed month {row.period_key}."
        previous = row.sha256
    for period in vouched:
        yield f"The sealed month {period} is not there any more."


def _files(counts: dict[str, int]) -> Iterator[str]:
    vouched = _vouched("report:archive")
    query = select(ReportFile, Snapshot.period_key).join(Snapshot, Snapshot.id == ReportFile.snapshot_id)
    for file, period in db.session.execute(query.order_by(ReportFile.id).options(undefer(ReportFile.content))):
        counts["files"] += 1
        name = f"{period} {file.unit_key} {file.language}"
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or vouched.pop(name, {}).get("sha256") != found:
            yield f"The archived PDF {name} is not what was rendered."
    for name in vouched:
        yield f"The archived PDF {name} is not there any more."
