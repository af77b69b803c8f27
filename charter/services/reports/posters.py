"""The poster of a unit on A4 or A3, and its sheets for team meetings on A5: made from the sealed month alone by a
scheduler process, archived, then served.

Asking for a poster without an account: the same queue as other long work, one order for each poster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound, Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import JobState, Permission
from charter.models.base import db
from charter.models.frontline import PosterFile
from charter.models.jobs import Job
from charter.models.records import Snapshot
from charter.reports import pdf
from charter.reports.pdf_workers import Sheet, print_all
from charter.reports.poster import PAPERS, render_poster_html
from charter.reports.sheets import render_sheets_html
from charter.services.charters.versions import charter_numbered
from charter.services.jobs import queue
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.reports.parts import PartedFigures, edition_of, figures_in
from charter.services.reports.snapshots import find_snapshot

Progress = Callable[[int, int, str], None]


def make_poster(actor: Actor, now: datetime, *, period: str, unit: str, language: str, paper: str) -> PosterFile:
    """The archived poster, rendered where there is none yet.

    Raises Conflict (month not sealed), NotFound (unit), Invalid (language, paper), CharterError (no PDF libraries).
    """
    require(actor, Permission.READ_PAGES)
    sealed, edition = edition_on(period, unit, language, paper)
    kept = archived_file(sealed.id, unit, language, paper)
    if kept is not None:
        return kept
    content = pdf.render_in_subprocess(_html(edition, language, paper), language=language)
    return archive(actor, now, sealed, unit, language, paper, content)


def make_sheets(
    actor: Actor, now: datetime, *, period: str, language: str, progress: Progress | None = None
) -> dict[str, int]:
    """The sheets of every unit of a sealed month in one run, several PDFs at a time: {"made", "there"}.

    What is archived already is left as it is, so that a run that broke off is taken up where it was. Raises
    NotAllowed and what make_poster raises.
    """
    require(actor, Permission.MAKE_REPORT)
    sealed, first = edition_on(period, None, language, SHEETS)
    figures, units = figures_in(sealed.document), list(first["units"])
    if isinstance(figures, PartedFigures):
        figures = figures.at_hand(units)
    query = select(PosterFile.unit_key).where(
        PosterFile.snapshot_id == sealed.id, PosterFile.language == language, PosterFile.paper == SHEETS
    )
    there = set(db.session.execute(query).scalars())
    missing = [unit for unit in units if unit not in there]
    # Threads take the pages as they are wanted: they need no database.
    charter, sha256 = charter_numbered(first["charter"]["version"]), sealed.sha256
    pages = (
        Sheet(unit, render_sheets_html(edition_of(figures, sha256, unit), charter, language), language)
        for unit in missing
    )
    for done, (unit, content) in enumerate(print_all(pages, workers=min(len(missing), 2) if missing else 1), 1):
        archive(actor, now, sealed, unit, language, SHEETS, content)
        if progress is not None:
            progress(done, len(missing), unit)
    return {"made": len(missing), "there": len(there)}


def report_languages(period: str) -> Sequence[str]:
    """The languages in which the charter of a sealed month is reported. Raises Conflict where it is not sealed."""
    _, edition = edition_on(period, None, "fr", SHEETS)
    languages: Sequence[str] = edition["charter"]["languages"]
    return languages


def _html(edition: Mapping[str, Any], language: str, paper: str) -> str:
    if paper == SHEETS:
        return render_sheets_html(edition, charter_numbered(edition["charter"]["version"]), language)
    return render_poster_html(edition, language, paper)


def archive(
    actor: Actor, now: datetime, sealed: Snapshot, unit: str, language: str, paper: str, content: bytes
) -> PosterFile:
    """The file as it is kept: where another process was faster, its bytes are the ones."""
    with transaction():
        audit_log.hold()
        faster = archived_file(sealed.id, unit, language, paper)
        if faster is not None:
            return faster
        file = PosterFile(
            snapshot_id=sealed.id,
            unit_key=unit,
            language=language,
            paper=paper,
            content=content,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            versions=pdf.versions(),
            rendered_at=now,
        )
        db.session.add(file)
        facts = {"sha256": file.sha256, "size": file.size}
        audit_log.record(
            actor, now, "poster:archive", poster_name(sealed.period_key, unit, language, paper), after=facts
        )
    return file


SHEETS = "A5"
"""The paper of the sheets for team meetings, one promise a page."""
MADE_ON = (*PAPERS, SHEETS)


def require_poster(*, period: str = "", unit: str | None = "", language: str = "", paper: str = "") -> None:
    """Raises what make_poster would of these arguments, and does nothing."""
    edition_on(period, unit, language, paper)


def poster_bytes(actor: Actor, *, period: str, unit: str, language: str, paper: str) -> bytes:
    """An archived poster. Raises NotFound where it has not been made yet."""
    require(actor, Permission.READ_PAGES)
    sealed = find_snapshot(period)
    file = archived_file(sealed.id, unit, language, paper) if sealed is not None else None
    if file is None:
        raise NotFound("This poster has not been made yet: ask for it on the page of posters.")
    return file.content


def newest_sealed() -> str | None:
    """The last month whose figures are sealed."""
    return db.session.execute(select(Snapshot.period_key).order_by(Snapshot.period_key.desc()).limit(1)).scalar()


def archived(actor: Actor, *, period: str, unit: str, language: str) -> Mapping[str, int]:
    """The size in bytes of each archived paper."""
    require(actor, Permission.READ_PAGES)
    query = (
        select(PosterFile.paper, PosterFile.size)
        .join(Snapshot, Snapshot.id == PosterFile.snapshot_id)
        .where(Snapshot.period_key == period, PosterFile.unit_key == unit, PosterFile.language == language)
    )
    return {row.paper: row.size for row in db.session.execute(query)}


def poster_name(period: str, unit: str, language: str, paper: str) -> str:
    """How the audit log names a poster."""
    return f"{period} {unit} {language} {paper}"


def edition_on(
    period: str, unit: str | None, language: str, paper: str, papers: Collection[str] = ()
) -> tuple[Snapshot, dict[str, Any]]:
    """A sealed month, and its part of a unit. Raises Conflict (not sealed), NotFound (unit), Invalid (language,
    paper: one of `papers`, else of those of posters)."""
    if paper not in (papers or MADE_ON):
        raise Invalid(
            "A poster is made on %(papers)s, not on %(given)s.", "paper", papers=_any_of(MADE_ON), given=_shown(paper)
        )
    if language not in ("fr", "en"):
        raise Invalid("A poster is written in fr or en, not in %(given)s.", "language", given=_shown(language))
    if not period:
        raise Conflict("No month is frozen yet: a poster is made from the frozen figures.")
    sealed = find_snapshot(period)
    if sealed is None:
        raise Conflict(
            "The month %(period)s is not frozen: its poster is made from the frozen figures.",
            period=parse_period(period),
        )
    return sealed, edition_of(figures_in(sealed.document), sealed.sha256, unit)


def _any_of(choices: Iterable[str]) -> Sentence:
    *some, last = choices
    return Sentence("%(some)s or %(last)s", some=some, last=last)


def _shown(given: str) -> str | Sentence:
    return given or Sentence("nothing")


def archived_file(snapshot: int, unit: str, language: str, paper: str) -> PosterFile | None:
    """The archived file of a sealed month, with its bytes."""
    query = select(PosterFile).where(
        PosterFile.snapshot_id == snapshot,
        PosterFile.unit_key == unit,
        PosterFile.language == language,
        PosterFile.paper == paper,
    )
    return db.session.execute(query.options(undefer(PosterFile.content))).scalar_one_or_none()


FROM_THE_PAGE = Actor(name="page of posters", role=None, is_operator=True)
"""Who asks for whoever reads the page: the queue bounds how much."""
LOOKED_AT = 200


def order_poster(actor: Actor, now: datetime, *, period: str, unit: str, language: str, paper: str) -> int:
    """Ask for a poster and return the number of the work. Raises what the making of posters says of these arguments."""
    require(actor, Permission.READ_PAGES)
    arguments = {"period": period, "unit": unit, "language": language, "paper": paper}
    return queue.ask(FROM_THE_PAGE, now, kind="make-poster", arguments=arguments)


class PosterState(TypedDict):
    """Where a poster stands: archived, coming, failed (`said` tells why) or absent."""

    state: str
    said: Any


class PosterStates(TypedDict):
    """The month of the posters, and where each paper stands."""

    period: str | None
    papers: dict[str, PosterState]


def poster_states(actor: Actor, *, unit: str, language: str) -> PosterStates:
    """For each paper: archived, on its way, failed with its sentence, or not asked for; and the month it is of."""
    period = newest_sealed()
    if period is None:
        return {"period": None, "papers": {}}
    there = archived(actor, period=period, unit=unit, language=language)
    newest = select(Job).where(Job.kind == "make-poster").order_by(Job.id.desc()).limit(LOOKED_AT)
    orders: dict[str, Job] = {}
    for job in db.session.execute(newest).scalars():
        if {**job.arguments, "paper": ""} == {"period": period, "unit": unit, "language": language, "paper": ""}:
            orders.setdefault(str(job.arguments["paper"]), job)
    return {"period": period, "papers": {paper: state_of_order(paper in there, orders.get(paper)) for paper in MADE_ON}}


def state_of_order(is_there: bool, job: Job | None) -> PosterState:
    """Where a file stands that may have been asked for."""
    if is_there:
        return {"state": "archived", "said": None}
    if job is None or job.state == JobState.DONE:
        return {"state": "absent", "said": None}
    return {"state": "failed" if job.state == JobState.FAILED else "coming", "said": job.said or job.failure}
