"""All the PDFs of a month: of the whole in the charter's languages, or of every unit, several at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from charter.domain.errors import Conflict
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.editions import Edition, EditionFile
from charter.reports import pdf
from charter.reports.press import Sheet, print_all
from charter.services.charters import find_unit, history
from charter.services.edition_parts import newest_edition, printer
from charter.services.editions import Printed, archive_edition, sheet_of
from charter.services.snapshots import Progress, ended_month

MARK = "\n"
ALL = ("*",)
"""Every unit of the charter."""


def make_editions(
    actor: Actor,
    now: datetime,
    *,
    period: str,
    units: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Print and archive what the newest edition of a month lacks, several PDFs at a time: {"made", "there"}.

    `units` None: the whole organisation alone; ALL: every unit. `languages` None: the charter's.
    What is archived already is left as it is, so that a run that broke off is taken up where it was.
    Raises NotAllowed, Conflict (not approved), NotFound (unit), CharterError (PDF libraries missing).
    """
    found = history()
    month = ended_month(found, period, now)
    version = found.on(month.start)
    if units == ALL:
        units = list(version.tree.by_key)
    keys = [find_unit(version, unit) for unit in units or [version.tree.root.key]]
    for key in keys:
        require(actor, Permission.MAKE_REPORT, key)
    approved = newest_edition(month.key)
    if approved is None:
        raise Conflict("The month %(period)s is not approved: there is no edition of it to print.", period=month)
    spoken = languages or version.charter.charter.report.languages
    wanted = [(key, language) for key in dict.fromkeys(keys) for language in spoken]
    there = _there(approved.id)
    missing = [place for place in wanted if place not in there]
    versions = pdf.versions() if missing else {}
    made = 0
    for name, content in print_all(_sheets(approved, missing), workers=min(len(missing), 2) if missing else 1):
        unit, language = name.split(MARK)
        archive_edition(actor, now, approved, Printed(unit, language, content), versions)
        made += 1
        if progress is not None:
            progress(made, len(missing), unit)
    return {"made": made, "there": len(wanted) - len(missing)}


def _there(edition_id: int) -> set[tuple[str, str]]:
    query = select(EditionFile.unit_key, EditionFile.language).where(EditionFile.edition_id == edition_id)
    return {(row.unit_key, row.language) for row in db.session.execute(query)}


def _sheets(approved: Edition, missing: Sequence[tuple[str, str]]) -> Iterator[Sheet]:
    """Each page as it is wanted; the documents are read before, because other threads take the sheets."""
    part_of = printer(approved)
    return (sheet_of(part_of(unit), language, f"{unit}{MARK}{language}") for unit, language in missing)
