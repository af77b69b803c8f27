"""What is kept as codes and long numbers is told as a person reads it: browsers, sendings, changes, chances."""

from __future__ import annotations

import pytest

from charter.words.alerts.sentences import alert_sentence
from charter.words.conclusions.rules import facts_words
from charter.words.formats import format_points_with_unit
from charter.words.jobs import job_result, post_word
from charter.words.records.audit import post_about
from charter.words.records.values import browser_word

N = "\u00a0"
NAMES = {"ambrelune": "Ambrelune Énergie", "bill": {"fr": "Une facture juste", "en": "A bill that is right"}}


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140", "Edge (Windows)"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36", "Chrome (Linux)"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari (iPhone)"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox (Android)"),
        ("curl/8.5.0", "curl"),
        (None, ""),
    ],
)  # fmt: skip
def test_a_browser_has_the_name_that_people_know(agent: str | None, told: str) -> None:
    assert browser_word(agent, "fr") == told


@pytest.mark.parametrize(
    ("cause", "french", "english"),
    [
        ("file 2025-11 edition 1 ambrelune en", "novembre 2025, édition n° 1, Ambrelune Énergie, anglais",
         "November 2025, edition no. 1, Ambrelune Énergie, English"),
        ("month 2025-11 sealed", "novembre 2025", "November 2025"),
        ("action 3 due 2026-11-20 day 3", f"action n° 3, 20{N}novembre 2026", f"action no. 3, 20{N}November 2026"),
        ("observation 101", "observation n° 101", "observation no. 101"),
        ("class bill 2026-12-05", f"Une facture juste, 5{N}décembre 2026", f"A bill that is right, 5{N}December 2026"),
        ("trial 2026-11-05T10:00:00+01:00", "", ""),
    ],
)  # fmt: skip
def test_a_sending_says_what_it_is_about_without_codes(cause: str, french: str, english: str) -> None:
    spaced = [post_about({"cause": cause}, NAMES, language).replace(N, " ") for language in ("fr", "en")]
    assert spaced == [french.replace(N, " "), english.replace(N, " ")]


def test_a_program_is_told_by_what_happened() -> None:
    assert post_word("month:sealed", "fr") == "chiffres figés"
    assert post_word("month:unheard-of", "fr") == "mois"


@pytest.mark.parametrize(
    ("change", "kind", "french", "english"),
    [
        (0.004, "share", f"+0,4{N}point", f"+0.4{N}points"),
        (-0.0115, "share", f"−1,2{N}point", f"−1.2{N}points"),
        (-0.04, "share-within", f"−4,0{N}points", f"−4.0{N}points"),
        (0.0, "share", "=", "="),
        (None, "share", "–", "–"),
        (12, "count", "+12", "+12"),
    ],
)
def test_a_change_that_stands_alone_has_its_unit(change: float | None, kind: str, french: str, english: str) -> None:
    assert format_points_with_unit(change, kind, "fr") == french
    assert format_points_with_unit(change, kind, "en") == english


def test_what_is_concluded_has_no_more_digits_than_it_bears() -> None:
    told = dict(facts_words({"likely": 7.8787, "rate": 0.052, "chance": 0.00001, "count": 6}, "fr"))
    assert told["probables sur 12"] == "7,9"
    assert told["par les entités elles-mêmes"] == f"+5,2{N}points"
    assert told["probabilité"].startswith("<")
    assert told["nombre"] == "6"


def test_a_name_in_brackets_has_none_of_its_own() -> None:
    facts = {"title": {"fr": "Facture"}, "unit_name": "Voix d’Appui (prestataire)", "period": "2026-10"}
    line = {"kind": "status", "what": "opened", "code": "missed", "commitment": "bill", "facts": facts}
    assert "(Voix d’Appui, prestataire)" in alert_sentence(line, "fr")


def test_a_newer_file_is_said_to_agree_only_with_what_it_was_compared_with() -> None:
    job = {"kind": "run-checks", "arguments": {"source": "cases"}}
    for again, changed, said in (
        (0, 0, "nothing was compared"),
        (3, 0, "It says the same"),
        (3, 1, "otherwise: 1 of 3"),
    ):
        told = job | {"result": {"due": 2, "done": 2, "failed": 0, "again": again, "changed": changed}}
        assert said in job_result(told, "en")
        assert "2" in job_result(told, "fr")
