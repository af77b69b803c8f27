"""The first hour reads what was sent, and the newer file after it: looked at, kept as a version, counted by columns.

Each is done while its sender waits, or as long work (services/jobs/sendings.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from charter.domain.charter_file.columns_read import ReadColumn, columns_read
from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.reading import read_plain
from charter.domain.file_profile.chosen_columns import DELAY, INDICATOR, JUDGED, SOURCE, Form, counted_by, faults_of
from charter.domain.file_profile.file_differences import worse_than
from charter.domain.file_profile.file_doubts import is_told
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import stored
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, history
from charter.services.drafts import drafts, sent_files
from charter.services.drafts.first_look import Seen, count_apart, look_apart, look_at_source_apart
from charter.services.jobs import queue, sendings
from charter.services.jobs.queue import Arguments, Progress
from charter.services.jobs.sendings import Received
from charter.services.records.access import Access, folder_of_next

AS_WORDS = ("unit", "distinct", "channel")
ORDERS = ("day-first", "month-first")
FIELDS = (
    *("dates", "start", "whole", "done", "mark", "least", "word", "says", "number", "most", "met", "stop", "count"),
    *("unit", "case", "promise", "level", "owner"),
)
"""Those of the form, in their order on the page."""


def read_first_file(actor: Actor, now: datetime, file: Received, progress: Progress) -> Plain:
    """Look at the file that the first charter is to read; kept is only what can be read. Raises Invalid, Conflict."""
    draft, access = drafts.open_draft(actor), progress.access
    if (again := _seen_before(file, access)) is not None:
        _draft_source(actor, now, {})
        return {"rows": again["rows"]}
    zone = draft.charter.charter.timezone
    told = look_apart(file.path, now, zone=zone, access=access, name=file.name, patience=progress.patience)
    kept = sent_files.keep_version(actor, now, SOURCE, file, access)
    told["source"] |= {"path": sent_files.pattern_of(SOURCE, told["source"]["kind"]), "which": "newest"}
    told["file"] = kept.name
    sent_files.keep_look(kept.sha256, told, access)
    _draft_source(actor, now, {})
    return {"rows": told["rows"]}


def _seen_before(file: Received, access: Access) -> Seen | None:
    """What was seen of the file that is read already: whoever went back and sends it again goes on with it."""
    newest = sent_files.versions_of(SOURCE)[:1]
    return _look_before(access) if any(one.sha256 == file.sha256 for one in newest) else None


def read_newer_file(actor: Actor, now: datetime, file: Received, progress: Progress) -> Plain:
    """Keep the newer file once it is known to have all that the charter reads of it; then it is counted.

    One that is worse than the file before waits until its sender says what becomes of it (`newer_file`,
    `count_newer`). Raises Invalid (a column is missing, another kind of file), Conflict.
    """
    current, access = history().current, progress.access
    source = require_newer(current)
    zone = current.charter.charter.timezone
    sent_files.refuse_known(SOURCE, file)
    told = look_apart(file.path, now, zone=zone, access=access, name=file.name, patience=progress.patience)
    _refuse_newer(current, told)
    read = {one.column for one in _read(current)}
    worse = worse_than(_look_before(access), told, read, getattr(source, "dates", None), as_words=_words_of(current))
    if worse:
        facts = {"name": file.name, "look": told, "worse": [stored(one) for one in worse]}
        return {"rows": told["rows"], "waits": sendings.keep_a_while(facts, access, token=file.token)}
    return {"rows": told["rows"], "job": _counted_from(actor, now, file, told, access)}


def _words_of(current: Version) -> set[str]:
    """The columns of which only the words are read: cases, units, channels."""
    found = _read(current)
    return {one.column for one in found} - {one.column for one in found if one.path[-1] not in AS_WORDS}


def _read(current: Version) -> Sequence[ReadColumn]:
    """What the charter reads of the source that people send."""
    return [one for one in columns_read(current.charter) if one.source == SOURCE]


def newer_file(actor: Actor, token: str, access: Access) -> Plain:
    """A newer file of one's own that waits: its name, what is worse in it. Raises NotFound once it is gone."""
    require(actor, Permission.RUN_CHECK)
    facts = sendings.kept_a_while(token, access)
    if facts is None or "worse" not in facts:
        raise NotFound("This file does not wait any more: it is read, was let go, or waited over two hours.")
    return {"file": sendings.sent(actor, token, access), **facts}


def count_newer(actor: Actor, now: datetime, token: str, access: Access) -> int:
    """Keep a newer file that waits, worse as it is, and have it counted: the number of that work.

    Raises NotFound (it does not wait), Invalid (the charter reads other columns by now), Conflict (it is read already).
    """
    waiting, current = newer_file(actor, token, access), history().current
    require_newer(current)
    _refuse_newer(current, waiting["look"])
    number = _counted_from(actor, now, waiting["file"], waiting["look"], access)
    sendings.forget(token, access)
    return number


def drop_newer(actor: Actor, token: str, access: Access) -> None:
    """Let a newer file go that waits; the one before stays the one that is read. Raises NotFound."""
    newer_file(actor, token, access)
    sendings.forget(token, access)


def _counted_from(actor: Actor, now: datetime, file: Received, told: Mapping[str, Any], access: Access) -> int:
    kept = sent_files.keep_version(actor, now, SOURCE, file, access)
    sent_files.keep_look(kept.sha256, told, access)
    return queue.ask(actor, now, kind="run-checks", arguments={"source": SOURCE})


def _look_before(access: Access) -> Seen | None:
    """What was seen of the file that is read now; None where that is not kept any more."""
    try:
        return sent_files.look_kept(sent_files.versions_of(SOURCE)[0].sha256, access)
    except (Invalid, IndexError):
        return None


def _refuse_newer(current: Version, told: Mapping[str, Any]) -> None:
    """Raises Invalid for a file of another kind, and for one that lacks columns."""
    kind = current.charter.sources[SOURCE].kind
    if told["source"]["kind"] != kind:
        raise Invalid("The file before was of kind %(kind)s: send the newer one as such.", "file", kind=kind)
    known = {one["name"] for one in told["columns"]}
    read = {one.column for one in _read(current)}
    if missing := sorted(one for one in read - known if not one.startswith("$")):
        raise Invalid("The file lacks columns that the charter reads: %(columns)s.", "file", columns=missing)


def require_newer(current: Version) -> Any:
    """The source of the charter in force that people send. Raises Conflict where there is none."""
    source = current.charter.sources.get(SOURCE)
    if source is None or not sent_files.is_sent(source):
        raise Conflict("The charter in force reads no file that people send.")
    return source


def look_at_first_source(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
    """Look at a database or a web service that the first charter is to read. Raises Invalid, CharterFileError."""
    progress(0, 0)
    draft, access, source = drafts.open_draft(actor), progress.access, dict(arguments["source"])
    plain = draft.plain | {"sources": {SOURCE: source}}
    read_plain(plain)
    where = folder_of_next(draft.folder_in_force, access)
    told = look_at_source_apart(plain, SOURCE, now, folder=where, access=access, patience=progress.patience)
    _draft_source(actor, now, {SOURCE: told["source"]})
    told["file"] = source.get("table") or source["url"]
    sent_files.keep_look(sent_files.hash_of(told["source"]), told, access)
    return {"rows": told["rows"]}


def _draft_source(actor: Actor, now: datetime, sources: Plain) -> None:
    draft = drafts.open_draft(actor)
    if draft.plain.get("sources", {}) != sources:
        drafts.edit_draft(actor, now, draft.row.revision, lambda plain: {**plain, "sources": sources})


def hash_seen(draft: drafts.Draft) -> str | None:
    """By what a look at the draft's source, or else at the newest file that was sent, is kept; None without one."""
    if SOURCE in draft.plain.get("sources", {}):
        return sent_files.hash_of(draft.plain["sources"][SOURCE])
    versions = sent_files.versions_of(SOURCE)
    return versions[0].sha256 if versions else None


def count_first(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
    """What the columns that were chosen count. Raises Invalid, CharterFileError."""
    require(actor, Permission.APPLY_CHARTER)
    progress(0, 0)
    draft, access = drafts.open_draft(actor), progress.access
    seen = sent_files.look_kept(arguments["of"], access)
    plain = chosen_plain(draft, seen, arguments["given"])
    where = folder_of_next(draft.folder_in_force, access)
    return dict(count_apart(plain, INDICATOR, now, folder=where, access=access, patience=progress.patience))


def chosen_plain(draft: drafts.Draft, seen: Seen, given: Mapping[str, str]) -> Plain:
    """The charter that the columns chosen make of the draft. Raises Invalid, CharterFileError."""
    form = Form(given, seen)
    chosen = form.chosen(list(draft.charter.charter.report.languages))
    for fault in form.faults:
        raise fault
    # What is counted does not wait for the words: those of the draft stand there meanwhile.
    first = draft.plain["commitments"][0]
    words = {code: said or first["promise"][code] for code, said in chosen.promise.items()}
    chosen = replace(chosen, promise=words, owner=chosen.owner or first["owner"])
    order = {"dates": given["dates"]} if seen["dates"] and given.get("dates") in ORDERS else {}
    plain = counted_by(draft.plain, seen["source"] | order, chosen, seen["since"])
    if "working hour" in chosen.within and plain["charter"]["calendar"] not in plain.get("calendars", {}):
        raise Invalid("Working hours need opening hours: keep those above, or promise working days.", "count")
    return plain


def faults_in(draft: drafts.Draft, seen: Seen, given: Mapping[str, str]) -> list[Invalid]:
    """Everything that is wrong with what the form says, each with its field."""
    form = Form(given, seen)
    chosen = form.chosen(list(draft.charter.charter.report.languages))
    named = {fault.field for fault in form.faults}
    found = [*form.faults, *(one for one in faults_of(chosen) if one.field not in named)]
    return sorted(found, key=lambda one: _place_of(str(one.field)))


def _place_of(field: str) -> int:
    """Where a field stands in the form."""
    name = field.partition(".")[0]
    return FIELDS.index(name) if name in FIELDS else 0


def doubts_told(seen: Seen, given: Mapping[str, str]) -> list[Any]:
    """What a person should know of the file, as far as it speaks of the columns that they chose: stored sentences."""
    judged = JUDGED.get(given.get("how") or DELAY, "")
    chosen = {part: given.get(part, "") for part in ("start", "unit", "case", "dates", judged) if given.get(part)}
    return [one["said"] for one in seen["doubts"] if is_told(one, chosen)]


def seen_of(draft: drafts.Draft, access: Access) -> Seen | None:
    """What was seen of the draft's source, or else of the newest file that was sent."""
    found = hash_seen(draft)
    return None if found is None else sent_files.look_kept(found, access)
