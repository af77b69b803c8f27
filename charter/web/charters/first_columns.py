"""The first hour goes on: a file or another source, its columns, the level of the promise, the first figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.charter_file.calendars.charter_calendars import OwnCalendar, plain_week
from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.file_profile.chosen_columns import (
    ANSWER,
    DELAY,
    FIGURES,
    IS_KEPT,
    IS_LEFT_OUT,
    IS_NOT_KEPT,
    KEPT,
    LIMIT,
    MARK,
    SOURCE,
    STATES,
    UNITS_OF_TIME,
    WORDS,
)
from charter.domain.file_profile.columns import MOST_WORDS, PLACEHOLDERS, TRUE
from charter.domain.file_profile.headers import no_cases_in, says_delay, says_failure
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid
from charter.domain.vocabulary.terms import ColumnKind, Permission
from charter.services.drafts import drafts, sent_files, starters
from charter.services.drafts.first_look import Seen, with_units
from charter.services.drafts.first_reading import chosen_plain, doubts_told, faults_in, hash_seen, seen_of
from charter.services.jobs import queue
from charter.services.jobs.sendings import Reading, do_at_hand, do_or_ask
from charter.services.month.overview import overview
from charter.services.records.access import Access, access_of
from charter.web.charters.first import LANGUAGES, Page, first_draft
from charter.web.charters.first_source import faults_in_source, field_of, said_in, source_of
from charter.web.charters.form.delays import DELAY_WORDS
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.jobs import onward_of, read_or_wait

pages = Blueprint("first_columns", __name__)
COUNT = "count-first"
NO_CHOICE = ("csrf_token", "do")
MOST_FAULTS = 5


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
            done = _try_source(page, draft) if "kind" in request.form else _receive()
            if done is not None:
                return done
        except CharterFileError as error:
            page.refuse(Invalid(error.findings[0].message, "url"))
        except (Invalid, Conflict) as error:
            page.refuse(Invalid(error.sentence, field_of(error)) if "kind" in request.form else error)
    most = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    return page.shown("file", 3, most=most, versions=sent_files.versions_of(SOURCE))


def _receive() -> ResponseReturnValue:
    return read_or_wait("read-first-file", request.files.get("file"), current_app.config["MAX_CONTENT_LENGTH"], {})


def _try_source(page: Page, draft: drafts.Draft) -> ResponseReturnValue | None:
    """Look at a database or a web service; None where the form is refused, everything in it at once."""
    said = said_in(request.form)
    page.refuse(*faults_in_source(draft.plain, said, _access().environment))
    if page.errors:
        return None
    kind = "look-at-first-source"
    return onward_of(kind, do_or_ask(current_actor(), now(), kind, {"source": source_of(said)}, _access()))


@pages.route("/first/columns", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def columns() -> ResponseReturnValue:
    """Which columns count, what that gives, and the promise with its level; then it is published."""
    draft, access = first_draft(), _access()
    spoken = list(draft.charter.charter.report.languages)
    seen = seen_of(draft, access)
    if seen is None:
        return redirect(url_for("first_columns.file"), 303)
    page, reading = Page(_given(draft, seen, spoken)), Reading()
    faults = faults_in(draft, seen, page.given)
    if request.method == "POST":
        page.refuse(*faults)
    try:
        if _hinders(faults) or (faults and request.form.get("do") == "publish"):
            return _asked(page, draft, seen, reading)
        reading = _count(draft, page.given)
        if reading.job is not None:
            return onward_of(COUNT, reading)
        if (counted := reading.result) is not None and request.form.get("do") == "publish":
            plain = chosen_plain(draft, seen, page.given)
            return _publish(draft, plain | {"units": with_units(plain["units"], counted["units"])}, access)
    except CharterFileError as error:
        page.refuse(*(Invalid(one.message, "") for one in error.findings[:MOST_FAULTS]))
    except (Invalid, Conflict) as error:
        page.refuse(error)
    return _asked(page, draft, seen, reading)


def _asked(page: Page, draft: drafts.Draft, seen: Seen, reading: Reading) -> ResponseReturnValue:
    """The form of columns, with what they count and what is to be known of the file."""
    spoken, counted = list(draft.charter.charter.report.languages), reading.result
    marks = _of_kind(seen, ColumnKind.NUMBER)
    kept_words = [] if page.given.get("how") != WORDS else _kept_words(seen, page.given)
    return page.shown(
        "columns", 4, seen=seen, counted=counted, spoken=spoken, names=LANGUAGES, answers=_answers(seen),
        doubts=doubts_told(seen, page.given),
        is_counted_later=counted is None
        and not _hinders([*page.errors, *faults_in(draft, seen, page.given)]),
        marks_of=marks, numbers=marks if len(marks) > 1 else [], known=seen.get("known"), words=_words(seen),
        no_cases=no_cases_in(_words(seen)), kept_words=kept_words, meanings=(IS_KEPT, IS_NOT_KEPT, IS_LEFT_OUT),
        hours=_hours(draft, seen),
        units_of_time=[(unit, DELAY_WORDS[unit]) for unit in UNITS_OF_TIME],
    )  # fmt: skip


def _hinders(faults: Iterable[CharterError]) -> bool:
    """Whether a fault is one of what is counted: words and owner are needed to publish alone."""
    return any(str(getattr(one, "field", "")).partition(".")[0] not in ("promise", "owner") for one in faults)


def _given(draft: drafts.Draft, seen: Seen, spoken: Sequence[str]) -> Mapping[str, str]:
    """What the form says: as sent, as it was counted by long work (`?read=` its number), or as the columns suggest."""
    if request.method == "POST":
        return request.form
    if number := request.args.get("read", 0, type=whole):
        found = queue.job(current_actor(), number)
        if found["kind"] == COUNT:
            given: dict[str, str] = found["arguments"]["given"]
            return given
    return _guessed(draft, seen, spoken)


def _count(draft: drafts.Draft, given: Mapping[str, str]) -> Reading:
    """What the columns count: as long work has counted them already, else at once, else by long work; while a form is
    being filled in, not that."""
    said = {name: value for name, value in given.items() if name not in NO_CHOICE}
    arguments = {"given": said, "of": hash_seen(draft), "revision": draft.row.revision}
    if (before := queue.result_of(current_actor(), COUNT, arguments)) is not None:
        return Reading(result=before)
    if request.form.get("do") == "live":
        return Reading(result=do_at_hand(current_actor(), now(), COUNT, arguments, _access()))
    return do_or_ask(current_actor(), now(), COUNT, arguments, _access())


def _answers(seen: Seen) -> list[Plain]:
    """The columns of yes and no."""
    return _of_kind(seen, ColumnKind.YES_NO)


def _kept_words(seen: Seen, given: Mapping[str, str]) -> list[str]:
    """The words of the chosen column by which a case is kept."""
    return [
        word
        for one in _words(seen)
        if one["name"] == given.get("word")
        for at, word in enumerate(one["words"])
        if given.get(f"says.{one['at']}.{at}") == IS_KEPT
    ]


def _of_kind(seen: Seen, kind: ColumnKind) -> list[Plain]:
    return [one for one in seen["columns"] if one["kind"] == kind]


def _hours(draft: drafts.Draft, seen: Seen) -> Plain | None:
    """The hours that are known of the file's kind, as a calendar is told."""
    hours = (seen.get("known") or {}).get("open")
    own = OwnCalendar.model_validate({"open": hours}) if hours else None
    if own is None or own.week is None:
        return None
    return {"country": draft.plain["charter"]["calendar"], "week": plain_week(own.week), "units": []}


def _guessed(draft: drafts.Draft, seen: Seen, spoken: Sequence[str]) -> dict[str, str]:
    guesses, first = seen["guesses"], draft.plain["commitments"][0]
    found = {name: guesses.get(name) or "" for name in ("start", "stop", "unit", "case")}
    found["start"] = found["start"] or str(seen["indicator"].get("date") or "")
    found |= _answer_guessed(seen) | _words_guessed(seen)
    found["how"], found["mark"] = _how(seen), next((one["name"] for one in _scales(seen) or _numbers(seen)), "")
    found["number"] = next((one["name"] for one in _limited(seen) or _numbers(seen)), "")
    if figures := seen["figures"]:
        found |= {"done": figures["done"], "whole": figures["whole"], "parts": "yes" if figures["keeps"] else "no"}
    found |= {"keep.exclude": "yes"} if seen["left_out"] else {}
    found |= {"dates": seen["dates"]["order"]} if seen["dates"] else {}
    # What no file and no starter suggests is a promise of a delay: it stands beside no other measure.
    is_fit = bool(starters.suggestion(first["key"])) or found["how"] == DELAY
    words = {f"promise.{code}": first["promise"][code] if is_fit else "" for code in spoken}
    level = {"count": "10", "of": "working days", "level": "90", "owner": first["owner"]}
    known, one = seen.get("known") or {}, starters.suggestion(first["key"])
    if known:
        found |= _known_choices(known)
    if known and one is None:
        level |= _delay_of(known["within"])
        words = {f"promise.{code}": known["promise"][code] for code in spoken}
    if one is not None:
        level["level"] = format((Decimal(str(one.level)) * 100).normalize(), "f")
        level |= {"count": str(one.within.count), "of": one.within.unit} if one.within else {"count": ""}
    return found | words | level


def _how(seen: Seen) -> str:
    """By figures of months, a column of yes and no, a second date; else by what a column says, as far as it is told."""
    kind, words = seen["indicator"]["kind"], _words_guessed(seen)
    if seen["figures"]:
        return FIGURES
    if kind == "share":
        return ANSWER
    if kind != "count":
        return DELAY
    by_column = ((_limited(seen), LIMIT), (IS_KEPT in words.values(), WORDS), (_scales(seen), MARK), (words, WORDS))
    return next((how for is_there, how in by_column if is_there), MARK if _numbers(seen) else DELAY)


def _answer_guessed(seen: Seen) -> dict[str, str]:
    """The column of yes and no, and which of the two is good."""
    of_indicator: Plain = seen["indicator"].get("success", {})
    met = next(iter(of_indicator), "") or next((one["name"] for one in _answers(seen)), "")
    return {"met": met, "keeps": "no" if says_failure(met) else "yes"}


def _words_guessed(seen: Seen) -> dict[str, str]:
    """The column of words, and what they say: yes is kept, what stands for nothing left out, all else not kept."""
    taken = {name for name in seen["guesses"].values() if name}
    found = [one for one in _words(seen) if one["name"] not in taken]
    sure = [one for one in found if one["is_asked"] or {word.lower() for word in one["words"]} & {*TRUE}]
    if not (sure or found):
        return {}
    said = {f"says.{one['at']}.{at}": _meaning(word) for one in _words(seen) for at, word in enumerate(one["words"])}
    best = (sure or found)[0]
    return said | {"word": best["name"]} | ({"asked": "yes"} if best["is_asked"] else {})


def _meaning(word: str) -> str:
    if word.strip() in PLACEHOLDERS:
        return IS_LEFT_OUT
    return IS_KEPT if word.strip().lower() in TRUE else IS_NOT_KEPT


def _words(seen: Seen) -> list[Plain]:
    """The columns of a few words; of a look that was kept before there were any, none."""
    return seen.get("words", [])


def _numbers(seen: Seen) -> list[Plain]:
    """The columns of numbers that may say something of a case: its own number does not."""
    return [one for one in _of_kind(seen, ColumnKind.NUMBER) if one["name"] != seen["guesses"].get("case")]


def _scales(seen: Seen) -> list[Plain]:
    """Those that look like marks: a few whole numbers, none above ten."""
    return [
        one
        for one in _numbers(seen)
        if one["distinct"] <= MOST_WORDS and all(each.isdigit() and int(each) <= 10 for each in one["examples"])
    ]


def _limited(seen: Seen) -> list[Plain]:
    """Those that look like delays."""
    return [one for one in _numbers(seen) if says_delay(one["name"])]


def _known_choices(known: Plain) -> dict[str, str]:
    """How a file of a known program tells whether a case was kept, and that all that is known of it is taken."""
    parts_of = {name: parts for name, parts in KEPT.items() if name != "exclude"}
    kept = {f"keep.{name}": "yes" for name, parts in parts_of.items() if any(known[part] for part in parts)}
    if known["ends"]:
        return kept | {"how": STATES}
    if (mark := known["mark"]) and mark["least"] is not None:
        return kept | {"how": MARK, "mark": mark["column"], "least": str(mark["least"])}
    return kept | ({"how": ANSWER, "met": mark["column"]} if mark else {"how": DELAY})


def _delay_of(within: str) -> dict[str, str]:
    """A delay as the form takes it: a count and the unit of time, in the plural."""
    count, _, unit = within.partition(" ")
    return {"count": count, "of": unit if unit in UNITS_OF_TIME else f"{unit}s"} if within else {}


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
    """How far the first count is, and the figure as soon as it is there; then the way to the desk, which goes on."""
    job, actor = queue.job(current_actor(), number), current_actor()
    return Page({}).shown("figure", 5, job=job, measured=overview(actor, now())["commitments"][0])
