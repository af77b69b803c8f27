"""Proof about what staff sent: no row, word or answer was changed, and no word is gone that nobody erased.

Proof that words were not rewritten: comments, actions and charts set anew against what the audit log keeps.

Proof that editions were not rewritten: their chain, figures and PDFs, against what the audit log vouches for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from sqlalchemy import inspect, select

from charter.domain.frontline.observations import answer_of, facts_of, subject_of
from charter.domain.vocabulary.errors import Sentence
from charter.models.actions import Action, ActionStep, Comment, Rebase, Reply
from charter.models.base import db
from charter.models.frontline import ErasableText, Estimate, Moderation, Observation, PosterFile, WordReading
from charter.models.records import Snapshot
from charter.models.reports import Edition, EditionFile
from charter.services.actions.actions import action_record, step_record
from charter.services.actions.comments import comment_record
from charter.services.actions.replies import reply_record
from charter.services.frontline.estimates import estimate_row_facts
from charter.services.frontline.moderation import moderation_facts
from charter.services.frontline.word_reading import kept_texts
from charter.services.readings.chart_resets import rebase_record
from charter.services.records import audit_log
from charter.services.records.erasable_texts import text_hash
from charter.services.records.sealing import seal
from charter.services.reports.editions import figures_hash
from charter.services.reports.posters import poster_name
from charter.services.verification.entries import Log
from charter.services.verification.rows import UNREADABLE, readable

VERBS = (
    "comment:write",
    "reply:write",
    "action:plan",
    "action:close",
    "action:reopen",
    "action:change",
    "chart:rebase",
    "chart:lift",
)


class Counted(TypedDict):
    """How many of each were looked at."""

    audit_entries: int
    runs: int
    measurements: int
    readings: int
    rows: int
    snapshots: int
    files: int
    observations: int
    estimates: int
    words: int
    editions: int


def broken_words(log: Log, counts: Counted, damaged: list[Sentence]) -> Iterator[Sentence]:
    """A sentence for each row that is not what was written, or that is not there any more."""
    vouched = log.vouched(*VERBS)
    for subject, facts in _held(damaged):
        counts["words"] += 1
        if vouched.pop(subject, None) != facts:
            yield Sentence("The words of %(subject)s are not what was written.", subject=named(subject))
    for subject in vouched:
        yield Sentence("The words of %(subject)s are not there any more.", subject=named(subject))


def named(subject: str) -> Sentence | str:
    """What words belong to, by the subject that the log knows it by: `comment 3`, `action 2 step 5`."""
    match subject.split():
        case ["comment", number]:
            return Sentence("comment %(number)s", number=number)
        case ["reply", number]:
            return Sentence("reply %(number)s", number=number)
        case ["action", number]:
            return Sentence("action %(number)s", number=number)
        case ["action", number, "step", step]:
            return Sentence("action %(number)s step %(step)s", number=number, step=step)
        case ["rebase", number]:
            return Sentence("rebase %(number)s", number=number)
        case ["observation", number]:
            return Sentence("observation %(number)s", number=number)
        case ["words", number, "text", nth]:
            return Sentence("text %(nth)s of reading %(number)s", nth=nth, number=number)
        case ["answer", number]:
            return Sentence("answer %(number)s", number=number)
    return subject


def _held(damaged: list[Sentence]) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    for comment in readable(Comment, _all(Comment), damaged):
        yield f"comment {comment.id}", _facts(comment_record, comment)
    for said in readable(Reply, _all(Reply), damaged):
        yield f"reply {said.id}", _facts(reply_record, said)
    for action in readable(Action, _all(Action), damaged):
        yield f"action {action.id}", _facts(action_record, action)
    for step in readable(ActionStep, _all(ActionStep), damaged):
        yield f"action {step.action_id} step {step.id}", _facts(step_record, step)
    for rebase in readable(Rebase, _all(Rebase), damaged):
        yield f"rebase {rebase.id}", _facts(rebase_record, rebase)


def _all(model: Any) -> list[str]:
    return list(inspect(model).column_attrs.keys())


def _facts(of: Callable[[Any], Mapping[str, Any]], row: Any) -> Mapping[str, Any] | None:
    """What a row says, as the log keeps it; None where it can say nothing."""
    try:
        return of(row)
    except UNREADABLE:
        return None


APPROVED = ("month:approve", "month:correct")
ARCHIVED = ("edition:archive",)
Vouched = dict[str, dict[str, Any]]


def broken_editions(log: Log, counts: Counted, damaged: list[Sentence]) -> Iterator[Sentence]:
    """A sentence for each edition or file that is not what was published, or is not there any more."""
    approved = {entry.subject: entry for entry in log.entries(*APPROVED)}
    archived: dict[str, Any] = {}
    sealed = {row.id: row.sha256 for row in readable(Snapshot, ("id", "sha256"), damaged)}
    previous = audit_log.GENESIS
    for row in readable(Edition, _all(Edition), damaged, at_once=1):
        counts["editions"] += 1
        number, period = row.number, row.period_key
        if row.previous_sha256 != previous or seal(row.document, previous) != row.sha256 or not _is_own(row, sealed):
            yield Sentence(
                "The edition %(number)s of %(period)s is not what was published.", number=number, period=period
            )
        entry = approved.pop(f"{period} edition {number}", None)
        told = (row.sha256, row.approved_at, row.approved_by)
        if entry is None or (entry.after.get("sha256"), entry.at, entry.actor) != told:
            yield Sentence(
                "The audit log does not vouch for the edition %(number)s of %(period)s.", number=number, period=period
            )
        previous = row.sha256
    for name in approved:
        period, _, lost = name.partition(" edition ")
        yield Sentence("The edition %(number)s of %(period)s is not there any more.", number=lost, period=period)
    names = {row.id: f"{row.period_key} edition {row.number}" for row in _named_editions(damaged)}
    for file in readable(EditionFile, ("id", "edition_id", "unit_key", "language", "sha256", "size"), damaged):
        archived[f"{names.get(file.edition_id)} {file.unit_key} {file.language}"] = file
    yield from broken_files(EditionFile, archived, log.vouched(*ARCHIVED), counts)


def _named_editions(damaged: list[Sentence]) -> Iterator[Any]:
    return readable(Edition, ("id", "period_key", "number"), damaged)


def _is_own(row: Any, sealed: dict[int, str]) -> bool:
    """Whether the figures are those that the document vouches for."""
    figures = sealed.get(row.snapshot_id) if row.figures is None else figures_hash(row.figures)
    try:
        return bool(json.loads(row.document)["figures_sha256"] == figures)
    except UNREADABLE:
        return False


def broken_files(
    model: Any, files: Mapping[str, Any], vouched: Vouched, counts: Counted | None = None
) -> Iterator[Sentence]:
    """A sentence for each archived file whose bytes are not those that were made, or that is not there any more.

    `files`: the rows by the name that the log knows them by; their bytes are read one by one.
    """
    for name, file in files.items():
        if counts is not None:
            counts["files"] += 1
        content = db.session.execute(select(model.content).where(model.id == file.id)).scalar_one()
        told = vouched.pop(name, {})
        found = hashlib.sha256(content if isinstance(content, bytes) else b"").hexdigest()
        if (found, len(content)) != (file.sha256, file.size) or told.get("sha256") != found:
            yield (
                Sentence("The archived poster %(name)s is not what was rendered.", name=name)
                if model is PosterFile
                else Sentence("The archived PDF %(name)s is not what was rendered.", name=name)
            )
    for name in vouched:
        yield (
            Sentence("The archived poster %(name)s is not there any more.", name=name)
            if model is PosterFile
            else Sentence("The archived PDF %(name)s is not there any more.", name=name)
        )


@dataclass(frozen=True)
class _Records:
    """Rows of one kind: what the log keeps of each, its subject there, how a sentence names it, whose words it has."""

    model: Any
    facts: Callable[[Any], Mapping[str, Any]]
    actions: tuple[str, ...]
    subject: str
    named: Callable[[int | str], Sentence]
    words_of: Callable[[int], str] | None = None
    counted: Literal["observations", "estimates"] | None = None


_RECORDS = (
    _Records(
        Observation,
        facts_of,
        ("observation:send",),
        "observation",
        lambda number: Sentence("The observation %(number)s", number=number),
        words_of=subject_of,
        counted="observations",
    ),
    _Records(
        Estimate,
        estimate_row_facts,
        ("estimate:give",),
        "estimate",
        lambda number: Sentence("The estimate %(number)s", number=number),
        counted="estimates",
    ),
    _Records(
        Moderation,
        moderation_facts,
        ("observation:accept", "observation:set-aside", "observation:answer", "observation:support"),
        "moderation",
        lambda number: Sentence("The step %(number)s", number=number),
        words_of=answer_of,
    ),
)


def frontline_faults(log: Log, counts: Counted, damaged: list[Sentence]) -> Iterator[Sentence]:
    """Each fault as a sentence; counts what was looked at."""
    wanted: dict[str, str] = {}
    for records in _RECORDS:
        yield from _rows(records, log.vouched(*records.actions), counts, wanted, damaged)
    for row in readable(WordReading, _all(WordReading), damaged):
        wanted |= _facts(kept_texts, row) or {}
    yield from _texts(log, wanted, damaged)
    yield from _posters(log, damaged)


def _rows(
    records: _Records, vouched: Vouched, counts: Counted, wanted: dict[str, str], damaged: list[Sentence]
) -> Iterator[Sentence]:
    """The rows of one kind; `wanted` takes the hashes of their words."""
    for row in readable(records.model, _all(records.model), damaged):
        if records.counted is not None:
            counts[records.counted] += 1
        if vouched.pop(f"{records.subject} {row.id}", None) != _facts(records.facts, row):
            yield Sentence("%(what)s is not what was recorded.", what=records.named(row.id))
        if records.words_of is not None and row.text_sha256:
            wanted[records.words_of(row.id)] = row.text_sha256
    for subject in vouched:
        yield Sentence("%(what)s is not there any more.", what=records.named(subject.split()[-1]))


def _texts(log: Log, wanted: dict[str, str], damaged: list[Sentence]) -> Iterator[Sentence]:
    erased = {subject for entry in log.entries("text:erase") for subject in entry.after.get("texts", ())}
    for row in readable(ErasableText, _all(ErasableText), damaged):
        if wanted.pop(row.subject, None) != text_hash(row.salt, row.text):
            yield Sentence("The words of %(subject)s are not what was written.", subject=named(row.subject))
    for subject in wanted:
        if subject not in erased:
            yield Sentence(
                "The words of %(subject)s are not there any more, and nobody has erased them.", subject=named(subject)
            )


def _posters(log: Log, damaged: list[Sentence]) -> Iterator[Sentence]:
    months = {row.id: row.period_key for row in readable(Snapshot, ("id", "period_key"), damaged)}
    names = ("id", "snapshot_id", "unit_key", "language", "paper", "sha256", "size")
    files = {
        poster_name(str(months.get(file.snapshot_id)), file.unit_key, file.language, file.paper): file
        for file in readable(PosterFile, names, damaged)
    }
    yield from broken_files(PosterFile, files, log.vouched("poster:archive"))
