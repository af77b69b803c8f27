"""The versions of the charter as people read them: newest first, each with what it changed."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.drafts.version_list import timezone, version, versions
from tests.services.world import TEXT, apply

TIGHTER = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01").replace("target: 0.80", "target: 0.85")


def test_each_version_says_what_it_changed(charted: Flask) -> None:
    apply(TIGHTER)
    assert [row.number for row in versions(COMMAND_LINE)] == [2, 1]
    first, second = version(COMMAND_LINE, 1), version(COMMAND_LINE, 2)
    assert first.before is None
    assert {change.action for change in first.plan.changes} == {"add"}
    assert second.before == first.charter
    changed = [(one.thing, one.key, one.before, one.after) for one in second.plan.changes if one.thing == "target"]
    assert changed == [("target", "answered", 0.8, 0.85)]
    assert timezone() == "Europe/Paris"


def test_what_is_not_there_or_not_for_this_person_is_refused(charted: Flask) -> None:
    with pytest.raises(NotFound, match="no version 2"):
        version(COMMAND_LINE, 2)
    for asked in (lambda: versions(VISITOR), lambda: version(VISITOR, 1)):
        with pytest.raises(NotAllowed):
            asked()


def test_before_the_first_charter_instants_are_in_utc(empty: Flask) -> None:
    assert (list(versions(COMMAND_LINE)), timezone()) == ([], "UTC")
