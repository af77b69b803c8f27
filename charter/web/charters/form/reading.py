"""How a thing of the draft reads with what stands in its form: its words, what it counts, what it would have said of
the months that are known, what it changes, what is vague in it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.editing import Plain, each_below
from charter.domain.charter_file.findings import CharterFileError, Finding, Path, value_at
from charter.domain.charter_file.plan import Change, changes_between
from charter.domain.charter_file.reading import read_plain
from charter.domain.lint.promises import lint_charter
from charter.services.drafts.drafts import Draft
from charter.services.drafts.previews import Preview, preview
from charter.services.drafts.source_columns import SourceColumns, columns_of
from charter.services.records.access import Access, access_of, folder_of_next
from charter.web.charters.differences import Line, change_lines
from charter.web.frame.access import current_actor, now

MOST_REMARKS = 5


@dataclass(frozen=True)
class Reading:
    """`faults`: why it cannot be read yet, and then nothing else is said."""

    thing: str
    made: Plain
    faults: list[Finding] = field(default_factory=list)
    preview: Preview | None = None
    columns: SourceColumns | None = None
    lines: list[Line] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)


def reading_of(draft: Draft, thing: str, place: Path, plain: Plain) -> Reading:
    """The thing at this place of the plain charter; `place` is that of the draft as it would be."""
    made = value_at(plain, place) or {}
    try:
        read = read_plain(plain)
    except CharterFileError as error:
        return Reading(thing, made, [one for one in error.findings if each_below(place, one.field) is not None])
    old, new = draft.current.charter if draft.current else None, read.charter
    key = str(place[-1] if thing in ("source", "calendar", "grid", "text") else made["key"])
    told = [one for one in changes_between(old, new) if _is_of(one, thing, key)] if old else []
    remarks = [one for one in [*read.findings, *lint_charter(read)] if _speaks_of(one, place)]
    return Reading(
        thing,
        made,
        preview=_preview(draft, new, key) if thing == "indicator" else None,
        columns=columns_of(new, key, _folder(draft), _access()) if thing == "source" else None,
        lines=change_lines(told, old, new),
        remarks=remarks[:MOST_REMARKS],
    )


def _speaks_of(one: Finding, place: Path) -> bool:
    """Whether a remark is about the thing itself: those on an indicator stand in its own form."""
    below = each_below(place, one.field)
    return below is not None and not below.startswith("indicators.")


def _preview(draft: Draft, new: Charter, key: str) -> Preview:
    return preview(current_actor(), now(), charter=new, key=key, folder=_folder(draft))


def _is_of(change: Change, thing: str, key: str) -> bool:
    return change.key == key and (change.thing == thing or (change.thing, thing) == ("target", "indicator"))


def columns_for(draft: Draft, source: str | None) -> SourceColumns:
    """The columns that a form of the draft may offer."""
    return columns_of(draft.charter, source, _folder(draft), _access()) if source else SourceColumns([])


def is_log(draft: Draft, source: str | None) -> bool:
    """Whether the rows of a source are events, whose states are written where others choose a column."""
    return getattr(draft.charter.sources.get(source or ""), "events", None) is not None


def names_in(value: Any) -> Iterator[str]:
    """Every text in a thing's values: among them the columns that it reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (name for one in value.values() for name in names_in(one))
    elif isinstance(value, list):
        yield from (name for one in value for name in names_in(one))


def _access() -> Access:
    return access_of(current_app.extensions["settings"])


def _folder(draft: Draft) -> str:
    return folder_of_next(draft.folder_in_force, _access())
