"""The volume that a rate is set against: a column, one of another source, or rows."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from charter.domain.charter_file.calendars.pauses import Column
from charter.domain.charter_file.values import Condition, Key, Strict


class Volume(Strict):
    """A column of another source."""

    source: Key
    column: Column


class RowsWhere(Strict):
    """The conditions that rows meet."""

    where: Condition


class VolumeRows(Strict):
    """The rows of the same source that meet conditions."""

    rows: RowsWhere


def _volume_form(value: Any) -> str:
    if isinstance(value, VolumeRows) or (isinstance(value, dict) and "rows" in value):
        return "<rows>"
    return "<keys>" if isinstance(value, (dict, Volume)) else "<one>"


ColumnOrVolume = Annotated[
    Annotated[Column, Tag("<one>")] | Annotated[Volume, Tag("<keys>")] | Annotated[VolumeRows, Tag("<rows>")],
    Discriminator(_volume_form),
]
