"""The classification page: today's classes, what one of them rests on, what was decided before, what may be done."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from charter.domain.classes.risk import PriorityRow, RiskLine, at_risk, priorities
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import CommitmentClass, Permission, Strength
from charter.services.charters.versions import find_commitment, history
from charter.services.classes.current import turn_of
from charter.services.classes.deciding import months_to_choose
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.norm import Norm, norm_of
from charter.services.classes.view import Classes, ClassRow, DecisionFacts, classes_of, decision_facts
from charter.services.month.overview import build
from charter.services.people.owners import stand_ins
from charter.services.readings.current_figures import month_asked


class ChosenRow(ClassRow):
    """The commitment that is named, with all that was decided on its class, newest first; `settled_by`: where its
    evidence disagrees, the names of those who may settle it by a decision."""

    decisions: list[DecisionFacts | None]
    settled_by: list[str]


class GridMark(TypedDict):
    """A commitment as a grid shows it: its number, its place, and its status in the month shown."""

    number: int
    place: str
    status: str | None


class ClassPage(Classes):
    """The classes of today, in the order of their places too, and what this person may do; `asking`: those, by their
    keys, that call for somebody, what has expired first."""

    ordered: list[ClassRow]
    asking: list[str]
    chosen: ChosenRow | None
    marks: list[GridMark]
    norm: Norm
    month: str
    may_decide: bool
    may_record: bool
    months: list[str]
    at_risk: list[RiskLine]
    priorities: list[PriorityRow]


def page(actor: Actor, now: datetime, *, commitment: str | None = None) -> ClassPage:
    """The classes of today, and one commitment's evidence and decisions when named. Raises NotFound, NotAllowed."""
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    version = found.current
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    known = known_evidence()
    month = month_asked(found, None, now)
    whole = build(found, found.on(month.start), month, found.on(month.start).tree.root.key, now)
    statuses = {view["key"]: view["status"] for view in whole["commitments"]}
    answer = classes_of(version.charter, today, known, statuses)
    rows = answer["commitments"]
    points = {row["key"]: row["point"] for row in rows}
    chosen: ChosenRow | None = None
    if commitment is not None:
        number, _ = find_commitment(version, commitment)
        decisions = [decision_facts(one) for one in reversed(known.decisions.get(commitment, ()))]
        row = rows[number - 1]
        chosen = {**row, "decisions": decisions, "settled_by": _settled_by(row)}
    return {
        **answer,
        "ordered": sorted(rows, key=lambda row: (turn_of(row["place"]), row["number"])),
        "asking": [row["key"] for row in sorted(filter(_asks, rows), key=_since)],
        "chosen": chosen,
        "marks": [{"number": row["number"], "place": row["place"], "status": statuses.get(row["key"])} for row in rows],
        "norm": norm_of(found, today, known),
        "month": month.key,
        "may_decide": may(actor, Permission.DECIDE_CLASS),
        "may_record": may(actor, Permission.RECORD_EVIDENCE),
        "months": months_to_choose(today),
        "at_risk": at_risk(whole["commitments"], points),
        "priorities": priorities(whole["commitments"], {row["key"]: row["class"] for row in rows}, points),
    }


def _asks(row: ClassRow) -> bool:
    """Whether a class is to be looked at: not known, not what the evidence suggests, or due for review."""
    is_due = row["review"] is not None and row["review"]["state"] != "later"
    return is_due or row["class"] == CommitmentClass.UNDETERMINED or row["class"] != row["suggested"]


def _since(row: ClassRow) -> tuple[str, int]:
    return (row["review"]["on"] if row["review"] else "9999", row["number"])


DISAGREEING = ("disagrees", "experts-disagree")


def _settled_by(row: ClassRow) -> list[str]:
    disagrees = row["strength"] == Strength.CONFLICT or any(one["code"] in DISAGREEING for one in row["warnings"])
    return sorted(person.name for person in stand_ins()) if disagrees else []
