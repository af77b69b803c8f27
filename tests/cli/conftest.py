"""The command line as a person has it: a process on a database of its own, its two outputs and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from config import PROJECT
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied, data, measured

HERE = Path(__file__).parent
Charter = Callable[..., Result]


@dataclass(frozen=True)
class Installation:
    """A database, and what a process needs to find it."""

    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Where everything is; one variable is set to nothing, as a machine's own may be."""
        own = {"DATABASE_URL": self.url, "VAR_FOLDER": str(self.folder), "SECRET_KEY": "k" * 32, "LOG_LEVEL": "INFO"}
        return {**os.environ, **own, "PYTHONWARNINGS": "default", "PYTHONUNBUFFERED": "1", "SET_TO": ""}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "charter", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """Tables and nothing in them."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path) as app:
        yield app


@pytest.fixture
def charted(tmp_path: Path) -> Iterator[Flask]:
    """The small charter in force, nothing measured."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", applied)), tmp_path) as app:
        yield app


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Flask]:
    """The small charter with July to October 2026 measured on 10 November."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", measured)), tmp_path) as app:
        yield app


def charter_on(app: Flask) -> Charter:
    """`flask charter …` on an application, in this process."""
    group = app.cli.commands["charter"]
    assert isinstance(group, click.Group)

    def run(*arguments: str) -> Result:
        # A context of its own, as each command has when a person types it.
        return CliRunner().invoke(group, list(arguments), obj=ScriptInfo(create_app=lambda: app))

    return run


def said(result: Result) -> Any:
    """The JSON on standard output of a command that was done."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Where the small charter and its data lie; never written."""
    return data()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Ibis asks DuckDB for Arrow tables by a name that DuckDB is retiring.
    quiet = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(quiet)
