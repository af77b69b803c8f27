"""A file of answers as its page shows it: what is read, what each column and each name is taken for.

Of a few answers it is worked out when the page is asked for; of more, which takes long, by long work: it is kept with
the answers, and goes with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from charter.domain.analyses.answer_columns import Column, Part
from charter.domain.analyses.answer_rows import Words
from charter.domain.figures.file_rows import RowRefused
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.columns import words_in
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import restored, stored
from charter.domain.vocabulary.terms import Permission
from charter.services.records.transactions import transaction
from charter.services.surveys import uploads
from charter.services.surveys.columns import unpacked_choices
from charter.services.surveys.names import LEFT_OUT
from charter.services.surveys.uploads import Preview

MOST_REFUSED = 200
"""Refused rows that are listed; all are counted."""


@dataclass(frozen=True)
class Wave:
    """A survey that the file makes."""

    name: str
    segment: str
    asked_on: str
    people: int
    whole: int
    has_wording: bool


@dataclass(frozen=True)
class Look:
    """What `Preview` says, for the eye: rows refused are the first, `count_refused` is all of them."""

    rows: int
    refused: Sequence[RowRefused]
    count_refused: int
    ignored: Sequence[str]
    has_respondents: bool
    attributes: Mapping[str, str]
    waves: Sequence[Wave]
    people: int
    missing: Mapping[str, Mapping[str, int]]
    unknown_units: int
    columns: Sequence[Column]
    words: Sequence[Words]
    error: Invalid | None

    @property
    def unknown(self) -> list[str]:
        """Names of the file that no promise of the charter has."""
        return [name for name, target in self.attributes.items() if not target]


@dataclass(frozen=True)
class Seen:
    """A file of one's own; `look` is None of one that waits no more. `is_long`: what is done with it is long work.

    `refusal`: why names cannot stand for what was said; the look is then without them.
    """

    number: int
    name: str
    asked: Any
    look: Look | None
    is_long: bool = False
    refusal: Invalid | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what the page shows: what is said by places on the page is said of these places."""
        return "" if self.look is None else hashlib.sha256(_packed(self.look)).hexdigest()


def require_as_seen(seen: Seen, digest: str | None) -> None:
    """Raises Conflict where the file looks otherwise than when something was said of it."""
    if digest is not None and digest != seen.digest:
        raise Conflict("The file was looked at again since: see what it says now, then say it again.")


def see_answers(actor: Actor, now: datetime, number: int, stand_for: Sequence[str] = ()) -> Seen:
    """The file as its page shows it. `stand_for`: what each of its names stands for, in their order; of a large file it
    is as it was when it was looked at. Raises NotFound, NotAllowed.
    """
    require(actor, Permission.RUN_SURVEY)
    upload = uploads.own_upload(actor, number)
    asked = unpacked_choices(upload.choices)
    if not uploads.is_open(upload, now):
        return Seen(number, upload.name, asked, None)
    if (kept := _kept_look(upload.content)) is not None:
        return Seen(number, upload.name, asked, kept, is_long=True)
    seen = uploads.preview_answers(actor, now, number)
    mapping = mapping_of(seen.attributes, stand_for)
    try:
        seen = uploads.preview_answers(actor, now, number, mapping) if mapping else seen
        return Seen(number, upload.name, asked, look_of(seen))
    except Invalid as refusal:
        without = uploads.preview_answers(actor, now, number, dict.fromkeys(mapping, LEFT_OUT))
        return Seen(number, upload.name, asked, look_of(without), refusal=refusal)


def mapping_of(names: Mapping[str, str], stand_for: Sequence[str]) -> dict[str, str]:
    """What each name stands for: the names themselves travel nowhere, they may be somebody's."""
    return dict(zip(names, stand_for, strict=False))


def tell_and_look(actor: Actor, now: datetime, number: int, said: Mapping[str, Any]) -> None:
    """Look at a large file once more, with what a person says now of its columns (`parts`, `levels`, `dates`: by their
    places on the page), or of its names (`stand_for`).

    Raises NotFound, NotAllowed, Conflict (settled, looked at since), Invalid (as `tell_columns`; two names for one
    promise).
    """
    seen = see_answers(actor, now, number)
    if seen.look is None:
        raise uploads.settled(uploads.own_upload(actor, number))
    require_as_seen(seen, said.get("look"))
    if "parts" in said:
        tell(actor, now, seen, said["parts"], said["levels"], said["dates"])
    mapping = mapping_of(seen.look.attributes, said.get("stand_for", ()))
    keep_look(actor, now, number, mapping)


def tell(
    actor: Actor, now: datetime, seen: Seen, parts: Mapping[str, str], levels: Mapping[str, str], dates: str
) -> None:
    """Say what columns are and what words of answers are, by their places on the page, from 1. Raises as
    `tell_columns`."""
    if seen.look is None:
        raise uploads.settled(uploads.own_upload(actor, seen.number))
    columns = {str(at): plain(one.name) for at, one in enumerate(seen.look.columns, 1)}
    texts = {str(at): words_in(one.text) for at, one in enumerate(seen.look.words, 1)}
    uploads.tell_columns(
        actor,
        now,
        seen.number,
        parts={columns[at]: part for at, part in parts.items() if at in columns},
        answers={texts[at]: level for at, level in levels.items() if at in texts},
        dates=dates,
    )


def keep_look(actor: Actor, now: datetime, number: int, mapping: Mapping[str, str] | None = None) -> None:
    """Keep how a large file looks. Raises as `preview_answers`, Conflict (settled)."""
    found = look_of(uploads.preview_answers(actor, now, number, mapping))
    with transaction():
        upload = uploads.own_upload(actor, number)
        if not uploads.is_open(upload, now):
            raise uploads.settled(upload)
        upload.content = uploads.rows_in(upload.content) + b"\n" + _packed(found)


def look_of(seen: Preview) -> Look:
    """How the page shows it."""
    waves = [
        Wave(one.name, one.segment, one.asked_on.isoformat(), len(one.people), one.whole, bool(one.wordings))
        for one in seen.groups
    ]
    return Look(
        rows=seen.rows,
        refused=seen.refused[:MOST_REFUSED],
        count_refused=len(seen.refused),
        ignored=list(seen.ignored),
        has_respondents=seen.has_respondents,
        attributes=dict(seen.attributes),
        waves=waves,
        people=seen.people,
        missing=seen.missing,
        unknown_units=seen.unknown_units,
        columns=list(seen.read.columns),
        words=list(seen.read.words),
        error=seen.read.error,
    )


def _packed(look: Look) -> bytes:
    refused = [[one.line, stored(one.error.sentence)] for one in look.refused]
    error = None if look.error is None else [stored(look.error.sentence), look.error.field]
    plain_look = {name: getattr(look, name) for name in Look.__dataclass_fields__} | {
        "refused": refused,
        "error": error,
        "waves": [asdict(one) for one in look.waves],
        "columns": [asdict(one) for one in look.columns],
        "words": [asdict(one) for one in look.words],
    }
    return json.dumps(plain_look).encode()


def _kept_look(content: bytes) -> Look | None:
    """How a large file looked when it was last looked at; None of a short one."""
    _, _, said = content.partition(b"\n")
    if not said:
        return None
    whole = json.loads(said)
    return Look(
        **whole
        | {
            "refused": [RowRefused(line, Invalid(restored(why))) for line, why in whole["refused"]],
            "error": None if whole["error"] is None else Invalid(restored(whole["error"][0]), whole["error"][1]),
            "waves": [Wave(**one) for one in whole["waves"]],
            "columns": [Column(**one | {"part": Part(one["part"])}) for one in whole["columns"]],
            "words": [Words(**one) for one in whole["words"]],
        }
    )
