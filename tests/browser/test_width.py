"""A wide window is used: no page leaves its right half empty for long, whatever stands at the left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDE
from tests.browser.test_pages import EVERY, in_language

MOST = 640
"""Pixels of height in a row with nothing right of the middle: most of a screen."""

EMPTY = """(middle) => {
  const main = document.querySelector('main') || document.body, bands = new Map();
  const mark = (box) => {
    if (box.width < 2 || box.height < 2) return;
    for (let y = Math.floor((box.top + scrollY) / 20); y <= Math.floor((box.bottom + scrollY - 1) / 20); y++)
      bands.set(y, Math.max(bands.get(y) || 0, box.right));
  };
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 3) {
      const above = node.parentElement;
      if (!node.textContent.trim() || above.closest('.unseen, .skip')) continue;
      if (!above.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) mark(box);
    } else if (node.matches('img, svg, input, select, textarea, button') && node.checkVisibility())
      mark(node.getBoundingClientRect());
  }
  let run = 0, longest = 0;
  const last = Math.max(0, ...bands.keys());
  for (let y = Math.min(last, ...bands.keys()); y <= last; y++) {
    run = (bands.get(y) || 0) < innerWidth * middle ? run + 20 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}"""


@pytest.mark.browser
def test_no_page_leaves_its_right_half_empty(window_of: Callable[[str], Page]) -> None:
    found = {}
    for name, where in EVERY:
        page = window_of(name)
        page.set_viewport_size({"width": WIDE, "height": 800})
        page.goto(in_language(where, "fr"))
        empty = page.evaluate(EMPTY, 0.56)
        if empty > MOST:
            found[name, where] = empty
    assert found == {}


@pytest.mark.browser
def test_an_empty_half_is_found(window_of: Callable[[str], Page]) -> None:
    page = window_of("ana")
    page.goto("/desk?lang=fr")
    page.evaluate("document.querySelector('main').innerHTML = '<p>Un mot</p>'.repeat(60)")
    assert page.evaluate(EMPTY, 0.56) > MOST
