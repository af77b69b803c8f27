"""The first account, opened in the browser by whoever holds the code that the start of an empty installation prints.

The code is kept nowhere: it is the instant until which it holds, and a hash of that under the installation's key. It
lets nobody in once there is an account.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import Person
from charter.services.people.accounts import Wanted, actor_of, check_wanted, faults_of, open_wanted
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

HOLDS_FOR = timedelta(hours=2)


def has_accounts() -> bool:
    """Whether anybody has an account, open or closed."""
    return db.session.execute(select(Person.id).limit(1)).scalar() is not None


def first_code(secret: str, now: datetime) -> str:
    """The code with which the first account may be opened from now on, for two hours."""
    return _code(secret, int((now + HOLDS_FOR).timestamp()))


def _code(secret: str, until: int) -> str:
    told = hmac.new(secret.encode(), f"first account {until}".encode(), hashlib.sha256)
    return f"{until:x}-{told.hexdigest()[:32]}"


def require_code(secret: str, now: datetime, code: str) -> None:
    """Raises NotFound for a code that is not ours or has run out, and once the first account is open."""
    until = code.partition("-")[0]
    is_number = 0 < len(until) <= 10 and all(sign in "0123456789abcdef" for sign in until)
    is_ours = is_number and hmac.compare_digest(_code(secret, int(until, 16)).encode(), code.encode())
    if not is_ours or now >= datetime.fromtimestamp(int(until, 16), UTC) or has_accounts():
        raise NotFound(
            "This address is not valid any more: it is valid for two hours, until the first account is created. "
            "Start Promesse again to get another one; where there is an account already, sign in."
        )


def faults_of_first(*, email: str, name: str, password: str) -> list[Invalid]:
    """Everything that is wrong with what the first page says, each with its field."""
    return faults_of(Wanted(email.strip().lower(), name, Role.FOUNDER, password))


def open_first_account(
    secret: str, now: datetime, code: str, *, email: str, name: str, password: str, language: str | None = None
) -> Actor:
    """Open the founder's account, who may do everything until others are named; returns who that is.

    Raises NotFound (code), Invalid (e-mail, name, password), Conflict: of two who come at once, one is refused.
    """
    require_code(secret, now, code)
    wanted = Wanted(email.strip().lower(), name, Role.FOUNDER, password)
    check_wanted(wanted)
    with transaction():
        audit_log.hold()
        if has_accounts():
            raise Conflict(
                "The first account is there already: sign in, or ask the person who created it for an account."
            )
        number = open_wanted(Actor(name=name.strip(), role=None, language=language), now, wanted)
    return actor_of(db.session.get_one(Person, number))
