"""Who is asking: the person of the session or a visitor; and the way to the sign-in page.

The instant of the request: the doors look at the clock, and everyone else is given `now`.

What a form gives: texts and days, with a sentence where one is not what it should be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user
from werkzeug.routing import IntegerConverter, Map

from charter.domain.vocabulary.errors import Invalid, NotAllowed
from charter.domain.vocabulary.permissions import Actor, may, may_somewhere, require, visitor
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.people import accounts, sessions
from charter.web.frame.extensions import login_manager
from charter.web.frame.pickers import picked_unit
from charter.web.frame.proxies import this_address

P = ParamSpec("P")


class SignedIn(UserMixin):
    """The person of the session, for Flask-Login; the rights are the actor's. `secret` is what the browser keeps."""

    def __init__(self, actor: Actor, secret: str) -> None:
        self.actor, self.secret = actor, secret

    def get_id(self) -> str:
        return self.secret


@login_manager.user_loader
def _person_of(secret: str) -> SignedIn | None:
    person = sessions.person_of(secret, now())
    return None if person is None else SignedIn(accounts.actor_of(person), secret)


def begin_session(actor: Actor, came: sessions.From | None = None) -> None:
    """Sign the person in, in this browser; `came`: the OpenID provider that they came by."""
    browser = request.headers.get("User-Agent", "")
    login_user(SignedIn(actor, sessions.begin(actor, now(), browser, came)))


def session_secret() -> str:
    """The secret of the session under way; empty for a visitor."""
    return current_user.secret if current_user.is_authenticated else ""


def current_actor() -> Actor:
    """The signed-in person; else a visitor, who may read pages where they are public."""
    if current_user.is_authenticated:
        actor: Actor = current_user.actor
        if actor.is_provider:
            # What anybody may read without an account, they may read too.
            return replace(actor, reads_pages=current_app.extensions["settings"].public_pages)
        return actor
    return visitor(public_pages=current_app.extensions["settings"].public_pages)


def needs(permission: Permission) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """A page for those who have the right somewhere: visitors are asked to sign in, others are told no."""

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            actor = current_actor()
            if may_somewhere(actor, permission):
                return view(*args, **kwargs)
            if actor.role is None:
                return redirect(url_for("session.sign_in", next=this_address()))
            raise NotAllowed("The role %(role)s may not %(deed)s.", role=actor.role, deed=permission)

        return guarded

    return guard


def asked_unit(permission: Permission) -> str | None:
    """The unit of `?unit=`, else the one looked at last, else the person's own.

    Raises NotAllowed outside the person's units.
    """
    actor = current_actor()
    unit = request.args.get("unit") or picked_unit(actor, permission) or _last_unit(actor, permission) or actor.home
    require(actor, permission, unit)
    return unit


def _last_unit(actor: Actor, permission: Permission) -> str | None:
    """The unit whose desk was looked at last, while it exists and may be looked at."""
    last = actor.last_unit
    if last is None or not may(actor, permission, last) or last not in history().current.tree:
        return None
    return last


def is_local(address: str | None) -> bool:
    """True for a path of this site and nothing else: no scheme, no host, no backslash, no control sign."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    if "\\" in address or any(ord(sign) < 32 for sign in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def is_here(address: str | None) -> bool:
    """True for a page of this site, below the path that it is served below: where a sign-in may lead to."""
    root = request.script_root
    return is_local(address) and (not root or str(address).startswith((f"{root}/", f"{root}?")) or address == root)


def onward(otherwise: str) -> str:
    """Where a form leads once it is done: back to the page of this site that asked for it (`?next=`), else there."""
    asked = request.args.get("next")
    return asked if asked is not None and is_here(asked) else otherwise


def now() -> datetime:
    """The present in UTC; `CLOCK` in the configuration replaces the clock of the machine."""
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


LARGEST_NUMBER = 2**31 - 1
"""Of a row, on every engine: what is larger names none."""


class RowNumber(IntegerConverter):
    """The number of a row in an address: a larger one is no page of ours."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_NUMBER)


def whole(written: str) -> int:
    """The number of a row in a query or a form; a larger one is as if it were not written. Raises ValueError."""
    if not 0 <= (found := int(written)) <= LARGEST_NUMBER:
        raise ValueError("no number of a row")
    return found


def text(name: str) -> str:
    """What was written in a field."""
    return request.form.get(name, "")


def day(name: str) -> date | None:
    """The day chosen in a field, None where it is empty. Raises Invalid."""
    written = text(name).strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise Invalid("%(written)s is not a day: write it as 2026-12-15.", name, written=written[:40]) from error


def needed_day(name: str) -> date:
    """As `day`, but one must be chosen."""
    found = day(name)
    if found is None:
        raise Invalid("Choose a day: until when will it be done?", name)
    return found
