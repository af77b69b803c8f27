"""What a figure proves: written again as it was read, no change of definition, and what a volume may not have."""

from __future__ import annotations

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, write_charter
from charter.domain.lint.promises import lint_charter
from charter.sources.cells.context import definition_hash

TEXT = """
charter: {key: net, organisation: Net, title: Charter, timezone: Europe/Paris, calendar: FR, valid_from: 2026-01-01}
units: [{key: net, name: Net, kind: company}]
sources:
  talks: {kind: csv, path: talks.csv}
commitments:
  - key: advice
    title: Good advice
    promise: Every customer is advised within 2 days.
    owner: Agencies
    indicators:
      - {key: trained, title: Trained, kind: share, proves: means, source: talks, date: day, success: {done: 1}}
      - {key: sold, title: Sold, kind: count, proves: context, source: talks, date: day}
"""
RESULT = "\n      - {key: advised, title: Advised, kind: share, source: talks, date: day, success: {good: 1}}\n"
ALONE = "the commitment is measured by means alone: what is done for it, not what customers get"


def test_what_a_figure_proves_is_written_as_it_was_read_and_breaks_no_curve() -> None:
    charter = read_charter(TEXT).charter
    assert read_charter(write_charter(charter)).charter == charter
    trained, sold = charter.commitments[0].indicators
    assert (trained.is_context, sold.is_context, sold.mandatory) == (False, True, False)
    plain = read_charter(TEXT.replace("proves: means, ", "").replace("proves: context", "mandatory: false")).charter
    for one, other in zip(plain.commitments[0].indicators, (trained, sold), strict=True):
        assert definition_hash(one, plain) == definition_hash(other, charter)
    written = read_charter(TEXT.replace("proves: context", "proves: context, mandatory: false")).charter
    assert canonical(written) == canonical(charter)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "kind: count",
            "kind: count, targets: [{from: 2026-01-01, target: 3}]",
            "a volume stored as context has no level",
        ),
        ("proves: context", "proves: context, mandatory: true", "a volume stored as context decides no status"),
        (
            "kind: count",
            "kind: mean, value: euros",
            "a volume stored as context is a count or a sum, and this is a mean",
        ),
        ("proves: means", "proves: nothing", "proves"),
    ],
)
def test_what_a_volume_may_not_have_is_refused(before: str, after: str, said: str) -> None:
    with pytest.raises(CharterFileError, match=said):
        read_charter(TEXT.replace(before, after))


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        (TEXT, True),
        (TEXT + RESULT, False),
        (TEXT + RESULT.replace("kind", "mandatory: false, kind"), True),
        (TEXT.replace("proves: means, ", ""), False),
    ],
    ids=["means alone", "a result decides too", "a result that decides nothing", "a result"],
)
def test_lint_names_a_commitment_that_is_measured_by_means_alone(text: str, is_named: bool) -> None:
    read = read_charter(text)
    assert read.charter.commitments[0].is_by_means is is_named
    said = [str(one.message) for one in lint_charter(read)]
    assert (ALONE in said) is is_named
    of_sold = [one for one in lint_charter(read) if one.field.endswith("indicators[1]")]
    assert of_sold == []
