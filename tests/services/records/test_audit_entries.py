"""The audit log as people read it: narrowed by who, what, on what and when; a page at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.services.records import audit_log
from charter.services.records.audit_entries import Sought, find_entries
from charter.services.records.transactions import transaction

DAN = Actor("Dan", Role.AUDITOR)
BEGIN = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)


@pytest.fixture
def logged(empty: Flask) -> Flask:
    """Twelve entries, an hour apart from 23:30 in Paris on: six by Ana, six by Boris, of figures and accounts."""
    with empty.app_context(), transaction():
        for turn in range(12):
            who = Actor("Ana 100%" if turn % 2 else "Boris", Role.DIRECTOR)
            what = "figure:enter" if turn < 8 else "account:change"
            audit_log.record(who, BEGIN + timedelta(hours=turn), what, f"run {turn}")
    return empty


def subjects(sought: Sought, page: int = 1, limit: int = 50) -> list[str]:
    return [one.subject for one in find_entries(DAN, sought, limit=limit, page=page).rows]


@pytest.mark.parametrize(
    ("sought", "turns"),
    [
        (Sought(), range(11, -1, -1)),
        (Sought(who="boris"), range(10, -1, -2)),
        (Sought(who="100%"), range(11, 0, -2)),
        (Sought(who="%"), range(11, 0, -2)),
        (Sought(noun="account"), range(11, 7, -1)),
        (Sought(noun="acc"), []),
        (Sought(about="run 1"), (11, 10, 1)),
        (Sought(until=date(2026, 11, 1), zone="Europe/Paris"), (0,)),
        (Sought(since=date(2026, 11, 2), zone="Europe/Paris", who="boris", noun="figure"), (6, 4, 2)),
    ],
)
def test_entries_are_narrowed(logged: Flask, sought: Sought, turns: range | tuple[int, ...]) -> None:
    with logged.app_context():
        assert subjects(sought) == [f"run {turn}" for turn in turns]


def test_pages_follow_one_another_and_the_last_stands_for_those_beyond(logged: Flask) -> None:
    with logged.app_context():
        assert [subjects(Sought(), page, 5) for page in (1, 2, 3)] == [
            [f"run {turn}" for turn in turns] for turns in (range(11, 6, -1), range(6, 1, -1), (1, 0))
        ]
        assert subjects(Sought(), 99, 5) == ["run 1", "run 0"]
        found = find_entries(DAN, Sought(who="ana"), limit=5)
        assert (found.found, found.of) == (6, 12)


def test_who_may_not_read_the_log_is_refused(logged: Flask) -> None:
    with logged.app_context(), pytest.raises(NotAllowed):
        find_entries(Actor("Clara", Role.FRONTLINE, ("vannes",)), Sought(), limit=5)
