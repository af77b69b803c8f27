"""Requirements: every package with its hashes, and no address, whichever index they were compiled from."""

import re
from pathlib import Path

import pytest

NAMES = ("", "-dev", "-spark", "-trino", "-setup")
LISTS = [f"requirements{name}.txt" for name in NAMES]


def faults(text: str) -> list[str]:
    """Lines that hold an address, and packages without a version or a hash."""
    found = [line.strip() for line in text.splitlines() if "://" in line or "index-url" in line or "find-links" in line]
    whole = re.sub(r"\\\n\s*", " ", text)
    for line in whole.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            package, _, rest = line.partition(" ")
            if "==" not in package or "--hash=sha256:" not in rest:
                found.append(package)
    return found


@pytest.mark.parametrize("name", LISTS)
def test_packages_are_hashed_and_without_address(project: Path, name: str) -> None:
    text = (project / name).read_text(encoding="utf-8")
    assert text.count("==") > 0
    assert faults(text) == []


@pytest.mark.parametrize("name", LISTS)
def test_packages_asked_for_are_compiled(project: Path, name: str) -> None:
    asked = (project / name.replace(".txt", ".in")).read_text(encoding="utf-8")
    names = [re.split(r"[\[<>=~! ]", line)[0] for line in asked.splitlines() if line and line[0].isalpha()]
    text = (project / name).read_text(encoding="utf-8")
    assert [package for package in names if f"\n{package.replace('.', '-').lower()}==" not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "flask==3.1.3\n",
        "flask>=3 \\\n    --hash=sha256:00\n",
        "flask @ https://example.org/flask.whl --hash=sha256:00\n",
        "--index-url https://example.org\nflask==3 --hash=sha256:00\n",
    ],
)
def test_planted_fault_is_found(text: str) -> None:
    assert faults(text) != []
    assert faults("# a remark\nflask==3.1.3 ; python_version > '3' \\\n    --hash=sha256:00\n    # via x\n") == []
