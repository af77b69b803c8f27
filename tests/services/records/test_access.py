"""Where the sources of the next version are looked for: in the folder of the one in force, else in a known one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import SourceError
from charter.services.charters.versions import history
from charter.services.records.access import FILES, Access, access_of, folder_of_next


def test_the_next_version_reads_the_folder_of_the_one_in_force(charted: Flask) -> None:
    current = history().current
    assert folder_of_next(current.folder, Access([Path("/elsewhere")])) == current.folder


def test_a_first_charter_has_the_first_data_folder_then_the_installation_s_own() -> None:
    assert folder_of_next(None, Access([Path("/one"), Path("/two")], home=Path("/home"))) == "/one"
    assert folder_of_next(None, Access(home=Path("/home"))) == "/home"
    assert folder_of_next(None, Access([Path("/home") / FILES], home=Path("/home"))) == "/home"
    with pytest.raises(SourceError, match="DATA_FOLDERS"):
        folder_of_next(None, Access())


def test_an_installation_lets_runs_reach_what_its_settings_name(empty: Flask) -> None:
    settings = replace(empty.extensions["settings"], data_folders=(Path("/data"),), lease_seconds=90)
    found = access_of(settings)
    assert (list(found.data_folders), found.lease.total_seconds()) == ([Path("/data"), settings.var_folder / FILES], 90)
    assert found.home == settings.var_folder
