"""The poster of a unit as one HTML page, from a snapshot alone: what we promise, and whether we kept it.

A link as a QR code: black on white whatever the page's colours, so that every telephone reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from charter.charts.svg import TEMPLATES, chart_css
from charter.domain.overview.model import main_indicator, parts_of
from charter.domain.vocabulary.errors import Invalid
from charter.reports.render import TRANSLATIONS, mark_css, report_environment

PAPERS: Mapping[str, tuple[str, float]] = {"A4": ("A4", 1.0), "A3": ("A3", 1.414)}
"""The papers, and how much larger everything is on them."""
ROOMY = 9
"""So many promises stand in one column; more stand in two, smaller."""
CROWDED = 30
"""More than these are smaller still; those below their level are told in full, the others by name."""
LETTERS = 10.0


def render_poster_html(
    snapshot: Mapping[str, Any], language: str, paper: str, *, translations: Path = TRANSLATIONS
) -> str:
    """The poster of one unit's part of a sealed month. Raises Invalid for an unknown language or paper."""
    if paper not in PAPERS:
        raise Invalid("A poster is made on A4 or A3, not on %(paper)s.", "paper", paper=paper)
    size, scale = PAPERS[paper]
    views = snapshot["overview"]["commitments"]
    is_tight = len(views) > ROOMY
    letters = LETTERS * scale * (1.0 if not is_tight else 0.78 if len(views) <= CROWDED else 0.68)
    css = (TEMPLATES / "report" / "poster.css").read_text(encoding="utf-8") + chart_css(on_paper=True) + mark_css(None)
    margin = scale * (14 if len(views) <= CROWDED else 8)
    page = f"@page{{size:{size};margin:{margin:.1f}mm}}html{{font-size:{letters:.2f}pt}}"
    given = {
        "snapshot": snapshot,
        "overview": snapshot["overview"],
        "charter": snapshot["charter"],
        "language": language,
        "is_tight": is_tight,
        "main_indicator": main_indicator,
        "parts": parts_of(views),
        "style": Markup(page + css),
    }
    return report_environment(language, translations).get_template("report/poster.html").render(given)


def qr_svg(link: str) -> Markup:
    """The code as inline SVG, without any style of its own. Its words stand beside it: the link in letters."""
    import segno  # noqa: PLC0415

    code = segno.make(link, error="m", micro=False)
    return Markup(
        code.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=False, svgclass="qr", lineclass=None)
    )
