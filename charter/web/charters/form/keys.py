"""The key of a new thing, made of its title: nobody is asked for one."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from charter.domain.charter_file.editing import Plain, place_of
from charter.domain.file_profile.chosen_columns import key_of
from charter.domain.vocabulary.errors import NotFound

MADE = frozenset({"commitment", "indicator", "source"})
MOST = 999


def with_key(made: Plain, thing: str, plain: Plain) -> Plain:
    """The thing with a key: its own, or one made of its words that nothing of its kind in the charter has.

    What has no words yet is called what it is, and refused for its words alone. A unit is called in the data what it is
    called, unless somebody says otherwise; calendars and grids are named by people: their keys stand in files.
    """
    if thing == "unit":
        return made | {"key": made.get("key") or made.get("name") or thing}
    if made.get("key") or thing not in MADE:
        return made
    key = key_of(_words_of(made) or thing)
    keys = (key, *(f"{key}-{number}" for number in range(2, MOST)))
    return made | {"key": next(one for one in keys if not _is_there(plain, thing, one))}


def _words_of(made: Plain) -> str:
    title: Any = made.get("title")
    said = next(iter(title.values()), "") if isinstance(title, dict) else title
    where = made.get("table") or PurePath(str(made.get("path") or "")).stem or made.get("url")
    return str(said or where or "")


def _is_there(plain: Plain, thing: str, key: str) -> bool:
    try:
        place_of(plain, thing, key)
    except NotFound:
        return False
    return True
