"""Commitments, indicators, units and sources of the draft: one form each, added, changed, moved, taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from charter.domain.charter_file.editing import Edit, Plain, added, changed, each_below, moved, place_of, without
from charter.domain.charter_file.findings import CharterFileError, Finding, Path, Said, at_place, value_at
from charter.domain.vocabulary.errors import Conflict, Sentence
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts import drafts
from charter.web.charters import forms
from charter.web.charters.form_fields import Field, fill, named, read, rows_in
from charter.web.charters.indicator_form import DELAY_WORDS, KINDS, indicator_form
from charter.web.charters.source_form import SOURCE_KINDS, source_form
from charter.web.charters.trial_run import proposed
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.words.refusals import refusal_sentence

pages = Blueprint("things", __name__, url_prefix="/charter/draft")

THINGS = {
    "commitments": "commitment",
    "indicators": "indicator",
    "units": "unit",
    "sources": "source",
    "calendars": "calendar",
    "grids": "grid",
}
"""The word of an address, and the thing it means."""

NAMES = {
    "commitment": _("Commitment"),
    "indicator": _("Indicator"),
    "unit": _("Unit"),
    "source": _("Source"),
    "calendar": _("Calendar"),
    "grid": _("Grid"),
}
NEW = {
    "commitment": _("A new commitment"),
    "indicator": _("A new indicator"),
    "unit": _("A new unit"),
    "source": _("A new source"),
    "calendar": _("A new calendar"),
    "grid": _("A new grid"),
}
Sections = Sequence[tuple[Any, Sequence[Field]]]


@dataclass
class Shown:
    """A form as it is shown: its sections, what stands in it, what is refused and where.

    What is refused elsewhere in the draft stands on top, the first under the name ''.
    """

    sections: Sections
    given: Mapping[str, str]
    errors: dict[str, Sentence] = field(default_factory=dict)
    remedies: dict[str, Sentence | None] = field(default_factory=dict)
    elsewhere: list[Said] = field(default_factory=list)

    @property
    def fields(self) -> list[Field]:
        return [one for _, fields in self.sections for one in fields]

    def label(self, name: str) -> str:
        """The words beside the input of this name; of a line in a table, with its number."""
        for one in self.fields:
            if one.name == name:
                return str(one.label)
            for column in one.columns:
                start, _dot, rest = name.removeprefix(f"{one.name}.").partition(".")
                if name.startswith(f"{one.name}.") and rest == column.name and start.isdigit():
                    return f"{column.label}, {int(start) + 1}"
        return ""

    def refuse(self, findings: Sequence[Finding], place: Path) -> None:
        """Put each refusal beside the field it speaks of; what stands elsewhere in the draft goes on top."""
        for one in findings:
            below = each_below(place, one.field)
            name = named(self.fields, below) if below else ""
            said = one.message if name or below is not None else at_place(one.field, one.message)
            if self.label(name) and one.is_missing:
                self.errors[name] = Sentence("Fill this in.")
            elif name == "" and "" in self.errors:
                self.elsewhere.append(Said(said, one.remedy))
            else:
                self.errors.setdefault(name, said)
                self.remedies.setdefault(name, one.remedy)


def thing_of(address: str) -> str:
    """The thing that an address speaks of, or no such page."""
    if address not in THINGS:
        raise NoSuchPage
    return THINGS[address]


def sections_of(thing: str, plain: Plain, made: Plain, *, is_new: bool) -> Sections:
    """The form of a thing of this kind."""
    key = str(made.get("key", ""))
    if thing == "commitment":
        return forms.commitment_form(plain, is_new=is_new, language=current_language())
    if thing == "indicator":
        return indicator_form(plain, made["kind"], is_new=is_new, key=key)
    if thing == "unit":
        return forms.unit_form(plain, is_new=is_new, key=key)
    if thing == "calendar":
        return forms.calendar_form(is_new=is_new)
    if thing == "grid":
        return forms.grid_form(is_new=is_new)
    return source_form(made["kind"], is_new=is_new)


@pages.route("/<address>/new", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def new(address: str) -> ResponseReturnValue:
    """A form for a new thing; of an indicator or a source the kind is chosen first."""
    thing, draft = thing_of(address), drafts.open_draft(current_actor())
    below, made = request.values.get("below"), _begun(thing)
    kinds: Mapping[str, object] = KINDS if thing == "indicator" else SOURCE_KINDS if thing == "source" else {}
    if kinds and made.get("kind") not in kinds:
        return render_template("charter/choose.html", thing=thing, address=address, below=below, kinds=kinds, new=NEW)
    if thing == "indicator":
        place_of(draft.plain, "commitment", below or "")
    shown = Shown(sections_of(thing, draft.plain, made, is_new=True), {})
    shown.given = fill(shown.fields, made)
    if request.method == "GET":
        return _form(draft, thing, shown, below=below, kind=made.get("kind"))
    values, shown.given = _read(shown)
    whole = changed(made, (), values)
    _plan, place = added(draft.plain, thing, whole, below=below)
    if not shown.errors and _save(shown, place, lambda plain: added(plain, thing, whole, below=below)[0]):
        flash(gettext("Added to the draft: %(name)s.", name=whole["key"]))
        if thing == "indicator":
            return redirect(url_for("things.form", address="indicators", key=whole["key"]), 303)
        return redirect(_home(thing), 303)
    return _form(drafts.open_draft(current_actor()), thing, shown, below=below, kind=made.get("kind"))


def _begun(thing: str) -> Plain:
    kind = request.values.get("kind")
    return {"kind": kind} if kind and thing in ("indicator", "source") else {}


@pages.route("/<address>/<key>", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def form(address: str, key: str) -> ResponseReturnValue:
    """The form of a thing that is there."""
    thing, draft = thing_of(address), drafts.open_draft(current_actor())
    place = place_of(draft.plain, thing, key)
    held = value_at(draft.plain, place)
    shown = Shown(sections_of(thing, draft.plain, held, is_new=False), {})
    shown.given = fill(shown.fields, held)
    if request.method == "GET":
        return _form(draft, thing, shown, key=key, kind=held.get("kind"))
    values, shown.given = _read(shown)
    if not shown.errors and _save(shown, place, lambda plain: changed(plain, place_of(plain, thing, key), values)):
        flash(gettext("Saved in the draft: %(name)s.", name=key))
        if "stay" in request.form:
            return redirect(url_for("things.form", address=address, key=key), 303)
        return redirect(_home(thing), 303)
    return _form(drafts.open_draft(current_actor()), thing, shown, key=key, kind=held.get("kind"))


def _read(shown: Shown) -> tuple[dict[Path, Any], dict[str, str]]:
    values, shown.errors = read(shown.fields, request.form)
    return values, {name: value for name, value in request.form.items() if name != "csrf_token"}


def _save(shown: Shown, place: Path, edit: Edit) -> bool:
    """Change the draft; a refusal stays in the form with what was typed."""
    try:
        drafts.edit_draft(current_actor(), now(), request.form.get("revision", 0, type=whole), edit)
    except CharterFileError as error:
        shown.refuse(error.findings, place)
        return False
    except Conflict as error:
        shown.errors[""] = error.sentence
        return False
    return True


def _form(draft: drafts.Draft, thing: str, shown: Shown, **more: Any) -> ResponseReturnValue:
    key = more.get("key")
    return render_template(
        "charter/form.html",
        draft=draft,
        period=proposed(draft, key, now()) if thing == "indicator" and key else None,
        thing=thing,
        name=NAMES[thing],
        new=NEW[thing],
        shown=shown,
        rows_in=rows_in,
        delay_words=DELAY_WORDS,
        back=_home(thing),
        **more,
    ), (400 if shown.errors else 200)


def _home(thing: str) -> str:
    return url_for("draft.units") if thing == "unit" else url_for("draft.page", _anchor=f"{thing}s")


@pages.post("/<address>/<key>/remove")
@needs(Permission.APPLY_CHARTER)
def remove(address: str, key: str) -> ResponseReturnValue:
    """Take a thing out of the draft; refused while something else in it needs the thing."""
    thing = thing_of(address)
    return _edit(
        thing, lambda plain: without(plain, thing, key), gettext("Taken out of the draft: %(name)s.", name=key)
    )


@pages.post("/<address>/<key>/move")
@needs(Permission.APPLY_CHARTER)
def move(address: str, key: str) -> ResponseReturnValue:
    """One place up or down."""
    thing, by = thing_of(address), -1 if request.form.get("to") == "up" else 1
    return _edit(thing, lambda plain: moved(plain, thing, key, by), gettext("Moved: %(name)s.", name=key))


def _edit(thing: str, edit: Edit, done: str) -> ResponseReturnValue:
    try:
        drafts.edit_draft(current_actor(), now(), request.form.get("revision", 0, type=whole), edit)
        flash(done)
    except CharterFileError as error:
        flash(gettext("Nothing has changed: something else in the draft needs it."), "refused")
        for one in error.findings[:5]:
            said = at_place(one.about or one.field, one.message)
            flash(refusal_sentence(said, current_language()), "refused")
    except Conflict as error:
        flash(refusal_sentence(error, current_language()), "refused")
    return redirect(_home(thing), 303)
