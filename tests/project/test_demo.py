"""`make demo`: from nothing to pages in one command, in seconds the second time, and ended by one Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pikepdf
import pytest

from charter.factory import create_app
from config import Settings
from tests.web.links import dead_links
from tests.web.world import token_of


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "DEMO_FOLDER": str(folder), "DEMO_SERVE": "0", **more}


@pytest.fixture(scope="module")
def made(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo made once for all, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "made"
    done = subprocess.run(
        ["bin/demo"], cwd=project, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


def test_no_link_of_the_example_leads_to_a_refusal(made: tuple[Path, str]) -> None:
    """Each kind of link on each kind of page, files of the sealed months among them."""
    folder, _ = made
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder}/promesse.sqlite3",
            secret_key=(folder / "key").read_text(encoding="utf-8").strip(),
            var_folder=folder,
            data_folders=(folder / "data",),
            session_cookie_secure=False,
        )
    )
    client = app.test_client()
    password = (folder / "password").read_text(encoding="utf-8").strip()
    given = {"email": "director@demo.example", "password": password}
    client.post("/sign-in", data=given | {"csrf_token": token_of(client.get("/sign-in").text)})
    dead, followed = dead_links(client, "/desk", each=1)
    assert dead == []
    assert followed > 120


@contextmanager
def served(
    project: Path, folder: Path, at_ctrl_c: signal.Handlers = signal.SIG_DFL
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as at a terminal, where Ctrl-C ends it; or as a job in the background, where Ctrl-C is ignored.

    A shell cannot take back what its parent ignores: so it is said here, whoever runs the tests.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    wanted = environment(folder, DEMO_SERVE="1", PORT=port, SCHEDULER_TICK_SECONDS="3600")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "start_new_session": True}
    start = {"cwd": project, "env": wanted, "preexec_fn": partial(signal.signal, signal.SIGINT, at_ctrl_c)}
    with subprocess.Popen(["bin/demo"], **start, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def answer(address: str, patience: float) -> int:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            time.sleep(0.05)
    return 0


def stopped(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """What the demo printed, once that signal has stopped it, which is no failure."""
    os.kill(process.pid, number)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    assert printed.rstrip().endswith("Stopped.")
    return printed


def test_demo_shows_progress_and_where_to_go(made: tuple[Path, str]) -> None:
    folder, printed = made
    assert re.findall(r"^Demo (\d)/5 ", printed, re.MULTILINE) == list("12345")
    assert "http://127.0.0.1:8000/desk" in printed
    assert "director@demo.example" in printed
    assert (folder / "password").read_text(encoding="utf-8").strip() in printed
    assert (folder / "password").stat().st_mode & 0o077 == 0


@pytest.mark.pdf
def test_demo_writes_the_report(made: tuple[Path, str]) -> None:
    folder, printed = made
    with pikepdf.open(folder / "report.pdf") as report:
        assert 4 <= len(report.pages) <= 10
    assert str(folder / "report.pdf") in printed


def test_demo_makes_nothing_anew_the_second_time(project: Path, made: tuple[Path, str]) -> None:
    """Then it is ready as soon as the server is: two seconds on a machine at rest."""
    with served(project, made[0]) as (process, address):
        assert answer(f"{address}/health", 120) == 200
        assert answer(f"{address}/", 30) == 200
        printed = stopped(process, signal.SIGINT)
    assert "are there already" in printed
    assert not re.search(r"^Demo \d/5 ", printed, re.MULTILINE)
    assert answer(f"{address}/health", 0.2) == 0


def test_demo_stops_at_term_where_ctrl_c_is_ignored(project: Path, made: tuple[Path, str]) -> None:
    with served(project, made[0], signal.SIG_IGN) as (process, address):
        assert answer(f"{address}/health", 120) == 200
        stopped(process, signal.SIGTERM)
    assert answer(f"{address}/health", 0.2) == 0


def test_demo_says_which_port_is_taken(project: Path, made: tuple[Path, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wanted = environment(made[0], DEMO_SERVE="1", PORT=port)
        done = subprocess.run(["bin/demo"], cwd=project, env=wanted, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Port {port} cannot be served" in done.stderr


def test_setup_refuses_another_purpose_in_one_sentence(project: Path) -> None:
    done = subprocess.run(["bin/setup", "holiday"], cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "bin/setup takes install, demo, test or spark, not 'holiday'.\n")
