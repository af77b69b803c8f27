"""Small inputs that failed on the first release, replayed: what each must say now stands beside it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from charter.factory import create_app
from charter.models.base import db
from config import Settings
from tests.services.databases import new_url, template_of

TRIALS = Path(__file__).resolve().parents[1] / "golden" / "trials"
HELD = (
    "03-weekend-friday-saturday",
    "08-pause-in-working-days",
    "09-opening-hours",
    "18-durations",
    "20-partial-export",
    "23-rounding-to-100",
    "26-promise-changed-mid-month",
    "27-reopened-in-newer-export",
    "28-date-stop-hours",
    "34-scoped-account",
    "38-half-undated",
    "40-events-last",
    "42-stages",
    "41-placeholder-NA",
    "41-placeholder-empty",
)
"""All of them."""

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


class Replay:
    """One case on a database of its own; its settings may change between two steps."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        var = folder / "var"
        var.mkdir()
        url = new_url("sqlite", folder, template_of("sqlite"))
        self.environment = {"DATABASE_URL": url, "VAR_FOLDER": str(var), "SECRET_KEY": "k" * 40}
        self.app = self._opened()

    def _opened(self) -> Flask:
        app = create_app(Settings.from_environment(self.environment))
        self.stack.callback(_let_go, app)
        return app

    def answers(self, line: str) -> Iterator[Any]:
        """What a step says, as JSON; nothing of those that are not looked at."""
        if line.startswith("!env "):
            _, name, value = line.split()
            self.environment[name] = value
            self.app = self._opened()
        elif line.startswith("!get "):
            yield self._page(*line.split()[1:])
        else:
            words = shlex.split(line.lstrip("-="))
            result = self._command([f"{self.folder}{word[1:]}" if word[0] == "@" else word for word in words])
            if line.startswith("="):
                yield {"text": result.stdout}
            elif not line.startswith("-"):
                yield json.loads(result.stdout) if result.exit_code == 0 else {"refused": result.output}

    def _command(self, words: list[str]) -> Any:
        group = self.app.cli.commands["charter"]
        assert isinstance(group, click.Group)
        result = CliRunner().invoke(group, words, obj=ScriptInfo(create_app=lambda: self.app))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def _page(self, who: str, address: str) -> Any:
        client = self.app.test_client()
        if who != "-":
            page = client.get("/sign-in").get_data(as_text=True)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            said = {"email": who, "password": (self.folder / "pw").read_text().strip()}
            client.post("/sign-in", data=said | ({"csrf_token": token[1]} if token else {}))
        answer = client.get(address)
        return {"code": answer.status_code, "body": answer.get_data(as_text=True)}


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def differences(expected: Any, got: Any, at: str = "") -> Iterator[str]:
    """Where an answer does not hold what is expected."""
    if isinstance(expected, dict) and set(expected) <= {"has", "hasnt"} and expected:
        text = got if isinstance(got, str) else json.dumps(got, ensure_ascii=False)
        if ("has" in expected and expected["has"] not in text) or ("hasnt" in expected and expected["hasnt"] in text):
            yield f"{at}: {expected} in {text[:300]}"
    elif isinstance(expected, dict) and isinstance(got, dict):
        for key, value in expected.items():
            yield from differences(value, got.get(key), f"{at}.{key}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for nth, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, f"{at}[{nth}]")
    elif isinstance(expected, float) and isinstance(got, int | float):
        if abs(expected - got) > 1e-9:
            yield f"{at}: {expected} expected, {got} seen"
    elif expected != got:
        yield f"{at}: {expected!r} expected, {str(got)[:300]!r} seen"


@pytest.mark.parametrize("name", HELD)
def test_trial_says_what_is_right(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(TRIALS / name, tmp_path / "case")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["steps"]
    with ExitStack() as stack:
        replay = Replay(folder, stack)
        got = [said for line in json.loads((folder / "steps.json").read_text()) for said in replay.answers(line)]
    assert len(got) == len(expected)
    assert not list(differences(expected, got))
