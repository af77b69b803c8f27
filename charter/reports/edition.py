"""The monthly report as one HTML page, from a snapshot alone: same snapshot and language, same text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from charter.domain.errors import Invalid
from charter.reports.charts.drawing import TEMPLATES, Charts, chart_css, chart_globals
from charter.words.filters import register_filters

LANGUAGES = ("fr", "en")
TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
EXCEPTIONS = ("unacceptable", "missed", "no-data", "unproven", "near")
"""The statuses that get a page of their own words, worst first."""


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the snapshot as canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def report_environment(language: str, translations: Path = TRANSLATIONS) -> Environment:
    """A Jinja environment of its own, without the web: words by Babel, filters of charter.words, charts for paper."""
    if language not in LANGUAGES:
        raise Invalid(f"No report in the language {language!r}: write fr or en.", "language")
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue: NullTranslations = Translations.load(translations, [language])
    env.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    register_filters(env, lambda: language)
    env.globals.update(chart_globals(Charts(env, lambda: language, on_paper=True)))
    return env


def render_report_html(snapshot: Mapping[str, Any], language: str, *, translations: Path = TRANSLATIONS) -> str:
    """The report of a frozen or draft month. The hash in its foot is that of the snapshot given.

    Raises Invalid for an unknown language or a snapshot of another schema.
    """
    if snapshot.get("schema") != 1:
        raise Invalid(f"This snapshot has schema {snapshot.get('schema')!r}; this version prints schema 1.", "schema")
    env = report_environment(language, translations)
    given = {
        "snapshot": snapshot,
        "overview": snapshot["overview"],
        "charter": snapshot["charter"],
        "details": snapshot["details"],
        "language": language,
        "exceptions": exceptions(snapshot),
        "perceived": perceived(snapshot),
        "snapshot_hash": snapshot_hash(snapshot),
        "style": Markup(report_css()),  # noqa: S704 our own files
    }
    return env.get_template("report/report.html").render(given)


def report_css() -> str:
    """The stylesheet of the report and the colours of the status words, which paper shares with the charts."""
    return (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8") + chart_css(on_paper=True)


def exceptions(snapshot: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The commitments that are not plainly kept, worst first, then by number; not-applicable ones are no exception."""
    found = [view for view in snapshot["overview"]["commitments"] if view["status"] in EXCEPTIONS]
    return sorted(found, key=lambda view: (EXCEPTIONS.index(view["status"]), view["number"]))


def perceived(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Per commitment that has both or a perceived indicator: what is delivered beside what customers say."""
    rows = []
    for view in snapshot["overview"]["commitments"]:
        sides = {nature: [i for i in view["indicators"] if i["nature"] == nature] for nature in ("delivered", "perceived")}
        if sides["perceived"]:
            rows.append({"commitment": view, **sides})
    return rows
