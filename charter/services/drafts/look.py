"""Looking at a file, or at a source of the charter in force, before anything is promised on it; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from charter.domain.charter_file.entered_sources import ENTERED
from charter.domain.file_profile.profile import Profile, plain_profile
from charter.domain.file_profile.remarks import remarks_on
from charter.domain.vocabulary.errors import Invalid, NotFound, Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import stored
from charter.domain.vocabulary.terms import ColumnRole, Permission
from charter.services.charters.versions import Version, history_or_none
from charter.services.checks.measuring import Measuring
from charter.services.drafts.drafts import open_draft
from charter.services.drafts.unapplied import as_version
from charter.services.records.access import Access, folder_of_next

if TYPE_CHECKING:
    from charter.sources.readers.file_opening import Limits

NAIVE = "UTC"
"""Where no charter says whose clock an instant with a zone is told by."""
MOST_UNSURE = 3


@dataclass(frozen=True)
class Look:
    """What was looked at: its name, its profile, and what a person should know of it."""

    shown: str
    profile: Profile
    warnings: list[Sentence]

    @property
    def plain(self) -> dict[str, Any]:
        """As plain values, of which `look --json` is made."""
        return {"file": self.shown} | plain_profile(self.profile, self.warnings)

    @property
    def kept(self) -> dict[str, Any]:
        """As plain values with sentences that are worded when they are read: what the page of long work shows."""
        taken = {role: guesses[0] for role, guesses in self.profile.guesses.items() if self.profile.taken(role)}
        return self.plain | {
            "warnings": [stored(one) for one in self.warnings],
            "because": {role.value: stored(taken[role].because) for role in ColumnRole if role in taken},
            "unsure": {
                role.value: [one.column for one in self.profile.guesses.get(role, ())][:MOST_UNSURE]
                for role in ColumnRole
                if role not in taken
            },
        }


def look_at(actor: Actor, now: datetime, what: str, access: Access, *, sheet: str | None = None) -> Look:
    """The profile of a file, or else of the source of that name in the charter in force.

    Raises NotFound (neither is there), SourceError (it cannot be read, or only beyond its limits).
    """
    if Path(what).is_file():
        return look_at_file(actor, now, Path(what), access, sheet=sheet)
    require(actor, Permission.RUN_CHECK)
    found = history_or_none()
    if found is None or what not in found.current.charter.sources:
        raise NotFound("There is no file %(name)s, and the charter in force has no source of that name.", name=what)
    return look_at_source(found.current, now, what, access)


def look_at_draft(actor: Actor, now: datetime, *, source: str, access: Access) -> Look:
    """The profile of a source of the open draft, found where it will be once the draft is in force; stores nothing.

    Raises NotFound (no draft, no such source), Invalid (figures that are entered or pushed), SourceError.
    """
    require(actor, Permission.APPLY_CHARTER)
    draft = open_draft(actor)
    found = draft.charter.sources.get(source)
    if found is None:
        raise NotFound("The draft has no source %(source)s.", source=source)
    if found.kind in ENTERED:
        raise Invalid("The figures of this source are entered or pushed: there are no rows to look at.", "source")
    return look_at_source(as_version(draft.charter, folder_of_next(draft.folder_in_force, access)), now, source, access)


def look_at_file(
    actor: Actor,
    now: datetime,
    path: Path,
    access: Access,
    *,
    sheet: str | None = None,
    zone: str | None = None,
    limits: Limits | None = None,
) -> Look:
    """The profile of a file of any kind that is read. `zone`: whose days are told; unless given, the charter's.

    Raises SourceError.
    """
    from charter.sources.readers.connect import Place  # noqa: PLC0415 heavy
    from charter.sources.readers.file_opening import Limits, opened_file  # noqa: PLC0415 heavy
    from charter.sources.readers.file_profile import profile_of  # noqa: PLC0415 heavy

    require(actor, Permission.RUN_CHECK)
    found = history_or_none() if zone is None else None
    zone = zone or (found.current.charter.charter.timezone if found else NAIVE)
    place = Place(path.parent, access.data_folders, zone=zone)
    with opened_file(path, place, limits or Limits(), sheet) as opened:
        today = now.astimezone(ZoneInfo(zone)).date()
        profile = profile_of(opened.table, opened.layout, path.name, zone, today)
    return Look(path.name, profile, remarks_on(profile))


def look_at_source(version: Version, now: datetime, key: str, access: Access) -> Look:
    """The profile of a source of a charter, in force or not. Raises SourceError."""
    from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
    from charter.sources.readers.file_opening import Limits  # noqa: PLC0415 heavy
    from charter.sources.readers.file_profile import profile_of  # noqa: PLC0415 heavy

    zone = version.charter.charter.timezone
    today, most = now.astimezone(ZoneInfo(zone)).date(), Limits().rows
    with Measuring(access, every_column=True) as measuring:
        opened = measuring.opened(version, key)
        table, seen = (opened.table.limit(most), most) if opened.rows_read > most else (opened.table, None)
        layout = replace(opened.layout, kind=version.charter.sources[key].kind, seen=seen)
        profile = profile_of(table, layout, key, zone, today, setting_of(version.charter).writings[key])
    return Look(key, profile, remarks_on(profile))
