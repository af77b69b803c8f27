"""Words and editions that were rewritten are named."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.verification.verify import verify
from tests.services.reports.test_editions import approved
from tests.services.verification.test_verify import rewrite


@pytest.mark.parametrize(
    ("table", "statement", "said"),
    [
        ("editions", "UPDATE editions SET document = replace(document, 'guichets', 'bureaux')", "is not what was pub"),
        ("editions", "UPDATE editions SET figures = '{}'", "The edition 1 of 2026-10 is not what was published."),
        ("editions", "DELETE FROM editions", "The edition 1 of 2026-10 is not there any more."),
        ("comments", "UPDATE comments SET text = 'Rien.'", "The words of comment 1 are not what was written."),
        ("actions", "UPDATE actions SET what = 'Rien.'", "The words of action 1 are not what was written."),
        ("actions", "DELETE FROM actions", "The words of action 1 are not there any more."),
    ],
)
def test_tampering_with_words_and_editions_shows(
    world: Flask, engine: str, table: str, statement: str, said: str
) -> None:
    approved()
    rewrite(engine, table, statement)
    assert said in str(verify(COMMAND_LINE)["broken"])
