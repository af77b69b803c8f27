"""A button is never glued to the text beside it, above it or beneath it: measured on every page, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import unfold
from tests.browser.conftest import WIDE
from tests.browser.test_pages import EVERY, in_language

LEAST = 5
"""Pixels between the edge of a button and the letters nearest to it."""

GLUED = """(least) => {
  const shown = (box) => box.width > 1 && box.height > 1;
  const buttons = [...document.querySelectorAll('.button')].filter((one) => shown(one.getBoundingClientRect())
    && one.checkVisibility({visibilityProperty: true}));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, above = node.parentElement;
    if (!node.textContent.trim()) continue;
    if (above.closest('.unseen, .skip, noscript, script, option, .button, .more > div')) continue;
    if (!above.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (shown(box)) lines.push([node, box]);
  }
  const found = [];
  for (const button of buttons) {
    if (getComputedStyle(button).position === 'fixed' || button.closest('.stays')) continue;
    const own = button.getBoundingClientRect();
    for (const [node, box] of lines) {
      const across = Math.max(box.left - own.right, own.left - box.right);
      const down = Math.max(box.top - own.bottom, own.top - box.bottom);
      // Beside it, or above and beneath it; what overlaps in neither way stands elsewhere.
      const gap = down < 0 && across >= -1 ? across : across < 0 && down >= -1 ? down : null;
      const words = [button, node].map((one) => one.textContent.trim().slice(0, 40));
      if (gap !== null && gap < least) found.push([...words, `${gap.toFixed(1)} px`].join(' | '));
    }
  }
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("name", "where"), EVERY)
def test_no_button_is_glued_to_text(window_of: Callable[[str], Page], name: str, where: str) -> None:
    page = window_of(name)
    for language, width in (("fr", WIDE), ("en", 360)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(in_language(where, language))
        assert page.evaluate(GLUED, LEAST) == [], width
        unfold(page)
        assert page.evaluate(GLUED, LEAST) == [], f"{width}, unfolded"


@pytest.mark.browser
def test_the_measure_finds_what_is_glued(window_of: Callable[[str], Page]) -> None:
    """The same measure on a page that is wrong on purpose, beneath, beside and apart."""
    page = window_of("ana")
    page.goto("/desk?lang=fr")
    page.evaluate("""() => { document.querySelector('main').innerHTML =
      '<p>au-dessus</p><button class="button" type="button">un</button><p>dessous</p>' +
      '<p><button class="button" type="button">deux</button><span>beside</span></p>' +
      '<p>loin</p><p><br></p><button class="button" type="button">trois</button>'; }""")
    found = [one.split(" | ")[:2] for one in page.evaluate(GLUED, LEAST)]
    assert ["un", "dessous"] in found
    assert ["deux", "beside"] in found
    assert not [one for one in found if one[0] == "trois"]
