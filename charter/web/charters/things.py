"""Commitments, indicators, units and sources of the draft: one form each, added, changed, moved, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mode
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from charter.domain.charter_file.editing import Edit, Plain, added, changed, place_of
from charter.domain.charter_file.findings import CharterFileError, Path, value_at
from charter.domain.charter_file.reading import read_plain
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts import drafts
from charter.web.charters import forms
from charter.web.charters.form.columns import Sections, with_columns
from charter.web.charters.form.delays import DELAY_WORDS
from charter.web.charters.form.folds import Filled, parts_of
from charter.web.charters.form.keys import with_key
from charter.web.charters.form.levels import with_next_level
from charter.web.charters.form.reading import columns_for, is_log, names_in, reading_of
from charter.web.charters.form.shown import Shown
from charter.web.charters.form_fields import fill, read, rows_in
from charter.web.charters.indicator_form import KINDS, indicator_form
from charter.web.charters.source_form import SOURCE_KINDS, source_form, texts_form
from charter.web.charters.trial_run import proposed
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.words.formats import text_in

pages = Blueprint("things", __name__, url_prefix="/charter/draft")

THINGS = {
    "commitments": "commitment",
    "indicators": "indicator",
    "units": "unit",
    "sources": "source",
    "calendars": "calendar",
    "grids": "grid",
    "words": "text",
}
"""The word of an address, and the thing it means."""

NAMES = {
    "commitment": _("Commitment"),
    "indicator": _("Indicator"),
    "unit": _("Unit"),
    "source": _("Source"),
    "calendar": _("Calendar"),
    "grid": _("Grid"),
    "text": _("Free texts"),
}
NEW = {
    "commitment": _("A new commitment"),
    "indicator": _("A new indicator"),
    "unit": _("A new unit"),
    "source": _("A new source"),
    "calendar": _("A new calendar"),
    "grid": _("A new grid"),
    "text": _("New free texts"),
}


def thing_of(address: str) -> str:
    """The thing that an address speaks of, or no such page."""
    if address not in THINGS:
        raise NoSuchPage
    return THINGS[address]


def sections_of(thing: str, draft: drafts.Draft, made: Plain, *, is_new: bool) -> Sections:
    """The form of a thing of this kind."""
    key, plain = str(made.get("key", "")), draft.plain
    if thing == "commitment":
        return forms.commitment_form(plain, is_new=is_new, language=current_language())
    if thing == "indicator":
        source = made.get("source")
        form = indicator_form(plain, made["kind"], is_new=is_new, key=key)
        found = columns_for(draft, source)
        return with_columns(form, found.names, is_log=is_log(draft, source), held=list(names_in(made)))
    if thing == "unit":
        return forms.unit_form(plain, is_new=is_new, key=key)
    if thing == "calendar":
        return forms.calendar_form(is_new=is_new)
    if thing == "grid":
        return forms.grid_form(is_new=is_new)
    if thing == "text":
        return texts_form(plain, current_language(), is_new=is_new)
    return source_form(made["kind"], is_new=is_new)


@pages.route("/<address>/new", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def new(address: str) -> ResponseReturnValue:
    """A form for a new thing; of an indicator or a source the kind is chosen first."""
    thing, draft = thing_of(address), drafts.open_draft(current_actor())
    below, made = request.values.get("below"), _begun(thing, draft)
    kinds: Mapping[str, object] = KINDS if thing == "indicator" else SOURCE_KINDS if thing == "source" else {}
    if kinds and made.get("kind") not in kinds:
        return render_template("charter/choose.html", thing=thing, address=address, below=below, kinds=kinds, new=NEW)
    if thing == "indicator":
        place_of(draft.plain, "commitment", below or "")
    shown = Shown(sections_of(thing, draft, made, is_new=True), {})
    shown.given = fill(shown.fields, made)
    asked = Asked(thing, below=below, kind=made.get("kind"))
    if request.method == "GET":
        return _form(draft, asked, shown)
    values, shown.given = _read(shown)
    whole = with_key(changed(made, (), values), thing, draft.plain)
    plain, place = added(draft.plain, thing, whole, below=below)
    if request.form.get("do") or not _is_sound(shown, place, plain):
        return _form(draft, asked, shown, place, plain)
    if _save(shown, place, lambda plain: added(plain, thing, whole, below=below)[0]):
        flash(gettext("Added to the draft: %(name)s.", name=called(whole)))
        if thing == "indicator":
            return redirect(url_for("things.form", address="indicators", key=whole["key"]), 303)
        return redirect(home_of(thing), 303)
    return _form(drafts.open_draft(current_actor()), asked, shown, place, plain)


def _begun(thing: str, draft: drafts.Draft) -> Plain:
    """What is known of a new thing: its kind; of an indicator the source that was chosen, or the first there is; of a
    unit that it belongs to the whole, and is of the kind that most are."""
    if thing == "unit":
        below = [one for one in draft.plain["units"] if one.get("parent")]
        root = next(one["key"] for one in draft.plain["units"] if not one.get("parent"))
        return {"parent": root} | ({"kind": mode(one["kind"] for one in below)} if below else {})
    kind = request.values.get("kind")
    if not kind or thing not in ("indicator", "source"):
        return {}
    source = request.values.get("source") or next(iter(draft.charter.sources), None)
    return {"kind": kind} | ({"source": source} if source and thing == "indicator" and kind != "composite" else {})


@pages.route("/<address>/<key>", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def form(address: str, key: str) -> ResponseReturnValue:
    """The form of a thing that is there."""
    thing, draft = thing_of(address), drafts.open_draft(current_actor())
    place = place_of(draft.plain, thing, key)
    held = value_at(draft.plain, place)
    asked = Asked(thing, key, kind=held.get("kind"))
    source = {"source": request.form["source"]} if request.form.get("source") else {}
    shown = Shown(sections_of(thing, draft, held | source, is_new=False), {})
    shown.given = fill(shown.fields, held)
    if request.method == "GET":
        return _form(draft, asked, shown, place, draft.plain)
    values, shown.given = _read(shown)
    plain = changed(draft.plain, place, values)
    if request.form.get("do") or not _is_sound(shown, place, plain):
        return _form(draft, asked, shown, place, plain)
    if _save(shown, place, lambda plain: changed(plain, place_of(plain, thing, key), values)):
        flash(gettext("Saved in the draft: %(name)s.", name=called(held | {"key": key})))
        if "stay" in request.form:
            return redirect(url_for("things.form", address=address, key=key), 303)
        return redirect(home_of(thing), 303)
    return _form(drafts.open_draft(current_actor()), asked, shown, place, plain)


@dataclass(frozen=True)
class Asked:
    """The thing that a form is of: none of them there yet has a key; a new indicator has a commitment above it."""

    thing: str
    key: str | None = None
    below: str | None = None
    kind: str | None = None


def called(made: Plain) -> str:
    """What a thing is called where a person reads."""
    said = made.get("title") or made.get("name") or made["key"]
    return text_in(said, current_language()) if isinstance(said, dict) else str(said)


def _read(shown: Shown) -> tuple[dict[Path, Any], dict[str, str]]:
    values, shown.errors = read(shown.fields, request.form)
    given = {name: value for name, value in request.form.items() if name not in ("csrf_token", "do")}
    if request.form.get("do") != "level":
        return values, given
    more = with_next_level(given, now().date())
    shown.focus = next(name for name in more if name not in given and name.endswith(".from"))
    return values, more


def _is_sound(shown: Shown, place: Path, plain: Plain) -> bool:
    """Whether all can be read; where something cannot, whatever else is wrong is said with it."""
    if not shown.errors:
        return True
    unread = dict(shown.errors)
    try:
        read_plain(plain)
    except CharterFileError as error:
        shown.refuse(error.findings, place)
    shown.errors |= unread
    return False


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


def _form(
    draft: drafts.Draft, asked: Asked, shown: Shown, place: Path | None = None, plain: Plain | None = None
) -> ResponseReturnValue:
    thing, key = asked.thing, asked.key
    errors = {} if request.form.get("do") else shown.errors
    filled = Filled(shown.given, errors, current_language())
    shown.errors = errors
    return render_template(
        "charter/form.html",
        draft=draft,
        period=proposed(draft, key, now()) if thing == "indicator" and key else None,
        thing=thing,
        name=NAMES[thing],
        title=_title(asked, shown.given),
        new=NEW[thing],
        shown=shown,
        parts=parts_of(thing, shown.sections, filled),
        reading=reading_of(draft, thing, place, plain) if place is not None and plain is not None else None,
        rows_in=rows_in,
        delay_words=DELAY_WORDS,
        back=home_of(thing),
        key=key,
        below=asked.below,
        kind=asked.kind,
    ), (400 if errors else 200)


def _title(asked: Asked, given: Mapping[str, str]) -> str:
    """What a thing that is there is called; a new one is new until it is saved."""
    names = (f"title.{current_language()}", "title.fr", "title.en", "name.fr", "name.en", "name")
    said = next((given[name] for name in names if given.get(name)), asked.key or "")
    return said if asked.key else str(NEW[asked.thing])


def home_of(thing: str) -> str:
    return url_for("draft.units") if thing == "unit" else url_for("draft.page", _anchor=f"{thing}s")
