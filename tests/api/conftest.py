"""The programs' door on the small charter with figures by hand, its clock at a fixed instant, with tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Scope
from charter.services.people.tokens import create_token
from tests.services.by_hand import by_hand
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, START


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", by_hand)), tmp_path) as app:
        app.config["CLOCK"] = lambda: NOW
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bearer(app: Flask) -> Callable[..., dict[str, str]]:
    """The header of a new token for some units (none: all)."""

    def make(*units: str, name: str = "crm", scopes: Sequence[Scope] = tuple(Scope)) -> dict[str, str]:
        secret = create_token(COMMAND_LINE, START, name=name, units=units, scopes=[Scope(one) for one in scopes])
        return {"Authorization": f"Bearer {secret}"}

    return make
