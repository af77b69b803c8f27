"""Files of answers, looked at before anything counts: rows read and refused, names and the promises they stand for.

What names a respondent is gone before the file is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from charter.domain.analyses.answer_columns import columns_of, packed_draft, unpacked_draft
from charter.domain.analyses.groups import Group, group_pairs
from charter.domain.figures.file_rows import RowRefused
from charter.domain.surveys.answer_files import plain, read_pairs
from charter.domain.surveys.answers import Answers, packed
from charter.domain.surveys.questionnaire import clean_name
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyUpload, SurveyWave
from charter.services.charters.versions import history
from charter.services.records.transactions import transaction
from charter.services.surveys import columns
from charter.services.surveys.columns import Asked, Read, packed_choices, read_of, unpacked_choices
from charter.services.surveys.responses import local_day
from charter.sources.apart import LONG, Patience, TooMuch
from charter.sources.readers.uploaded_files import rows_of_file

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_AT_HAND = 5_000  # rows that are understood while their sender waits
KEPT_FOR = timedelta(hours=2)
LEFT_OUT = "-"
AS_CONTROL = "+"
"""What a name of the file may be mapped to besides a promise: left out; or, of marks, kept in the fit for itself."""


@dataclass(frozen=True)
class Preview:
    """A file as it would be imported: rows read, rows refused, names and what each is mapped to, waves it makes.

    `missing`: by column how many cells are taken as missing, by why; `read`: what the columns are taken for;
    `unknown_units`: people whose unit the charter does not have.
    """

    number: int
    name: str
    asked: Asked
    rows: int
    refused: Sequence[RowRefused]
    ignored: Sequence[str]
    has_respondents: bool
    attributes: Mapping[str, str]
    groups: Sequence[Group]
    people: int
    missing: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_open: bool = True
    read: Read = field(default_factory=lambda: Read(Answers()))
    unknown_units: int = 0

    @property
    def unknown(self) -> list[str]:
        """Names of the file that no promise of the charter has."""
        return [name for name, target in self.attributes.items() if not target]


def send_answers(
    actor: Actor,
    now: datetime,
    content: bytes,
    name: str,
    asked: Asked,
    left_out: Sequence[str] = (),
    patience: Patience = LONG,
) -> int:
    """Read a file, keep its answers to be looked at and return its number; nothing counts yet.

    Raises NotAllowed, Invalid (too large, not a file of answers, name, day); TooMuch where somebody waits.
    """
    require_sending(actor, now, asked)
    if len(content) > LARGEST:
        most = LARGEST // 1024**2
        raise Invalid("The file %(file)s is larger than %(most)s MB: send it in parts.", "file", file=name, most=most)
    columns.require_told(asked)
    kept = _read(content, name, asked, left_out, patience)
    shown = "".join(sign for sign in name if sign.isprintable())[-200:] or "answers"
    with transaction():
        _forget_expired(now)
        row = SurveyUpload(
            person_id=actor.user_id,
            sent_by=actor.name,
            name=shown,
            kind=asked.kind,
            choices=packed_choices(kept.asked),
            content=kept.content,
            state="previewed",
            sent_at=now,
            expires_at=now + KEPT_FOR,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


@dataclass(frozen=True)
class _Kept:
    """What is held of a file, and what is said of it now."""

    asked: Asked
    content: bytes


def _read(content: bytes, name: str, asked: Asked, left_out: Sequence[str], patience: Patience) -> _Kept:
    """The answers of a file: a row for each person and promise, or a row for each person as survey tools write them."""
    names, rows = rows_of_file(content, name, most=MOST_ROWS, is_wide=True, patience=patience)
    if patience.is_waited_for and len(rows) > MOST_AT_HAND:
        raise TooMuch  # to understand them takes as long as to read them
    draft = columns.drafted(names, rows, asked, left_out)
    if draft is None:
        told = columns.told_of(asked)
        read = Read(read_pairs(names, rows, left_out, asked.missing, told.is_day_first, columns.spoken(told)))
        kept = _Kept(asked, packed(read.found))
    else:
        said = columns.as_last_time(draft, replace(asked, tool=draft.tool))
        read = columns.first_look(draft, said)
        kept = _Kept(said, packed_draft(draft))
    # What the columns are can be said on the next page; anything else is the file's.
    if read.error is not None and (asked.kind == "marks" or read.error.field not in columns.MENDED):
        raise read.error
    if read.error is None and not (read.found.pairs or read.found.marked or read.found.refused):
        raise Invalid("The file %(file)s has no row with answers.", "file", file=name)
    return kept


def require_sending(actor: Actor, now: datetime, asked: Asked) -> None:
    """Raises NotAllowed; Invalid: a name or a segment that cannot be kept, a last day that is still to come."""
    require(actor, Permission.RUN_SURVEY)
    clean_name(asked.name, "name")
    clean_name(asked.segment, "segment", needed=False)
    if asked.asked_on > local_day(now):
        raise Invalid("The last day of asking has not come yet.", "asked_on")


def preview_answers(actor: Actor, now: datetime, number: int, mapping: Mapping[str, str] | None = None) -> Preview:
    """What importing the file would do, with names mapped as `mapping` says. Raises NotFound, NotAllowed."""
    require(actor, Permission.RUN_SURVEY)
    upload = own_upload(actor, number)
    asked = unpacked_choices(upload.choices)
    if not _is_open(upload, now):
        return Preview(upload.id, upload.name, asked, 0, [], [], False, {}, [], 0, is_open=False)
    read = read_of(upload, asked)
    found = read.found
    attributes = _mapped(found.attributes, mapping or {})
    groups = group_pairs(found.pairs, attributes, asked.name, asked.segment, asked.wording, asked.asked_on)
    rows = len(found.pairs) + len(found.marked) + len(found.refused)
    people = sum(len(group.people) for group in groups) or sum(one.overall is not None for one in found.marked)
    return Preview(
        upload.id,
        upload.name,
        asked,
        rows,
        found.refused,
        found.ignored,
        found.has_respondents,
        attributes,
        groups,
        people,
        {name: odd for name, odd in found.missing.items() if attributes.get(name) != LEFT_OUT},
        read=read,
        unknown_units=columns.unknown_units(found),
    )


def tell_columns(
    actor: Actor, now: datetime, number: int, *, parts: Mapping[str, str], answers: Mapping[str, str], dates: str = ""
) -> None:
    """Say what columns are (`Told`, by their plain names) and what words of answers are, of a file that waits.

    Raises NotFound, NotAllowed, Conflict (settled), Invalid (two columns that say the same, a level that is none).
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        upload = own_upload(actor, number)
        if not _is_open(upload, now):
            raise _settled(upload)
        asked = unpacked_choices(upload.choices)
        said = replace(asked, columns={**asked.columns, **parts}, answers={**asked.answers, **answers}, dates=dates)
        columns.require_told(said)
        columns_of(unpacked_draft(upload.content), columns.told_of(said))
        upload.choices = packed_choices(said)


def _settled(upload: SurveyUpload) -> Conflict:
    return Conflict("The file %(file)s was applied, discarded or left too long: send it again.", file=upload.name)


def discard_answers(actor: Actor, now: datetime, number: int) -> None:
    """Forget a file that was not imported."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        upload = own_upload(actor, number)
        if not _is_open(upload, now):
            raise _settled(upload)
        upload.state, upload.settled_at, upload.content = "discarded", now, b""


def _mapped(attributes: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What each name of the file stands for: as a person said, else the promise with that key or title; else ''."""
    charter = history().current.charter
    commitments, known = charter.commitments, {plain(e.key): e.key for e in charter.charter.origin.expectations}
    known |= {plain(one.key): one.key for one in commitments}
    for one in commitments:
        for language in ("fr", "en"):
            known.setdefault(plain(one.title.in_language(language)), one.key)
            known.setdefault(plain(one.promise.in_language(language)), one.key)
    keys = set(known.values())
    for name, key in _mapped_before().items():
        if key in keys:
            known.setdefault(name, key)
    found: dict[str, str] = {}
    for name in attributes:
        to = mapping.get(name) or known.get(plain(name), "")
        if to not in (LEFT_OUT, AS_CONTROL, "") and to not in known.values():
            raise NotFound("The charter has no commitment %(commitment)s.", commitment=to)
        if to not in (LEFT_OUT, AS_CONTROL, "") and to in found.values():
            raise Invalid(
                "Two names of the file stand for %(commitment)s: leave one of them out.", "mapping", commitment=to
            )
        found[name] = to
    return found


def _mapped_before() -> dict[str, str]:
    """What people said that names of earlier files stand for, the newest survey first."""
    rows = db.session.execute(select(SurveyWave.choices).where(SurveyWave.origin == "import").order_by(SurveyWave.id))
    return {name: key for choices in rows.scalars() for name, key in choices.get("mapping", {}).items()}


def own_upload(actor: Actor, number: int) -> SurveyUpload:
    """A file of the person's own. Raises NotFound."""
    upload = db.session.get(SurveyUpload, number)
    if upload is None or upload.person_id != actor.user_id or upload.sent_by != actor.name:
        raise NotFound("There is no such file of yours: send it again.")
    return upload


def _is_open(upload: SurveyUpload, now: datetime) -> bool:
    return upload.state == "previewed" and now < upload.expires_at


def _forget_expired(now: datetime) -> None:
    stale = (SurveyUpload.state == "previewed") & (SurveyUpload.expires_at <= now)
    ids = db.session.execute(select(SurveyUpload.id).where(stale)).scalars().all()
    if ids:
        emptied = {"state": "expired", "content": b"", "settled_at": now}
        db.session.execute(update(SurveyUpload).where(SurveyUpload.id.in_(ids)).values(**emptied))
