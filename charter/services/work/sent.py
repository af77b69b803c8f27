"""The long work that reads and keeps what people send: who may ask for it, and what each kind of file becomes.

Loading this module registers it. How a file waits, and when it is read at once instead: services/jobs/sendings.py.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from charter.domain.charter_file.findings import CharterFileError, finding_plain
from charter.domain.vocabulary.errors import CharterError, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.services.drafts import drafts
from charter.services.drafts.first_reading import count_first, look_at_first_source, read_first_file, read_newer_file
from charter.services.figures import uploads as figure_uploads
from charter.services.jobs.queue import Arguments, Kind, Progress, register_kinds
from charter.services.jobs.sendings import Received, reading
from charter.services.surveys import look as survey_look
from charter.services.surveys import uploads as survey_uploads
from charter.services.surveys.columns import unpacked_choices
from charter.services.surveys.imports import import_answers, is_of_marks, kept_before
from charter.services.surveys.responses import analyse_wave, find_wave

Plain = dict[str, Any]
MOST_FINDINGS = 200


def _may_enter(actor: Actor, arguments: Arguments) -> None:
    """A file of figures, for those who enter figures."""
    if not may_somewhere(actor, Permission.ENTER_FIGURE):
        raise NotAllowed("%(who)s may not enter figures.", who=actor.name)


def _read_figures(actor: Actor, now: datetime, file: Received, progress: Progress) -> Plain:
    name, said = file.name, file.about
    content, patience = file.content, progress.patience
    number = figure_uploads.send_file(
        actor, now, content, name, indicator=said["indicator"], reason=said["reason"], patience=patience
    )
    return {"upload": number}


def _may_apply(actor: Actor, arguments: Arguments) -> None:
    """A file of many figures entered, for whoever sent it."""
    _may_enter(actor, arguments)
    figure_uploads.own_upload(actor, arguments["upload"])


def _apply_figures(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
    """All of a file or nothing; where something has changed since it was looked at, it is looked at again."""
    number = arguments["upload"]
    progress(0, 1, "")
    if (done := figure_uploads.applied_before(actor, number)) is not None:
        return done
    try:
        written = figure_uploads.apply_file(actor, now, number, expected=arguments["expected"])
    except CharterError:
        db.session.rollback()
        figure_uploads.look_again(actor, now, number)
        raise
    progress(1, 1, "")
    return figure_uploads.counts_of(written)


def _may_survey(actor: Actor, arguments: Arguments) -> None:
    """A file of answers, for those who run surveys."""
    require(actor, Permission.RUN_SURVEY)


def _read_answers(actor: Actor, now: datetime, file: Received, progress: Progress) -> Plain:
    asked, left_out = unpacked_choices(file.about["asked"]), file.about["left_out"]
    content, patience = file.content, progress.patience
    number = survey_uploads.send_answers(actor, now, content, file.name, asked, left_out, patience)
    if not patience.is_waited_for:
        survey_look.keep_look(actor, now, number)
    return {"upload": number}


def _may_own(actor: Actor, arguments: Arguments) -> None:
    """A large file of answers, looked at again or kept for good, for whoever sent it."""
    _may_survey(actor, arguments)
    survey_uploads.own_upload(actor, arguments["upload"])


def _look_at_answers(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
    number = arguments["upload"]
    progress(0, 1, "")
    survey_look.tell_and_look(actor, now, number, arguments)
    progress(1, 1, "")
    return {"upload": number}


def _import_survey(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
    """`stand_for`: what each name of the file stands for, in their order; the names themselves travel nowhere."""
    number = arguments["upload"]
    progress(0, 1, "")
    if not (made := kept_before(actor, number)):
        made = _imported(actor, now, number, arguments)
    for wave in made if is_of_marks(made[0]) else ():
        analyse_wave(actor, now, wave, progress=lambda done, total: progress(done, total, ""))
    return {"rows": find_wave(made[0]).counts["rows"], "surveys": len(made)}


def _imported(actor: Actor, now: datetime, number: int, arguments: Arguments) -> list[int]:
    """The waves that the file becomes; where its names do not do, it waits with what was said of them."""
    seen = survey_look.see_answers(actor, now, number)
    survey_look.require_as_seen(seen, arguments.get("look"))
    mapping = survey_look.mapping_of(seen.look.attributes if seen.look else {}, arguments["stand_for"])
    try:
        return import_answers(actor, now, number, mapping=mapping, leave_refused=arguments["leave_refused"])
    except Invalid:
        db.session.rollback()
        with suppress(Invalid):
            survey_look.keep_look(actor, now, number, mapping)
        raise


def _may_write(actor: Actor, arguments: Arguments) -> None:
    """What the charter is made of, for those who write it."""
    require(actor, Permission.APPLY_CHARTER)


def _read_charter(actor: Actor, now: datetime, file: Received, progress: Progress) -> Plain:
    """The text of a charter file as the draft; while somebody waits, its errors are raised with all their places."""
    text, revision = file.content.decode(), file.about["revision"]
    try:
        if revision is None:
            drafts.start_draft(actor, now, text=text, patience=progress.patience)
        else:
            drafts.rewrite_draft(actor, now, revision, text, progress.patience)
    except CharterFileError as error:
        if progress.patience.is_waited_for:
            raise
        return {"findings": [finding_plain(one) for one in error.findings[:MOST_FINDINGS]]}
    return {"findings": []}


def _may_send(actor: Actor, arguments: Arguments) -> None:
    """The newer file of cases, for those who run checks."""
    require(actor, Permission.RUN_CHECK)


MOST_WAITING = 5
"""Files of one person that wait to be read: those of others, and other work, come next."""

register_kinds(
    {
        "read-figures": Kind(_may_enter, reading(_read_figures), most=MOST_WAITING),
        "apply-figures": Kind(_may_apply, _apply_figures, most=MOST_WAITING),
        "read-answers": Kind(_may_survey, reading(_read_answers), most=MOST_WAITING),
        "look-at-answers": Kind(_may_own, _look_at_answers, most=MOST_WAITING),
        "import-survey": Kind(_may_own, _import_survey),
        "read-charter": Kind(_may_write, reading(_read_charter), most=MOST_WAITING),
        "read-first-file": Kind(_may_write, reading(read_first_file), most=MOST_WAITING),
        "read-newer-file": Kind(_may_send, reading(read_newer_file), most=MOST_WAITING),
        "look-at-first-source": Kind(_may_write, look_at_first_source, most=MOST_WAITING),
        "count-first": Kind(_may_write, count_first, most=MOST_WAITING),
    }
)
