"""The example's data, made once for these tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Make = Callable[[Path, str], str]


def _make(folder: Path, *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "examples" / "generate.py"), "--out", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


@pytest.fixture(scope="session")
def make_data() -> Callable[..., str]:
    """Runs the generator into a folder and gives what it said."""
    return _make


@pytest.fixture(scope="session")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen months that end with October 2026."""
    folder = tmp_path_factory.mktemp("october")
    _make(folder, "--until", "2026-10")
    return folder


@pytest.fixture(scope="session")
def february(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen months that end with February 2026: those of the charter as it is written."""
    folder = tmp_path_factory.mktemp("february")
    _make(folder, "--today", "2026-03-01")
    return folder
