"""One way to say no: every refusal is a template with named values, and each template is there in French."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.project.code import PROJECT, Source, parse, sources

SAYING = ("Sentence", "CharterError", "Invalid", "Conflict", "NotFound", "NotAllowed", "SourceError", "NotSent",
          "TooMany", "Busy", "AnsweredAlready")  # fmt: skip
"""What carries a template: the refusals, and the sentence that some of them are made of."""
WRAPPING = ("sentence", "error", "refusal", "said", "message", "remedy", "found", "what", "why", "note", "words",
            "needed")  # fmt: skip
"""A finished sentence may be handed on under these names."""
GROUND = ("charter/domain/vocabulary/errors.py", "charter/domain/vocabulary/sentences.py")
"""What makes sentences of what it is given says none itself."""
PLACE = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Said:
    """One place where a sentence is made: its template (None: not a plain text), and the names of its values."""

    place: str
    template: str | None
    names: frozenset[str]
    handed_on: bool


def sentences(source: Source) -> Iterator[Said]:
    """Every call that makes a refusal or a sentence, by the name that it is called by."""
    if str(source.path) in GROUND:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SAYING and node.args:
            first = node.args[0]
            plain = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
            names = frozenset(one.arg for one in node.keywords if one.arg)
            on = ast.unparse(first).split(".")[-1].split("(")[0] in (*WRAPPING, "Sentence", "restored")
            yield Said(f"{source.path}:{node.lineno}", plain, names, on and not isinstance(first, ast.JoinedStr))


def faults(said: Said) -> str | None:
    """Why the sentence cannot be translated, in one line; None where it can."""
    if said.template is None:
        return None if said.handed_on else f"{said.place} is no template: write %(name)s, and the value as name=…"
    places = frozenset(PLACE.findall(said.template))
    if places != said.names:
        return f"{said.place} has the places {sorted(places)} and the values {sorted(said.names)}"
    if said.template.replace("%%", "").count("%") != len(PLACE.findall(said.template)):
        return f"{said.place} has a per cent sign that is not written %%"
    return None


def catalogue() -> Catalog:
    with (PROJECT / "charter/translations/fr/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def untranslated(said: Said, french: Catalog) -> str | None:
    message = french.get(said.template) if said.template else None
    if said.template is None:
        return None
    if message is None or not message.string:
        return f"{said.place} is not there in French: {said.template}"
    if set(PLACE.findall(str(message.string))) != set(PLACE.findall(said.template)):
        return f"{said.place} names other values in French: {message.string}"
    return None


def test_every_refusal_is_a_template_with_named_values() -> None:
    found = [one for source in sources("charter") for one in sentences(source)]
    assert len(found) > 400
    assert [fault for one in found if (fault := faults(one))] == []


def test_every_refusal_is_there_in_french_with_the_same_names() -> None:
    french = catalogue()
    found = [one for source in sources("charter") for one in sentences(source)]
    assert [fault for one in found if (fault := untranslated(one, french))] == []


def test_planted_faults_are_found() -> None:
    lines = (
        'raise Invalid(f"{x} is wrong.")',
        'raise Conflict("%(x)s is wrong.")',
        'raise NotFound("50 % is wrong.")',
        'raise NotFound("%(x)s is right.", x=x)',
        "raise Invalid(error.sentence)",
    )
    found = [faults(one) is not None for line in lines for one in sentences(parse(line, "charter/a.py"))]
    assert found == [True, True, True, False, False]
    assert untranslated(Said("a", "Nobody ever said this.", frozenset(), handed_on=False), catalogue())


if __name__ == "__main__":  # python -m tests.project.test_sentences [path…]: what is left to do
    chosen, there = [one for source in sources("charter") for one in sentences(source)], catalogue()
    for one in chosen:
        if any(one.place.startswith(path) for path in sys.argv[1:] or ["charter"]):
            for fault in filter(None, (faults(one), untranslated(one, there))):
                print(fault)  # noqa: T201
