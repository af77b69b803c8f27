"""French pages are French throughout, and sentences that are put together keep their spaces, on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from charter.words.help.pages import help_pages
from config import PROJECT
from tests.web.test_names import MORE
from tests.web.test_quality import PAGES
from tests.web.world import sign_in

INLINE = {"a", "b", "strong", "em", "i", "span", "button", "sub", "sup", "abbr", "time", "bdi"}
UNREAD = {"script", "style", "code", "pre", "title", "desc", "svg", "option", "textarea"}
VOID = {"br", "img", "input", "link", "meta", "hr", "col", "wbr"}
GLUED = {
    "no space after a sentence": re.compile(r"[a-zé)»][.!?…](?=[A-ZÀÉÊ][a-zé’])"),
    "two words in one": re.compile(r"[a-zé](?=[A-ZÀÉÊ][a-zé])"),
    "no space before a word": re.compile(r"[a-zé][,;:](?=[A-Za-zéÀÉ]{2})"),
    "two spaces or signs": re.compile(r" \.(?= |$)| ,|\.\.(?!\.)|,,|\. ;|: :"),
}
NAMES = re.compile(r"\S+@\S+|https?:\S+|\b\w+[.:]\w+[.:=]\S*|\d[\d.,:]*")
"""Addresses, names of files and numbers: their signs are their own."""


class Sentences(HTMLParser):
    """The text of a page, block by block: inside one, words of neighbouring tags stand as they are seen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.nodes: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        is_code = tag in UNREAD or "code" in (given.get("class") or "").split() or given.get("lang") == "en"
        # A style may set what has a class, and the links of a list of links, apart.
        is_apart = tag not in INLINE or bool(given.get("class")) or any(name == "nav" for name, _, _ in self._open)
        self._open.append((tag, is_code, is_apart))
        if is_apart:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open and self._open.pop()[2]:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not any(is_code for _, is_code, _ in self._open):
            self.blocks[-1] += data
            self.nodes.append(" ".join(data.split()))


def glued(html: str) -> list[str]:
    """Places where a space is missing, or one too many stands."""
    found = []
    for block in Sentences(html).blocks:
        said = NAMES.sub("0", re.sub(r"\s+", " ", block).strip())
        for what, one in GLUED.items():
            found += [f"{what}: {said[max(0, hit.start() - 20) : hit.end() + 20]}" for hit in one.finditer(said)]
    return found


def english_of(project: Path) -> set[str]:
    """What is said in English and otherwise in French; not single words that French has too (“Direction”)."""
    with (project / "charter/translations/fr/LC_MESSAGES/messages.po").open("rb") as file:
        pairs = {one.id: one.string for one in read_po(file, locale="fr") if isinstance(one.id, str) and one.id}
    french = " ".join([*pairs.values(), *(page.text for page in help_pages("fr").values())]).casefold()
    words = set(re.findall(r"\w+", french)) | set(pairs.values())
    return {said for said, other in pairs.items() if said != other and len(said) > 3 and said.casefold() not in words}


@pytest.fixture(scope="module")
def french(app: Flask) -> Mapping[str, str]:
    """Each page in French, as the charter manager and as the director see it."""

    def pages() -> Iterator[tuple[str, str]]:
        for name in ("mia", "ana"):
            client = sign_in(app.test_client(), name)
            for address in (*PAGES, *MORE):
                yield f"{name} {address}", client.get(f"{address}{'&' if '?' in address else '?'}lang=fr").text

    return dict(pages())


def test_sentences_keep_their_spaces(french: Mapping[str, str]) -> None:
    assert len(french) > 100
    assert {address: found for address, html in french.items() if (found := glued(html))} == {}


def test_no_english_on_french_pages(french: Mapping[str, str]) -> None:
    english = english_of(PROJECT)
    assert len(english) > 2500
    said = {address: sorted(set(Sentences(html).nodes) & english) for address, html in french.items()}
    assert {address: found for address, found in said.items() if found} == {}


@pytest.mark.parametrize(
    "html",
    ["<p>Tenu.Le socle tient.</p>", "<p>Tenu <b>trois</b>Le reste</p>", "<p>tenu,presque</p>", "<p>Fait .</p>"],
)
def test_planted_gaps_are_found(html: str) -> None:
    assert glued(html) != []


def test_good_sentences_are_left_alone() -> None:
    assert glued("<p>Tenu. Le socle tient : 3,5 (voir a@example.org, charter.yaml).</p><p>Suite</p>") == []
