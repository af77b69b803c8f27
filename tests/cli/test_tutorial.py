"""The tutorial does what it says: each of its commands runs, in order, and answers what is printed there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(line: str, folder: Path) -> str:
    """One command of the tutorial in a folder of its own; what it printed."""
    program, *rest = shlex.split(line)
    assert program == "flask", line
    settings = {
        "FLASK_APP": str(ROOT / "app.py"),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder}/promesse.sqlite3",
        "VAR_FOLDER": str(folder / "var"),
        "DATA_FOLDERS": str(folder),
        "SECRET_KEY": "k" * 40,
    }
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", *rest],
        cwd=folder, env=kept | settings, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.pdf
def test_each_command_of_the_tutorial_answers_what_is_printed_there(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "tutorial" / "complaints.csv", tmp_path)
    said, commands, answers = "", 0, 0
    for kind, block in BLOCK.findall(TEXT):
        if kind == "sh":
            # A text is printed with narrow blanks where French and dates ask for them.
            said = re.sub("[\u00a0\u202f]", " ", "".join(run(line, tmp_path) for line in block.splitlines()))
            commands += len(block.splitlines())
            continue
        for line in block.splitlines():
            assert line.strip() in said, f"{line!r} is not in:\n{said}"
            answers += 1
    assert (commands, answers) == (13, 15)
    assert (tmp_path / "september.pdf").read_bytes().startswith(b"%PDF")
