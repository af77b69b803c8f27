"""`bin/setup` keeps the environment that it has made, whatever shell calls it, with what was added to it since."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def house(project: Path, tmp_path: Path) -> Path:
    """A folder in which set-up finds what it reads, and nothing to install."""
    house = tmp_path / "a house"
    (house / "bin").mkdir(parents=True)
    shutil.copy(project / "bin/setup", house / "bin/setup")
    (house / "bin/system").write_text("", encoding="utf-8")
    (house / "charter").mkdir()
    for name in ("config.py", "app.py", "requirements.txt", "requirements-setup.txt", "requirements-trino.txt"):
        (house / name).write_text("", encoding="utf-8")
    return house


def set_up(house: Path, *, purpose: str = "install", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "EXTRAS")}
    environment |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}
    return subprocess.run(
        ["bin/setup", purpose], cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def test_an_activated_shell_keeps_the_environment(house: Path) -> None:
    first = set_up(house)
    assert first.returncode == 0, first.stdout + first.stderr
    added = house / ".venv/added-by-hand"
    added.write_text("a driver", encoding="utf-8")
    for activated in (house / ".venv", Path(sys.prefix)):
        path = f"{activated / 'bin'}{os.pathsep}{os.environ['PATH']}"
        again = set_up(house, VIRTUAL_ENV=str(activated), PATH=path)
        assert (again.returncode, added.exists()) == (0, True), again.stderr
    # Drivers that were asked for once are installed by every later set-up; others are refused in a sentence.
    assert set_up(house, EXTRAS="trino").returncode == 0
    (house / "requirements-trino.txt").write_text("# newer\n", encoding="utf-8")
    before = (house / ".venv/installed-for-install").read_text(encoding="utf-8")
    assert set_up(house, purpose="demo").returncode == set_up(house).returncode == 0
    assert (house / ".venv/installed-for-install").read_text(encoding="utf-8") != before
    refused = set_up(house, EXTRAS="mysql")
    assert (refused.returncode, refused.stderr) == (1, "EXTRAS takes trino and spark, not 'mysql'.\n")
    # Moved, its scripts would run what is no longer there.
    moved = house.with_name("moved")
    house.rename(moved)
    assert set_up(moved).returncode == 0
    assert not (moved / ".venv/added-by-hand").exists()
