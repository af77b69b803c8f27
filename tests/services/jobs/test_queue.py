"""Long work: asked for by a person, done by a scheduler process, told as it goes, taken over, given up, never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor, require
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.people import Person
from charter.services.jobs.queue import KINDS, OPEN_AT_MOST, Kind, Progress, ask, job, jobs
from charter.services.people import accounts
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.services.work.worker import run_jobs
from tests.services.world import NOW

LEASE = timedelta(minutes=10)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def make_person(name: str, role: Role, units: tuple[str, ...] = ()) -> Actor:
    number = accounts.create_account(
        COMMAND_LINE,
        NOW,
        email=f"{name}@example.org",
        name=name,
        role=role,
        password="correct horse battery",
        units=units,
    )
    found = accounts.person(number)
    assert found is not None
    return found


def work(clock: Clock, stopping: Callable[[], bool] = lambda: False) -> int:
    return run_jobs(SCHEDULER, clock, Access(), stopping)


def count(table: type, *where: Any) -> int:
    return db.session.execute(select(func.count(table.id)).where(*where)).scalar_one()  # type: ignore[attr-defined]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Enters a kind of work of the test's own, for managers."""

    def enter(run: Callable[[Actor, datetime, Mapping[str, Any], Progress], Mapping[str, Any]]) -> None:
        own = Kind(lambda actor, arguments: require(actor, Permission.RUN_CHECK), run, LEASE)
        monkeypatch.setitem(KINDS, "test", own)  # type: ignore[arg-type]

    return enter


def test_asked_twice_before_it_is_done_it_is_the_same_work(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    first = ask(mia, NOW, kind="run-checks", arguments={})
    assert ask(mia, NOW, kind="run-checks", arguments={}) == first
    assert ask(max_, NOW, kind="run-checks", arguments={}) != first
    assert ask(mia, NOW, kind="run-checks", arguments={"indicator": "billed", "period": "2026-09"}) != first
    work(Clock())
    assert ask(mia, NOW, kind="run-checks", arguments={}) != first


def test_only_who_may_asks_and_what_cannot_be_taken_is_refused(charted: Flask) -> None:
    carl = make_person("carl", Role.CONTRIBUTOR, ("vannes",))
    boris = make_person("boris", Role.MANAGER, ("west",))
    mia = make_person("mia", Role.MANAGER)
    for actor in (carl, boris):
        with pytest.raises(NotAllowed):
            ask(actor, NOW, kind="run-checks", arguments={})
    with pytest.raises(NotAllowed, match="account"):
        ask(Actor("token", Role.MANAGER), NOW, kind="run-checks", arguments={})
    with pytest.raises(NotFound, match="no long work called dance"):
        ask(mia, NOW, kind="dance", arguments={})
    with pytest.raises(Invalid, match="does not know the argument sql"):
        ask(mia, NOW, kind="run-checks", arguments={"sql": "1"})
    with pytest.raises(NotFound, match="no indicator nothing"):
        ask(mia, NOW, kind="run-checks", arguments={"indicator": "nothing", "period": "2026-10"})
    with pytest.raises(Conflict, match="2026-10 is not frozen"):
        ask(mia, NOW, kind="make-report", arguments={"period": "2026-10", "language": "fr"})
    with pytest.raises(Invalid, match="fr or en, not in de"):
        ask(mia, NOW, kind="make-report", arguments={"period": "2026-10", "language": "de"})
    assert count(Job) == 0


def test_a_person_cannot_fill_the_queue(charted: Flask, kind: Callable[..., None]) -> None:
    kind(lambda actor, now, arguments, progress: {})
    mia = make_person("mia", Role.MANAGER)
    for turn in range(OPEN_AT_MOST):
        ask(mia, NOW, kind="test", arguments={"turn": turn})
    with pytest.raises(Conflict, match="wait until some of it has ended"):
        ask(mia, NOW, kind="test", arguments={"turn": OPEN_AT_MOST})


def test_who_sees_a_job(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    ana, carl = make_person("ana", Role.DIRECTOR), make_person("carl", Role.CONTRIBUTOR, ("vannes",))
    number = ask(mia, NOW, kind="run-checks", arguments={})
    assert job(max_, number)["asked_by"] == "mia"
    for actor in (ana, carl):
        with pytest.raises(NotAllowed, match="for those who asked for it"):
            job(actor, number)
        assert jobs(actor) == []
    with pytest.raises(NotFound, match="no job 99"):
        job(mia, 99)
    # Whoever asked sees it, whatever became of the right.
    with transaction():
        db.session.execute(update(Person).where(Person.name == "mia").values(role="auditor"))
    asker = accounts.person(mia.user_id or 0)
    assert asker is not None
    assert [one["number"] for one in jobs(asker)] == [number]


def test_who_comes_later_is_told_how_many_come_first(charted: Flask, kind: Callable[..., None]) -> None:
    kind(lambda actor, now, arguments, progress: {})
    numbers = [ask(COMMAND_LINE, NOW, kind="test", arguments={"turn": turn}) for turn in range(3)]
    assert [job(COMMAND_LINE, number)["ahead"] for number in numbers] == [0, 1, 2]
