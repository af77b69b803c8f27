"""The first hour, in the browser alone: who you are, whose charter it is, a file, its columns, the promise, a figure.

Everything is written by the verbs of drafts and of files that are sent; these pages only ask in another order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from charter.domain.charter_file.columns_read import columns_read
from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.file_profile.chosen_columns import INDICATOR, SOURCE, Chosen, counted_by, key_of
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, history, history_or_none
from charter.services.drafts import drafts, sent_files
from charter.services.drafts.first_look import Seen, count_apart, look_apart, with_units
from charter.services.jobs import queue
from charter.services.people.first_account import open_first_account, require_code
from charter.services.records.access import Access, access_of, folder_of_next
from charter.web.charters.indicator_form import DELAY_WORDS
from charter.web.frame.access import begin_session, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.words.calendars import country_names

pages = Blueprint("first", __name__)
COUNTRIES: Mapping[str, str] = {
    "FR": "Europe/Paris", "BE": "Europe/Brussels", "CH": "Europe/Zurich",
    "LU": "Europe/Luxembourg", "CA": "America/Toronto", "DE": "Europe/Berlin",
    "AT": "Europe/Vienna", "ES": "Europe/Madrid", "IT": "Europe/Rome",
    "PT": "Europe/Lisbon", "NL": "Europe/Amsterdam", "GB": "Europe/London",
    "IE": "Europe/Dublin", "US": "America/New_York", "DK": "Europe/Copenhagen",
    "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki",
    "PL": "Europe/Warsaw", "CZ": "Europe/Prague", "MA": "Africa/Casablanca",
    "TN": "Africa/Tunis", "CI": "Africa/Abidjan", "SN": "Africa/Dakar",
    "AU": "Australia/Sydney",
}  # fmt: skip
"""Countries that are offered, with the zone in which most of their people live; the draft's form takes any other."""
LANGUAGES = {"fr": "Français", "en": "English"}
STEPS = (_("You"), _("Organisation"), _("File"), _("Columns and promise"), _("First figure"))
PLACEHOLDER = {"fr": "Nous répondons à chaque client sous 10 jours ouvrés.",
               "en": "We answer every customer within 10 working days."}  # fmt: skip
UNITS_OF_TIME = ("working days", "days", "hours", "minutes")


@dataclass
class Page:
    """What a step was given, and what is refused."""

    given: Mapping[str, str]
    error: CharterError | None = None

    @property
    def field(self) -> str:
        """The field that the refusal speaks of."""
        return getattr(self.error, "field", None) or ""

    def shown(self, template: str, step: int, **values: Any) -> ResponseReturnValue:
        page = render_template(f"first/{template}.html", page=self, steps=STEPS, step=step, **values)
        return page, 400 if self.error else 200


def _access() -> Access:
    return access_of(current_app.extensions["settings"])


@pages.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """The first account, for whoever was told the code; nothing is told of an address that is not valid."""
    secret, page = current_app.extensions["settings"].secret_key, Page(request.form)
    require_code(secret, now(), token)
    if request.method == "POST":
        told = {name: request.form.get(name, "") for name in ("email", "name", "password")}
        try:
            actor = open_first_account(secret, now(), token, **told)
            language = session.get("language")
            session.clear()
            session.update({"language": language} if language else {})
            session.permanent = True
            begin_session(actor)
            return redirect(url_for("first.organisation"), 303)
        except (Invalid, Conflict) as error:
            page.error = error
    return page.shown("welcome", 0)


@pages.route("/first", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def organisation() -> ResponseReturnValue:
    """Whose charter it is: its name, its country, its languages. Nothing else is asked; keys are derived."""
    page = Page(request.form)
    if history_or_none() is not None:
        return redirect(url_for("desk.page"), 303)
    if drafts.draft_or_none(current_actor()) is not None:
        return redirect(url_for("first.file"), 303)
    if request.method == "POST":
        try:
            drafts.start_draft(current_actor(), now(), text=_first_text())
            return redirect(url_for("first.file"), 303)
        except CharterFileError as error:
            page.error = Invalid(error.findings[0].message, "name")
        except Invalid as error:
            page.error = error
    names = country_names(current_language())
    countries = sorted(((code, names[code]) for code in COUNTRIES), key=lambda one: one[1])
    return page.shown("organisation", 1, countries=countries, languages=LANGUAGES, language=current_language())


def _first_text() -> str:
    """The smallest charter that holds, of what the form says. Raises Invalid."""
    name, country = request.form.get("name", "").strip(), request.form.get("country", "")
    spoken = [code for code in LANGUAGES if f"language.{code}" in request.form]
    if not name:
        raise Invalid("Fill this in.", "name")
    if country not in COUNTRIES:
        raise Invalid("Choose a country.", "country")
    if not spoken:
        raise Invalid("Choose one language at least.", "languages")
    titles = {"fr": "Nos engagements", "en": "Our promises"}
    promise = {code: PLACEHOLDER[code] for code in spoken}
    head = {
        "key": key_of(name), "organisation": name, "title": {code: titles[code] for code in spoken},
        "timezone": COUNTRIES[country], "calendar": country, "valid_from": now().date().replace(day=1).isoformat(),
        "report": {"day": 5, "languages": spoken},
    }  # fmt: skip
    commitment = {"key": "promise", "title": promise, "promise": promise, "owner": name}
    # What JSON says, YAML says too.
    return json.dumps({
        "charter": head, "units": [{"key": "all", "name": name, "kind": "company"}], "sources": {},
        "commitments": [commitment],
    }, ensure_ascii=False)  # fmt: skip


@pages.route("/first/file", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def file() -> ResponseReturnValue:
    """A file with a line for each case; what was sent before may be gone on with."""
    page, draft = Page(request.form), _draft()
    request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] + 100_000
    if request.method == "POST":
        try:
            _receive(draft)
            return redirect(url_for("first.columns"), 303)
        except (Invalid, Conflict) as error:
            page.error = error
    most = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    return page.shown("file", 2, most=most, versions=sent_files.versions_of(SOURCE))


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
    sent_files.keep_look(kept, told, access)


def _draft() -> drafts.Draft:
    """The draft that the first pages write in. Raises NotFound where a charter is in force."""
    if history_or_none() is not None:
        raise NotFound("The first charter is published: change it on the pages of the charter.")
    return drafts.open_draft(current_actor())


@pages.route("/first/columns", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def columns() -> ResponseReturnValue:
    """Which columns count, what that gives, and the promise with its level; then it is published."""
    draft, access = _draft(), _access()
    versions = sent_files.versions_of(SOURCE)
    if not versions:
        return redirect(url_for("first.file"), 303)
    seen = sent_files.look_kept(versions[0], access)
    spoken = list(draft.charter.charter.report.languages)
    page, counted = Page(request.form if request.method == "POST" else _guessed(seen, spoken)), None
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
        "columns", 3, seen=seen, counted=counted, spoken=spoken, names=LANGUAGES,
        units_of_time=[(unit, DELAY_WORDS[unit]) for unit in UNITS_OF_TIME],
    )  # fmt: skip


def _guessed(seen: Seen, spoken: Sequence[str]) -> dict[str, str]:
    guesses = seen["guesses"]
    found = {name: guesses.get(name) or "" for name in ("start", "stop", "unit", "case")}
    words = {f"promise.{code}": PLACEHOLDER[code] for code in spoken}
    owner = {"fr": "Responsable de la relation client", "en": "Head of customer relations"}[spoken[0]]
    return found | words | {"count": "10", "of": "working days", "level": "90", "owner": owner}


def _chosen(given: Mapping[str, str], spoken: Sequence[str]) -> Chosen:
    """What the form chose. Raises Invalid for a delay or a level that is no number."""
    count, of = given.get("count", "").strip(), given.get("of", "")
    if not count.isdigit() or of not in UNITS_OF_TIME:
        raise Invalid("Write the delay as a whole number.", "count")
    try:
        level = Decimal(given.get("level", "").replace(",", ".").strip(" %")) / 100
    except InvalidOperation as error:
        raise Invalid("Write a number from 1 to 100.", "level") from error
    if not 0 < level <= 1:
        raise Invalid("Write a number from 1 to 100.", "level")
    return Chosen(
        **{name: given.get(name, "").strip() for name in ("start", "stop", "unit", "case", "owner")},
        within=f"{int(count)} {of.removesuffix('s') if int(count) == 1 else of}",
        promise={code: given.get(f"promise.{code}", "").strip() for code in spoken},
        level=level,
    )


def _publish(draft: drafts.Draft, plain: Plain, access: Access) -> ResponseReturnValue:
    """Into the draft, in force, and counted: each by its own verb."""
    drafts.edit_draft(current_actor(), now(), draft.row.revision, lambda _: plain)
    row = drafts.open_draft(current_actor()).row
    reason = {"fr": "Première charte", "en": "First charter"}[draft.charter.charter.report.languages[0]]
    how = drafts.Publication(reason, date.fromisoformat(str(plain["charter"]["valid_from"])), access)
    drafts.publish_draft(current_actor(), now(), row.revision, how)
    number = queue.ask(current_actor(), now(), kind="run-checks", arguments={})
    return redirect(url_for("first.figure", number=number), 303)


@pages.get("/first/figure/<int:number>")
@needs(Permission.APPLY_CHARTER)
def figure(number: int) -> ResponseReturnValue:
    """How far the first count is; then the way to the desk, and what comes next."""
    return Page({}).shown("figure", 4, job=queue.job(current_actor(), number))


@pages.route("/charter/files", methods=["GET", "POST"])
@needs(Permission.RUN_CHECK)
def newer() -> ResponseReturnValue:
    """The versions of the file that was sent, and the newer one to be sent: it is read from the next count on."""
    page, current = Page(request.form), history().current
    request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] + 100_000
    if request.method == "POST":
        try:
            _receive_newer(current)
            number = queue.ask(current_actor(), now(), kind="run-checks", arguments={})
            return redirect(url_for("jobs.page", number=number), 303)
        except (Invalid, Conflict) as error:
            page.error = error
    versions = sent_files.versions_of(SOURCE)
    most, zone = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2, current.charter.charter.timezone
    months = sent_files.months_read(versions)
    return page.shown("newer", 0, versions=versions, months=months, most=most, timezone=zone)


def _receive_newer(current: Version) -> None:
    """Keep the newer file once it is known to have every column that the charter reads of it."""
    sent, access, source = request.files.get("file"), _access(), current.charter.sources.get(SOURCE)
    if source is None or not getattr(source, "path", "").startswith(f"{sent_files.SENT}/"):
        raise Conflict("The charter in force reads no file that people send.")
    if sent is None or not sent.filename:
        raise Invalid("Choose a file: CSV, Excel, Parquet or JSON.", "file")
    most = current_app.config["MAX_CONTENT_LENGTH"]
    with sent_files.received(current_actor(), sent.stream, sent.filename, access, most=most) as found:
        told = look_apart(found.path, now(), zone=current.charter.charter.timezone, access=access)
        if told["source"]["kind"] != source.kind:
            raise Invalid("The file before was of kind %(kind)s: send the newer one as such.", "file", kind=source.kind)
        known = {one["name"] for one in told["columns"]}
        read = {one.column for one in columns_read(current.charter) if one.source == SOURCE}
        if missing := sorted(one for one in read - known if not one.startswith("$")):
            raise Invalid("The file lacks columns that the charter reads: %(columns)s.", "file", columns=missing)
        sent_files.keep_version(current_actor(), now(), SOURCE, found, access)
