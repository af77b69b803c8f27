"""Proof that nothing was rewritten: the audit log, every row that it vouches for, what follows from these rows, files.

A break names what it is by the key that is stored, which may itself have been rewritten: it is read as nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.jobs import Job
from charter.models.records import Snapshot
from charter.services.charters.versions import facts_of
from charter.services.records import audit_log
from charter.services.records.sealing import seal
from charter.services.records.workers import reading_much
from charter.services.verification.audit import missing_heads, read_log
from charter.services.verification.checks import compare_checks
from charter.services.verification.entries import Log
from charter.services.verification.figures import compare_figures
from charter.services.verification.files import report_files, sent_figures, sent_files
from charter.services.verification.parts import compare_months, compare_parts
from charter.services.verification.rows import UNREADABLE, compare_guards, compare_rows, readable
from charter.services.verification.surveys import compare_surveys
from charter.services.verification.words_and_editions import (
    Counted,
    broken_editions,
    broken_words,
    frontline_faults,
)

Progress = Callable[[int, int, str], None]
TRIES = 3
"""Where people wrote while the proof was made, what does not fit is looked at again."""


class Verified(Counted):
    """What was looked at; `breaks` is every broken link as a sentence, `broken` the first, `head` that of the log.

    `head_entry`: which entry the head asked for is, of how many.
    """

    ok: bool
    broken: Sentence | None
    breaks: list[Sentence]
    head: str
    head_entry: int | None


@reading_much()
def verify(
    actor: Actor,
    *,
    head: str | None = None,
    kept: Mapping[str, Sentence | str] | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Verified:
    """Walk everything that is sealed, to its end: every broken link is told.

    `head`: one that was printed or mailed; `kept`: heads kept outside the database, with where. Both must stand in the
    log. `folder`: the installation's own, with the files that people sent. `workers`: how many processes may share the
    work, for a command; a process of many threads gives 1. Raises NotAllowed.
    """
    require(actor, Permission.READ_AUDIT)
    for _ in range(TRIES):
        found = _verify(head, kept or {}, folder, progress, workers)
        db.session.rollback()
        if found["ok"] or audit_log.head() == found["head"]:
            break
    return found


def _verify(
    head: str | None,
    kept: Mapping[str, Sentence | str],
    folder: Path | None,
    progress: Progress | None,
    workers: int,
) -> Verified:
    counts = _nothing_yet()
    found: list[Sentence] = []
    compare_guards(found)
    log = read_log(found, progress)
    counts["audit_entries"] = log.count
    wanted = head.strip().lower() if head is not None else ""
    missing_heads(log, {**kept, **({wanted: Sentence("what was asked for")} if head is not None else {})}, found)
    parts: Sequence[Callable[[list[Sentence]], Iterable[Sentence]]] = (
        lambda damaged: _versions(log, damaged),
        lambda damaged: compare_figures(log, counts, damaged, progress, workers=workers),
        lambda damaged: _snapshots(log, counts, damaged),
        lambda damaged: compare_parts(log, damaged),
        lambda damaged: (*report_files(log, counts, damaged), *sent_files(log, folder)),
        lambda damaged: frontline_faults(log, counts, damaged),
        lambda damaged: compare_surveys(log, damaged),
        lambda damaged: broken_words(log, counts, damaged),
        lambda damaged: broken_editions(log, counts, damaged),
        lambda damaged: compare_checks(log, damaged),
        lambda damaged: (*_alerts(log, damaged), *_asked(log, damaged), *sent_figures(log, damaged)),
        lambda damaged: compare_months(log, damaged, progress),
    )
    for part in parts:
        _add(part, found)
    counts["rows"] = sum(compare_rows(log, found).values())
    found = list(dict.fromkeys(found))
    return {
        "ok": not found,
        "broken": found[0] if found else None,
        "breaks": found,
        "head": log.last,
        "head_entry": log.hashes.get(wanted),
        **counts,
    }


def _nothing_yet() -> Counted:
    """How much was looked at before the proof begins."""
    return {
        "audit_entries": 0,
        "runs": 0,
        "measurements": 0,
        "readings": 0,
        "rows": 0,
        "snapshots": 0,
        "files": 0,
        "observations": 0,
        "estimates": 0,
        "words": 0,
        "editions": 0,
    }


def _add(part: Callable[[list[Sentence]], Iterable[Sentence]], found: list[Sentence]) -> None:
    """What a part of the proof finds; a row so damaged that the part cannot go on ends it with a sentence."""
    damaged: list[Sentence] = []
    try:
        for sentence in part(damaged):
            found.append(sentence)
    except UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        found.append(Sentence("A damaged row stops a part of the proof: %(reason)s.", reason=reason))
    found.extend(damaged)


def _versions(log: Log, damaged: list[Sentence]) -> Iterable[Sentence]:
    vouched = {entry.after.get("version"): entry.after for entry in log.entries("charter:apply")}
    names = ("number", "key", "valid_from", "document", "content_hash", "folder", "applied_at", "applied_by", "reason")
    for row in readable(CharterVersion, names, damaged):
        sha256 = hashlib.sha256(row.document.encode()).hexdigest()
        facts = facts_of(row) | {"sha256": sha256}
        if sha256 != row.content_hash or vouched.pop(row.number, None) != facts:
            yield Sentence("Version %(number)s of the charter is not what was applied.", number=row.number)
    for number in vouched:
        yield Sentence("Version %(number)s of the charter is not there any more.", number=number)


def _snapshots(log: Log, counts: Counted, damaged: list[Sentence]) -> Iterable[Sentence]:
    vouched = {entry.subject: entry for entry in log.entries("month:freeze")}
    previous = audit_log.GENESIS
    for row in readable(Snapshot, [c.key for c in Snapshot.__table__.columns], damaged, at_once=1):
        counts["snapshots"] += 1
        if row.previous_sha256 != previous or seal(row.document, previous) != row.sha256:
            yield Sentence("The frozen month %(period)s is not what was frozen.", period=row.period_key)
        entry = vouched.pop(row.period_key, None)
        told = (row.sha256, row.frozen_at, row.frozen_by)
        if entry is None or (entry.after.get("sha256"), entry.at, entry.actor) != told:
            yield Sentence("The audit log does not vouch for the frozen month %(period)s.", period=row.period_key)
        previous = row.sha256
    for period in vouched:
        yield Sentence("The frozen month %(period)s is not there any more.", period=period)


ANSWERS = ("alert:acknowledge", "alert:snooze", "alert:rearm")


def _alerts(log: Log, damaged: list[Sentence]) -> Iterable[Sentence]:
    """Who answered an alert, when and with which note, as the log says; alerts come and go by the clock otherwise."""
    newest = {entry.subject.split()[1]: entry for entry in log.entries(*ANSWERS) if entry.subject.count(" ")}
    for row in readable(Alert, ("id", "acted_at", "acted_by", "note", "snoozed_until"), damaged):
        entry = newest.pop(str(row.id), None)
        told = (entry.actor, entry.at, entry.after.get("note")) if entry else (None, None, None)
        until = entry.after.get("until") if entry else None
        # A pause that is over leaves no day; one that nobody asked for, or longer, is not what somebody said.
        is_paused_so = row.snoozed_until is None or row.snoozed_until.isoformat() == until
        if (row.acted_by, row.acted_at, row.note) != told or not is_paused_so:
            yield Sentence("The answer to alert %(number)s is not what the audit log says.", number=row.id)
    for number in newest:
        yield Sentence("Alert %(number)s, which somebody answered, is not there any more.", number=number)


def _asked(log: Log, damaged: list[Sentence]) -> Iterable[Sentence]:
    """Long work as the log says that it was asked for: what was slipped in would be done in somebody's name."""
    vouched = {entry.subject: entry for entry in log.entries("job:ask")}
    for row in readable(Job, ("id", "kind", "arguments", "asked_by", "asked_at", "person_id"), damaged):
        entry = vouched.get(f"job {row.id}")
        facts = entry.after if entry else {}
        told = (facts.get("kind"), facts.get("arguments"), entry.actor, entry.at) if entry else None
        person = facts.get("person", row.person_id)
        if (row.kind, row.arguments, row.asked_by, row.asked_at) != told or person != row.person_id:
            yield Sentence("Job %(number)s is not what somebody asked for.", number=row.id)
