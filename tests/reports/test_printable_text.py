"""Words of people on paper: pictograms, letters without a font, words from right to left, words without an end."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest

from charter.reports.pdf import render_in_subprocess
from charter.reports.printable_text import AS_TEXT, directed, printable
from charter.reports.render import render_report_html
from tests.reports.sample_month import make_snapshot

ARABIC, HEBREW = "لم نتصل بالعميل (3 مرات).", "לא התקשרנו."


@pytest.mark.parametrize(
    ("written", "fr", "en"),
    [
        ("Bravo 🙂👍🏽", "Bravo [léger sourire][pouce levé]", "Bravo [slightly smiling face][thumbs up sign]"),
        ("👩‍💻 1️⃣", "[femme][ordinateur] 1", "[woman][personal computer] 1"),
        ("🇫🇷 🦥", "[drapeau FR] [signe U+1F9A5]", "[flag FR] [sloth]"),
        ("☎️ ❤", f"☎{AS_TEXT} ❤{AS_TEXT}", f"☎{AS_TEXT} ❤{AS_TEXT}"),
        ("Œuvre → « 1 234 € » ≥ 90 % Ωμ Ж", "Œuvre → « 1 234 € » ≥ 90 % Ωμ Ж", "Œuvre → « 1 234 € » ≥ 90 % Ωμ Ж"),
        (f"{ARABIC} {HEBREW}", f"{ARABIC} {HEBREW}", f"{ARABIC} {HEBREW}"),
        ("\U00014400\U00014401", "[2 signes sans police]", "[2 signs without a font]"),
    ],
)  # fmt: skip
@pytest.mark.pdf
def test_what_no_font_draws_is_said_in_words(written: str, fr: str, en: str) -> None:
    assert (printable(written, "fr"), printable(written, "en")) == (fr, en)


def test_words_from_right_to_left_have_their_direction() -> None:
    assert directed(f'<p dir="auto">{ARABIC}</p>') == f'<p dir="rtl">{ARABIC}</p>'
    assert (
        directed(f"<bdi>12 {HEBREW}</bdi><bdi>Ana</bdi>") == f'<bdi dir="rtl">12 {HEBREW}</bdi><bdi dir="ltr">Ana</bdi>'
    )
    assert directed(f'<p dir="auto">Ana\n{ARABIC}</p>') == (
        f'<p><span class="own-line" dir="ltr">Ana</span><span class="own-line" dir="rtl">{ARABIC}</span></p>'
    )


@pytest.mark.pdf
def test_words_that_do_not_end_keep_the_page_and_its_columns(tmp_path: Path) -> None:
    snapshot = make_snapshot()
    first = snapshot["overview"]["commitments"][0]
    first["title"], first["owner"] = {"fr": "x" * 300, "en": "x"}, "y" * 300
    said = {"number": 1, "commitment": "reading", "unit": "company", "unit_name": "Ambrelune", "by": "Inès"}
    said |= {"text": f"Bravo 🙂 <b>\n{ARABIC}\n{'mot ' * 5000}", "at": "2026-11-06T08:00:00+00:00"}
    snapshot["edition"] = {"number": None, "comments": [said], "actions": [], "approval": None, "erratum": None}
    content = render_in_subprocess(render_report_html(snapshot, "fr"), language="fr")
    (tmp_path / "report.pdf").write_bytes(content)
    told = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert max(float(x) for x in re.findall(r'xMax="([\d.]+)"', told)) < 595
    assert told.count(">mot<") == 5000
    assert all(words in told for words in ("[léger", "&lt;b&gt;", "Responsable"))
    with pikepdf.open(io.BytesIO(content)) as document:
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}
    assert all("Inter" in name or "DejaVu" in name for name in fonts), fonts
