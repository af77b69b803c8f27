"""What the machine lacks: one sentence for people, tests left out with their reason, an error under CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = """
import pytest

@pytest.mark.pdf
def test_of_pdf(): pass

@pytest.mark.browser
def test_of_browser(): pass

def test_of_neither(): pass
"""
# A machine where neither a library nor a program is found.
BARE = """
import ctypes, shutil

def nothing(name):
    raise OSError(name)

ctypes.CDLL = nothing
shutil.which = lambda name: None
"""


def run(project: Path, tmp_path: Path, *, ci: bool, bare: bool) -> subprocess.CompletedProcess[str]:
    (tmp_path / "tests").mkdir()
    conftest = (project / "tests" / "conftest.py").read_text(encoding="utf-8")
    conftest = conftest.replace("Path(__file__).resolve().parents[1]", f"Path({str(project)!r})")
    (tmp_path / "tests" / "conftest.py").write_text((BARE if bare else "") + conftest, encoding="utf-8")
    (tmp_path / "tests" / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    environment = {**os.environ, "CI": "true" if ci else "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", project / "pyproject.toml"]
    command += ["--rootdir", tmp_path, tmp_path / "tests"]
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def test_tests_are_left_out_with_their_reason(project: Path, tmp_path: Path) -> None:
    done = run(project, tmp_path, ci=False, bare=True)
    assert "1 passed, 2 deselected" in done.stdout
    assert "1 tests marked browser left out: this machine lacks chromium" in done.stdout
    assert "1 tests marked pdf left out: this machine lacks libpango-1.0-0" in done.stdout
    assert done.returncode == 0


def test_what_is_missing_is_an_error_under_ci(project: Path, tmp_path: Path) -> None:
    done = run(project, tmp_path, ci=True, bare=True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "left out: this machine lacks" in done.stderr


def test_system_asks_for_packages_in_one_sentence(project: Path) -> None:
    lines = (
        BARE,
        "import os, runpy, sys",
        "os.geteuid = lambda: 1000",
        "sys.argv = ['system', 'pdf-tests', 'browser']",
        f"runpy.run_path({str(project / 'bin' / 'system')!r}, run_name='__main__')",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    wanted = "poppler-utils qpdf chromium"
    assert done.stderr.strip() == f"This machine lacks {wanted}: ask for `apt-get install {wanted}`."
    assert done.returncode == 1
