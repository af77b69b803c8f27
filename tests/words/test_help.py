"""Help: the same pages in both languages, safe HTML, terms as the vocabulary has them, rights as they are enforced."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from charter.domain.vocabulary.permissions import RIGHTS
from charter.domain.vocabulary.terms import Role
from charter.words.codes import PERMISSIONS
from charter.words.help import pages as help_words
from charter.words.help.pages import FOLDERS, INDEX, HelpPage, help_pages, rendered
from charter.words.help.terms import find_term, terms
from charter.words.statuses import word

LANGUAGES = tuple(FOLDERS)
UNDERSTAND = {"floor", "suspended", "charts", "parties", "terms"}
TERMS = [
    "commitment", "floor", "trust", "both", "indicator", "level", "tolerance", "kept", "unproven", "unit", "check",
    "signal", "evidence", "frozen",
]  # fmt: skip


class Tags(HTMLParser):
    """The tags of some HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_has_two_pages_and_the_list_names_all(language: str) -> None:
    pages = help_pages(language)
    roles = {f"{role}{part}" for role in Role for part in ("", "-questions")}
    assert set(pages) == {INDEX, *UNDERSTAND, *roles}
    listed = set(re.findall(r"\]\(([a-z-]+)\.md\)", pages[INDEX].text))
    assert listed == set(pages) - {INDEX}
    assert all(len(page.title) > 3 and len(page.plain.split()) > 45 for page in pages.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fourteen_terms_have_one_sentence_each(language: str) -> None:
    found = terms(language)
    assert list(found) == TERMS
    assert all(term.sentence.endswith(".") and len(term.sentence) < 130 for term in found.values())
    assert all("*" not in term.sentence for term in found.values())
    words = [one.casefold() for term in found.values() for one in term.words]
    assert len(words) == len(set(words)), "one word per thing"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rights_of_a_role_are_those_that_are_enforced(language: str, role: Role) -> None:
    page = help_pages(language)[f"{role}-questions"]
    listed = page.text.rpartition("\n## ")[2].split("\n- ")[1:]
    enforced = {word(PERMISSIONS, right, language) for right in RIGHTS[role]}
    assert {line.strip() for line in listed} == enforced
    assert len(listed) == len(enforced)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_safe_html_whose_links_lead_to_help(language: str) -> None:
    for name in help_pages(language):
        tags = Tags(rendered(name, language)).found
        assert {tag for tag, _ in tags} <= set(
            "a p h2 h3 ul ol li strong em code table thead tbody tr th td".split()  # noqa: SIM905
        ), name
        allowed = {"href", "id", "data-words"}
        assert [(name, tag, one) for tag, given in tags for one in given if one not in allowed] == []
        for _, given in tags:
            target = (given.get("href") or "terms").partition("#")
            assert target[0] in help_pages(language), (name, target)
            assert not target[2] or target[2] in terms(language)


def test_what_is_written_as_a_tag_is_shown_and_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    written = "# T\n<script>go()</script>\n\n<b onclick='x'>bold</b> text"
    page = HelpPage("odd", "T", written.partition("\n")[2])
    monkeypatch.setattr(help_words, "help_pages", lambda _language: {"odd": page})
    html = str(help_words.rendered.__wrapped__("odd", "en"))
    assert Tags(html).found == [("p", {}), ("p", {})]
    assert "&lt;script&gt;" in html


def test_a_term_is_found_as_a_whole_word_outside_of_tags() -> None:
    place = find_term('<b class="floor">The Floor holds</b>', "floor", "en")
    assert place is not None
    assert place.group() == "Floor"
    assert place.start() == 21
    assert find_term("flooring", "floor", "en") is None
    assert find_term("anything", "no-such-term", "en") is None
    place = find_term("La confiance différenciante compte", "trust", "fr")
    assert place is not None
    assert place.group() == "confiance différenciante"


def test_help_is_part_of_the_documents(project: Path) -> None:
    nav = (project / "mkdocs.yml").read_text(encoding="utf-8")
    written = [f"{folder}/{name}.md" for language, folder in FOLDERS.items() for name in help_pages(language)]
    assert [page for page in written if f"- {page}\n" not in nav] == []
