"""The card of a provider as one HTML page of two sides, from its part of a sealed month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from charter.charts.svg import TEMPLATES, chart_css
from charter.domain.overview.model import main_indicator
from charter.domain.overview.parties import TwoSides
from charter.reports.render import TRANSLATIONS, mark_css, report_environment

ROOMY = 4
"""So many promises stand on a side in letters of full size."""
TIGHT = 7
"""So many in smaller ones; of more, in the smallest."""
LETTERS = (10.5, 9.0, 7.6)


def render_card_html(
    snapshot: Mapping[str, Any], sides: TwoSides, language: str, *, translations: Path = TRANSLATIONS
) -> str:
    """The sheet of one provider. Raises Invalid for an unknown language."""
    most = max(len(sides.owed), len(sides.owes))
    letters = LETTERS[(most > ROOMY) + (most > TIGHT)]
    css = (TEMPLATES / "report" / "card.css").read_text(encoding="utf-8")
    given = {
        "snapshot": snapshot,
        "overview": snapshot["overview"],
        "charter": snapshot["charter"],
        "language": language,
        "sides": sides,
        "main_indicator": main_indicator,
        "style": Markup(f"html{{font-size:{letters}pt}}" + css + chart_css(on_paper=True) + mark_css(None)),
    }
    return report_environment(language, translations).get_template("report/card.html").render(given)
