"""The draft as a whole: what it changes, its head, its units, its text as a file; published or discarded.

The first charter: the few words that it begins with, asked by a form; a small promise stands in it as an example.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.charter_file.editing import changed
from charter.domain.charter_file.findings import CharterFileError, Finding
from charter.domain.charter_file.reading import read_charter, read_plain
from charter.domain.charter_file.text.canonical import plain_charter, write_charter
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence, refuse_together
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts import drafts
from charter.services.drafts.applying import check_reason
from charter.services.records.access import Access, access_of
from charter.web.charters import forms
from charter.web.charters.differences import lines_of
from charter.web.charters.form.delays import DELAY_WORDS
from charter.web.charters.form.folds import Filled, parts_of
from charter.web.charters.form.shown import Shown
from charter.web.charters.form_fields import Form, fill, read, rows_in
from charter.web.charters.source_form import SOURCE_KINDS
from charter.web.charters.text import read_text, refused_text, text_sent
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.words.formats import format_date

pages = Blueprint("draft", __name__, url_prefix="/charter/draft")


@pages.get("")
@needs(Permission.APPLY_CHARTER)
def page() -> ResponseReturnValue:
    """What the draft changes, what it holds, and how to publish it."""
    return _page({})


def _page(errors: dict[str, Sentence], given: dict[str, str] | None = None) -> ResponseReturnValue:
    draft = drafts.open_draft(current_actor())
    plan, refusal = None, None
    try:
        plan = draft.plan
    except Conflict as error:
        refusal = error.sentence
    old = draft.current.charter if draft.current else None
    shown = render_template(
        "charter/draft.html",
        draft=draft,
        plan=plan,
        refusal=refusal,
        lines=lines_of(plan, old, draft.charter) if plan else [],
        advice=draft.advice,
        titles={one.key: one.title.model_dump() for one in draft.charter.commitments},
        not_there=drafts.columns_not_there(draft, _access()),
        errors=errors,
        given=given or {"valid_from": draft.charter.charter.valid_from.isoformat()},
        timezone=draft.charter.charter.timezone,
        source_kinds=SOURCE_KINDS,
    )
    return shown, 400 if errors else 200


@pages.post("/publish")
@needs(Permission.APPLY_CHARTER)
def publish() -> ResponseReturnValue:
    """Put the draft in force, with a reason and a day."""
    given = {name: request.form.get(name, "").strip() for name in ("reason", "valid_from")}
    try:
        refuse_together(lambda: _publication(given), lambda: check_reason(given["reason"]))
        drafts.publish_draft(current_actor(), now(), _revision(), _publication(given))
    except CharterFileError as error:
        return _page({"valid_from": error.sentence}, given)
    except Invalid as error:
        return _page({name or "reason": one.sentence for name, one in error.by_field.items()}, given)
    except Conflict as error:
        return _page({"": error.sentence}, given)
    flash(
        gettext(
            "The charter is published: this version holds from %(day)s.",
            day=format_date(given["valid_from"], current_language()),
        )
    )
    return redirect(url_for("charter.page"), 303)


def _publication(given: dict[str, str]) -> drafts.Publication:
    try:
        day = date.fromisoformat(given["valid_from"])
    except ValueError as error:
        raise Invalid("Write the day as year-month-day, like 2026-01-31.", "valid_from") from error
    return drafts.Publication(given["reason"], day, _access())


def _access() -> Access:
    return access_of(current_app.extensions["settings"])


@pages.post("/discard")
@needs(Permission.APPLY_CHARTER)
def discard() -> ResponseReturnValue:
    """Give the draft up."""
    drafts.discard_draft(current_actor(), now(), _revision())
    flash(gettext("The draft is discarded: the charter in force stays as it is."))
    return redirect(url_for("charter.page"), 303)


@pages.post("/follow")
@needs(Permission.APPLY_CHARTER)
def follow() -> ResponseReturnValue:
    """Keep the draft, although another version came into force since it was begun."""
    drafts.bring_up_to_date(current_actor(), now(), _revision())
    flash(gettext("The draft now follows the version in force: look at what it changes."))
    return redirect(url_for("draft.page"), 303)


def _revision() -> int:
    return request.form.get("revision", 0, type=whole)


@pages.route("/head", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def head() -> ResponseReturnValue:
    """The form of the charter itself."""
    draft = drafts.open_draft(current_actor())
    shown = Shown(forms.head_form(), {})
    shown.given = fill(shown.fields, draft.plain["charter"])
    if request.method == "POST":
        values, shown.errors = read(shown.fields, request.form)
        shown.given = request.form
        if not shown.errors:
            try:
                drafts.edit_draft(
                    current_actor(), now(), _revision(), lambda plain: changed(plain, ("charter",), values)
                )
                flash(gettext("Saved in the draft."))
                return redirect(url_for("draft.page"), 303)
            except CharterFileError as error:
                shown.refuse(error.findings, ("charter",))
            except Conflict as error:
                shown.errors[""] = error.sentence
        draft = drafts.open_draft(current_actor())
    return render_template(
        "charter/form.html",
        draft=draft,
        thing="charter",
        name=gettext("The charter"),
        shown=shown,
        parts=parts_of("charter", shown.sections, Filled(shown.given, shown.errors, current_language())),
        rows_in=rows_in,
        delay_words=DELAY_WORDS,
        back=url_for("draft.page"),
    ), (400 if shown.errors else 200)


@pages.get("/units")
@needs(Permission.APPLY_CHARTER)
def units() -> ResponseReturnValue:
    """The tree of units, parents first."""
    draft = drafts.open_draft(current_actor())
    tree = UnitTree(draft.charter.units)
    return render_template("charter/units.html", draft=draft, rows=list(tree.walk()))


@pages.route("/file", methods=["GET", "POST"])
@needs(Permission.APPLY_CHARTER)
def file() -> ResponseReturnValue:
    """The draft as the text of a charter file, to read, copy, or rewrite."""
    draft = drafts.open_draft(current_actor())
    findings: list[Finding] = []
    text, refusal = drafts.draft_text(draft), None
    if request.method == "POST":
        text = text_sent()
        try:
            return read_text(text, _revision())
        except CharterFileError as error:
            findings = error.findings
        except (Conflict, Invalid) as error:
            refusal = error.sentence
        draft = drafts.open_draft(current_actor())
    elif number := request.args.get("read", 0, type=whole):
        text, findings = refused_text(number)
    shown = render_template(
        "charter/file.html", draft=draft, text=text, findings=findings, refusal=refusal, action=url_for("draft.file")
    )
    return shown, 400 if findings or refusal else 200


@pages.get("/charter.yaml")
@needs(Permission.APPLY_CHARTER)
def download() -> Response:
    """The draft as a file."""
    text = drafts.draft_text(drafts.open_draft(current_actor()))
    return as_file(text, "charter-draft.yaml")


def as_file(text: str, name: str) -> Response:
    """A charter file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/yaml; charset=utf-8", headers=headers)


FIRST = """\
charter:
  key: my-charter
  organisation: My organisation
  title: {fr: Notre charte, en: Our charter}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-01-01
units:
  - {key: company, name: My organisation, kind: company}
sources: {}
commitments:
  - key: answered-in-time
    title: {fr: Une réponse à temps, en: An answer in time}
    promise: {fr: Nous vous répondons sous 10 jours ouvrés., en: We answer you within 10 working days.}
    owner: Head of customer relations
"""
"""What a first charter begins from: the smallest one that holds."""

ASKED = ("organisation", "title.fr", "title.en", "timezone", "calendar")


def first_form() -> Shown:
    """The form as it is shown first."""
    fields = [forms.key_field(), *(one for one in forms.HEAD if one.name in ASKED)]
    shown = Shown([("", fields)], {})
    held = plain_charter(read_charter(FIRST).charter)["charter"]
    shown.given = fill(shown.fields, {name: held[name] for name in ("timezone", "calendar")})
    return shown


def first_text(shown: Shown, form: Form) -> str | None:
    """The charter file that the form says; None where something is refused, said beside its field."""
    values, shown.errors = read(shown.fields, form)
    shown.given = form
    plain = changed(plain_charter(read_charter(FIRST).charter), ("charter",), values)
    plain["units"][0]["name"] = plain["charter"].get("organisation", "")
    try:
        charter = read_plain(plain).charter
    except CharterFileError as error:
        shown.refuse([one for one in error.findings if one.field.startswith("charter.")], ("charter",))
        return None
    return None if shown.errors else write_charter(charter)
