"""Every deed that the log keeps is said in both languages, and nothing is said that no service does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from charter.domain.frontline.observations import Step
from charter.words.records.audit import DEEDS, NOUNS, THINGS, audit_sentence, audit_subject
from charter.words.statuses import ACTORS

EVENTS = {"action:planned", "month:approved", "month:corrected", "month:published", "month:sealed", "observation:sent",
          "address:refused", "charter:change", "charter:first"}  # fmt: skip
"""What programs are told, which is no entry of the log."""

MADE = {
    *(f"observation:{step}" for step in Step),
    *(f"action:{kind}" for kind in ("close", "reopen", "change")),
    *("figure:correct", "figure:enter", "survey:told", "survey:untold"),
}
"""Codes that are put together where they are written."""


def codes_in(folder: Path) -> set[str]:
    nouns = "|".join(NOUNS)
    found = re.compile(rf'"((?:{nouns}):[a-z][a-z-]*)"')
    return {code for path in folder.rglob("*.py") for code in found.findall(path.read_text(encoding="utf-8"))}


def test_every_code_that_services_write_has_its_sentence(project: Path) -> None:
    written = (codes_in(project / "charter/services") | MADE) - EVENTS
    assert len(written) > 70
    assert sorted(written - set(DEEDS)) == []


def test_no_sentence_is_of_a_code_that_nobody_writes(project: Path) -> None:
    written = codes_in(project / "charter/services") | MADE
    dynamic = {code for code in DEEDS if code.startswith(("alert:", "account:sign-in", "rows:", "source:"))}
    assert sorted(set(DEEDS) - written - dynamic) == []


def test_every_code_has_a_noun_to_choose() -> None:
    assert {code.partition(":")[0] for code in DEEDS} == set(NOUNS)


def test_an_entry_is_a_sentence() -> None:
    entry = {"actor": "Ana Martin", "action": "month:freeze"}
    assert audit_sentence(entry, "en") == "Ana Martin froze a month."
    assert audit_sentence(entry, "fr") == "Ana Martin a figé un mois."
    assert audit_sentence({"actor": "Ana", "action": "later:thing"}, "en") == "Ana later:thing."
    assert all("_" not in said and not said.endswith(".") for pair in DEEDS.values() for said in pair)


NAMES = {"west": "Région Ouest", "bill": {"en": "A right bill", "fr": "Une facture juste"}}


@pytest.mark.parametrize(
    ("action", "subject", "english", "french"),
    [
        ("check:run", "run 249", "check no. 249", "contrôle n° 249"),
        ("report:archive", "2026-10 west fr", "October 2026, Région Ouest, French",
         "octobre 2026, Région Ouest, français"),
        ("edition:archive", "2025-11 edition 1 west en", "November 2025, edition no. 1, Région Ouest, English",
         "novembre 2025, édition n° 1, Région Ouest, anglais"),
        ("action:close", "action 1 step 2", "action no. 1, step no. 2", "action n° 1, étape n° 2"),
        ("alert:snooze", "alert 12 bill", "alert no. 12, A right bill", "alerte n° 12, Une facture juste"),
        ("words:pin", "word pin 1", "expression no. 1", "expression n° 1"),
        ("survey:open", "survey 3 Notes et avis", "survey no. 3, “Notes et avis”", "enquête n° 3, « Notes et avis »"),
        ("readings:rebuild", "19 periods", "19 periods", "19 périodes"),
        ("check:waive", "bill 2026-W41", "A right bill, week 41 of 2026", "Une facture juste, semaine 41 de 2026"),
        ("account:create", "west@demo.example", "west@demo.example", "west@demo.example"),
        ("token:create", "run 7", "run 7", "run 7"),
        ("later:thing", "gone-key", "gone-key", "gone-key"),
    ],
)  # fmt: skip
def test_what_an_entry_is_about_is_told_in_words(action: str, subject: str, english: str, french: str) -> None:
    entry = {"action": action, "subject": subject}
    said = [re.sub("[\u00a0\u202f]", " ", audit_subject(entry, NAMES, language)) for language in ("en", "fr")]
    assert said == [english, french]


def test_every_thing_that_the_log_numbers_has_words(project: Path) -> None:
    """Whatever the code keeps as `noun {number}` beside a deed."""
    kept = {
        name
        for path in (project / "charter" / "services").rglob("*.py")
        for name in re.findall(
            r'audit_log\.record\([^)]*?f"(?:word )?([a-z]+) \{[a-z_.]*(?:id|number)\}', path.read_text("utf-8")
        )
    }
    assert len(kept) > 10
    assert sorted(kept - set(THINGS)) == []


def test_whoever_acts_without_an_account_has_words_in_both_languages(project: Path) -> None:
    """A name that the code gives to an actor is one of English words: a page in French prints its own."""
    given = {
        name
        for path in (project / "charter").rglob("*.py")
        for name in re.findall(r'Actor\(name="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert {"staff, no name asked", "page of posters"} <= given
    assert sorted(given - set(ACTORS)) == []
    said = audit_sentence({"actor": "staff, no name asked", "action": "estimate:give"}, "fr")
    assert said.startswith("Une équipe (anonyme) ")
