"""Where the sources of a charter are looked for: one rule for a draft that is tried and for the version it becomes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from charter.domain.vocabulary.errors import SourceError
from charter.services.records.access import Access
from config import Settings

if TYPE_CHECKING:
    from charter.services.charters.versions import Version


def access_of(settings: Settings) -> Access:
    """What an installation lets runs reach."""
    return Access(
        settings.data_folders,
        settings.environment,
        settings.http_sources_allow,
        timedelta(seconds=settings.lease_seconds),
        settings.var_folder,
    )


def folder_of_next(current: Version | None, access: Access) -> str:
    """The folder of the next version, while it is a draft and once it is in force: that of the version in force.

    A first charter that no file brings has the first of the data folders, or else the installation's own folder; never
    the one in which a program happens to have been started. Raises SourceError where there is none of these.
    """
    if current is not None:
        return current.folder
    home = next(iter(access.data_folders), access.home)
    if home is None:
        raise SourceError("No folder is known in which sources are looked for: name one in the setting DATA_FOLDERS.")
    return str(home)
