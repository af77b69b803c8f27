"""The pages of the report as they are printed: none before the last more than 60 % empty, none ending with a heading,
one face, six exceptions in ten pages."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from charter.reports.contents import telling
from charter.reports.pdf import render_in_subprocess
from charter.reports.render import render_report_html
from tests.reports.sample_month import Json, make_crowd, make_empty_month, make_snapshot
from tests.reports.test_contents import of_many

pytestmark = pytest.mark.pdf

LEAST_FILLED = 0.4
HEAD, FOOT = 0.07, 0.93
"""The running head and foot, which stand on every page, lie outside."""
PAPER = 200


def six_exceptions() -> Json:
    """A month of eight promises, six of which are missed."""
    snapshot = make_snapshot()
    known, details = snapshot["overview"]["commitments"], snapshot["details"]
    missed = [view for view in known if view["status"] in ("missed", "unacceptable")]
    kept = [view for view in known if view["status"] == "kept"]
    chosen = [*(missed[at % len(missed)] for at in range(6)), *kept[:2]]
    views = [deepcopy(one) | {"number": at, "key": f"{one['key']}-{at}"} for at, one in enumerate(chosen, 1)]
    snapshot["details"] = {view["key"]: deepcopy(details[view["key"].rpartition("-")[0]]) for view in views}
    snapshot["overview"] |= {"commitments": views}
    return snapshot


MONTHS: dict[str, Callable[[], Json]] = {
    "sample": make_snapshot,
    "one": lambda: make_crowd(1),
    "six": six_exceptions,
    "sixty": lambda: of_many(60),
    "region": lambda: of_many(60, "west"),
    "empty": make_empty_month,
}


@pytest.fixture(scope="module", params=[(name, language) for name in MONTHS for language in ("fr", "en")], ids="-".join)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month's report, printed."""
    name, language = request.param
    path = tmp_path_factory.mktemp("printed") / "report.pdf"
    path.write_bytes(render_in_subprocess(render_report_html(MONTHS[name](), language), language=language))
    return path


def filled(report: Path) -> list[float]:
    """How far down each page is written, of its height between head and foot."""
    subprocess.run(["pdftoppm", "-r", "20", "-gray", report, report.parent / "page"], check=True)
    found = []
    for path in sorted(report.parent.glob("page-*.pgm")):
        with Image.open(path) as page:
            body = page.crop((0, round(page.height * HEAD), page.width, round(page.height * FOOT)))
            box = body.point(lambda shade: 255 if shade < PAPER else 0).getbbox()
            found.append(box[3] / body.height if box else 0.0)
    return found


def test_no_page_but_the_last_is_more_than_sixty_per_cent_empty(printed: Path) -> None:
    """A report ends where it ends; before that no page is left for what did not fit on it."""
    pages = filled(printed)
    assert pages
    assert [(number, share) for number, share in enumerate(pages[:-1], 1) if share < LEAST_FILLED] == []


def test_no_heading_ends_a_page(printed: Path) -> None:
    with pikepdf.open(printed) as document, document.open_outline() as outline:
        waiting, titles = list(outline.root), set[str]()
        while waiting:
            one = waiting.pop()
            titles.add(plain(str(one.title)))
            waiting += one.children
        count = len(document.pages)
    assert titles
    for number in range(1, count + 1):
        said = subprocess.run(
            ["pdftotext", "-layout", "-f", str(number), "-l", str(number), printed, "-"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        lines = [plain(line) for line in said.splitlines() if line.strip()]
        assert lines[-1] not in titles, number


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_there_is_one_face_and_one_for_names_of_columns(printed: Path) -> None:
    said = subprocess.run(["pdffonts", printed], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    faces = {line.split()[0].partition("+")[2].split("-")[0] for line in said}
    assert faces <= {"Inter", "DejaVu"}
    assert {line.split()[0].partition("+")[2] for line in said if "DejaVu" in line} <= {"DejaVu-Sans-Mono"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_six_exceptions_are_told_in_ten_pages(language: str) -> None:
    snapshot = six_exceptions()
    assert len([one for one in telling(snapshot).in_full if one["status"] in ("missed", "unacceptable")]) == 6
    content = render_in_subprocess(render_report_html(snapshot, language), language=language)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) <= 10
