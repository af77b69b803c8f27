"""Where a person reads stand names: no key of a unit, promise or indicator, no code of the vocabulary, no JSON.

What is exact by purpose (a command, an address, the charter file) is marked as code, and is not looked at.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from charter.domain.vocabulary import terms
from charter.words.records.values import spelled
from tests.web.test_quality import PAGES

MORE = (
    "/observations",
    "/surveys",
    "/accounts",
    "/figures",
    "/matrix",
    "/units",
    "/commitments/bill/history",
    "/commitments/bill/why",
    "/checks/billed/2026-10",
    "/jobs",
    "/charter",
    "/charter/calendars",
    "/charter/files",
    "/desk?unit=company&period=2026-09",
    "/commitments?unit=vannes",
    "/account",
    "/post",
)
KEYS = ("company", "west", "vannes", "brest", "south", "nice", "answered", "billed", "called", "felt", "advised",
        "callback", "nothing", "bill", "answer", "advice")  # fmt: skip
TITLES = re.compile(r"\b(?:Mesure|Service) \w+")
"""What this charter calls its indicators and owners: their names contain keys."""
CODES = sorted(
    {
        code.value
        for kind in vars(terms).values()
        if isinstance(kind, type) and issubclass(kind, enum.StrEnum)
        for code in kind
        if re.search(r"[a-z]-[a-z]", code.value)
    }
)
JSON = re.compile(r"""[{\[]\s*["'][\w-]+["']\s*[:,\]]|"[\w-]+":""")
UNREAD = ("script", "style", "code", "pre", "textarea", "title", "desc")


class Text(HTMLParser):
    """What is read on a page, but for what is marked as code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "img", "input", "link", "meta", "hr", "col", "path", "rect", "circle", "line", "use"):
            return
        classes = (dict(attrs).get("class") or "").split()
        self._open.append(tag in UNREAD or "code" in classes)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in ("path", "rect", "circle", "line", "use"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.said.append(data)


def not_for_people(html: str) -> list[str]:
    """Keys, codes and JSON in what is read, each with its neighbours."""
    said = TITLES.sub("", re.sub(r"\s+", " ", " ".join(Text(html).said)))
    found = [hit.span() for one in (*KEYS, *CODES) for hit in re.finditer(rf"(?<![\w-]){one}(?![\w-])", said)]
    found += [hit.span() for hit in JSON.finditer(said)]
    return [said[max(0, start - 30) : end + 20] for start, end in found]


@pytest.mark.parametrize("address", [*PAGES, *MORE])
@pytest.mark.parametrize("name", ["ana", "mia"])
def test_no_key_code_or_json_where_a_person_reads(
    as_person: Callable[[str], FlaskClient], address: str, name: str
) -> None:
    answer = as_person(name).get(f"{address}{'&' if '?' in address else '?'}lang=fr")
    assert not_for_people(answer.text) == []


@pytest.mark.parametrize("name", ["boris", "carl", "clara"])
def test_an_account_of_a_part_names_its_units(as_person: Callable[[str], FlaskClient], name: str) -> None:
    page = as_person(name).get("/account?lang=fr").text
    assert "toute l’organisation" not in page
    assert not_for_people(page) == []


def test_a_refusal_names_the_unit(as_person: Callable[[str], FlaskClient]) -> None:
    page = as_person("boris").get("/desk?unit=nice&lang=fr").text
    assert "pour l’entité Agence de Nice" in page
    assert not_for_people(page) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Agences : vannes, brest</p>", 2),
        ("<p>share-within</p>", 1),
        ('<p>{"fr": "Une facture"}</p>', 1),
        ("<p>Agence de Vannes <code>vannes</code><span class='x code'>bill</span> Mesure billed</p>", 0),
    ],
)
def test_planted_keys_are_found(html: str, found: int) -> None:
    assert len(not_for_people(html)) >= found
    assert bool(not_for_people(html)) is bool(found)


def test_what_is_stored_is_spelled_without_its_signs() -> None:
    stored = {
        "title": {"en": "A bill", "fr": "Une facture"},
        "units": ["west"],
        "targets": [{"from": "2026"}],
    }
    assert spelled(stored, "fr") == "title: Une facture; units: west; targets: from: 2026"
