"""What a charter file says of compensation: read, written again, and refused in one sentence."""

from __future__ import annotations

import pytest

from charter.domain.charter_file.charter import compensations_of
from charter.domain.charter_file.columns_read import columns_read
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import write_charter
from charter.sources.cells.context import definition_hash

TEXT = """
charter: {key: net, organisation: Net, title: Charter, timezone: Europe/Paris, calendar: FR, valid_from: 2026-01-01}
units: [{key: net, name: Net, kind: company}]
sources:
  cuts: {kind: csv, path: cuts.csv}
  hand: {kind: manual}
commitments:
  - key: back
    title: Power back
    promise: Your power is back within 24 hours.
    owner: Networks
    compensation: {currency: EUR, law: Guarantee 2, indicator: back, paid: paid, amounts: [AMOUNTS]}
    indicators:
      - {key: back, title: Back, kind: share-within, source: cuts, start: cut, stop: back, within: 24 hours}
      - {key: said, title: Said, kind: count, source: cuts, date: cut}
      - {key: byhand, title: By hand, kind: share, source: hand}
      - {key: paid, title: Paid, kind: money, source: cuts, date: day, value: euros, currency: EUR, mandatory: false}
"""
HOME = "{where: {customer: home}, amount: 65, further: {amount: 35, every: 12 hours}}"
GOOD = TEXT.replace("AMOUNTS", f"{HOME}, {{from: 2026-04-01, until: 2026-12-31, amount: 12.5}}")


def test_compensation_is_written_as_it_was_read_and_breaks_no_curve() -> None:
    charter = read_charter(GOOD).charter
    assert read_charter(write_charter(charter)).charter == charter
    assert list(compensations_of(charter)) == ["back"]
    (named,) = [one for one in columns_read(charter) if "compensation" in one.path]
    assert (named.source, named.column) == ("cuts", "customer")
    without = charter.model_copy(
        update={"commitments": [charter.commitments[0].model_copy(update={"compensation": None})]}
    )
    for one in charter.commitments[0].indicators:
        assert definition_hash(one, charter) == definition_hash(one, without)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("indicator: back, paid", "paid", "it is not said which indicator counts the misses"),
        ("indicator: back", "indicator: bakc", "'bakc' is no indicator of this commitment that counts misses"),
        ("indicator: back", "indicator: said", "'said' counts what is good: more of it is no miss"),
        ("indicator: back", "indicator: byhand", "'byhand' tells how many were missed, not which"),
        ("paid: paid", "paid: back", "'back' is no indicator of kind money"),
        ("value: euros, currency: EUR", "value: euros, currency: GBP", "what is owed is in EUR, what is paid in GBP"),
        ("mandatory: false", "period: year", "what is paid is counted by another period than the misses"),
        ("every: 12 hours", "every: 2 days", "2 days and 24 hours are not on one clock"),
        ("until: 2026-12-31", "until: 2026-03-31", "it ends on 2026-03-31, before it begins"),
        (HOME, f"{{amount: 5}}, {HOME}", "no case comes to this amount: that before it is owed by all"),
        ("amounts: [", "amount: 5, amounts: [", "amounts stand beside amount, further, from or until"),
        ("amount: 12.5", "amount: 12.555", "an amount has at most two decimals"),
        ("currency: EUR, law", "currency: euro, law", "'euro' is not written as it should be"),
    ],
)
def test_what_is_wrong_with_compensation_is_one_sentence(before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(CharterFileError) as refused:
        read_charter(GOOD.replace(before, after, 1))
    found = [str(one.message) for one in refused.value.findings]
    assert any(one.startswith(said) for one in found), found
