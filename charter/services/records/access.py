"""What the work of a process may reach besides the charter's own folder; where the sources of a charter are looked for:
one rule for a draft that is tried and for the version it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from charter.domain.charter_file.charter import Charter
from charter.domain.checks.deadlines import LEASE
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers.place import Place
from config import Settings

FILES = "files"
"""The folder within the installation's own in which sources may always be looked for: beside it lie its secrets."""


@dataclass(frozen=True)
class Access:
    """What runs may reach besides the charter's folder: folders of files, and addresses by `env:NAME`; for how long a
    process holds what it claimed; and `home`, the installation's own folder."""

    data_folders: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    http_allow: Sequence[str] = ()
    lease: timedelta = LEASE
    home: Path | None = None


def access_of(settings: Settings) -> Access:
    """What an installation lets runs reach."""
    return Access(
        (*settings.data_folders, settings.var_folder / FILES),
        settings.environment,
        settings.http_sources_allow,
        timedelta(seconds=settings.lease_seconds),
        settings.var_folder,
    )


def place_of(charter: Charter, folder: str, access: Access) -> Place:
    """Where the sources of a charter are looked for that is in force, is drafted or stands in a file."""
    kept = access.home / "profiles" if access.home is not None else None
    zone = charter.charter.timezone
    return Place(Path(folder), access.data_folders, access.environment, access.http_allow, zone, kept=kept)


def folder_of_next(current: str | None, access: Access) -> str:
    """The folder of the next version, while it is a draft and once it is in force: `current`, of the version in force.

    A first charter that no file brings has the first of the data folders, or else the installation's own folder; never
    the one in which a program happens to have been started. Raises SourceError where there is none of these.
    """
    if current is not None:
        return current
    named = (one for one in access.data_folders if access.home is None or one != access.home / FILES)
    home = next(named, access.home)
    if home is None:
        raise SourceError("No folder is known in which sources are looked for: name one in the setting DATA_FOLDERS.")
    return str(home)
