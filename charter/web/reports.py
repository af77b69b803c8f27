"""Reports: the months with their drafts, editions and errata; the page of one month; its files."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.post.links import FILE_HOLDS_FOR, read_signed
from charter.reports.spreadsheet import to_csv, to_xlsx
from charter.services.jobs import queue
from charter.services.post.mail import FILE
from charter.services.reports import files as report_files
from charter.services.reports.distribution import deliveries, send_edition
from charter.services.reports.editions import approve_month
from charter.services.reports.preview import preview
from charter.services.reports.snapshots import freeze_month
from charter.services.reports.status import stage_of
from charter.services.reports.view import month_page, published, report_tables
from charter.web.frame.access import asked_unit, current_actor, needs, now, text, whole
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

pages = Blueprint("reports", __name__)


@pages.get("/reports")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The frozen months, newest first."""
    actor = current_actor()
    return render_template(
        "reports/reports.html",
        months=published(actor),
        may_make=may(actor, Permission.MAKE_REPORT),
        **choices(actor, now()),
    )


@pages.get("/reports/<period>")
@needs(Permission.READ_DESK)
def month(period: str) -> ResponseReturnValue:
    """One month: what it still asks, its approval, its editions, who got it."""
    return _month(period, {}), 200


def _month(period: str, errors: dict[str, CharterError]) -> str:
    actor, instant = current_actor(), now()
    found, log = month_page(actor, instant, period, unit=request.args.get("unit") or None), deliveries(actor, period)
    return render_template(
        "reports/month.html",
        month=found,
        deliveries=log,
        stage=stage_of(found, log),
        errors=errors,
        given=request.form if errors else {},
        **choices(actor, instant),
    )


@pages.post("/reports/<period>/freeze")
@needs(Permission.FREEZE_MONTH)
def freeze(period: str) -> ResponseReturnValue:
    """Freeze the figures before their day."""
    freeze_month(current_actor(), now(), period=period)
    flash(gettext("The figures of the month are frozen."))
    return redirect(url_for("reports.month", period=period), 303)


@pages.get("/reports/<period>/approve")
@needs(Permission.APPROVE_REPORT)
def check(period: str) -> ResponseReturnValue:
    """What approving will publish and to whom, looked at before it is; a month approved already is shown instead."""
    try:
        return _check(period, {}), 200
    except Conflict:
        return redirect(url_for("reports.month", period=period), 303)


def _check(period: str, errors: dict[str, CharterError]) -> str:
    actor, instant = current_actor(), now()
    settings = current_app.extensions["settings"]
    return render_template(
        "reports/approve.html",
        errors=errors,
        given=request.form if errors else {},
        has_mail=bool(settings.smtp_host),
        **preview(actor, instant, period),
        **choices(actor, instant),
    )


@pages.post("/reports/<period>/approve")
@needs(Permission.APPROVE_REPORT)
def approve(period: str) -> ResponseReturnValue:
    """Approve the month; its PDFs are printed, and sent to the charter's list: the month tells how far that is."""
    actor, instant = current_actor(), now()
    why = {name.removeprefix("why-"): said for name, said in request.form.items() if name.startswith("why-")}
    try:
        approve_month(actor, instant, period=period, reason=text("reason"), without_comment=why)
    except Invalid as error:
        return _check(period, {error.field: error}), 400
    except Conflict as error:
        return _month(period, {"": error}), 400
    queue.ask(actor, instant, kind="make-editions", arguments={"period": period, "send": True})
    return redirect(url_for("reports.month", period=period), 303)


@pages.post("/reports/<period>/erratum")
@needs(Permission.APPROVE_REPORT)
def erratum(period: str) -> ResponseReturnValue:
    """Correct a published month: the figures of all units are read anew, which takes a while."""
    actor, instant = current_actor(), now()
    if not text("erratum_reason").strip():
        error = Invalid("An erratum says why the month is corrected: write the reason.", "erratum_reason")
        return _month(period, {"erratum_reason": error}), 400
    arguments = {"period": period, "reason": text("erratum_reason")}
    number = queue.ask(actor, instant, kind="publish-erratum", arguments=arguments)
    return redirect(url_for("jobs.page", number=number), 303)


@pages.post("/reports/<period>/make")
@needs(Permission.MAKE_REPORT)
def make(period: str) -> ResponseReturnValue:
    """Ask for a PDF of the month that is not there: of the whole, its draft, or the editions of all units."""
    what = text("what") or "make-report"
    arguments: dict[str, object] = {"period": period}
    if what == "make-editions":
        arguments["units"] = "all"
    else:
        arguments["language"] = request.form.get("language") or current_language()
    number = queue.ask(current_actor(), now(), kind=what, arguments=arguments)
    return redirect(url_for("jobs.page", number=number), 303)


@pages.post("/reports/<period>/send")
@needs(Permission.SEND_REPORT)
def send(period: str) -> ResponseReturnValue:
    """Send the edition again, to one address of the list or to all."""
    to = [text("to")] if text("to") else None
    try:
        count = send_edition(current_actor(), now(), period=period, to=to, again=True)
    except (Invalid, Conflict) as error:
        return _month(period, {getattr(error, "field", ""): error}), 400
    flash(gettext("Mails that wait to leave: %(count)s. The list below says what became of them.", count=count))
    return redirect(url_for("reports.month", period=period), 303)


@pages.get("/reports/<period>.pdf")
@needs(Permission.READ_DESK)
def pdf(period: str) -> ResponseReturnValue:
    """The PDF of a month as archived: of its newest edition, else of the sealed month; or the draft in print."""
    unit, number = asked_unit(Permission.READ_DESK), request.args.get("edition", type=whole)
    content = report_files.pdf_bytes(
        current_actor(),
        period=period,
        unit=unit,
        language=current_language(),
        number=number,
        as_draft=bool(request.args.get("draft")),
    )
    return _file(content, "application/pdf", _name(period, unit, "pdf"), "inline")


@pages.get("/attachment/<token>")
def file(token: str) -> ResponseReturnValue:
    """The PDF that a mail would have brought, for whom it was written to: the link in it is signed, and runs out."""
    secret = current_app.extensions["settings"].secret_key
    facts = read_signed(secret, FILE, token, FILE_HOLDS_FOR)
    if facts is None:
        raise NotFound("This link is not valid any more: sign in, and open the month.")
    found = report_files.sent_file(facts["file"])
    return _file(found.content, "application/pdf", found.name, "inline")


@pages.get("/reports/<period>.csv")
@needs(Permission.READ_DESK)
def csv(period: str) -> ResponseReturnValue:
    """The figures of the report, as a table for any spreadsheet."""
    unit = asked_unit(Permission.READ_DESK)
    tables = report_tables(current_actor(), period=period, unit=unit, language=current_language())
    return _file(to_csv(tables["figures"]), "text/csv; charset=utf-8", _name(period, unit, "csv"), "attachment")


@pages.get("/reports/<period>.xlsx")
@needs(Permission.READ_DESK)
def xlsx(period: str) -> ResponseReturnValue:
    """The figures of the report, those of the units beneath, the comments and the actions, as a workbook."""
    unit = asked_unit(Permission.READ_DESK)
    tables = report_tables(current_actor(), period=period, unit=unit, language=current_language())
    return _file(to_xlsx(tables), XLSX, _name(period, unit, "xlsx"), "attachment")


def _name(period: str, unit: str | None, ending: str) -> str:
    return "-".join(part for part in ("promesse", period, unit, current_language()) if part) + f".{ending}"


def _file(content: bytes, kind: str, name: str, disposition: str) -> Response:
    answer = Response(content, content_type=kind, headers={"Cache-Control": "private, no-cache"})
    answer.headers.set("Content-Disposition", disposition, filename=name)
    answer.add_etag()
    answer.make_conditional(request)
    return answer
