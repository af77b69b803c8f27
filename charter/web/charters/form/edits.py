"""Things of the draft moved, taken out, and put back as they are in force: each one button, none with a form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.charter_file.editing import Edit, moved, place_of, restored, without
from charter.domain.charter_file.findings import CharterFileError, at_place, value_at
from charter.domain.vocabulary.errors import Conflict, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts import drafts
from charter.web.charters.things import called, home_of, thing_of
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.words.refusals import refusal_sentence

pages = Blueprint("edits", __name__, url_prefix="/charter/draft")


@pages.post("/<address>/<key>/remove")
@needs(Permission.APPLY_CHARTER)
def remove(address: str, key: str) -> ResponseReturnValue:
    """Take a thing out of the draft; refused while something else in it needs the thing."""
    thing = thing_of(address)
    said = gettext("Taken out of the draft: %(name)s.", name=_name_of(drafts.open_draft(current_actor()), thing, key))
    return _edit(lambda plain: without(plain, thing, key), said, home_of(thing))


@pages.post("/<address>/<key>/move")
@needs(Permission.APPLY_CHARTER)
def move(address: str, key: str) -> ResponseReturnValue:
    """One place up or down."""
    thing, by = thing_of(address), -1 if request.form.get("to") == "up" else 1
    said = gettext("Moved: %(name)s.", name=_name_of(drafts.open_draft(current_actor()), thing, key))
    return _edit(lambda plain: moved(plain, thing, key, by), said, home_of(thing))


@pages.post("/<address>/<key>/back")
@needs(Permission.APPLY_CHARTER)
def put_back(address: str, key: str) -> ResponseReturnValue:
    """Undo what the draft changes in a thing: it says again what the version in force says."""
    thing, draft = thing_of(address), drafts.open_draft(current_actor())
    said = gettext("As it is in force again: %(name)s.", name=_name_of(draft, thing, key))
    return _edit(lambda plain: restored(plain, draft.plain_in_force, thing, key), said, url_for("draft.page"))


def _name_of(draft: drafts.Draft, thing: str, key: str) -> str:
    """What the draft calls it, or the version in force where the draft has it no more. Raises NotFound."""
    try:
        plain, place = draft.plain, place_of(draft.plain, thing, key)
    except NotFound:
        plain, place = draft.plain_in_force, place_of(draft.plain_in_force, thing, key)
    return called(value_at(plain, place) | {"key": key})


def _edit(edit: Edit, done: str, where: str) -> ResponseReturnValue:
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
    return redirect(where, 303)
