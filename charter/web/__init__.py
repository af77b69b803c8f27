"""The pages people see: one module per noun; they call services and print what those answer, nothing more."""

from __future__ import annotations

from flask import Flask

from charter.reports.charts import register_charts
from charter.web import (
    account,
    accounts,
    actions,
    alerts,
    answering,
    audit,
    badge,
    charter,
    checks,
    classification,
    comments,
    commitments,
    desk,
    embed,
    estimate,
    feeds,
    figures,
    health,
    intranet,
    jobs,
    metrics,
    observations,
    observe,
    opinions,
    people,
    poster,
    posting,
    reach,
    reports,
    session,
    survey_files,
    surveys,
    uploads,
)
from charter.web.assets import register_assets
from charter.web.compression import register_compression
from charter.web.editing import draft, things, trying
from charter.web.errors import register_errors
from charter.web.extensions import register_extensions
from charter.web.language import current_language, register_language
from charter.web.page import register_page
from charter.web.security import register_security
from config import Settings

NOUNS = (
    account,
    actions,
    alerts,
    accounts,
    answering,
    audit,
    badge,
    charter,
    checks,
    classification,
    comments,
    commitments,
    desk,
    embed,
    feeds,
    estimate,
    figures,
    health,
    intranet,
    opinions,
    jobs,
    metrics,
    posting,
    observations,
    observe,
    people,
    poster,
    reach,
    reports,
    session,
    survey_files,
    surveys,
    uploads,
    draft,
    things,
    trying,
)


def register(app: Flask, settings: Settings) -> None:
    """Give the application its pages, their words, their look and their guards."""
    app.extensions["settings"] = settings
    register_compression(app)
    register_security(app, settings)
    register_extensions(app)
    register_language(app, settings)
    register_assets(app)
    register_page(app)
    register_charts(app, current_language)
    register_errors(app)
    for noun in NOUNS:
        app.register_blueprint(noun.pages)
