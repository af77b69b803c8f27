"""Migrations: numbered without a gap, one after the other, and equal to the rows of the models."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def chain(folder: Path) -> list[tuple[str, str, str | None]]:
    """(file name, revision, the revision before it), in the order of the file names."""
    found = []
    for path in sorted(folder.glob("*.py")):
        values: dict[str, str | None] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and isinstance(getattr(node, "value", None), ast.Constant):
                values[target.id] = node.value.value  # type: ignore[attr-defined]
        found.append((path.name, str(values.get("revision")), values.get("down_revision")))
    return found


def faults(migrations: list[tuple[str, str, str | None]]) -> list[str]:
    found = []
    before: str | None = None
    for number, (name, revision, down_revision) in enumerate(migrations, 1):
        if not re.fullmatch(rf"{number:04}_[a-z0-9]+(_[a-z0-9]+)*\.py", name):
            found.append(f"{name} should be number {number:04}")
        if down_revision != before:
            found.append(f"{name} follows {down_revision}, not {before}")
        before = revision
    return found


def test_migrations_are_numbered_in_one_line(project: Path) -> None:
    migrations = chain(project / "migrations" / "versions")
    assert migrations != []
    assert faults(migrations) == []


@pytest.mark.parametrize(
    "migrations",
    [
        [("0001_a.py", "0001", None), ("0003_b.py", "0003", "0001")],
        [("0001_a.py", "0001", None), ("0002_b.py", "0002", "0001"), ("0003_c.py", "0003", "0001")],
        [("a1b2_a.py", "a1b2", None)],
    ],
)
def test_planted_fault_is_found(migrations: list[tuple[str, str, str | None]]) -> None:
    assert len(faults(migrations)) == 1


def test_migrations_make_the_tables_of_the_models(project: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "VAR_FOLDER": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    for command in ("upgrade", "check"):
        flask = [sys.executable, "-m", "flask", "db", command]
        done = subprocess.run(flask, cwd=project, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
