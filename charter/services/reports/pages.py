"""What pages print of reports: sealed months, their editions and files, what a month still asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from charter.domain.charter_file.sources import Unit
from charter.domain.overview.model import Words
from charter.services.reports.snapshots import Late

Json = dict[str, Any]


class FileLine(TypedDict):
    """An archived PDF; the name of its unit where that is not the whole organisation."""

    unit: str
    language: str
    sha256: str
    size: int
    versions: Json
    rendered_at: str
    unit_name: NotRequired[str | None]


class EditionLine(TypedDict):
    """A published edition with its PDFs; on the page of its month also why it was approved, and what it corrects."""

    number: int
    sha256: str
    approved_at: str
    approved_by: str
    files: list[FileLine]
    approval: NotRequired[Json]
    erratum: NotRequired[Json | None]


class MonthLine(TypedDict):
    """A sealed month: its state, its editions and files, and the languages whose PDF is not there yet."""

    period: str
    hash: str
    frozen_at: str
    frozen_by: str
    late: Late | None
    state: str
    editions: list[EditionLine]
    files: list[FileLine]
    missing: list[str]


class Miss(TypedDict):
    """A missed promise with what was said of it."""

    number: int
    key: str
    title: Words
    status: str
    owner: str
    comment: Json | None


class DraftLine(TypedDict):
    language: str
    made_at: str
    made_by: str


class MonthPage(TypedDict):
    """One month. Before it is sealed there is only whether this person may freeze it; then all the rest."""

    period: str
    unit: str
    sealed: dict[str, str] | None
    editions: list[EditionLine]
    state: str
    misses: list[Miss]
    may_freeze: NotRequired[bool]
    overview: NotRequired[Json | None]
    titles: NotRequired[dict[str, Words]]
    wanting: NotRequired[list[str]]
    actions: NotRequired[list[Json]]
    drafts: NotRequired[list[DraftLine]]
    languages: NotRequired[Sequence[str]]
    recipients: NotRequired[Sequence[str]]
    logo_refused: NotRequired[Any]
    units_below: NotRequired[list[Unit]]
    rights: NotRequired[dict[str, bool]]
