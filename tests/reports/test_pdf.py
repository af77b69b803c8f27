"""The PDF: the same bytes twice, tagged, complete, closed to the outside."""

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from charter.domain.vocabulary.errors import CharterError
from charter.reports import pdf
from charter.reports.pdf import Attached, render_in_subprocess, versions
from charter.reports.render import render_report_html
from tests.reports.sample_month import Json, make_crowd, make_empty_month, make_snapshot

pytestmark = pytest.mark.pdf

PAGE = '<html lang="en"><head><title>Page</title></head><body><h1>Page</h1>{}</body></html>'


@pytest.fixture(scope="module")
def report() -> bytes:
    """The sample month in French."""
    return render_in_subprocess(render_report_html(make_snapshot(), "fr"), language="fr")


@dataclass(frozen=True)
class Tag:
    """A structure element: its kind, its replacement text, the kinds of all beneath it."""

    kind: str
    words: str
    within: list[str]


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every structure element under a node of the tag tree."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tags(content: bytes) -> list[Tag]:
    """The tags of a PDF, in reading order."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [
            Tag(str(one.S), str(one.get("/Alt", "")), [str(below.S) for below in elements(one)])
            for one in elements(document.Root.StructTreeRoot)
        ]


def test_the_same_snapshot_gives_the_same_bytes_in_two_processes(report: bytes) -> None:
    assert render_in_subprocess(render_report_html(make_snapshot(), "fr"), language="fr") == report


def test_attachments_do_not_change_the_bytes_either() -> None:
    files = [Attached("figures.json", b'{"a": 1}', "Figures")]
    first = render_in_subprocess(PAGE.format(""), attachments=files, language="en")
    assert render_in_subprocess(PAGE.format(""), attachments=files, language="en") == first
    with pikepdf.open(io.BytesIO(first)) as document:
        assert document.attachments["figures.json"].get_file().read_bytes() == b'{"a": 1}'


def test_title_language_and_both_standards_are_said(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document:
        assert str(document.Root.Lang) == "fr"
        assert document.Root.MarkInfo.Marked == True  # noqa: E712 a PDF boolean
        assert document.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712 a PDF boolean
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Nos huit engagements – octobre\u00a02026"
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert "pdfuaid:part" in str(metadata) or "pdfuaid" in document.Root.Metadata.read_bytes().decode()
        assert 4 <= len(document.pages) <= 8


def test_every_figure_has_words_and_every_table_its_headers(report: bytes) -> None:
    found = tags(report)
    figures = [tag for tag in found if tag.kind == "/Figure"]
    assert len(figures) == 13  # the house, 8 sparklines, 3 control charts, the map of classes
    assert all(figure.words for figure in figures)
    tables = [tag for tag in found if tag.kind == "/Table"]
    assert len(tables) >= 6  # one that spans two pages is tagged on both
    assert all("/TH" in table.within for table in tables)


def test_headings_make_the_bookmarks(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document, document.open_outline() as outline:
        top = outline.root[0]
        assert top.title.startswith("5 tenus, 1 presque tenu, 1 non tenu, 1 avec trop peu de cas")
        assert "Engagements à examiner" in [item.title for item in top.children]


def test_fonts_are_embedded(report: bytes, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(report)
    said = subprocess.run(["pdffonts", str(tmp_path / "report.pdf")], capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()[2:]
    assert any("Inter" in line for line in lines)
    assert all(line.split()[-5] == "yes" for line in lines)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("make", [lambda: make_crowd(1), make_empty_month], ids=["one", "empty"])
def test_small_and_empty_months_are_whole_files(make: Callable[[], Json], language: str, tmp_path: Path) -> None:
    content = render_in_subprocess(render_report_html(make(), language), language=language)
    (tmp_path / "report.pdf").write_bytes(content)
    subprocess.run(["qpdf", "--check", str(tmp_path / "report.pdf")], capture_output=True, check=True)
    assert all(tag.words for tag in tags(content) if tag.kind == "/Figure")


def test_sixty_commitments_fit(tmp_path: Path) -> None:
    content = render_in_subprocess(render_report_html(make_crowd(60), "en"), language="en")
    (tmp_path / "report.pdf").write_bytes(content)
    subprocess.run(["qpdf", "--check", str(tmp_path / "report.pdf")], capture_output=True, check=True)
    said = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True)
    assert "Commitment 60" in said.stdout


@pytest.mark.parametrize(
    ("planted", "address"),
    [
        ('<img alt="x" src="http://127.0.0.1:9/a.png">', "http://127.0.0.1:9/a.png"),
        ('<img alt="x" src="file:///etc/passwd">', "file:///etc/passwd"),
        ('<img alt="x" src="a.png">', "a.png"),
        ('<link rel="attachment" href="file:///etc/passwd">', "file:///etc/passwd"),
        ('<style>@import url("http://127.0.0.1:9/x.css");</style>', "http://127.0.0.1:9/x.css"),
        ('<p style="background: url(http://127.0.0.1:9/y)">y</p>', "http://127.0.0.1:9/y"),
        ('<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>', "file:"),
    ],
)  # fmt: skip
def test_nothing_is_fetched(planted: str, address: str) -> None:
    with pytest.raises(CharterError, match="Outside reference refused") as refused:
        render_in_subprocess(PAGE.format(planted), language="en")
    assert address in str(refused.value)


def test_a_refusal_in_the_other_process_is_the_same_sentence() -> None:
    with pytest.raises(CharterError, match=r"Outside reference refused: http://127\.0\.0\.1:9/"):
        render_in_subprocess(PAGE.format('<img alt="x" src="http://127.0.0.1:9/">'), language="en")


def test_too_slow_a_rendering_is_stopped() -> None:
    with pytest.raises(CharterError, match="not ready after 0 seconds"):
        render_in_subprocess(PAGE.format(""), language="en", time_out=0.01)


def test_versions_name_libraries_and_fonts() -> None:
    found = versions()
    assert found["weasyprint"].startswith("70.")
    assert {"pydyf", "fonttools", "pango", "harfbuzz"} <= set(found)
    assert all(len(digest) == 64 for name, digest in found.items() if name.startswith("font "))


def test_a_missing_library_is_named_with_its_packages() -> None:
    assert str(pdf._missing("harfbuzz-subset")) == (
        "PDF needs system libraries that are missing (harfbuzz-subset). "
        "Install them: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )
