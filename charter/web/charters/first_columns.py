"""The first hour goes on: a file or another source, its columns, the level of the promise, the first figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_plain
from charter.domain.file_profile.chosen_columns import INDICATOR, SOURCE, Chosen, counted_by
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import ColumnKind, Permission
from charter.services.drafts import drafts, sent_files, starters
from charter.services.drafts.first_look import Seen, count_apart, look_apart, look_at_source_apart, with_units
from charter.services.jobs import queue
from charter.services.records.access import Access, access_of, folder_of_next
from charter.web.charters.first import LANGUAGES, Page, first_draft
from charter.web.charters.indicator_form import DELAY_WORDS
from charter.web.frame.access import current_actor, needs, now

pages = Blueprint("first_columns", __name__)
UNITS_OF_TIME = ("working days", "days", "hours", "minutes", "seconds")
DELAY, ANSWER = "delay", "answer"
"""How a file tells whether a case was kept: by two dates, or by a column of yes and no."""
LONGEST_DELAY = 100_000


def _access() -> Access:
    return access_of(current_app.extensions["settings"])


@pages.route("/first/file", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def file() -> ResponseReturnValue:
    """A file with a line for each case, or another source; what was sent before may be gone on with."""
    page, draft = Page(request.form), first_draft()
    request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] + 100_000
    if request.method == "POST":
        try:
            _try_source(draft) if "kind" in request.form else _receive(draft)
            return redirect(url_for("first_columns.columns"), 303)
        except CharterFileError as error:
            page.error = Invalid(error.findings[0].message, "url")
        except (Invalid, Conflict) as error:
            page.error = Invalid(error.sentence, "url") if "kind" in request.form else error
    most = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    return page.shown("file", 3, most=most, versions=sent_files.versions_of(SOURCE))


def _receive(draft: drafts.Draft) -> None:
    """Look at the file that was sent, apart; kept is only what can be read."""
    sent, access = request.files.get("file"), _access()
    if sent is None or not sent.filename:
        raise Invalid("Choose a file: CSV, Excel, Parquet or JSON.", "file")
    most = current_app.config["MAX_CONTENT_LENGTH"]
    with sent_files.received(current_actor(), sent.stream, sent.filename, access, most=most) as found:
        told = look_apart(found.path, now(), zone=draft.charter.charter.timezone, access=access)
        kept = sent_files.keep_version(current_actor(), now(), SOURCE, found, access)
        told["source"] |= {"path": sent_files.pattern_of(SOURCE, told["source"]["kind"]), "which": "newest"}
        told["file"] = kept.name
    sent_files.keep_look(kept.sha256, told, access)
    _draft_source(draft, {})


def _try_source(draft: drafts.Draft) -> None:
    """Look at a database or a web service, apart; secrets stand in settings of the server, here only their names."""
    said = {name: request.form.get(name, "").strip() for name in ("kind", "url", "table", "rows", "header")}
    if not said["url"]:
        raise Invalid("Fill this in.", "url")
    source: Plain = {"kind": said["kind"], "url": said["url"]}
    if said["kind"] == "database":
        source |= {"url": f"env:{said['url'].removeprefix('env:')}", "table": said["table"]}
    elif said["kind"] == "http-json":
        source |= {"rows": said["rows"]} if said["rows"] else {}
        secret = f"env:{said['header'].removeprefix('env:')}"
        source |= {"headers": {"Authorization": secret}} if said["header"] else {}
    plain, access = draft.plain | {"sources": {SOURCE: source}}, _access()
    read_plain(plain)
    where = folder_of_next(draft.folder_in_force, access)
    told = look_at_source_apart(plain, SOURCE, now(), folder=where, access=access)
    _draft_source(draft, {SOURCE: told["source"]})
    told["file"] = said["table"] or said["url"]
    sent_files.keep_look(sent_files.hash_of(told["source"]), told, access)


def _draft_source(draft: drafts.Draft, sources: Plain) -> None:
    if draft.plain.get("sources", {}) != sources:
        drafts.edit_draft(current_actor(), now(), draft.row.revision, lambda plain: {**plain, "sources": sources})


def _seen(draft: drafts.Draft, access: Access) -> Seen | None:
    """What was seen of the draft's source, or else of the newest file that was sent."""
    if SOURCE in draft.plain.get("sources", {}):
        return sent_files.look_kept(sent_files.hash_of(draft.plain["sources"][SOURCE]), access)
    versions = sent_files.versions_of(SOURCE)
    return sent_files.look_kept(versions[0].sha256, access) if versions else None


@pages.route("/first/columns", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def columns() -> ResponseReturnValue:
    """Which columns count, what that gives, and the promise with its level; then it is published."""
    draft, access = first_draft(), _access()
    spoken = list(draft.charter.charter.report.languages)
    seen = _seen(draft, access)
    if seen is None:
        return redirect(url_for("first_columns.file"), 303)
    page, counted = Page(request.form if request.method == "POST" else _guessed(draft, seen, spoken)), None
    try:
        plain = counted_by(draft.plain, seen["source"], _chosen(page.given, spoken), seen["since"])
        where = folder_of_next(draft.folder_in_force, access)
        counted = count_apart(plain, INDICATOR, now(), folder=where, access=access)
        if request.form.get("do") == "publish":
            return _publish(draft, plain | {"units": with_units(plain["units"], counted["units"])}, access)
    except CharterFileError as error:
        page.error = Invalid(error.findings[0].message, "")
    except (Invalid, Conflict) as error:
        page.error = error
    return page.shown(
        "columns", 4, seen=seen, counted=counted, spoken=spoken, names=LANGUAGES, answers=_answers(seen),
        units_of_time=[(unit, DELAY_WORDS[unit]) for unit in UNITS_OF_TIME],
    )  # fmt: skip


def _answers(seen: Seen) -> list[Plain]:
    """The columns of yes and no."""
    return [one for one in seen["columns"] if one["kind"] == ColumnKind.YES_NO]


def _guessed(draft: drafts.Draft, seen: Seen, spoken: Sequence[str]) -> dict[str, str]:
    guesses, first = seen["guesses"], draft.plain["commitments"][0]
    found = {name: guesses.get(name) or "" for name in ("start", "stop", "unit", "case")}
    found["start"] = found["start"] or str(seen["indicator"].get("date") or "")
    found["met"] = next(iter(seen["indicator"].get("success", {})), "") or next((c["name"] for c in _answers(seen)), "")
    found["how"] = ANSWER if seen["indicator"]["kind"] == "share" else DELAY
    words = {f"promise.{code}": first["promise"][code] for code in spoken}
    level = {"count": "10", "of": "working days", "level": "90", "keeps": "yes", "owner": first["owner"]}
    if (one := starters.suggestion(first["key"])) is not None:
        level["level"] = format((Decimal(str(one.level)) * 100).normalize(), "f")
        level |= {"count": str(one.within.count), "of": one.within.unit} if one.within else {}
    return found | words | level


def _chosen(given: Mapping[str, str], spoken: Sequence[str]) -> Chosen:
    """What the form chose. Raises Invalid for a delay or a level that is no number."""
    try:
        level = Decimal(given.get("level", "").replace(",", ".").strip(" %\u00a0\u202f")) / 100
    except InvalidOperation as error:
        raise Invalid("Write a number from 1 to 100.", "level") from error
    if not 0 < level <= 1:
        raise Invalid("Write a number from 1 to 100.", "level")
    return Chosen(
        **_measure(given),
        start=given.get("start", ""),
        unit=given.get("unit", ""),
        case=given.get("case", ""),
        owner=given.get("owner", "").strip(),
        promise={code: given.get(f"promise.{code}", "").strip() for code in spoken},
        level=level,
    )


def _measure(given: Mapping[str, str]) -> Plain:
    """By two dates and a delay, or by a column of yes and no."""
    if given.get("how") == ANSWER:
        if not given.get("met"):
            raise Invalid("Choose the column that says yes or no.", "met")
        return {"met": given["met"], "keeps": given.get("keeps") != "no"}
    count, of = given.get("count", "").strip(), given.get("of", "")
    if not (count.isascii() and count.isdigit() and int(count) <= LONGEST_DELAY) or of not in UNITS_OF_TIME:
        raise Invalid("Write the delay as a whole number.", "count")
    words = of.removesuffix("s") if int(count) == 1 else of
    return {"stop": given.get("stop", "").strip(), "within": f"{int(count)} {words}"}


def _publish(draft: drafts.Draft, plain: Plain, access: Access) -> ResponseReturnValue:
    """Into the draft, in force, and counted: each by its own verb; the other promises wait in the next draft."""
    actor, others = current_actor(), draft.plain["commitments"][1:]
    drafts.edit_draft(actor, now(), draft.row.revision, lambda _: plain)
    row = drafts.open_draft(actor).row
    reason = {"fr": "Première charte", "en": "First charter"}[draft.charter.charter.report.languages[0]]
    how = drafts.Publication(reason, date.fromisoformat(str(plain["charter"]["valid_from"])), access)
    drafts.publish_draft(actor, now(), row.revision, how)
    starters.put_aside(actor, now(), others)
    number = queue.ask(actor, now(), kind="run-checks", arguments={})
    return redirect(url_for("first_columns.figure", number=number), 303)


@pages.get("/first/figure/<int:number>")
@needs(Permission.APPLY_CHARTER)
def figure(number: int) -> ResponseReturnValue:
    """How far the first count is; then the way to the desk, which tells what comes next."""
    return Page({}).shown("figure", 5, job=queue.job(current_actor(), number))
