"""The first hour, in the browser alone: who you are, whose charter it is, what it promises.

Everything is written by the verbs of accounts and of drafts; these pages only ask in another order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.file_profile.chosen_columns import key_of
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history_or_none
from charter.services.drafts import drafts, starters
from charter.services.people.first_account import faults_of_first, open_first_account, require_code
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
STEPS = (_("You"), _("Organisation"), _("Promise"), _("File"), _("Columns and level"), _("First figure"))
PLACEHOLDER = {"fr": "Nous répondons à chaque client sous 10 jours ouvrés.",
               "en": "We answer every customer within 10 working days."}  # fmt: skip
OWNER = {"fr": "Responsable de la relation client", "en": "Head of customer relations"}


@dataclass
class Page:
    """What a step was given, and everything in it that is refused."""

    given: Mapping[str, str]
    errors: list[CharterError] = field(default_factory=list)

    def refuse(self, *errors: CharterError) -> None:
        """Nothing is done; each is told in the summary, and beside its field."""
        self.errors += errors

    def error_of(self, name: str) -> CharterError | None:
        """What is refused of a field."""
        return next((one for one in self.errors if name and getattr(one, "field", None) == name), None)

    def shown(self, template: str, step: int, **values: Any) -> ResponseReturnValue:
        page = render_template(f"first/{template}.html", page=self, steps=STEPS, step=step, **values)
        return page, 400 if self.errors else 200


@pages.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """The first account, for whoever was told the code; nothing is told of an address that is not valid."""
    secret, page = current_app.extensions["settings"].secret_key, Page(request.form)
    require_code(secret, now(), token)
    if request.method == "POST":
        told = {name: request.form.get(name, "") for name in ("email", "name", "password")}
        page.refuse(*faults_of_first(**told))
    if request.method == "POST" and not page.errors:
        try:
            actor = open_first_account(secret, now(), token, **told, language=current_language())
            language = session.get("language")
            session.clear()
            session.update({"language": language} if language else {})
            session.permanent = True
            begin_session(actor)
            return redirect(url_for("first.organisation"), 303)
        except (Invalid, Conflict) as error:
            page.refuse(error)
    return page.shown("welcome", 0)


@pages.route("/first", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def organisation() -> ResponseReturnValue:
    """Whose charter it is: its name, its country, its languages. Nothing else is asked; keys are derived."""
    page = Page(request.form)
    if history_or_none() is not None:
        return redirect(url_for("desk.page"), 303)
    if drafts.draft_or_none(current_actor()) is not None:
        return redirect(url_for("first.promise"), 303)
    if request.method == "POST":
        page.refuse(*_faults())
    if request.method == "POST" and not page.errors:
        try:
            drafts.start_draft(current_actor(), now(), text=_first_text())
            return redirect(url_for("first.promise"), 303)
        except CharterFileError as error:
            page.refuse(Invalid(error.findings[0].message, "name"))
        except Invalid as error:
            page.refuse(error)
    names = country_names(current_language())
    countries = sorted(((code, names[code]) for code in COUNTRIES), key=lambda one: one[1])
    return page.shown("organisation", 1, countries=countries, languages=LANGUAGES, language=current_language())


def _spoken() -> list[str]:
    return [code for code in LANGUAGES if f"language.{code}" in request.form]


def _faults() -> Iterator[Invalid]:
    """Everything that is wrong with what the form says of the organisation."""
    if not request.form.get("name", "").strip():
        yield Invalid("Fill this in.", "name")
    if request.form.get("country") not in COUNTRIES:
        yield Invalid("Choose a country.", "country")
    if not _spoken():
        yield Invalid("Choose one language at least.", "languages")


def _first_text() -> str:
    """The smallest charter that holds, of what the form says."""
    name, country, spoken = request.form["name"].strip(), request.form["country"], _spoken()
    titles = {"fr": "Nos engagements", "en": "Our promises"}
    promise = {code: PLACEHOLDER[code] for code in spoken}
    head = {
        "key": key_of(name), "organisation": name, "title": {code: titles[code] for code in spoken},
        "timezone": COUNTRIES[country], "calendar": country, "valid_from": now().date().replace(day=1).isoformat(),
        "report": {"day": 5, "languages": spoken},
    }  # fmt: skip
    speaks = current_language() if current_language() in spoken else spoken[0]
    commitment = {"key": "promise", "title": promise, "promise": promise, "owner": OWNER[speaks]}
    # What JSON says, YAML says too.
    return json.dumps({
        "charter": head, "units": [{"key": "all", "name": name, "kind": "company"}], "sources": {},
        "commitments": [commitment],
    }, ensure_ascii=False)  # fmt: skip


def first_draft() -> drafts.Draft:
    """The draft that the first pages write in. Raises NotFound where a charter is in force."""
    if history_or_none() is not None:
        raise NotFound("The first charter is published: change it on the pages of the charter.")
    return drafts.open_draft(current_actor())


@pages.route("/first/promise", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def promise() -> ResponseReturnValue:
    """A sector whose promises are a beginning, and which of them is measured first; or one's own words."""
    draft, page, found = first_draft(), Page(request.form), starters.starters()
    if request.method == "POST":
        try:
            starters.begin_with(current_actor(), now(), request.form.get("sector", ""), request.form.get("first", ""))
            return redirect(url_for("first_columns.file"), 303)
        except Invalid as error:
            page.refuse(error)
    sector = found.get(request.values.get("sector", ""))
    spoken = list(draft.charter.charter.report.languages)
    language = current_language() if current_language() in spoken else spoken[0]
    return page.shown("promise", 2, starters=found.values(), sector=sector, language=language)
