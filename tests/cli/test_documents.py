"""The fenced commands of the README and of the how-to pages run, in an order in which a person would say them."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import click
import pytest

from charter.cli import Commands
from tests.cli.test_tutorial import ROOT, run
from tests.project.test_docs_commands import FENCED, SHELL, lines_of

HOW_TO = "docs/how-to/"
IN_ORDER = (f"{HOW_TO}install.md", f"{HOW_TO}sources.md", f"{HOW_TO}promises.md", "README.md", f"{HOW_TO}upgrade.md")
"""The pages whose examples are run, one after another in one installation."""
NEVER_ENDING = ("flask charter serve", "flask charter scheduler")
"""What tests/cli/test_processes.py starts and stops."""
LATER = "2026-12-20T09:00"


def write_cases(folder: Path) -> None:
    """Forty cases a month at two sites, answered within four days but for each tenth."""
    with (folder / "cases.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["case_id", "received", "answered", "site"])
        for number in range(120):
            day = date(2026, 9, 1) + timedelta(days=number * 3 // 4)
            closed = day + timedelta(days=30 if number % 10 == 0 else 4)
            rows.writerow([f"C-{number:04}", day.isoformat(), closed.isoformat(), ("Metz", "Toul")[number % 2]])


def write_answers(folder: Path) -> None:
    """What forty customers ticked of the one promise, with it and without."""
    with (folder / "answers.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["respondent", "attribute", "functional", "dysfunctional"])
        rows.writerows([f"r{number}", "answered-in-time", 2, 5] for number in range(40))


def at_that_time(line: str) -> str:
    """The command as it would be said in December 2026, where it takes the instant; a password comes from a file."""
    said = shlex.split(line)[2:]
    command: click.Command | None = Commands("charter")
    for name in said:
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), name)
    assert command is not None, line
    names = {option for one in command.params for option in one.opts}
    line += f" --now {LATER}" if "--now" in names else ""
    return line + (" --password-file password" if "--password-file" in names else "")


@pytest.mark.pdf
def test_the_commands_of_the_pages_run(tmp_path: Path) -> None:
    write_cases(tmp_path)
    write_answers(tmp_path)
    (tmp_path / "password").write_text("correct horse battery", encoding="utf-8")
    done: list[str] = []
    for page in IN_ORDER:
        text = (ROOT / page).read_text(encoding="utf-8")
        if page == "README.md":
            shutil.copy(tmp_path / "charter.yaml", tmp_path / "my-charter.yaml")
        for line in lines_of("".join(f"```\n{block}```\n" for said, block in FENCED.findall(text) if said in SHELL)):
            if line.startswith("flask charter") and line not in NEVER_ENDING:
                line = line.replace("/srv/backups", str(tmp_path)).replace("ana@", f"ana{len(done)}@")
                run(at_that_time(line), tmp_path)
                done.append(line)
            elif line.startswith("flask db"):
                run(f"{line} --directory {ROOT}/migrations", tmp_path)
                done.append(line)
    assert len(done) > 20
    assert (tmp_path / "october.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "before" / "manifest.json").exists()


def test_the_log_of_queues_becomes_a_file_that_is_known(tmp_path: Path) -> None:
    """The line of shell that docs/how-to/sources.md gives, run as it stands."""
    text = (ROOT / "docs/how-to/sources.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\(echo .*$", text, re.MULTILINE)
    log = "1790000000|c1|support|NONE|ENTERQUEUE||x|1\n1790000042|c1|support|SIP/1|CONNECT|42\n"
    (tmp_path / "queue_log").write_text(log, encoding="utf-8")
    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True, env=os.environ | {"TZ": "UTC"})
    assert (tmp_path / "queue.csv").read_text(encoding="utf-8").splitlines()[0] == "time,callid,queuename,agent,event"
    assert '"preset": "Asterisk"' in run("flask charter look queue.csv --json", tmp_path)
