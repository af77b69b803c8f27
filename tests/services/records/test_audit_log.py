"""The audit log: newest first, a page at a time, for those who may read it."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.records import audit_log


def test_entries_come_newest_first_a_page_at_a_time(world: Flask) -> None:
    first = audit_log.entries(COMMAND_LINE, limit=4)
    assert [entry.id for entry in first] == [9, 8, 7, 6]
    assert [entry.id for entry in audit_log.entries(COMMAND_LINE, limit=4, before_id=6)] == [5, 4, 3, 2]
    with pytest.raises(NotAllowed):
        audit_log.entries(VISITOR)
