"""What long work there is: each kind has who may ask for it, and what does it.

To add one: write `permit(actor, arguments)`, which raises NotAllowed first and then Invalid or Conflict for arguments
that cannot be taken, and `run(actor, now, arguments, progress)`, which does the work for the person who asked and
returns its result as JSON; register both below, and the words in words/jobs.py. Loading this module registers them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import stored
from charter.domain.vocabulary.terms import Permission
from charter.models.frontline import PosterFile
from charter.services.charters.versions import find_indicator, find_unit, history
from charter.services.checks.running import run_due
from charter.services.checks.source_changes import recheck_source
from charter.services.drafts.look import look_at_draft
from charter.services.drafts.trial_run import try_draft
from charter.services.frontline.effort_words import may_read_words as may_read_hard_words
from charter.services.frontline.effort_words import read_words as read_hard_words
from charter.services.frontline.word_reading import JOB as READ_WORDS
from charter.services.frontline.word_reading import read_words
from charter.services.frontline.word_texts import month_named, words_named
from charter.services.jobs.queue import Arguments, Kind, Progress, register_kinds
from charter.services.reports.cards import make_card, require_card
from charter.services.reports.distribution import send_edition
from charter.services.reports.editions import newest_edition, publish_erratum
from charter.services.reports.files import ALL, keep_draft, make_editions, make_report
from charter.services.reports.posters import SHEETS, make_poster, make_sheets, require_poster
from charter.services.reports.snapshots import find_snapshot
from charter.services.surveys.responses import analyse_wave, find_wave
from charter.services.verification.audit import kept_heads
from charter.services.verification.verify import verify


def _may_run_checks(actor: Actor, arguments: Arguments) -> None:
    """Checks are run by those who may; of one indicator and period, or of all that is due (no arguments), after which
    the done periods of a `source` that was sent anew are counted again."""
    require(actor, Permission.RUN_CHECK)
    _known(arguments, "indicator", "period", "source")
    if "indicator" in arguments:
        find_indicator(history().current, arguments["indicator"])


def _run_checks(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    only = (arguments["indicator"], arguments["period"]) if "indicator" in arguments else None
    found = asdict(run_due(actor, now, progress.access, retry_now=True, progress=progress, only=only))
    if "source" in arguments:
        again, changed = recheck_source(actor, now, progress.access, str(arguments["source"]))
        found |= {"again": again, "changed": changed}
    return found


def _may_make_report(actor: Actor, arguments: Arguments) -> None:
    """The PDF of a sealed month, for those who may make reports of the unit."""
    unit = arguments.get("unit")
    require(actor, Permission.MAKE_REPORT, unit)
    _known(arguments, "period", "unit", "language")
    if arguments.get("language") not in ("fr", "en", None):
        raise Invalid("A report is written in fr or en, not in %(given)s.", "language", given=arguments["language"])
    find_unit(history().current, unit)
    if find_snapshot(arguments.get("period", "")) is None:
        raise Conflict("The month %(period)s is not frozen: there is no report of it yet.", period=_month(arguments))


def _make_report(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    progress(0, 1, arguments["period"])
    unit, language = arguments.get("unit"), arguments.get("language")
    made = make_report(actor, now, period=arguments["period"], unit=unit, language=language)
    progress(1, 1, arguments["period"])
    return {"sha256": made.sha256, "size": len(made.content)}


def _may_make_poster(actor: Actor, arguments: Arguments) -> None:
    """The poster of a unit, for whoever reads its page."""
    require(actor, Permission.READ_PAGES)
    _known(arguments, "period", "unit", "language", "paper")
    require_poster(**arguments)


def _may_make_card(actor: Actor, arguments: Arguments) -> None:
    """The card of a provider, for those who may read it."""
    known = {name: arguments.get(name, "") for name in ("period", "unit", "language")}
    require_card(actor, **known)
    _known(arguments, *known)


def _may_make_sheets(actor: Actor, arguments: Arguments) -> None:
    """The sheets of every unit for its team meetings, for who makes reports."""
    require(actor, Permission.MAKE_REPORT)
    _known(arguments, "period", "language")
    require_poster(**arguments, unit=None, paper=SHEETS)


def _make_sheets(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    return make_sheets(actor, now, **arguments, progress=progress)


def _make_paper(
    make: Callable[..., PosterFile], actor: Actor, now: datetime, arguments: Arguments, progress: Progress
) -> Mapping[str, Any]:
    progress(0, 1, arguments["unit"])
    made = make(actor, now, **arguments)
    progress(1, 1, arguments["unit"])
    return {"sha256": made.sha256, "size": made.size}


def _may_analyse_survey(actor: Actor, arguments: Arguments) -> None:
    """The penalties and rewards of a survey of marks, for those who run surveys."""
    require(actor, Permission.RUN_SURVEY)
    _known(arguments, "survey")
    wave = find_wave(arguments["survey"])
    if wave.kind != "marks":
        raise Conflict("The survey %(name)s has no marks: its pairs are counted without long work.", name=wave.name)


def _analyse_survey(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    wave = find_wave(arguments["survey"])
    found = analyse_wave(actor, now, wave.id, progress=lambda done, total: progress(done, total, wave.name))
    return {"people": found["n"], "draws": found["draws"]}


def _may_make_draft(actor: Actor, arguments: Arguments) -> None:
    """The draft of a sealed month in print, for those who may make reports of the unit."""
    _may_make_report(actor, arguments)
    if newest_edition(arguments["period"]) is not None:
        month = _month(arguments)
        raise Conflict("The month %(period)s is approved: its edition is what there is to print.", period=month)


def _make_draft(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    period, language = arguments["period"], arguments.get("language") or _spoken(arguments["period"])[0]
    progress(0, 1, period)
    size = keep_draft(actor, now, period=period, unit=arguments.get("unit"), language=language)
    progress(1, 1, period)
    return {"size": size}


def _spoken(period: str) -> list[str]:
    return list(history().on(parse_period(period).start).charter.charter.report.languages)


def _may_make_editions(actor: Actor, arguments: Arguments) -> None:
    """The PDFs of an approved month: of the whole, or of every unit (`units: all`)."""
    require(actor, Permission.MAKE_REPORT)
    _known(arguments, "period", "units", "send")
    if arguments.get("send"):
        require(actor, Permission.SEND_REPORT)
    if newest_edition(arguments.get("period", "")) is None:
        month = _month(arguments)
        raise Conflict("The month %(period)s is not approved: there is no edition of it to print.", period=month)


def _make_editions(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    period = arguments["period"]
    units = ALL if arguments.get("units") == "all" else None
    made = make_editions(actor, now, period=period, units=units, progress=progress)
    sent = send_edition(actor, now, period=period) if arguments.get("send") else 0
    return made | {"sent": sent}


def _may_correct(actor: Actor, arguments: Arguments) -> None:
    """An erratum, for who approves reports."""
    require(actor, Permission.APPROVE_REPORT)
    _known(arguments, "period", "reason")
    if newest_edition(arguments.get("period", "")) is None:
        month = _month(arguments)
        raise Conflict("The month %(period)s has no edition yet: there is nothing to correct.", period=month)


def _correct(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    period = arguments["period"]
    number = _published_since(actor, period, progress.asked_at)
    if number is None:
        row = publish_erratum(actor, now, period=period, reason=arguments["reason"], progress=progress)
        number = row.number
    made = make_editions(actor, now, period=period)
    return made | {"sent": send_edition(actor, now, period=period), "number": number}


def _published_since(actor: Actor, period: str, asked_at: datetime) -> int | None:
    """The erratum that this work has published already, where it broke off before its PDFs were made and sent."""
    newest = newest_edition(period)
    is_own = newest is not None and newest.approved_by == actor.name and newest.approved_at >= asked_at
    return newest.number if newest is not None and is_own and newest.number > 1 else None


def _known(arguments: Arguments, *names: str) -> None:
    for name in arguments:
        if name not in names:
            raise Invalid(
                "This work does not know the argument %(name)s. It knows: %(names)s.", name, name=name, names=names
            )


def _month(arguments: Arguments) -> Period | str:
    """The month that is asked for, for a sentence; what is none stays as it was written."""
    written = str(arguments.get("period"))
    try:
        return parse_period(written)
    except Invalid:
        return written


def _may_try_draft(actor: Actor, arguments: Arguments) -> None:
    """A look at what the draft's indicator would count, for those who write the draft."""
    require(actor, Permission.APPLY_CHARTER)
    _known(arguments, "indicator", "period", "revision")


def _try_draft(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    progress(0, 1, arguments["indicator"])
    found = try_draft(actor, now, indicator=arguments["indicator"], period=arguments["period"], access=progress.access)
    progress(1, 1, arguments["indicator"])
    return found


def _may_look(actor: Actor, arguments: Arguments) -> None:
    """A look at the data of a source of the draft, for those who write the draft."""
    require(actor, Permission.APPLY_CHARTER)
    _known(arguments, "source", "revision")


def _look(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    progress(0, 1, arguments["source"])
    found = look_at_draft(actor, now, source=arguments["source"], access=progress.access)
    progress(1, 1, arguments["source"])
    return found.kept | {"revision": arguments["revision"]}


def _may_verify(actor: Actor, arguments: Arguments) -> None:
    """The proof that nothing was rewritten, for those who read the audit log."""
    require(actor, Permission.READ_AUDIT)
    _known(arguments, "head")


BREAKS_KEPT = 200


def _verify(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    home = progress.access.home
    found = verify(actor, head=arguments.get("head"), kept=kept_heads(home), folder=home, progress=progress)
    breaks = [stored(one) for one in found["breaks"]]
    counts = {name: value for name, value in found.items() if isinstance(value, int) and name != "ok"}
    return counts | {"broken": len(breaks), "breaks": breaks[:BREAKS_KEPT], "head": found["head"]}


def _may_read_hard_words(actor: Actor, arguments: Arguments) -> None:
    """What customers wrote beside hard answers, for who reads what is written in the unit."""
    _known(arguments, "indicator", "unit", "period")
    may_read_hard_words(actor, arguments)


def _read_hard_words(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    progress(0, 1, arguments["indicator"])
    found = read_hard_words(actor, now, arguments, progress.access)
    progress(1, 1, arguments["indicator"])
    return found


def _may_read_words(actor: Actor, arguments: Arguments) -> None:
    """The free texts of a month, for those who run checks."""
    require(actor, Permission.RUN_CHECK)
    _known(arguments, "words", "period")
    words_named(history().current, str(arguments.get("words")))
    month_named(str(arguments.get("period")))


def _read_words(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    progress(0, 1, arguments["words"])
    came = read_words(actor, now, progress.access, key=arguments["words"], period=arguments["period"])
    progress(1, 1, arguments["words"])
    return asdict(came)


register_kinds(
    {
        "read-hard-words": Kind(_may_read_hard_words, _read_hard_words),
        READ_WORDS: Kind(_may_read_words, _read_words, lease=timedelta(hours=1)),
        "look-at-source": Kind(_may_look, _look),
        "try-draft": Kind(_may_try_draft, _try_draft),
        "run-checks": Kind(_may_run_checks, _run_checks),
        "verify": Kind(_may_verify, _verify),
        "make-report": Kind(_may_make_report, _make_report),
        "make-poster": Kind(_may_make_poster, partial(_make_paper, make_poster)),
        "make-card": Kind(_may_make_card, partial(_make_paper, make_card)),
        "make-sheets": Kind(_may_make_sheets, _make_sheets),
        "analyse-survey": Kind(_may_analyse_survey, _analyse_survey),
        "make-draft": Kind(_may_make_draft, _make_draft),
        "make-editions": Kind(_may_make_editions, _make_editions),
        "publish-erratum": Kind(_may_correct, _correct),
    }
)
