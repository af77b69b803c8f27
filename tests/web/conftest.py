"""The pages' world, made once; each test has its own browserless client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.world import make_world, sign_in


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("web")))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without an account."""
    return app.test_client()


@pytest.fixture
def as_person(app: Flask) -> Callable[[str], FlaskClient]:
    """A client signed in as one of the cast."""
    return lambda name: sign_in(app.test_client(), name)


@pytest.fixture
def ana(as_person: Callable[[str], FlaskClient]) -> FlaskClient:
    return as_person("ana")
