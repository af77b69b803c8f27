"""The example charter can be read as it stands, and its data have the columns it names."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.evidence import INCIDENT_COLUMNS, IncidentsSource
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.vocabulary.terms import Basis, Component, Kind, Nature

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def read(path: Path) -> ReadCharter:
    return read_charter(path.read_text(encoding="utf-8"), lambda name: (path.parent / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def example() -> Charter:
    return read(EXAMPLES / "energie" / "charter.yaml").charter


def indicators(charter: Charter) -> list:
    return [indicator for commitment in charter.commitments for indicator in commitment.indicators]


def test_example_is_read_without_a_finding() -> None:
    assert [str(finding) for finding in read(EXAMPLES / "energie" / "charter.yaml").findings] == []


def test_example_says_that_it_is_an_example(example: Charter) -> None:
    assert example.charter.is_example
    assert "exemple" in example.charter.title.in_language("fr")
    assert "example" in example.charter.title.in_language("en")


def test_example_has_eight_commitments_to_customers_and_four_between_others_in_both_languages(
    example: Charter,
) -> None:
    assert [commitment.key for commitment in example.commitments] == [
        "phone-3-minutes",
        "complaint-10-days",
        "refund-15-days",
        "real-reading",
        "call-back",
        "one-person",
        "warned-before-rise",
        "best-advice",
        "provider-answers",
        "answers-to-provider",
        "appointment-cancelled",
        "stand-by-staff",
    ]
    between = [(one.promisor.value, one.promisee.value, one.provider) for one in example.commitments[8:10]]
    assert between == [("provider", "company", "voix-appui"), ("company", "provider", "voix-appui")]
    assert {(one.promisor.value, one.promisee.value) for one in example.commitments[:8]} == {("company", "customer")}
    parties = {one.key: (one.promisor.value, one.promisee.value) for one in example.commitments}
    assert parties["appointment-cancelled"] == ("customer", "staff")
    assert parties["stand-by-staff"] == ("company", "staff")
    for commitment in example.commitments:
        assert commitment.guidance is not None
        for text in (commitment.title, commitment.promise, commitment.guidance):
            assert text.fr
            assert text.en


def test_example_spans_kinds_natures_and_components(example: Charter) -> None:
    assert {one.kind for one in indicators(example)} == {
        Kind.SHARE_WITHIN,
        Kind.SHARE,
        Kind.EFFORT,
        Kind.NPS,
        Kind.COUNT,
        Kind.MONEY,
    }
    assert {one.nature for one in indicators(example)} == set(Nature)
    assert {one.basis for one in indicators(example)} == set(Basis)
    first = [commitment.components[0] for commitment in example.commitments]
    assert first.count(Component.BENEVOLENCE) == 1
    assert set(first) == set(Component)


def test_example_leaves_one_expectation_unanswered(example: Charter) -> None:
    answered = {key for commitment in example.commitments for key in commitment.answers}
    assert {one.key for one in example.charter.origin.expectations} - answered == {"greener-choice"}


def test_example_has_forty_agencies_in_four_regions_and_a_provider(example: Charter) -> None:
    assert isinstance(example.units, list)
    kinds = [unit.kind for unit in example.units]
    assert [kinds.count(kind) for kind in ("company", "region", "agency", "provider")] == [1, 4, 40, 1]
    assert {unit.calendar for unit in example.units} == {None, "FR-57", "FR-6AE"}


def test_made_charter_is_read_and_its_sources_hold_the_columns_it_names(october: Path) -> None:
    charter = read(october / "charter.yaml").charter
    assert str(charter.charter.valid_from) == "2025-09-01"
    columns = {
        key: set(INCIDENT_COLUMNS) if isinstance(source, IncidentsSource) else columns_of(october / source.path)
        for key, source in charter.sources.items()
    }
    for one in indicators(charter):
        conditions = [one.where or {}, getattr(one, "success", None) or {}, *(out.where for out in one.exclude)]
        named = {column for condition in conditions for column in condition}
        named |= {
            getattr(one, name) for name in ("date", "start", "stop", "value", "paused") if getattr(one, name, None)
        }
        named |= {name for name in (one.unit, one.channel, one.segment, one.distinct) if name}
        assert named <= columns[one.source], one.key


def columns_of(path: Path) -> set[str]:
    if path.suffix == ".xlsx":
        return {cell.value for cell in next(openpyxl.load_workbook(path)["answers"].iter_rows(max_row=1))}
    with duckdb.connect() as database:
        return set(database.sql(f"select * from '{path}' limit 0").columns)
