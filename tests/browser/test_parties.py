"""The cards of parties in a real browser, for a manager and a provider: axe, phones, dark, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.reports.snapshots import freeze_month
from tests.browser.axe import unfold, violations
from tests.services.parties_world import PASSWORD, open_accounts, parties_measured
from tests.services.world import NOW
from tests.serving import serve
from tests.web.world import make_empty_app


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = make_empty_app(Path(tmp_path_factory.mktemp("parties")), public_pages=False)
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        parties_measured()
        open_accounts()
        freeze_month(COMMAND_LINE, NOW, period="2026-10")
    with serve(app) as address:
        yield address


@pytest.mark.parametrize(
    ("who", "pages"), [("mia", ("/parties", "/desk?unit=company")), ("vera", ("/parties", "/figures", "/account"))]
)
def test_cards_are_read_by_everybody_and_nothing_is_cut(
    browser: Browser, served: str, who: str, pages: tuple[str, ...]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=served, locale="fr-FR")
    page = context.new_page()
    page.goto("/sign-in?lang=fr")
    page.get_by_label("Adresse électronique").fill(f"{who}@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{served}/parties" if who == "vera" else f"{served}/desk")
    for where in pages:
        for language, scheme in (("fr", "light"), ("en", "dark")):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{where}{'&' if '?' in where else '?'}lang={language}")
            unfold(page)
            assert violations(page) == [], (where, language)
            for width in (360, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") == width, (where, language)
            page.set_viewport_size({"width": 1280, "height": 800})
    context.close()
