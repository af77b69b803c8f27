"""Files of answers, looked at before anything counts: rows read and refused, names and the promises they stand for.

What names a respondent is gone before the file is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from charter.domain.analyses.groups import Group, group_pairs
from charter.domain.figures.file_rows import RowRefused
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.answers import packed, unpacked
from charter.domain.surveys.marks import Coding
from charter.domain.surveys.questionnaire import MONTHS_KEPT, clean_name
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyUpload, SurveyWave
from charter.services.charters.versions import history
from charter.services.records.transactions import transaction
from charter.services.surveys.responses import local_day
from charter.sources.readers.apart import LONG, Patience
from charter.sources.readers.uploaded_files import AnswersAsked, answers_of_file

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 200_000
KEPT_FOR = timedelta(hours=2)
LEFT_OUT = "-"
AS_CONTROL = "+"
"""What a name of the file may be mapped to besides a promise: left out; or, of marks, kept in the fit for itself."""


@dataclass(frozen=True)
class Asked:
    """What a person says of a file of answers: a name, the last day of asking, the words; how marks are grouped.

    `missing`: codes that mean no answer, like 99; `months_kept`: for how long the answers are kept.
    """

    kind: str
    name: str
    asked_on: date
    segment: str = ""
    wording: str = ""
    table: str = "classic"
    overall: str = "overall"
    coding: Coding = field(default_factory=Coding)
    draws: int = 1000
    missing: tuple[str, ...] = ()
    months_kept: int = MONTHS_KEPT


@dataclass(frozen=True)
class Preview:
    """A file as it would be imported: rows read, rows refused, names and what each is mapped to, waves it makes.

    `missing`: by column how many cells are taken as missing, by why.
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
        megabytes = LARGEST // 1024**2
        raise Invalid(
            "The file %(file)s is larger than %(most)s MB: send it in parts.", "file", file=name, most=megabytes
        )
    wanted = AnswersAsked(asked.kind, asked.overall, asked.coding, left_out, asked.missing)
    found = answers_of_file(content, name, wanted, most=MOST_ROWS, patience=patience)
    if not found.pairs and not found.marked and not found.refused:
        raise Invalid("The file %(file)s has no row with answers.", "file", file=name)
    shown = "".join(sign for sign in name if sign.isprintable())[-200:] or "answers"
    with transaction():
        _forget_expired(now)
        row = SurveyUpload(
            person_id=actor.user_id,
            sent_by=actor.name,
            name=shown,
            kind=asked.kind,
            choices=asked_plain(asked),
            content=packed(found),
            state="previewed",
            sent_at=now,
            expires_at=now + KEPT_FOR,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


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
    asked = asked_of(upload.choices)
    if not _is_open(upload, now):
        return Preview(upload.id, upload.name, asked, 0, [], [], False, {}, [], 0, is_open=False)
    found = unpacked(upload.content)
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
    )


def discard_answers(actor: Actor, now: datetime, number: int) -> None:
    """Forget a file that was not imported."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        upload = own_upload(actor, number)
        if not _is_open(upload, now):
            raise Conflict(
                "The file %(file)s was applied, discarded or left too long: send it again.", file=upload.name
            )
        upload.state, upload.settled_at, upload.content = "discarded", now, b""


def _mapped(attributes: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What each name of the file stands for: as a person said, else the promise with that key or title; else ''."""
    commitments = history().current.charter.commitments
    known = {plain(one.key): one.key for one in commitments}
    for one in commitments:
        for language in ("fr", "en"):
            known.setdefault(plain(one.title.in_language(language)), one.key)
            known.setdefault(plain(one.promise.in_language(language)), one.key)
    keys = {one.key for one in commitments}
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


def asked_plain(asked: Asked) -> dict[str, Any]:
    """What a person said of a file, as JSON takes it."""
    coding = asked.coding
    return {
        "kind": asked.kind,
        "name": asked.name,
        "asked_on": asked.asked_on.isoformat(),
        "segment": asked.segment,
        "wording": asked.wording,
        "table": asked.table,
        "overall": asked.overall,
        "draws": asked.draws,
        "low": list(coding.low),
        "high": list(coding.high),
        "not_applicable": coding.not_applicable,
        "scale": None if coding.scale is None else list(coding.scale),
        "missing": list(asked.missing),
        "months_kept": asked.months_kept,
    }


def asked_of(plain: Mapping[str, Any]) -> Asked:
    """The same again."""
    given = dict(plain)
    low, high, not_applicable = (given.pop(name) for name in ("low", "high", "not_applicable"))
    scale = given.pop("scale", None)
    coding = Coding(tuple(low), tuple(high), not_applicable, None if scale is None else (scale[0], scale[1]))
    given |= {"asked_on": date.fromisoformat(given["asked_on"]), "missing": tuple(given.get("missing", ()))}
    return Asked(**given, coding=coding)


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
