"""Every setting given something it cannot hold: the start says one sentence that names it and says how to mend it."""

import re
import warnings
from dataclasses import fields
from pathlib import Path

import pytest

from charter.factory import create_app
from config import LONGEST, SECRETS, SIGN_ON, Settings, SettingsError

ODD = {
    "word": "Ωwrong type",
    "huge": "9" * 5000,
    "long": "x" * 100_000,
    "negative": "-1",
    "no-path": "/nowhere/at/all",
    "odd-signs": "a'b\"\nc\udcff",
}
TAKEN = {
    "SECRET_KEY": {"huge", "long"},
    "AUDIT_KEY": {"huge", "long"},
    "METRICS_TOKEN": {"huge", "long"},
    "WEBHOOK_SECRET": {"huge", "long"},
    "VAR_FOLDER": {"word", "negative", "odd-signs"},
    "SCRIPT_NAME": {"no-path"},
}
"""What is odd for other settings and good for these: a long secret, the name of a folder, a path."""


def names() -> list[str]:
    derived = {"ENVIRONMENT", "KNOWS_ITS_ADDRESS", "SIGN_ON"}
    return sorted({field.name.upper() for field in fields(Settings)} - derived | {*SIGN_ON, "SCRIPT_NAME", "TZ"})


def told(tmp_path: Path, name: str, value: str) -> str:
    """What the start says of one setting; empty where it begins."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            create_app(Settings.from_environment({"VAR_FOLDER": str(tmp_path), name: value}))
    except SettingsError as error:
        return str(error)
    return ""


def how_to_mend(sentence: str) -> bool:
    return bool(re.search(r"\b(give|write|separate folders)\b", sentence))


CASES = [(name, odd) for name in names() for odd in ODD if odd not in TAKEN.get(name, set())]


@pytest.mark.parametrize(("name", "odd"), CASES)
def test_what_a_setting_cannot_hold_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    if (name, odd) == ("VAR_FOLDER", "no-path"):
        place = tmp_path / "file"
        place.write_text("")
        sentence = told(tmp_path, name, str(place / "below"))
    else:
        monkeypatch.chdir(tmp_path)
        sentence = told(tmp_path, name, ODD[odd])
    assert name in sentence, sentence
    assert how_to_mend(sentence), sentence
    assert len(sentence) <= LONGEST + 3
    assert sentence.isprintable()
    assert sentence.endswith((".", ")."))
    if name in SECRETS:
        assert ODD[odd] not in sentence


@pytest.mark.parametrize("name", sorted({*names(), *SECRETS}))
def test_a_setting_of_blanks_says_nothing_or_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    sentence = told(tmp_path, name, "  ")
    assert sentence == "" or name in sentence


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_of_a_secret_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str) -> None:
    for path, why in (("/nowhere", "No such file"), (str(tmp_path), "Is a directory"), ("x" * 9999, "name too long")):
        sentence = told(tmp_path, f"{name}_FILE", path)
        assert sentence.startswith(f"{name}_FILE="), sentence
        assert why in sentence
        assert sentence.endswith("give the path of a text file.")
        assert len(sentence) <= LONGEST


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", ":Europe/Paris", "UTC", "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", "EST5EDT"]
)
def test_a_zone_of_the_machine_is_taken(tmp_path: Path, zone: str) -> None:
    assert told(tmp_path, "TZ", zone) == ""


@pytest.mark.parametrize("zone", ["Mars/Phobos", "/tmp", "/etc/passwd", "Europe", "../etc", "nowhere"])
def test_a_zone_that_is_none_is_told(tmp_path: Path, zone: str) -> None:
    said = f"TZ={zone} cannot be taken: give a zone that is known here, such as Europe/Paris, or leave it out."
    assert told(tmp_path, "TZ", zone) == said


@pytest.mark.parametrize(
    "sites",
    ["'self'", "https:", "https://a.example:8443", "*.a.example", "http://[::1]:80", "localhost", "https://h/x"],
)
def test_sites_that_may_frame(tmp_path: Path, sites: str) -> None:
    assert told(tmp_path, "FRAME_ANCESTORS", sites) == ""


@pytest.mark.parametrize("sites", ["*; script-src *", "self", "https://a.example; object-src *", "'self' javascript:x"])
def test_what_would_say_more_than_who_may_frame_is_refused(tmp_path: Path, sites: str) -> None:
    assert told(tmp_path, "FRAME_ANCESTORS", sites).startswith(f"FRAME_ANCESTORS={sites} cannot be taken: give ")


@pytest.mark.parametrize("name", ["METRICS_TOKEN", "WEBHOOK_SECRET"])
def test_a_short_secret_is_refused_with_its_length(tmp_path: Path, name: str) -> None:
    for short in ("a", "x" * 15, "with a blank within it", "é" * 20):
        sentence = told(tmp_path, name, short)
        assert sentence.startswith(f"{name} cannot be taken: give 16 random signs at least")
        assert short == "a" or short not in sentence
    assert told(tmp_path, name, "x" * 16) == ""
