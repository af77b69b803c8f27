"""A product of its own, served for measurements: its database, its charter, its people, its processes."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from flask_migrate import upgrade

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.services.drafts.applying import apply_charter
from charter.services.people.accounts import create_account
from config import Settings
from tests.crash.world import LAST, cases_of, charter_of, days
from tests.services.databases import new_url

PROJECT = Path(__file__).resolve().parents[1]


PASSWORD = "chaise girafe mercure bol"


PEOPLE = 8


@dataclass
class Installation:
    """A product of its own, served; people signed in, and what their forms need."""

    engine: str
    days: int
    folder: Path = field(default_factory=lambda: _folder())
    port: int = 0

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": new_url(self.engine, self.folder),
            "VAR_FOLDER": str(self.folder / "var"),
            "SECRET_KEY": "k" * 32,
            "PORT": str(self.port),
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
        }
        program = f"from bench.installation import prepare; prepare({str(self.folder)!r}, {self.days})"
        subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=self.environment, check=True)
        command = [sys.executable, "-m", "gunicorn", "app:app", "--bind", f"127.0.0.1:{self.port}", "--preload"]
        command += ["--workers", "2", "--threads", "4", "--worker-class", "gthread", "--no-control-socket"]
        self.server = subprocess.Popen([*command, "--log-level", "error"], cwd=PROJECT, env=self.environment)
        atexit.register(self.stop)
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the product does not answer")

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(30)

    def run_checks(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "charter", "run-due"]
        return subprocess.Popen(command, cwd=PROJECT, env=self.environment, stderr=subprocess.DEVNULL)

    def memory(self) -> int:
        """Bytes that the web processes hold and share with no other."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text(encoding="ascii").split()
        told = [Path(f"/proc/{child}/smaps_rollup").read_text(encoding="ascii") for child in children]
        return 1024 * sum(int(found[1]) for one in told for found in re.finditer(r"Private_\w+:\s+(\d+) kB", one))


def _folder() -> Path:
    folder = Path(mkdtemp(prefix="promesse-load-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def prepare(folder: str, count: int) -> None:
    """Four daily promises of so many days, none measured yet, and the people who look."""
    app = create_app(Settings.from_environment())
    lines = [f"{day},here,1" for day in days(count) for _ in range(cases_of(day))]
    (Path(folder) / "cases.csv").write_text("\n".join(["day,unit,ok", *lines]) + "\n", encoding="utf-8")
    with app.app_context():
        upgrade()
        now = datetime.combine(LAST, datetime.min.time(), UTC)
        apply_charter(COMMAND_LINE, now, charter=read_charter(charter_of(days(count)[0])).charter, folder=folder)
        for number in range(PEOPLE):
            name = f"person{number}"
            create_account(
                COMMAND_LINE, now, email=f"{name}@example.org", name=name, role=Role.MANAGER, password=PASSWORD
            )
