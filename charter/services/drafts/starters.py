"""Starters: for eight sectors some promises in our own words, as examples to change; each tells how it may be measured.

They are charter files beside the example, and no part of any charter until somebody chooses one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.indicators import ShareWithin
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.values import Delay, Text
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import Actor
from charter.services.drafts import drafts
from config import PROJECT

FOLDER = PROJECT / "examples" / "starters"
EXAMPLE = {"fr": "Exemple : ", "en": "Example: "}
Words = Mapping[str, str]


@dataclass(frozen=True)
class Suggestion:
    """A promise of a sector: its title and words by language; the delay, where it is one, and the level (0..1)."""

    key: str
    title: Words
    promise: Words
    level: float
    within: Delay | None = None


@dataclass(frozen=True)
class Starter:
    """A sector and what it might promise."""

    key: str
    title: Words
    promises: Sequence[Suggestion]


@cache
def starters() -> dict[str, Starter]:
    """All starters by key, in the order of their keys."""
    return {path.stem: _read(path.stem) for path in sorted(FOLDER.glob("*.yaml"))}


def _read(key: str) -> Starter:
    charter = read_charter((FOLDER / f"{key}.yaml").read_text(encoding="utf-8")).charter
    return Starter(key, _words(charter.charter.title), [_suggestion(one) for one in charter.commitments])


def _suggestion(commitment: Commitment) -> Suggestion:
    (indicator,) = commitment.indicators
    within = indicator.within if isinstance(indicator, ShareWithin) else None
    level = float(indicator.targets[0].target)
    return Suggestion(commitment.key, _words(commitment.title), _words(commitment.promise), level, within)


def _words(text: Text) -> Words:
    return {"fr": text.fr or "", "en": text.en or ""}


def suggestion(key: str) -> Suggestion | None:
    """The promise of that key, of whichever sector."""
    return next((one for each in starters().values() for one in each.promises if one.key == key), None)


def begin_with(actor: Actor, now: datetime, sector: str, first: str) -> None:
    """Let the open draft promise what a starter suggests, one of them first; the others are marked as examples.

    Raises NotFound (no draft), Invalid (no such sector or promise).
    """
    draft, starter = drafts.open_draft(actor), starters().get(sector)
    if starter is None or first not in {one.key for one in starter.promises}:
        raise Invalid("Choose one of these promises.", "first")
    spoken, (owner, *_) = draft.charter.charter.report.languages, [one.owner for one in draft.charter.commitments]
    ordered = sorted(starter.promises, key=lambda one: one.key != first)
    told = [_commitment(one, spoken, owner, is_example=one.key != first) for one in ordered]
    drafts.edit_draft(actor, now, draft.row.revision, lambda plain: {**plain, "commitments": told})


def _commitment(one: Suggestion, spoken: Sequence[str], owner: str, *, is_example: bool) -> Plain:
    titles = {language: f"{EXAMPLE[language] if is_example else ''}{one.title[language]}" for language in spoken}
    return {
        "key": one.key,
        "title": titles,
        "promise": {language: one.promise[language] for language in spoken},
        "owner": owner,
    }


def put_aside(actor: Actor, now: datetime, commitments: Sequence[Plain]) -> None:
    """Begin the next draft with promises that are not in force yet, to be changed and measured before they are."""
    if not commitments:
        return
    drafts.start_draft(actor, now)
    draft = drafts.open_draft(actor)
    more = [*draft.plain["commitments"], *commitments]
    drafts.edit_draft(actor, now, draft.row.revision, lambda plain: {**plain, "commitments": more})
