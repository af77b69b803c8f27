"""Many PDFs at once: the same bytes as one at a time, refusals told, no process left."""

from __future__ import annotations

import pytest

from charter.domain.vocabulary.errors import CharterError
from charter.reports.pdf import Attached, render_in_subprocess
from charter.reports.pdf_workers import Sheet, print_all

pytestmark = pytest.mark.pdf
PAGE = '<html lang="en"><head><title>Page</title></head><body><h1>{}</h1></body></html>'
FILES = (Attached("figures.json", b"{}", "Figures"),)


def test_pages_come_out_as_they_would_one_at_a_time() -> None:
    sheets = [Sheet(f"page {n}", PAGE.format(n), "en", FILES) for n in range(3)]
    found = dict(print_all(iter(sheets), workers=2))
    assert set(found) == {"page 0", "page 1", "page 2"}
    assert found["page 1"] == render_in_subprocess(PAGE.format(1), attachments=FILES, language="en")


def test_a_refused_page_is_told_and_ends_the_run() -> None:
    sheets = [Sheet("bad", PAGE.format('<img alt="x" src="http://127.0.0.1:9/">'), "en")]
    with pytest.raises(CharterError, match=r"Outside reference refused: http://127\.0\.0\.1:9/"):
        dict(print_all(sheets, workers=1))


def test_nothing_to_print_is_nothing_printed() -> None:
    assert dict(print_all([], workers=2)) == {}
