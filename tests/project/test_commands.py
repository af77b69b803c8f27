"""The commands a person types: they exist, print themselves, and stand in the README."""

import re
import subprocess
from pathlib import Path

import pytest

TARGETS = [
    "install",
    "demo",
    "run",
    "test",
    "test-pythons",
    "check",
    "bench",
    "browser",
    "trial",
    "lock",
    "words",
    "clean",
]


def make(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=project, capture_output=True, text=True, check=False)


def test_make_alone_prints_its_targets(project: Path) -> None:
    printed = make(project).stdout
    assert [name for name in TARGETS if not re.search(rf"^  make {name} +[A-Z]", printed, re.MULTILINE)] == []


@pytest.mark.parametrize("target", TARGETS)
def test_target_exists(project: Path, target: str) -> None:
    assert make(project, "--dry-run", target, "DATA=folder").returncode == 0
    assert make(project, "--dry-run", target + "-not").returncode == 2


def test_scripts_named_in_the_makefile_can_be_run(project: Path) -> None:
    scripts = set(re.findall(r"\bbin/[a-z-]+", (project / "Makefile").read_text(encoding="utf-8"))) - {"bin/pybabel"}
    scripts = {name for name in scripts if (project / ".venv" / name).exists() is False}
    assert {"bin/setup", "bin/demo", "bin/trial"} <= scripts
    for name in [*scripts, ".ci/run", "bin/system"]:
        assert (project / name).stat().st_mode & 0o111, f"{name} is not executable"


def test_scripts_of_the_shell_are_well_formed(project: Path) -> None:
    for path in [*(project / "bin").iterdir(), project / ".ci" / "run"]:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        if first.endswith("sh"):
            done = subprocess.run([first.split("/")[-1].split()[-1], "-n", path], capture_output=True, check=False)
            assert done.returncode == 0, done.stderr


def test_readme_names_the_two_commands(project: Path) -> None:
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_ci_checks_then_tests_and_fails_with_them(project: Path) -> None:
    lines = (project / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "set -eu" in lines
    assert lines[-2:] == ["make check", "make test"]
