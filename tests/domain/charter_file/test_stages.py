"""What a charter file says of stages: read, written again, and refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.lint.on_data import states_never_shown

TRIAL = Path(__file__).resolve().parents[2] / "golden" / "trials" / "42-stages" / "charter.yaml"
TEXT = TRIAL.read_text(encoding="utf-8")


def test_stages_are_written_as_they_were_read() -> None:
    charter = read_charter(TEXT).charter
    assert read_charter(write_charter(charter)).charter == charter


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("state: [New], provider", "state: [Assigned], provider", "the state 'Assigned' is already used"),
        ("key: work", "key: sort", "the stage 'sort' is already used"),
        ("provider: n", "provider: nn", "the unit 'nn' does not exist"),
        ("share: 0.25", "share: 0.5", "the shares of the stages make 1.25, not 1"),
        (", share: 0.25", "", "the stage 'sort' has no share, and others have"),
        (
            "within: 4 hours",
            "tiers: [{within: 4 hours, target: 0.9}]",
            "there is no one promised delay of which a stage could have a share",
        ),
        (
            "start: {state: [New]}",
            "start: at",
            "stages lie between the states of an event log, and start and stop name columns",
        ),
    ],
)
def test_what_is_wrong_with_stages_is_one_sentence(before: str, after: str, said: str) -> None:
    assert before in TEXT
    with pytest.raises(CharterFileError) as refused:
        read_charter(TEXT.replace(before, after, 1))
    assert any(str(one.message).startswith(said) for one in refused.value.findings)


def test_a_state_of_a_stage_that_the_log_never_shows_is_named() -> None:
    (indicator,) = read_charter(TEXT).charter.commitments[0].indicators
    told = list(states_never_shown(indicator, ["New", "Assigned", "Resolved", "Closed"]))
    assert [(one.field, str(one.said)) for one in told] == [
        ("pauses", "the log never shows the state 'Awaiting'"),
        ("stages", "the log never shows the state 'Awaiting'"),
    ]
