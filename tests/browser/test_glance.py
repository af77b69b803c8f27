"""What is seen at a glance: heights on a phone, values of a chart by pointer, finger and keys, charts as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import serve
from tests.web.long_world import make_long_world
from tests.web.world import PASSWORD

PHONE = {"width": 360, "height": 800}
HEIGHTS = {
    "/desk": 2400,
    "/commitments/bill": 4000,
    "/commitments/answer": 4000,
    "/?unit=vannes": 1600,
    "/?unit=": 1600,
}
"""Three screens of 360 by 800 for the desk, five for a commitment, two for what staff read."""


@pytest.fixture
def hand(browser: Browser, address: str, session: str) -> Iterator[Page]:
    """A phone that is touched."""
    context = browser.new_context(viewport=PHONE, base_url=address, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    yield signed(context, session, address).new_page()
    context.close()


def signed(context: BrowserContext, session: str, address: str) -> BrowserContext:
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    return context


@pytest.mark.parametrize(("where", "most"), HEIGHTS.items())
def test_a_phone_shows_it_in_few_screens_and_nothing_is_cut(hand: Page, where: str, most: int) -> None:
    for language in ("fr", "en"):
        hand.set_viewport_size(PHONE)  # type: ignore[arg-type]
        hand.goto(f"{where}{'&' if '?' in where else '?'}lang={language}")
        assert hand.evaluate("document.documentElement.scrollHeight") <= most, language
        hand.set_viewport_size({"width": 320, "height": 800})
        assert hand.evaluate("document.documentElement.scrollWidth") == 320, language


LONG = {
    "/desk": (3, 6),
    "/desk?unit=aubin": (3, 6),
    "/?unit=aubin": (3.5, 4),
    "/poster?unit=aubin": (6, 7),
    "/embed?unit=aubin": (2, 3),
    "/commitments": (2, 3),
    "/commitments?by=status": (5, 8.5),
    "/classification": (4.2, 6),
    "/checks": (4, 7.5),
    "/alerts": (3, 5),
    "/matrix": (1.5, 3),
    "/matrix?of=owner:Service+3": (2, 3),
    "/parties": (4, 5),
}
"""Of sixty promises: screens of 800 at 1280 and on a phone of 360."""


@pytest.fixture(scope="module")
def long_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(make_long_world(Path(tmp_path_factory.mktemp("long")))) as address:
        yield address


def director_in(context: BrowserContext) -> Page:
    """The window of a director who has signed in."""
    page = context.new_page()
    page.goto("/sign-in?lang=fr")
    page.get_by_label("Adresse électronique").fill("ana@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/desk")
    return page


def test_sixty_promises_are_read_in_few_screens(browser: Browser, long_address: str) -> None:
    context = browser.new_context(viewport=PHONE, base_url=long_address, locale="fr-FR")  # type: ignore[arg-type]
    page = director_in(context)
    found = {}
    for at, width in enumerate((1280, 360)):
        page.set_viewport_size({"width": width, "height": 800})
        for where, most in LONG.items():
            page.goto(where)
            screens = page.evaluate("document.documentElement.scrollHeight") / 800
            if screens > most[at] or page.evaluate("document.documentElement.scrollWidth") > width:
                found[where, width] = screens
    context.close()
    assert found == {}


def test_the_heads_of_a_matrix_of_sixty_promises_stay_in_view(browser: Browser, long_address: str) -> None:
    """At 1280 it needs no scrolling sideways; narrower it scrolls in its own frame, names and heads in sight."""
    context = browser.new_context(viewport={"width": 1280, "height": 400}, base_url=long_address, locale="fr-FR")
    page = director_in(context)
    page.goto("/matrix")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    last = page.locator(".matrix thead th").last
    page.locator(".matrix tbody tr").last.scroll_into_view_if_needed()
    assert page.evaluate("window.scrollY") > 0
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text("60. Une réponse sous")
    page.set_viewport_size({"width": 900, "height": 400})
    page.locator(".matrix-frame").evaluate("one => one.scrollTo(one.scrollWidth, one.scrollHeight)")
    expect(page.locator(".matrix tbody th").last).to_be_in_viewport()
    expect(page.locator(".matrix thead th").last).to_be_in_viewport()
    context.close()


def test_a_promise_opens_on_tap_and_tells_what_it_means_for_me(hand: Page) -> None:
    hand.goto("/?unit=vannes&lang=fr")
    meaning = hand.get_by_text("Ce que cela veut dire pour moi").first
    expect(meaning).to_be_hidden()
    hand.locator(".pledge > summary").first.tap()
    expect(meaning).to_be_visible()
    expect(hand.get_by_role("link", name="Ce qui nous empêche de tenir cet engagement").first).to_be_visible()


def test_the_value_of_a_point_is_read_by_pointer_and_by_keys(page: Page) -> None:
    page.goto("/commitments/bill?lang=fr")
    plot = page.get_by_role("slider", name="Dans le temps")
    box = plot.locator(".value-box")
    expect(box).to_be_hidden()
    plot.scroll_into_view_if_needed()
    area = plot.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 60, area["y"] + 40)
    expect(box).to_be_visible()
    expect(box).to_contain_text("Juillet 2026")
    page.mouse.move(5, 5)
    expect(box).to_be_hidden()
    plot.focus()
    page.keyboard.press("End")
    expect(box).to_contain_text("Octobre 2026")
    expect(box).to_contain_text("82,5")
    page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("Septembre 2026")
    assert "Septembre" in str(plot.get_attribute("aria-valuetext"))
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_the_value_of_a_point_is_read_by_a_finger(hand: Page) -> None:
    hand.goto("/commitments/bill?lang=fr")
    plot = hand.get_by_role("slider", name="Dans le temps")
    plot.scroll_into_view_if_needed()
    area = plot.bounding_box()
    assert area is not None
    hand.touchscreen.tap(area["x"] + area["width"] - 60, area["y"] + 60)
    expect(plot.locator(".value-box")).to_contain_text("Octobre 2026")


def test_a_chart_is_taken_along_as_png(page: Page, tmp_path: Path) -> None:
    page.goto("/commitments/bill?lang=fr&unit=west&period=2026-10")
    with page.expect_download() as waited:
        page.get_by_role("link", name="PNG", exact=True).first.click()
    assert waited.value.suggested_filename == "billed-west-2026-10.png"
    waited.value.save_as(tmp_path / "chart.png")
    content = (tmp_path / "chart.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(content[16:20], "big") == 1600


def test_without_scripts_the_table_and_the_svg_are_there(browser: Browser, address: str, session: str) -> None:
    context = signed(browser.new_context(java_script_enabled=False, base_url=address), session, address)
    page = context.new_page()
    page.goto("/commitments/bill?lang=fr")
    expect(page.get_by_role("link", name="PNG", exact=True).first).to_be_hidden()
    expect(page.get_by_role("link", name="SVG", exact=True).first).to_be_visible()
    page.locator("summary", has_text="Les chiffres derrière le graphique").click()
    expect(page.get_by_role("cell", name="82,5").first).to_be_visible()
    context.close()


def test_a_unit_is_found_by_keyboard_and_the_order_is_in_the_address(window_of: Callable[[str], Page]) -> None:
    page = window_of("ana")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/commitments/bill?lang=fr")
    page.locator("summary", has_text="Chercher et trier les entités").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("brest")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=brest**")
    expect(page.get_by_role("row", name="Agence de Brest")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Région Sud")).to_have_count(0)
