"""What comes next is told to the founder alone, by what is there, and is gone once all is done."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.drafts import starters
from charter.services.drafts.first_worklist import Step, next_steps
from charter.services.people import accounts
from charter.services.people.first_account import first_code, open_first_account
from tests.services.world import NOW

SECRET, PASSWORD = "k" * 32, "correct horse battery"


@pytest.fixture
def founder(charted: Flask) -> Actor:
    who = {"email": "zoe@example.org", "name": "Zoe", "password": PASSWORD}
    return open_first_account(SECRET, NOW, first_code(SECRET, NOW), **who)


def open_steps(actor: Actor) -> list[Step]:
    return [one.step for one in next_steps(actor) if not one.is_done]


def test_nobody_else_is_told(charted: Flask) -> None:
    assert next_steps(COMMAND_LINE) == []
    assert next_steps(Actor("mia", Role.MANAGER)) == []


def test_steps_are_done_by_what_is_there_and_pass_to_those_who_are_named(founder: Actor) -> None:
    """The charter of this world reads a file of its folder, which nobody sends."""
    assert Step.FILE not in {one.step for one in next_steps(founder)}
    assert Step.NAME in open_steps(founder)
    named = {"email": "ana@example.org", "name": "Ana", "password": PASSWORD}
    number = accounts.create_account(founder, NOW, role=Role.DIRECTOR, **named)
    now_named = accounts.person(founder.user_id or 0)
    assert now_named is not None
    assert Step.NAME not in open_steps(now_named)
    assert {one.step: one.is_ours for one in next_steps(now_named)}[Step.REPORT], "the keeper of the charter may too"
    assert number


def test_promises_that_wait_in_the_draft_are_counted(founder: Actor) -> None:
    more = {"key": "more", "title": {"en": "Example: more"}, "promise": {"en": "We do more."}, "owner": "Head"}
    starters.put_aside(COMMAND_LINE, NOW, [more])
    assert [one.waiting for one in next_steps(founder) if one.step is Step.PROMISE] == [1]
