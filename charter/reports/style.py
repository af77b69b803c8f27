"""The stylesheet of the report: our CSS file, the colours of the charts, the shapes of statuses and classes.

A shape beside its word is decoration: as a background image it stays out of the tags of the PDF, where a figure would
need a text of its own.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from jinja2 import Environment, FileSystemLoader

from charter.domain.terms import CommitmentClass, Status
from charter.reports.charts.drawing import TEMPLATES, Charts, chart_css


def report_css() -> str:
    """Our file and the colours of the status words, which paper shares with the charts."""
    return (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8") + chart_css(on_paper=True)


def look_css(colours: Mapping[str, str]) -> str:
    """The charter's own colours for text, headings and rules; what says a status keeps its own."""
    found = ""
    if "ink" in colours:
        found += f"html{{color:{_colour(colours['ink'])}}}"
    if "accent" in colours:
        accent = _colour(colours["accent"])
        found += f"h1,h2,h3,a{{color:{accent}}}h2,th{{border-color:{accent}}}.said{{border-color:{accent}}}"
    return found


def _colour(written: str) -> str:
    """A colour and nothing else: what stands here stands in a stylesheet. Raises ValueError."""
    if re.fullmatch("#[0-9A-Fa-f]{6}", written) is None:
        raise ValueError(f"{written} is not a colour")
    return written


def mark_css(draft: str | None) -> str:
    """Shapes by class name (`m-kept`, `m-trust`), and the draft mark across every page when it is given."""
    return _shapes() + (_draft_mark(draft) if draft else "")


@lru_cache(maxsize=1)
def _shapes() -> str:
    charts = Charts(Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True), lambda: "en", on_paper=True)
    drawn = {status.value: charts.status_shape(status.value) for status in Status}
    drawn |= {one.value: charts.class_shape(one.value) for one in CommitmentClass}
    return "".join(f".m-{code}{{background-image:{_inside(str(svg))}}}" for code, svg in sorted(drawn.items()))


def _draft_mark(word: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800" viewBox="0 0 600 800">'
        '<text x="300" y="430" text-anchor="middle" font-family="Inter,Open Sans,DejaVu Sans" '
        'font-weight="700" font-size="120" '
        f'fill="#EFECE4" transform="rotate(-52 300 400)">{escape(word)}</text></svg>'
    )
    return f"@page{{background:{_inside(svg)} no-repeat center / contain}}"


def _inside(svg: str) -> str:
    text = svg if "xmlns" in svg else svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f'url("data:image/svg+xml;base64,{b64encode(text.encode("utf-8")).decode()}")'
