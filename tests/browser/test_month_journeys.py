"""A month in real Chromium: a contributor explains a miss, the director approves and sends, an auditor finds who
changed a target. Each by what a person sees, clicks and types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.post.settings import Office
from charter.post.smtp import MailServer
from charter.services.drafts.applying import apply_charter
from charter.services.post.sending import deliver
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
from tests.browser.axe import violations
from tests.post.servers import mail_server
from tests.serving import serve
from tests.web.world import CHARTER, NOW, PASSWORD, make_world

LIST = "  calendar: FR\n  report: {languages: [fr], to: [conseil@example.org]}\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """October is sealed; from November on Mia asks for more of the bills, and names who receives the report."""
    folder = Path(tmp_path_factory.mktemp("month"))
    app = make_world(folder)
    text = CHARTER.read_text(encoding="utf-8").replace("  calendar: FR\n", LIST)
    text = text.replace("valid_from: 2026-07-01", "valid_from: 2026-11-01").replace("target: 0.9,", "target: 0.95,")
    with app.app_context():
        why = {"folder": str(folder), "reason": "Nos clients attendent mieux."}
        apply_charter(Actor("Mia", Role.MANAGER), NOW, charter=read_charter(text).charter, **why)
    return app


@pytest.fixture(scope="module")
def served(app: Flask) -> Iterator[str]:
    with serve(app) as address:
        yield address


@pytest.fixture
def as_person(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """A window with one of the cast signed in through the form, by keyboard."""
    opened = []

    def open_(name: str, language: str = "fr", width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=served, locale=language)
        opened.append(context)
        page = context.new_page()
        page.goto(f"/sign-in?lang={language}")
        page.locator("#email").focus()
        page.keyboard.type(f"{name}@example.org")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk*")
        return page

    yield open_
    for context in opened:
        context.close()


def test_a_contributor_explains_a_miss_of_her_unit(as_person: Callable[..., Page]) -> None:
    page = as_person("carl", width=320)
    expect(page.locator("main")).to_contain_text("Agence de Vannes")
    page.locator("main").get_by_role("link", name="Une facture juste").first.click()
    expect(page.locator("main")).to_contain_text("Explication attendue.")
    page.get_by_role("link", name="Expliquer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Que s’est-il passé ?")
    page.get_by_label("Commentaire").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # nothing is written: the form says so, and keeps its place
    expect(page.get_by_role("alert")).to_contain_text("Écrivez ce qui s’est passé")
    assert violations(page) == []
    page.get_by_label("Commentaire").fill("Deux relevés sur huit manquaient.\nLe prestataire reprend en novembre.")
    page.get_by_role("button", name="Enregistrer le commentaire").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Le commentaire est enregistré")
    remedy = page.locator("#remedy")
    expect(remedy).to_contain_text("Deux relevés sur huit manquaient.")
    expect(remedy).to_contain_text("Carl")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.goto("/commitments/bill/comment?unit=nice")  # another unit's miss is not hers to explain
    expect(page.locator("main")).to_contain_text(
        "Carl ne peut pas expliquer un engagement non tenu pour l’entité Agence de Nice."
    )


def test_the_director_approves_the_month_and_sends_it(app: Flask, as_person: Callable[..., Page]) -> None:
    page = as_person("ana")
    page.get_by_role("link", name=re.compile("^Rapports")).first.click()
    page.locator("main").get_by_role("link", name="octobre 2026").first.click()
    expect(page.locator("main")).to_contain_text("Un relevé sur quatre était estimé.")
    expect(page.get_by_role("status").first).to_contain_text("Figé, en attente d’approbation.")
    page.get_by_role("link", name="Relire et approuver").press("Enter")
    expect(page.locator("#readers ~ ul")).to_contain_text("conseil@example.org")
    page.get_by_role("button", name="Approuver octobre 2026").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()  # an approval rests on something
    assert violations(page) == []
    page.get_by_label("Base de l’approbation").fill("Chiffres relus avec les deux régions.")
    page.get_by_role("button", name="Approuver octobre 2026").press("Enter")
    page.wait_for_url("**/reports/2026-10")
    expect(page.get_by_role("status").first).to_contain_text("Son PDF est en cours de fabrication.")
    with app.app_context():
        run_jobs(COMMAND_LINE, lambda: NOW, Access())
    with mail_server() as (inbox, port), app.app_context():
        post = MailServer("127.0.0.1", port, tls="off", sender="promesse@example.org")
        deliver(SCHEDULER, NOW, Office("http://127.0.0.1", mail=post))
    page.goto("/reports/2026-10")
    expect(page.get_by_role("status").first).to_contain_text("Publié, envoyé à 1 adresse.")
    expect(page.locator("main")).to_contain_text("Approuvée par Ana")
    sent = page.get_by_role("row").filter(has_text="conseil@example.org")
    expect(sent).to_contain_text("envoyé")
    assert [to for to, _ in inbox.messages] == ["conseil@example.org"]
    assert [part.get_content_type() for part in inbox.messages[0][1].iter_attachments()] == ["application/pdf"]
    printed = page.request.get(page.get_by_role("link", name="PDF").first.get_attribute("href") or "")
    assert printed.body().startswith(b"%PDF-")
    assert violations(page) == []


def test_an_auditor_finds_who_changed_a_target(as_person: Callable[..., Page]) -> None:
    page = as_person("dan", "en")
    page.locator("main").get_by_role("link", name="A right bill").first.click()
    page.get_by_role("link", name="History").first.click()
    line = page.get_by_role("row").filter(has_text="95").first
    expect(line).to_contain_text("Mia")
    expect(line).to_contain_text("Nos clients attendent mieux.")
    assert violations(page) == []
    page.get_by_role("link", name="Charter", exact=True).click()
    page.get_by_role("link", name="Version 2", exact=True).click()
    level = page.get_by_role("row").filter(has_text="Measure billed").first
    expect(level).to_contain_text("90%")
    expect(level).to_contain_text("95%")
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="charter:apply").first).to_contain_text("Mia")
    # Nothing here changes anything: the auditor may leave, have everything proved, and look for entries.
    assert page.get_by_role("button").filter(has_not_text=re.compile("Sign out|Verify now|^\\s*Show\\s*$")).count() == 0
    assert page.locator("form").filter(has_text="Show").first.get_attribute("method") == "get"
