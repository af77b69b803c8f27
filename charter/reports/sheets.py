"""The sheets of a unit for its team meetings, one promise to an A5 page, from a sealed month and its charter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from charter.charts.svg import TEMPLATES, chart_css
from charter.domain.charter_file.charter import Charter
from charter.domain.frontline.sheets import team_sheets
from charter.domain.overview.model import main_indicator
from charter.reports.render import TRANSLATIONS, mark_css, report_environment


def render_sheets_html(
    snapshot: Mapping[str, Any], charter: Charter, language: str, *, translations: Path = TRANSLATIONS
) -> str:
    """The page of all sheets of one unit's part of a sealed month. Raises Invalid for an unknown language."""
    css = (TEMPLATES / "report" / "sheets.css").read_text(encoding="utf-8")
    given = {
        "snapshot": snapshot,
        "overview": snapshot["overview"],
        "charter": snapshot["charter"],
        "language": language,
        "sheets": team_sheets(snapshot, charter),
        "main_indicator": main_indicator,
        "style": Markup(css + chart_css(on_paper=True) + mark_css(None)),
    }
    return report_environment(language, translations).get_template("report/sheets.html").render(given)
