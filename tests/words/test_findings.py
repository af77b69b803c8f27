"""Every finding of a charter and its remedy is there in French: those of the tests' files, and of damaged values."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from charter.domain.charter_file.findings import CharterFileError, Finding
from charter.domain.charter_file.reading import read_charter, read_plain
from charter.domain.charter_file.text.yaml_reader import parse_document
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Sentence
from charter.words.refusals import refusal_sentence
from tests.project.test_sentences import catalogue

TESTS = Path(__file__).parents[1]
SMALL = (TESTS / "domain/charter_files/small.yaml").read_text("utf-8")
FRENCH = frozenset(str(message.id) for message in catalogue() if message.string)
FILES = [*TESTS.rglob("*.yaml"), *(TESTS.parent / "examples").rglob("*.yaml")]
WRONG: tuple[Any, ...] = ("", None, -5, "zzz", [], {}, True, 10**18, "x" * 5000, ["a", "a"], {"a": 1})


def found_in(file: Path) -> list[Finding]:
    try:
        read = read_charter(file.read_text("utf-8"), load_units=lambda path: (file.parent / path).read_text("utf-8"))
    except CharterFileError as error:
        return error.findings
    return [*read.findings, *lint_charter(read)]


def parts(value: Any) -> Iterator[Sentence]:
    """A sentence, and every sentence that stands in it as a value."""
    if isinstance(value, Sentence):
        yield value
        for inner in value.values.values():
            yield from parts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from parts(inner)


def untranslated(findings: list[Finding]) -> set[str]:
    said = {text for one in findings for text in (one.message, one.remedy) if text}
    english = {str(text) for text in said if refusal_sentence(text, "fr") == str(text)}
    return english | {part.template for text in said for part in parts(text) if part.template not in FRENCH}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_findings_of_every_file_are_there_in_french(file: Path) -> None:
    assert untranslated(found_in(file)) == set()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from places(inner, (*path, step))


def damaged() -> Iterator[dict[str, Any]]:
    """The full charter with each value in turn taken away or made wrong; the wrongs take turns."""
    whole = parse_document((TESTS / "domain/charter_files/full.yaml").read_text("utf-8")).data
    for number, path in enumerate(places(whole)):
        for wrong in (WRONG[number % len(WRONG)], WRONG[(number * 7 + 3) % len(WRONG)], ...):
            new = deepcopy(whole)
            holder = new
            for step in path[:-1]:
                holder = holder[step]
            if wrong is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = wrong
            yield new


def test_the_findings_of_damaged_values_are_there_in_french() -> None:
    missing: set[str] = set()
    count = 0
    for data in damaged():
        try:
            read = read_plain(data)
            findings = [*read.findings, *lint_charter(read)]
        except CharterFileError as error:
            findings = error.findings
        count += len(findings)
        missing |= untranslated(findings)
    assert count > 1000
    assert missing == set()


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def in_french(text: str) -> list[str]:
    """What is said of a charter, plain spaces and marks for the narrow ones of print."""
    try:
        read = read_charter(text, is_calendar=lambda _: True)
        findings = [*read.findings, *lint_charter(read)]
    except CharterFileError as error:
        findings = error.findings
    said = [refusal_sentence(part, "fr") for one in findings for part in (one.message, one.remedy) if part]
    return [one.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'") for one in said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answered\n        within", "answered\n        wihtin", "« wihtin » n'est pas connu ici"),
        ("answered\n        within", "answered\n        wihtin", "vouliez-vous dire « within » ?"),
        ("within: 10 working days\n", "within: []\n", "une liste n'est pas un délai"),
        ("owner: Head of complaints", "owner:", "« owner » est vide"),
        ("owner: Head of complaints", "owner:",
         "écrivez sa valeur, ou retirez-le (qui en répond, une fonction plutôt qu'une personne)"),
        ("target: 0.80", "target: 80", "écrivez un nombre de 0 à 1 : 80 % s'écrit 0.8 dans un fichier"),
        ("target: 0.80", "target: 0.40", "écrivez 0.38 ou moins, ou corrigez le sens"),
        ("{from: 2026-01-01, target", "{from: 2026-02-01, target",
         "aucun niveau n'est exigé avant le 1er février 2026, et la charte vaut depuis le 1er janvier 2026"),
        ("within 10 working days.", "within 5 days.", "dites ce qui est mesuré : 10 jours ouvrés"),
        ("evidence: {law: {owed: none}}", "class: {decided: trust, by: A, because: b, date: 2026-01-01}",
         "la classe « confiance » est décidée sans preuve"),
        ("key: north,", "key: company,", "la clé d'entité « company » sert déjà (ligne 11)"),
        ("timezone: Europe/Paris", "timezone: Europe/Pari", "le fuseau horaire « Europe/Pari » n'existe pas"),
        ("  timezone:", "\ttimezone:", "une tabulation se trouve là où seules des espaces sont admises (colonne 1)"),
    ],
)  # fmt: skip
def test_values_stand_in_their_own_words(old: str, new: str, said: str) -> None:
    assert said in in_french(changed(old, new))


def test_a_refused_charter_is_one_sentence_where_no_findings_are_shown() -> None:
    with pytest.raises(CharterFileError) as refused:
        read_charter(changed("timezone: Europe/Paris\n", "timezone: Mars\n"), is_calendar=lambda _: True)
    said = refusal_sentence(refused.value, "fr").replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")
    assert said == "La charte ne peut pas être prise : charter.timezone : le fuseau horaire « Mars » n'existe pas."
    assert "charter.timezone: " in str(refused.value)
