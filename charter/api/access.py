"""Who is asking: a program with its token, a person with a session, or a visitor where pages are public."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app, request
from flask_login import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import Actor, may, require, visitor
from charter.domain.vocabulary.terms import Permission, Scope
from charter.services.people import tokens

TOKEN = {"token": list[str]()}
SESSION = {"session": list[str]()}
NOBODY = dict[str, list[str]]()


def now() -> datetime:
    """The present in UTC; `CLOCK` in the configuration replaces the clock of the machine."""
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


def by_token() -> tuple[Actor, int]:
    """The program that holds the token, and the token's id. Raises Unauthorized; a session is no token."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise _unknown("This asks for a token: send the header “Authorization: Bearer …”.")
    found = tokens.bearer(sent.token, now())
    if found is None:
        raise _unknown("This token lets nobody in: it is unknown, revoked or expired.")
    return found


def link_secret() -> str:
    """The secret of a survey's link, sent as a token. Raises Unauthorized where there is none."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise _unknown("Send the last part of the link: “Authorization: Bearer …”.")
    return sent.token


def sender_mark() -> str:
    """The address that asks under this installation's key; the address itself is not kept."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()


def reader() -> Actor:
    """Who may read what the pages show. Raises Unauthorized where pages are not public."""
    if "Authorization" in request.headers:
        return by_token()[0]
    actor: Actor = visitor(public_pages=current_app.extensions["settings"].public_pages)
    if current_user.is_authenticated:
        actor = current_user.actor
    if not may(actor, Permission.READ_PAGES):
        raise _unknown("The pages are not public here: send the header “Authorization: Bearer …”.")
    return actor


def by_address(secret: str | None) -> Actor:
    """Who asks by an address that holds its token, or by a header (Bearer; Basic with the token as password), or by a
    session: spreadsheets can send no header of ours.

    An address is written down in many places: a token that may do more than read lets nobody in there. Raises
    Unauthorized, NotAllowed.
    """
    sent = request.authorization
    by_password = sent.password if sent is not None and sent.type == "basic" else None
    if by_password is None and secret is None:
        try:
            return reader_of(None)[0]
        except Unauthorized as refusal:
            raise _asks_for_password(refusal) from refusal
    found = tokens.bearer(by_password or secret or "", now())
    if found is None:
        raise _asks_for_password(_unknown("This token lets nobody in: it is unknown, revoked or expired."))
    if by_password is None and found[0].scopes != frozenset({Scope.READ}):
        raise NotAllowed("A token in an address may only read: make one with --scope read.")
    return found[0]


def _asks_for_password(refusal: Unauthorized) -> Unauthorized:
    """The same, said so that a program asks its person for a name and a password, too: most send them only then."""
    ways = [WWWAuthenticate("bearer"), WWWAuthenticate("basic", {"realm": "Promesse"})]
    return Unauthorized(refusal.description, www_authenticate=ways)


def reader_of(unit: str | None) -> tuple[Actor, str | None]:
    """Who may read the desk of a unit, and that unit: one's own where none is named, as on the page.

    Raises Unauthorized for a visitor, NotAllowed outside one's units.
    """
    actor = reader()
    if actor.role is None:
        raise _unknown("The figures are not public: send the header “Authorization: Bearer …”.")
    asked = unit or actor.home
    require(actor, Permission.READ_DESK, asked)
    return actor, asked


def _unknown(sentence: str) -> Unauthorized:
    return Unauthorized(sentence, www_authenticate=WWWAuthenticate("bearer"))
