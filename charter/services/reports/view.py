"""Reports for pages: each month's state, its editions and files; what a month still asks before it is approved.

The figures of a published month as tables: those that its report prints, for spreadsheets and programs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import ReportFile, Snapshot
from charter.models.reports import DraftFile, Edition, EditionFile
from charter.reports.tables import Table, actions_table, answers_table, comments_table, figures_table, units_table
from charter.services.actions.comments import ASKS, uncommented
from charter.services.charters.versions import Version, find_unit, history
from charter.services.reports.distribution import readers_of
from charter.services.reports.editions import figures_of, newest_edition, printed, sealed_figures, words_and_actions
from charter.services.reports.pages import DraftLine, EditionLine, FileLine, Json, Miss, MonthLine, MonthPage
from charter.services.reports.parts import Figures, edition_of, figures_in
from charter.services.reports.snapshots import ended_month, find_snapshot, lateness


def report_tables(
    actor: Actor, *, period: str, unit: str | None = None, language: str, number: int | None = None
) -> dict[str, Table]:
    """By name: figures, units, comments, actions, and the answers of efforts where there are any; of the newest
    edition, or of that number, else of the sealed month.

    Raises NotAllowed, NotFound (not sealed, no such edition or unit), Invalid (not a period).
    """
    key = unit or history().current.tree.root.key
    require(actor, Permission.READ_DESK, key)
    approved = newest_edition(period, number)
    if approved is not None:
        part = printed(approved, key)
    else:
        sealed = find_snapshot(period)
        if sealed is None:
            raise NotFound(
                "The month %(period)s is not frozen: there is no report of it yet.", period=parse_period(period)
            )
        part = edition_of(figures_in(sealed.document), sealed.sha256, key)
    return {
        "figures": figures_table(part, language),
        "units": units_table(part),
        **({"answers": answers} if len(answers := answers_table(part)) > 1 else {}),
        "comments": comments_table(part),
        "actions": actions_table(part),
    }


def published(actor: Actor) -> Sequence[MonthLine]:
    """The sealed months, newest first: state, editions, and the PDFs of units that the actor may read."""
    require(actor, Permission.READ_DESK, actor.home)
    files, of_editions = _files(), _edition_files()
    editions: dict[str, list[EditionLine]] = {}
    for one in db.session.execute(select(Edition).order_by(Edition.number.desc())).scalars():
        editions.setdefault(one.period_key, []).append(_edition(one, of_editions.get(one.id, [])))
    columns = (Snapshot.id, Snapshot.period_key, Snapshot.sha256, Snapshot.frozen_at, Snapshot.frozen_by)
    found = history()
    months: list[MonthLine] = []
    for row in db.session.execute(select(*columns).order_by(Snapshot.period_key.desc())):
        version = found.on(parse_period(row.period_key).start)
        own = editions.get(row.period_key, [])
        every = own[0]["files"] if own else files.get(row.id, [])
        months.append(
            {
                "period": row.period_key,
                "hash": row.sha256,
                "frozen_at": row.frozen_at.isoformat(),
                "frozen_by": row.frozen_by,
                "late": lateness(version, parse_period(row.period_key), row.frozen_at),
                "state": _state(version, own),
                "editions": [_for_reader(actor, version, one) for one in own],
                "files": _readable(actor, version, every),
                "missing": _missing(version, every),
            }
        )
    return months


def _state(version: Version, editions: Sequence[EditionLine]) -> str:
    """draft before the approval, approved until the whole's PDFs are there, then published; erratum from the second."""
    if not editions:
        return "draft"
    if _missing(version, editions[0]["files"]):
        return "approved"
    return "published" if editions[0]["number"] == 1 else "erratum"


def _for_reader(actor: Actor, version: Version, edition: EditionLine) -> EditionLine:
    return {**edition, "files": _readable(actor, version, edition["files"])}


def _readable(actor: Actor, version: Version, files: Sequence[FileLine]) -> list[FileLine]:
    """Only the files of units that the actor may read, with their names."""
    return [
        {**file, "unit_name": _name(version, file["unit"])}
        for file in files
        if may(actor, Permission.READ_DESK, file["unit"])
    ]


def _name(version: Version, unit: str) -> str | None:
    if unit == version.tree.root.key:
        return None
    return version.tree.by_key[unit].name if unit in version.tree else unit


def _files() -> dict[int, list[FileLine]]:
    found: dict[int, list[FileLine]] = {}
    for file in db.session.execute(select(ReportFile).order_by(ReportFile.unit_key, ReportFile.language)).scalars():
        found.setdefault(file.snapshot_id, []).append(_file(file))
    return found


def _edition_files(period: str | None = None) -> dict[int, list[FileLine]]:
    query = select(EditionFile).order_by(EditionFile.unit_key, EditionFile.language)
    if period is not None:
        query = query.join(Edition, Edition.id == EditionFile.edition_id).where(Edition.period_key == period)
    found: dict[int, list[FileLine]] = {}
    for file in db.session.execute(query).scalars():
        found.setdefault(file.edition_id, []).append(_file(file))
    return found


def _file(file: ReportFile | EditionFile) -> FileLine:
    return {
        "unit": file.unit_key,
        "language": file.language,
        "sha256": file.sha256,
        "size": file.size,
        "versions": file.versions,
        "rendered_at": file.rendered_at.isoformat(),
    }


def _edition(row: Edition, files: list[FileLine]) -> EditionLine:
    return {
        "number": row.number,
        "sha256": row.sha256,
        "approved_at": row.approved_at.isoformat(),
        "approved_by": row.approved_by,
        "files": files,
    }


def _missing(version: Version, files: Sequence[FileLine]) -> list[str]:
    """The languages of the charter in which the whole organisation's PDF is not archived yet."""
    root = version.tree.root.key
    made = {file["language"] for file in files if file["unit"] == root}
    return [language for language in version.charter.charter.report.languages if language not in made]


def month_page(actor: Actor, now: datetime, period: str, *, unit: str | None = None) -> MonthPage:
    """One month: figures frozen or not, misses with their comments, actions, approval, editions with what they correct.

    Raises NotFound, NotAllowed, Invalid, Conflict (not ended).
    """
    found = history()
    month = ended_month(found, period, now)
    version = found.on(month.start)
    key = find_unit(version, unit or actor.home)
    require(actor, Permission.READ_DESK, key)
    sealed = sealed_figures(month.key)
    told: MonthPage = {"period": month.key, "unit": key, "sealed": None, "editions": [], "state": "open", "misses": []}
    if sealed is None:
        return {**told, "may_freeze": may(actor, Permission.FREEZE_MONTH)}
    snapshot, figures = sealed
    approved = newest_edition(month.key)
    words = json.loads(approved.document) if approved else words_and_actions(found, figures, now)
    files = _edition_files(month.key)
    rows = db.session.execute(select(Edition).where(Edition.period_key == month.key).order_by(Edition.number.desc()))
    editions = [_told(row, files.get(row.id, [])) for row in rows.scalars()]
    figures = figures_of(approved)[0] if approved else figures
    root, whole, own = figures.index["root"], _overview(figures, figures.index["root"]), _overview(figures, key)
    return {
        **told,
        "sealed": {"sha256": snapshot.sha256, "at": snapshot.frozen_at.isoformat(), "by": snapshot.frozen_by},
        "overview": own,
        "editions": [_for_reader(actor, version, one) for one in editions],
        "state": _state(version, editions),
        "misses": _misses(_views(own), words, key),
        "titles": {view["key"]: view["title"] for view in _views(whole)},
        "wanting": uncommented(_views(whole), words["comments"], root),
        "actions": words["actions"] if key == root else [a for a in words["actions"] if a["unit"] == key],
        "drafts": [_draft(row) for row in _drafts(month.key, key)],
        "languages": version.charter.charter.report.languages,
        "recipients": list(readers_of(found)),
        "logo_refused": _logo_refused(figures.index),
        "units_below": [one for one, depth in version.tree.walk() if depth > 0],
        "rights": _rights(actor, is_approved=approved is not None)
        | {"explain": may(actor, Permission.EXPLAIN_MISS, key)},
    }


def _logo_refused(index: Json) -> Any:
    """Why the charter's logo is not on the report, in a sentence; None where it is, or none is wanted."""
    look = index.get("look") or {}
    return look.get("said") or look.get("refused")


def _rights(actor: Actor, *, is_approved: bool) -> dict[str, bool]:
    """Which buttons the month shows."""
    return {
        "approve": not is_approved and may(actor, Permission.APPROVE_REPORT),
        "correct": is_approved and may(actor, Permission.APPROVE_REPORT),
        "make": may(actor, Permission.MAKE_REPORT),
        "send": is_approved and may(actor, Permission.SEND_REPORT),
    }


def _overview(figures: Figures, unit: str) -> Json | None:
    """Of a unit that the month has."""
    return figures.unit(unit)["overview"] if unit in set(figures.units()) else None


def _views(overview: Json | None) -> list[Any]:
    return overview["commitments"] if overview else []


def _misses(views: Sequence[Json], words: Json, unit: str) -> list[Miss]:
    said = {one["commitment"]: one for one in words["comments"] if one["unit"] == unit}
    return [
        {
            "number": view["number"],
            "key": view["key"],
            "title": view["title"],
            "status": view["status"],
            "owner": view["owner"],
            "comment": said.get(view["key"]),
        }
        for view in views
        if view["status"] in ASKS
    ]


def _told(row: Edition, files: list[FileLine]) -> EditionLine:
    document = json.loads(row.document)
    return {**_edition(row, files), "approval": document["approval"], "erratum": document["erratum"]}


def _drafts(period: str, unit: str) -> Sequence[DraftFile]:
    place = (DraftFile.period_key == period) & (DraftFile.unit_key == unit)
    return db.session.execute(select(DraftFile).where(place).order_by(DraftFile.language)).scalars().all()


def _draft(row: DraftFile) -> DraftLine:
    return {"language": row.language, "made_at": row.made_at.isoformat(), "made_by": row.made_by}
