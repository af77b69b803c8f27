"""The calendar of checks at a private address: what it shows, to whom, and the writing of the format."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.reports.icalendar import WIDTH, Entry, escaped, folded, write_calendar
from charter.services.checks.feed import drop_feed, feed_made_at, feed_of, renew_feed
from charter.services.people import accounts
from tests.services.world import NOW


def make_person(name: str, role: Role) -> Actor:
    number = accounts.create_account(
        COMMAND_LINE, NOW, email=f"{name}@example.org", name=name, role=role, password="correct horse battery"
    )
    found = accounts.person(number)
    assert found is not None
    return found


def test_an_address_shows_the_checks_until_it_is_renewed_or_given_up(world: Flask) -> None:
    mia = make_person("mia", Role.MANAGER)
    assert feed_made_at(mia) is None
    first = renew_feed(mia, NOW)
    found = feed_of(first, NOW)
    listed = [(one.indicator, one.period, one.state) for one in found.checks]
    assert ("billed", "2026-10", "done") in listed
    assert ("billed", "2026-11", "due") in listed
    assert ("billed", "2026-07", "done") not in listed  # more than two months ago
    second = renew_feed(mia, NOW)
    with pytest.raises(NotFound):
        feed_of(first, NOW)
    assert feed_of(second, NOW) == found
    drop_feed(mia, NOW)
    with pytest.raises(NotFound):
        feed_of(second, NOW)


def test_one_owner_s_checks_and_no_others(world: Flask) -> None:
    secret = renew_feed(make_person("mia", Role.MANAGER), NOW)
    assert {one.owner for one in feed_of(secret, NOW).checks} == {"Facturation", "Service clients"}
    assert {one.indicator for one in feed_of(secret, NOW, owner="Facturation").checks} == {"billed"}


def test_only_people_who_may_see_checks_have_one(world: Flask) -> None:
    for actor in (make_person("clara", Role.FRONTLINE), ANONYMOUS, Actor("token", Role.CONTRIBUTOR)):
        with pytest.raises(NotAllowed):
            renew_feed(actor, NOW)


def entry(**given: str) -> Entry:
    at = datetime(2026, 11, 4, 5, tzinfo=UTC)
    facts = {
        "uid": "a-2026-10@c.promesse",
        "title": "A; b, c\\d\ne",
        "text": "x",
        "link": "https://h/x",
        "category": "due",
    }
    return Entry(at=at, changed_at=at + timedelta(minutes=1), **(facts | given))


def test_a_calendar_is_written_as_programs_read_it() -> None:
    text = write_calendar("Ü" * 60, [entry()], "fr")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= WIDTH for line in text.split("\r\n"))
    assert "SUMMARY:A\\; b\\, c\\\\d\\ne\r\n" in text
    assert "DTSTART:20261104T050000Z\r\nDTEND:20261104T053000Z\r\n" in text
    assert f"X-WR-CALNAME:{'Ü' * 60}\r\n" in text.replace("\r\n ", "")


@given(st.text())
def test_what_is_folded_unfolds_to_itself(line: str) -> None:
    plain = escaped(line)
    parts = folded(plain).split("\r\n")
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == plain
    assert all(len(part.encode()) <= WIDTH for part in parts)
    assert re.search(r"[\r\n]", plain) is None
