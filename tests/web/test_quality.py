"""Every page, both languages: title, one h1, labels, tokens, no inline style or script, links that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.world import make_world, sign_in

PAGES = (
    "/",
    "/?unit=vannes",
    "/embed",
    "/observe?unit=vannes&commitment=bill",
    "/thank?unit=vannes",
    "/sent?kind=obstacle&number=3&unit=vannes",
    "/estimate?unit=vannes",
    "/our-work?unit=vannes",
    "/effort",
    "/symmetry",
    "/poster?unit=vannes",
    "/desk",
    "/desk?unit=vannes&period=2026-08",
    "/commitments",
    "/commitments/answer",
    "/commitments/bill?unit=west",
    "/commitments/callback",
    "/commitments/nothing",
    "/commitments/advice",
    "/commitments/bill/comment",
    "/commitments/bill/action?unit=west",
    "/commitments/bill/limits",
    "/actions?show=all",
    "/actions?show=mine",
    "/actions/1",
    "/actions/2",
    "/checks",
    "/checks?period=2026-02",
    "/classification",
    "/classification?commitment=answer",
    "/classification?commitment=bill",
    "/classification/bill/decision",
    "/classification/bill/sector",
    "/classification/bill/experts",
    "/reports",
    "/alerts",
    "/account/mail",
    "/reports/2026-10",
    "/reports/2026-09",
    "/post",
    "/audit",
    "/account",
    "/search",
    "/search?q=agence",
    "/help/",
    "/help/terms",
    "/help/director",
    "/help/director-questions",
    "/nowhere",
)
CONTROLS = ("input", "select", "textarea")


class Page(HTMLParser):
    """What the rules look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._in_title = False
        self._in_svg = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_svg += tag == "svg"
        self._in_title = tag == "title" and not self._in_svg
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._in_svg -= tag == "svg"
        self._in_title = False

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def faults(html: str, language: str) -> list[str]:
    """What is wrong with a page, in words; nothing for a good one."""
    page = Page(html)
    found = []
    if not page.title.strip().endswith("– Promesse") or len(page.title.strip()) < 15:
        found.append(f"title: {page.title!r}")
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} h1")
    if page.all("html")[0].get("lang") != language:
        found.append("lang")
    if len(page.all("main")) != 1:
        found.append("no main")
    labels = {label.get("for") for label in page.all("label")}
    for control in page.all(*CONTROLS):
        if control.get("type") != "hidden" and control.get("id") not in labels:
            found.append(f"no label: {control}")
    for form in page.all("form"):
        if form.get("method") == "post" and 'name="csrf_token"' not in html:
            found.append(f"no token: {form}")
    for tag, attributes in page.tags:
        found += [f"{tag} {name}" for name in attributes if name == "style" or name.startswith("on")]
    found += ["script in the page" for script in page.all("script") if not script.get("src")]
    found += ["style in the page" for _ in page.all("style")]
    twice = [key for key, times in Counter(a["id"] for _, a in page.tags if a.get("id")).items() if times > 1]
    found += [f"id twice: {key}" for key in twice]
    found += [f"left over: {rest}" for rest in re.findall(r".{0,30}(?:\{\{|\{%|\bNone\b|Undefined|%\(\w+\))", html)]
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_page_is_well_made(ana: FlaskClient, address: str, language: str) -> None:
    mark = "&" if "?" in address else "?"
    assert faults(ana.get(f"{address}{mark}lang={language}").text, language) == []


def test_pages_are_well_made_when_every_check_has_failed(tmp_path: Path) -> None:
    client = sign_in(make_world(tmp_path, has_source=False).test_client(), "ana")
    found = {address: wrong for address in PAGES if (wrong := faults(client.get(address).text, "fr"))}
    assert found == {}
    assert "le contrôle a échoué" in client.get("/desk").text


def test_sign_in_page_is_well_made(client: FlaskClient) -> None:
    assert faults(client.get("/sign-in").text, "fr") == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("<h1>a</h1><h1>b</h1>", "2 h1"),
        ('<h1>a</h1><input id="x">', "no label: {'id': 'x'}"),
        ('<h1>a</h1><form method="post"></form>', "no token: {'method': 'post'}"),
        ('<h1>a</h1><p style="color:red">', "p style"),
        ("<h1>a</h1><script>go()</script>", "script in the page"),
        ('<h1>a</h1><p id="a"><p id="a">', "id twice: a"),
    ],
)
def test_a_planted_fault_is_found(broken: str, fault: str) -> None:
    html = f'<html lang="fr"><title>Une page pour voir – Promesse</title><main>{broken}</main>'
    assert faults(html, "fr") == [fault]


def test_every_link_leads_somewhere(as_person: Callable[[str], FlaskClient]) -> None:
    """Walk from the first page over every link of this site, as the director."""
    client = as_person("ana")
    waiting, seen, dead = ["/", "/desk?lang=fr"], {"/"}, []
    while waiting and len(seen) < 150:
        address = waiting.pop(0)
        with client.get(address) as answer:
            if answer.status_code >= 400:
                dead.append((address, answer.status_code))
            html = answer.text if answer.mimetype == "text/html" else ""
        links = {a.get("href") or "" for a in Page(html).all("a")}
        fresh = {link.partition("#")[0] for link in links if link.startswith("/")} - seen
        seen |= fresh
        waiting += sorted(fresh)
    assert dead == []
    assert len(seen) > 40
