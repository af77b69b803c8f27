"""Refusals of figures in French: every sentence that the intake says is known, its values in their places."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from charter.domain.errors import NotAllowed
from charter.domain.permissions import ANONYMOUS, ON_ANY_UNIT, Actor, require
from charter.domain.terms import Permission, Role
from charter.words.refusals import refusal_sentence

SAYING = (
    "charter/domain/entries.py",
    "charter/domain/figure_rows.py",
    "charter/services/entering.py",
    "charter/services/manual.py",
    "charter/services/uploads.py",
    "charter/sources/uploads.py",
    "charter/web/uploads.py",
    "charter/web/figures.py",
)
REFUSALS = ("Invalid", "Conflict", "NotFound", "NotAllowed", "SourceError", "NotSent")


def said(node: ast.expr) -> str:
    """A sentence with a mark in the place of each value."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part) for part in node.values)
    return "7"


def sentences(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
            sentence = said(node.args[0])
            if sentence != "7":
                yield sentence


def test_every_reason_of_a_failed_run_is_there_in_french(project: Path) -> None:
    paths = [*(project / "charter/sources").glob("*.py"), project / "charter/services/measuring.py"]
    found = [one for path in paths for one in sentences(path.read_text(encoding="utf-8"))]
    # The column stands in the words of the charter's own reader: “in its column”.
    found = [one.replace("7 writes", "The source “7”, in its column “7”, writes") for one in found]
    assert len(found) > 40
    assert [one for one in found if refusal_sentence(one, "fr") == one] == []


def test_every_sentence_of_the_intake_is_there_in_french(project: Path) -> None:
    found = [one for path in SAYING for one in sentences((project / path).read_text(encoding="utf-8"))]
    assert len(found) > 40
    # An optional part of a sentence stands for a value here: the file without a column has its own test.
    english = [one for one in found if refusal_sentence(one, "fr") == one and "Its first line says" not in one]
    assert english == []


ENGLISH = (
    "api/", "cli/", "domain/evidence/", "domain/spc/", "models/", "reports/edition.py",
    "services/dryrun.py", "services/job_kinds.py", "services/outbox.py", "services/pushes.py", "services/tokens.py",
)  # fmt: skip
"""Those who read these are at a keyboard or write programs."""


def test_every_refusal_of_a_page_is_there_in_french(project: Path) -> None:
    found = []
    for path in sorted((project / "charter").rglob("*.py")):
        if path.relative_to(project / "charter").as_posix().startswith(ENGLISH):
            continue
        found += [(path.name, one) for one in sentences(path.read_text(encoding="utf-8"))]
    # Sentences of rights are made for each right below; an optional part stands for a value.
    made = (
        "7 may not 7 7.",
        "The role 7 ",
        "The chart of 7 7",
        "The file has no column 7: add it7",
        "7 writes ",
        "7: ",
        "7 names a 7 7",  # these two are whole in test_impossible
        "7 7: the numerator is above",
    )
    english = [one for one in found if refusal_sentence(one[1], "fr") == one[1] and not one[1].startswith(made)]
    assert len(found) > 200
    assert english == []


@pytest.mark.parametrize("right", Permission)
def test_every_right_that_is_missing_is_said_in_french(right: Permission) -> None:
    nobody, clara = ANONYMOUS, Actor("Clara", Role.FRONTLINE, ("vannes",))
    for actor, unit in ((nobody, None), (clara, "nice"), (clara, None)):
        if right in ON_ANY_UNIT and actor is clara:
            continue
        with pytest.raises(NotAllowed) as refused:
            require(actor, right, unit)
        said = refusal_sentence(refused.value, "fr")
        assert said.startswith(("Une personne sans compte ne peut pas ", "Clara ne peut pas "))
        assert "organisation" in said or "nice" in said
    assert "director" not in refusal_sentence(f"The role director may not {right.value.replace('-', ' ')}.", "fr")


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("The numerator 51 is above the denominator 50.", "Le numérateur 51 dépasse le dénominateur 50."),
        ("numerator: “95 %” is a percentage: a figure is given as counts.",
         "numerator\u00a0: «\u202f95\u202f%\u202f» est un pourcentage\u202f; un chiffre se donne en nombres de cas."),
        ("The source “a” has no column “b”: did you mean “c” or “d”?",
         "La source «\u202fa\u202f» n’a pas de colonne «\u202fb\u202f»\u00a0: vouliez-vous dire "
         "«\u202fc\u202f» ou «\u202fd\u202f»\u202f?"),
        ("The mail server does not take SMTP_USER and SMTP_PASSWORD: 535 no",
         "Le serveur de courrier n’accepte pas SMTP_USER et SMTP_PASSWORD\u00a0: 535 no"),
        ("hooks.local is at a private address (10.0.0.1): it is not told. Add hooks.local:443 to the setting "
         "WEBHOOKS_ALLOW if it may be.",
         "hooks.local est à une adresse privée (10.0.0.1)\u00a0: rien ne lui est dit. Ajoutez hooks.local:443 au "
         "réglage WEBHOOKS_ALLOW s’il le faut."),
        ("The charter has no unit paris.", "La charte n’a pas d’entité paris."),
        ("There is a figure of west already: vannes would count the same cases twice.",
         "Il y a déjà un chiffre de west\u00a0: vannes compterait deux fois les mêmes cas."),
    ],
)  # fmt: skip
def test_values_stand_in_their_places(english: str, french: str) -> None:
    assert refusal_sentence(english, "fr") == french
    assert refusal_sentence(english, "en") == english


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert refusal_sentence("Something else.", "fr") == "Something else."
