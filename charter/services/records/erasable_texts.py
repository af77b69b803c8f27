"""Words that may be erased: kept apart from the rows that stay, which hold only their salted hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from sqlalchemy import delete, select, text

from charter.models.base import db
from charter.models.frontline import ErasableText


def keep_text(words: str, salt: str | None = None) -> tuple[str, str]:
    """A new salt and the hash that stays: without the salt, nobody finds the words by guessing."""
    salt = salt or secrets.token_hex(16)
    return salt, text_hash(salt, words)


def text_hash(salt: str, words: str) -> str:
    """SHA-256 over the salt and the words."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def add_text(subject: str, salt: str, words: str) -> None:
    """Keep the words, within the caller's transaction."""
    db.session.add(ErasableText(subject=subject, salt=salt, text=words))


def texts_of(subjects: Iterable[str]) -> dict[str, str]:
    """The words that are still there, by subject: one statement."""
    wanted = list(subjects)
    if not wanted:
        return {}
    columns = (ErasableText.subject, ErasableText.text)
    return {
        row.subject: row.text for row in db.session.execute(select(*columns).where(ErasableText.subject.in_(wanted)))
    }


def remove_text(subject: str) -> None:
    """Delete the words and their salt, within the caller's transaction; SQLite also writes over their place."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA secure_delete = ON"))
    db.session.execute(delete(ErasableText).where(ErasableText.subject == subject))


def sweep() -> None:
    """After the transaction: SQLite's journal still holds the page as it was; it is emptied."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()
