"""The pages people see: one module per noun; they call services and print what those answer, nothing more."""

from __future__ import annotations

from flask import Flask

from charter.charts import register_charts
from charter.web import actions, alerts, checks, classes, help, jobs, metrics, operations, post, reports
from charter.web.charters import draft, first, first_columns, sent_files, things, trial_run, versions
from charter.web.charters.form import edits
from charter.web.figures import figures
from charter.web.figures import uploads as figure_uploads
from charter.web.frame.access import RowNumber
from charter.web.frame.assets import register_assets
from charter.web.frame.errors import register_errors
from charter.web.frame.extensions import register_extensions
from charter.web.frame.layout import current_language, register_language, register_page
from charter.web.frame.links import Address
from charter.web.frame.responses import register_compression, register_security
from charter.web.frontline import estimate, incidents, intranet, look, observe, poster, symmetry, words
from charter.web.overview import commitments, desk, effort, embed, files, matrix, parties, search, units
from charter.web.people import account, accounts, invitations, providers, sessions
from charter.web.people.sign_on import register_sign_on
from charter.web.surveys import links, questionnaire, surveys
from charter.web.surveys import uploads as survey_uploads
from config import Settings

PAGES = (
    account.account_pages,
    account.mail_pages,
    account.stop_pages,
    accounts.pages,
    accounts.owner_pages,
    actions.pages,
    actions.comment_pages,
    alerts.pages,
    checks.pages,
    checks.feed_pages,
    classes.pages,
    classes.opinion_pages,
    commitments.pages,
    desk.pages,
    draft.pages,
    edits.pages,
    embed.pages,
    embed.embed_pages,
    files.pages,
    estimate.pages,
    symmetry.pages,
    figures.pages,
    first.pages,
    first_columns.pages,
    sent_files.pages,
    figure_uploads.pages,
    help.pages,
    incidents.pages,
    intranet.pages,
    invitations.pages,
    jobs.pages,
    look.pages,
    effort.pages,
    matrix.pages,
    metrics.pages,
    observe.pages,
    observe.observation_pages,
    words.pages,
    parties.pages,
    operations.audit_pages,
    operations.health_pages,
    post.pages,
    poster.pages,
    providers.pages,
    providers.told_pages,
    links.pages,
    questionnaire.pages,
    reports.pages,
    search.pages,
    sessions.pages,
    sessions.place_pages,
    survey_uploads.pages,
    surveys.pages,
    things.pages,
    trial_run.pages,
    units.pages,
    versions.pages,
)
"""Every group of pages; their names (`desk.page`) are what templates link to."""


def register(app: Flask, settings: Settings) -> None:
    """Give the application its pages, their words, their look and their guards."""
    app.extensions["settings"] = settings
    app.url_map.converters["int"] = RowNumber
    app.url_rule_class = Address
    register_compression(app)
    register_security(app, settings)
    register_extensions(app)
    register_language(app, settings)
    register_assets(app)
    register_page(app)
    help.register_help(app)
    register_charts(app, current_language)
    register_errors(app)
    register_sign_on(app, settings)
    app.extensions["csrf"].exempt(account.stop_pages)
    app.extensions["csrf"].exempt(providers.told_pages)
    for pages in PAGES:
        app.register_blueprint(pages)
