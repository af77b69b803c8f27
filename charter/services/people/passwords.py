"""Passwords: what one must be, and what is kept of it, an argon2 hash."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.passwords import is_easily_guessed
from charter.services.charters.versions import history_or_none

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 254
NO_PASSWORD = "sign-on"
"""In the place of a password's hash: the account was made by the house's own sign-on, and no password opens it."""
INVITED = f"{NO_PASSWORD}:invited:"
"""In the place of a password's hash where nobody has chosen one yet."""

_hasher = PasswordHasher()


def check_password(password: str, *words: str) -> None:
    """Raises Invalid (password) for one that is too short, too long, easily guessed (`words`: address, name)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            "The password is too short: take at least %(least)s characters.", "password", least=SHORTEST_PASSWORD
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("The password is too long: take at most %(most)s characters.", "password", most=LONGEST_PASSWORD)
    found = history_or_none()
    house = "" if found is None else found.current.charter.charter.organisation
    if is_easily_guessed(password, (*words, house)):
        raise Invalid(
            "The password is easily guessed: it is common, repeats itself, follows the keyboard, or is made of your "
            "name, your address or your organisation. Take four words that do not belong together.",
            "password",
        )


def password_hash(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def first_hash(password: str | None) -> str:
    """Of the first password; or what stands in its place until one is chosen, drawn anew for each account."""
    return password_hash(password) if password is not None else f"{INVITED}{secrets.token_hex(16)}"


def fits(hashed: str, password: str) -> bool:
    """Whether this is the password of a hash."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def nobody() -> str:
    """A hash that is nobody's: a wrong address takes as long as a wrong password."""
    return _hasher.hash("nobody signs in with this")
