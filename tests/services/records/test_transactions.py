"""A transaction is whole or nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.verification.verify import verify
from tests.services.world import NOW


def test_what_fails_within_a_transaction_leaves_the_chain_as_it_was(world: Flask) -> None:
    head = audit_log.head()

    def record_and_stop() -> None:
        with transaction():
            audit_log.record(COMMAND_LINE, NOW, "test:fail", "nothing")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        record_and_stop()
    assert audit_log.head() == head
    assert verify(COMMAND_LINE)["ok"]
