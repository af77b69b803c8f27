"""A Python client that a well-known generator makes of openapi.json speaks with the API: no line of it is ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Scope
from charter.services.people.tokens import create_token
from tests.serving import serve
from tests.web.world import NOW, make_world

NAME = "promesse_generated"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("generated")))


@pytest.fixture(scope="module")
def generated(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package that is made of the description; it says nothing of parts that it could not make."""
    folder = Path(tmp_path_factory.mktemp("client"))
    description = folder / "openapi.json"
    description.write_text(app.test_client().get("/api/v1/openapi.json").text, encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(description), "--meta", "none"]
    known = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [*command, "--output-path", str(folder / NAME)], capture_output=True, text=True, check=False, env=known
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield import_module(NAME)
    sys.path.remove(str(folder))


def test_a_generated_client_reads_what_the_pages_show(app: Flask, generated: ModuleType) -> None:
    """Units, commitments, a series page by page; a stranger's token is a refusal that is read as one."""
    with app.app_context():
        token = create_token(COMMAND_LINE, NOW, name="generated", units=(), scopes=[Scope.READ])
    calls = {name: import_module(f"{NAME}.api.default.{name}") for name in ("units", "commitments", "series", "status")}
    with serve(app) as site, generated.AuthenticatedClient(base_url=site, token=token) as client:
        units = calls["units"].sync(client=client)
        assert {"company", "west", "vannes"} <= {one.key for one in units.items}
        assert "bill" in {one.key for one in calls["commitments"].sync(client=client).items}
        periods, cursor = [], None
        while cursor != "":
            page = calls["series"].sync("billed", client=client, limit="2", **({"cursor": cursor} if cursor else {}))
            periods += [one.period for one in page.items]
            cursor = page.next_ or ""
        assert periods == ["2026-07", "2026-08", "2026-09", "2026-10"]
        assert calls["status"].sync(client=client).period == "2026-10"
    with serve(app) as site, generated.AuthenticatedClient(base_url=site, token="promesse_x") as client:
        refused = calls["units"].sync_detailed(client=client)
        assert refused.status_code == 401
        assert type(refused.parsed).__name__ == "Refusal"
