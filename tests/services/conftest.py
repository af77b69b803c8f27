"""Applications on real databases of both engines: empty, with a charter, with four months measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.services.databases import ENGINES, new_url, opened, template_of
from tests.services.world import applied, data, measured

HERE = Path(__file__).parent


@pytest.fixture(
    params=[pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test that asks runs on both."""
    return str(request.param)


def _on(engine: str, folder: Path, fill: Callable[[], None] | None) -> Iterator[Flask]:
    with opened(new_url(engine, folder, template_of(engine, fill)), folder) as app:
        yield app


@pytest.fixture
def empty(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """Tables and nothing in them."""
    yield from _on(engine, tmp_path, None)


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Flask]:
    """The same on SQLite alone: where only files matter."""
    yield from _on("sqlite", tmp_path, None)


@pytest.fixture
def charted(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The small charter in force since July 2026, nothing measured."""
    yield from _on(engine, tmp_path, applied)


@pytest.fixture
def world(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The small charter with July to October 2026 measured on 10 November."""
    yield from _on(engine, tmp_path, measured)


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
