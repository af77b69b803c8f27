"""An application on each engine, with tables and nothing in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.services.databases import ENGINES, new_url, opened, template_of


@pytest.fixture(
    params=[pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test that asks runs on both."""
    return str(request.param)


@pytest.fixture
def bare(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """A database without any table."""
    with opened(new_url(engine, tmp_path), tmp_path) as app:
        yield app


@pytest.fixture
def empty(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """Tables and nothing in them."""
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path) as app:
        yield app
