"""The first hour in Chromium: from an empty installation to a figure, at 1280 and at 360 px, axe on every page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.people.first_account import first_code
from charter.services.records.access import access_of
from charter.services.work.worker import run_jobs
from tests.browser.axe import violations
from tests.serving import serve
from tests.web.test_first import cases
from tests.web.world import NOW, make_empty_app

MOST_ACTIONS = 25


@pytest.mark.parametrize("width", [1280, 360])
def test_from_nothing_to_a_figure_in_few_actions(browser: Browser, tmp_path: Path, width: int) -> None:
    app, file = make_empty_app(tmp_path), tmp_path / "reclamations.csv"
    file.write_bytes(cases(date(2026, 11, 5)))
    with serve(app) as address:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address, locale="en-GB")
        page, actions = context.new_page(), 0

        def do(action: object) -> None:
            nonlocal actions
            actions += 1
            assert action is None or action

        page.goto(f"/welcome/{first_code('k' * 32, NOW)}")
        assert violations(page) == []
        do(page.get_by_label("Your name").fill("Zoe"))
        do(page.get_by_label("E-mail address").fill("zoe@example.org"))
        do(page.get_by_label("Password").fill("correct horse battery"))
        do(page.get_by_role("button", name="Continue").click())
        assert violations(page) == []
        do(page.get_by_label("Name of the organisation").fill("Amber Energy"))
        do(page.get_by_role("button", name="Continue").click())
        assert violations(page) == []
        do(page.get_by_role("link", name="Energy supplier").click())
        assert violations(page) == []
        do(page.get_by_label("A full answer within 10 working days").check())
        do(page.get_by_role("button", name="Continue").click())
        assert violations(page) == []
        do(page.get_by_label("Drop the file here, or choose it").set_input_files(file))
        do(page.get_by_role("button", name="Read the file").click(no_wait_after=True))
        expect(page.locator(".live-sentence")).to_contain_text("50", timeout=240_000)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        do(page.get_by_label("For how many cases of 100?").fill("45"))
        do(page.get_by_role("button", name="Publish and see the desk").click(no_wait_after=True))
        expect(page.get_by_role("heading", level=1)).to_have_text("Your promise is published", timeout=240_000)
        with app.app_context():
            run_due(COMMAND_LINE, NOW, access_of(app.extensions["settings"]))
            run_jobs(COMMAND_LINE, lambda: NOW, access_of(app.extensions["settings"]))
        do(page.get_by_role("link", name="Open the desk").click())
        expect(page.get_by_role("heading", level=1)).to_contain_text("kept")
        expect(page.get_by_role("heading", name="First steps")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        assert actions <= MOST_ACTIONS
        context.close()
