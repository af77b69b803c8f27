"""What comes next after the first figure, for whoever opened the first account; told by what is there, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select

from charter.domain.charter_file.text.canonical import from_canonical
from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.drafts import CharterDraft
from charter.models.people import Person
from charter.models.records import Snapshot
from charter.services.charters.versions import Version, history_or_none
from charter.services.drafts import sent_files
from charter.services.drafts.drafts import OPEN


class Step(StrEnum):
    """Somebody who approves is named; a second promise is measured; a newer file was sent; staff are invited; a month
    is sealed."""

    NAME = "name"
    PROMISE = "promise"
    FILE = "file"
    INVITE = "invite"
    REPORT = "report"


ASKS = {
    Step.NAME: Permission.MANAGE_ACCOUNTS,
    Step.PROMISE: Permission.APPLY_CHARTER,
    Step.FILE: Permission.RUN_CHECK,
    Step.INVITE: Permission.MANAGE_ACCOUNTS,
    Step.REPORT: Permission.FREEZE_MONTH,
}


@dataclass(frozen=True)
class NextStep:
    """A step, whether it is done, whether this person may do it, and how many promises wait in the draft for it."""

    step: Step
    is_done: bool
    is_ours: bool
    waiting: int = 0


def next_steps(actor: Actor) -> list[NextStep]:
    """What comes next, in order; nothing once all is done, before there is a charter, and for anybody else."""
    found = history_or_none()
    if actor.role is not Role.FOUNDER or found is None:
        return []
    done, waiting = _done(found.current), _waiting(found.current)
    if all(done.values()):
        return []
    return [
        NextStep(step, is_done, may(actor, ASKS[step]), waiting if step is Step.PROMISE else 0)
        for step, is_done in done.items()
    ]


def _done(version: Version) -> dict[Step, bool]:
    others = select(Person.role, Person.units).where(Person.is_active, Person.role != Role.FOUNDER)
    people = [(Role(role), bool(units)) for role, units in db.session.execute(others)]
    measured = sum(1 for one in version.charter.commitments if one.indicators)
    done = {
        Step.NAME: (Role.DIRECTOR, False) in people,
        Step.PROMISE: measured > 1,
        Step.FILE: len(sent_files.versions_of(SOURCE)) > 1,
        Step.INVITE: any(role in (Role.CONTRIBUTOR, Role.FRONTLINE) or scoped for role, scoped in people),
        Step.REPORT: bool(db.session.execute(select(exists().select_from(Snapshot))).scalar()),
    }
    if not sent_files.is_sent(version.charter.sources.get(SOURCE)):
        del done[Step.FILE]
    return done


def _waiting(version: Version) -> int:
    """The promises of the open draft that are not in force."""
    document = db.session.execute(select(CharterDraft.document).where(CharterDraft.state == OPEN)).scalar_one_or_none()
    if document is None:
        return 0
    known = {one.key for one in version.charter.commitments}
    return sum(1 for one in from_canonical(document).commitments if one.key not in known)
