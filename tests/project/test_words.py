"""Words: everything that people read is there in French, and nothing is left of what is no longer said."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def said(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All that the code and the templates say, collected as `make words` does."""
    path = tmp_path_factory.mktemp("words") / "words.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "--mapping", "pyproject.toml"]
    subprocess.run([*command, "--output", path, "."], cwd=project, check=True, capture_output=True)
    return catalogue(path)


@pytest.fixture(scope="module")
def french(project: Path) -> Catalog:
    return catalogue(project / "charter/translations/fr/LC_MESSAGES/messages.po")


def key(message: object) -> str:
    return message if isinstance(message, str) else message[0]  # type: ignore[index]


def untranslated(said: Catalog, french: Catalog) -> list[str]:
    there = {
        key(m.id) for m in french if m.id and not m.fuzzy and all([m.string] if isinstance(m.string, str) else m.string)
    }
    return sorted({key(message.id) for message in said if message.id} - there)


def test_everything_said_is_there_in_french(said: Catalog, french: Catalog) -> None:
    assert len(said) > 0
    assert untranslated(said, french) == []


def test_places_in_a_sentence_are_the_same_in_french(french: Catalog) -> None:
    assert [(key(message.id), [str(e) for e in faults]) for message, faults in french.check()] == []


def test_missing_word_is_found() -> None:
    said, french = Catalog(), Catalog(locale="fr")
    for word in ("Desk", "Report", "Signal"):
        said.add(word)
    french.add("Desk", "Bureau")
    french.add("Report", "")
    french.add("Signal", "Signal", flags=["fuzzy"])
    assert untranslated(said, french) == ["Report", "Signal"]
