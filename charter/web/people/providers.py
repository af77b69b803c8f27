"""The way by an OpenID provider: there, back with who it is, and what it tells us of who is signed out."""

from __future__ import annotations

from typing import TypedDict

from flask import Blueprint, flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import Busy, CharterError, Invalid, NotAllowed
from charter.services.people.sign_on import admit, end_at
from charter.web.frame.access import current_actor, is_here, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import public_link
from charter.web.people.sessions import leave, refused, welcome
from charter.web.people.sign_on import AT_PROVIDER, client_of, door, holds_until, provider_of
from charter.words.refusals import refusal_sentence

pages = Blueprint("provider", __name__)
told_pages = Blueprint("told", __name__)

TRIPS = "trips"
MOST_TRIPS = 3
"""So many windows may be on their way at a time: the browser keeps little."""
ASKED_EVERY = 60
"""Seconds until a provider that did not answer is asked once more."""
NOT_QUIETLY = ("login_required", "interaction_required", "consent_required", "account_selection_required")


class Kept(TypedDict):
    """What the browser keeps of a trip: to whom, what proves the answer, where to afterwards, since when."""

    key: str
    nonce: str
    verifier: str
    quiet: bool
    next: str | None
    at: float


@pages.get("/sign-in/<key>")
def there(key: str) -> ResponseReturnValue:
    """On to the provider; `quiet`: somebody who is signed in is asked for again, without a question."""
    from charter.web.people.openid import way_to  # noqa: PLC0415 heavy

    provider_of(key)
    asked, is_quiet = request.args.get("next"), "quiet" in request.args and AT_PROVIDER in session
    try:
        way = way_to(client_of(key), _back(key), language=current_language(), is_quiet=is_quiet)
    except CharterError as refusal:
        is_silent = isinstance(refusal, Busy) and is_quiet and is_here(asked)
        return (_later(key, str(asked)) if is_silent else None) or _refused(refusal, asked)
    trips = sorted(session.get(TRIPS, {}).items(), key=lambda one: one[1]["at"])[1 - MOST_TRIPS :]
    kept: Kept = {
        "key": key,
        "nonce": way.trip.nonce,
        "verifier": way.trip.verifier,
        "quiet": is_quiet,
        "next": asked if is_here(asked) else None,
        "at": now().timestamp(),
    }
    session[TRIPS] = dict(trips) | {way.trip.state: kept}
    return redirect(way.address)


def _later(key: str, asked: str) -> ResponseReturnValue | None:
    """A provider that does not answer is asked again in a while; not for longer than its word may age once more."""
    kept, provider, instant = session[AT_PROVIDER], provider_of(key), int(now().timestamp())
    since = kept.get("since", kept["until"])
    if instant - since >= provider.again_after.total_seconds():
        leave()
        return None
    name = provider.called(current_language())
    flash(gettext("%(name)s does not answer; you stay signed in for a while.", name=name))
    session[AT_PROVIDER] = kept | {"until": instant + ASKED_EVERY, "since": since}
    return redirect(asked)


def _back(key: str) -> str:
    return public_link("provider.back", key=key)


@pages.get("/sign-in/<key>/back")
def back(key: str) -> ResponseReturnValue:
    """Who the provider says it is: their account as the rules give it, and a new session."""
    from charter.web.people.openid import Trip, arrival  # noqa: PLC0415 heavy

    provider = provider_of(key)
    state = request.args.get("state", "")
    trips: dict[str, Kept] = session.get(TRIPS, {})
    kept = trips.get(state)
    session[TRIPS] = {name: one for name, one in trips.items() if name != state}
    if kept is None or kept["key"] != key:
        return refused(gettext("This answer belongs to no question of this browser: sign in again."), 400)
    asked = kept["next"]
    if request.args.get("error"):
        return _not_let_in(key, asked, is_quiet=kept["quiet"])
    try:
        come = arrival(client_of(key), Trip(state, kept["nonce"], kept["verifier"]), request.args, _back(key))
        let_in = admit(now(), come.named, door().rules)
    except CharterError as refusal:
        return _refused(refusal, asked)
    if let_in is None:
        leave()
        name = come.named.email
        return refused(gettext("%(name)s has no right here: ask your Promesse administrator.", name=name), 403)
    if current_actor().user_id is not None:
        leave()
    return welcome(let_in, asked, mark=holds_until(provider, now()), came=come.came)


def _not_let_in(key: str, asked: str | None, *, is_quiet: bool) -> ResponseReturnValue:
    """The provider knows nobody there, or does not let them in."""
    if is_quiet:
        leave()
    if is_quiet and request.args["error"] in NOT_QUIETLY:
        return redirect(url_for("session.sign_in", next=asked))
    name = provider_of(key).called(current_language())
    return refused(gettext("%(name)s has not let you in.", name=name), 403, asked)


def _refused(refusal: CharterError, asked: str | None) -> ResponseReturnValue:
    code = 503 if isinstance(refusal, Busy) else 403 if isinstance(refusal, Invalid | NotAllowed) else 409
    return refused(refusal_sentence(refusal, current_language()), code, asked)


@told_pages.post("/sign-in/<key>/ended")
def ended(key: str) -> ResponseReturnValue:
    """The provider tells that somebody is signed out there: their sessions end here, too (back-channel logout)."""
    from charter.web.people.openid import signed_out  # noqa: PLC0415 heavy

    try:
        told = signed_out(client_of(key), request.form.get("logout_token", ""))
    except Invalid as refusal:
        return jsonify(error="invalid_request", error_description=str(refusal)), 400
    end_at(now(), provider_of(key).issuer, subject=told.subject, place=told.sid)
    return "", 200
