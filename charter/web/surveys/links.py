"""The links of a questionnaire, shown once: as a list, as cards, or open to all; and the list of those not used yet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.surveys.questionnaire import MOST_INVITATIONS
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.reports.poster import qr_svg
from charter.services.surveys import answers, results_view
from charter.sources.readers.uploaded_files import rows_of_file
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import public_link
from charter.web.surveys.surveys import MOST_CARDS, survey_rights
from charter.words.refusals import refusal_sentence

LARGEST_LIST = 10 * 1024 * 1024
_LINK = re.compile(r"/answer/([\w-]{16,64})(?:[/?#\s]|$)")

pages = Blueprint("survey_links", __name__)


@pages.post("/surveys/<int:number>/links")
@needs(Permission.RUN_SURVEY)
def links(number: int) -> ResponseReturnValue:
    """The links, shown this once: as a list to send, or as cards with QR codes to print."""
    as_cards = request.form.get("form") == "cards"
    if as_cards and results_view.wave(current_actor(), now(), number)["invited"] > MOST_CARDS:
        raise Invalid("Cards are printed for at most %(most)s links: take the list.", "form", most=MOST_CARDS)
    tokens = answers.issue_links(current_actor(), now(), number, again=bool(request.form.get("again")))
    addresses = [public_link("answering.page", token=token) for token in tokens]
    if results_view.wave(current_actor(), now(), number)["way"] == "open":
        return _open_link(number, addresses[0])
    if as_cards:
        cards = [(address, qr_svg(address)) for address in addresses]
        found = results_view.wave(current_actor(), now(), number)
        return render_template("surveys/cards.html", wave=found, cards=cards, **survey_rights())
    return _as_file(number, addresses)


def _open_link(number: int, link: str) -> str:
    """The open link, shown this once: to print, to send, and to put into another page."""
    found = results_view.wave(current_actor(), now(), number)
    return render_template("surveys/open_link.html", wave=found, link=link, code=qr_svg(link), **survey_rights())


@pages.post("/surveys/<int:number>/reminders")
@needs(Permission.RUN_SURVEY)
def reminders(number: int) -> ResponseReturnValue:
    """The lines of a list of links that nobody has used, whatever else stands in them; nothing of the list is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("Choose a file: CSV or XLSX.", "file")
    request.max_content_length = LARGEST_LIST
    names, rows = rows_of_file(sent.stream.read(LARGEST_LIST + 1), sent.filename, most=MOST_INVITATIONS)
    by_line = {line: token for line, row in rows if (token := _token_in(row.values()))}
    try:
        free = answers.unused_among(current_actor(), now(), number, list(by_line.values()))
    except Conflict as error:
        flash(refusal_sentence(error, current_language()))
        return redirect(url_for("surveys.wave", number=number), 303)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(names)
    lines.writerows([row.get(name, "") for name in names] for line, row in rows if by_line.get(line) in free)
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="reminders-{number}.csv"'
    return answer


def _token_in(cells: Iterable[str]) -> str:
    """The secret of the link in a line."""
    return next((found[1] for cell in cells if (found := _LINK.search(cell))), "")


def _as_file(number: int, addresses: list[str]) -> Response:
    """A list for a mailing: numbers and addresses only, nothing that a spreadsheet would take for a formula."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["number", "link"])
    lines.writerows(enumerate(addresses, 1))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="links-{number}.csv"'
    return answer
