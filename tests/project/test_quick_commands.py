"""Commands start quickly because they load little: what each loads, seen in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.databases import new_url, template_of
from tests.services.world import measured

PAGES = ("charter.web", "charter.api", "wtforms", "flask_wtf", "flask_login", "flask_bootstrap", "flask_babel")
MIGRATIONS = ("alembic", "flask_migrate")
ROWS = ("sqlalchemy", "pydantic", "charter.models", "charter.services")
CHARTS = ("charter.reports", "charter.sources", "openpyxl", "sqlalchemy.dialects.postgresql")

PROGRAM = """
import sys
from flask.cli import main
sys.argv = ["flask", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def run(project: Path, folder: Path, program: tuple[str, ...], *arguments: str) -> tuple[str, str]:
    """What a command prints on its two outputs, where four months are measured."""
    url = new_url("sqlite", folder, template_of("sqlite", measured))
    environment = {**os.environ, "DATABASE_URL": url, "VAR_FOLDER": str(folder), "PYTHONPATH": str(project)}
    command = [sys.executable, "-W", "ignore", *program, *arguments]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def loaded_by(project: Path, folder: Path, *arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and every module that its process loads."""
    printed, modules = run(project, folder, ("-c", PROGRAM), *arguments)
    return printed, set(modules.split())


def of_these(modules: set[str], names: tuple[str, ...]) -> list[str]:
    """Those of the modules that are one of the names, or lie below one."""
    return sorted(module for module in modules if any(module == n or module.startswith(f"{n}.") for n in names))


@pytest.mark.parametrize(
    ("arguments", "prints", "without"),
    [
        (("charter", "--help"), "Everything Promesse does", (*PAGES, *MIGRATIONS, *CHARTS, *ROWS)),
        (("charter", "version"), "release: ", (*PAGES, *MIGRATIONS, *CHARTS, "pydantic")),
        (("charter", "status", "--now", "2026-11-10T09:00Z"), "Petite Énergie", (*PAGES, *MIGRATIONS, *CHARTS)),
        (("charter", "verify"), "", (*PAGES, *MIGRATIONS)),
        (("charter", "measure", "--help"), "Measure INDICATOR", (*PAGES, *MIGRATIONS)),
    ],
)
def test_command_loads_no_pages_nor_forms_nor_migrations(
    project: Path, tmp_path: Path, arguments: tuple[str, ...], prints: str, without: tuple[str, ...]
) -> None:
    printed, modules = loaded_by(project, tmp_path, *arguments)
    assert prints in printed
    assert of_these(modules, without) == []


def test_a_command_that_counts_ends_without_a_word_of_its_libraries(project: Path, tmp_path: Path) -> None:
    """DuckDB complains when what it lent is still held at the end: what is set aside must not hold it."""
    asked = ("charter", "measure", "answered", "--period", "2026-10", "--now", "2026-11-10T09:00Z")
    printed, complaints = run(project, tmp_path, ("-m", "flask"), *asked)
    assert "denominator: 62" in printed
    assert complaints == ""


def test_commands_of_flask_find_pages_and_migrations(project: Path, tmp_path: Path) -> None:
    printed, modules = loaded_by(project, tmp_path, "routes")
    assert "desk.page" in printed
    assert {"charter.web", "charter.api", "wtforms"} <= modules
    assert "flask_migrate" not in modules, "who serves pages has no use for it"
    current, modules = loaded_by(project, tmp_path, "db", "current")
    assert "(head)" in current
    assert "flask_migrate" in modules
