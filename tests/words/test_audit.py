"""Every deed that the log keeps is said in both languages, and nothing is said that no service does."""

from __future__ import annotations

import re
from pathlib import Path

from charter.domain.frontline.observations import Step
from charter.words.records.audit import DEEDS, NOUNS, audit_sentence
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
