"""Writing a charter file: readable, and read back as the same charter."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical, write_charter
from charter.domain.charter_file.text.yaml_reader import parse_document
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.charter_file.values import Text

SAMPLES = Path(__file__).parent / "charter_files"


def charter_of(name: str) -> Charter:
    return reread((SAMPLES / name).read_text(encoding="utf-8"))


def reread(text: str) -> Charter:
    return read_charter(text, is_calendar=lambda _: True).charter


@pytest.mark.parametrize("name", ["small.yaml", "full.yaml"])
def test_written_charter_is_read_back_as_itself(name: str) -> None:
    charter = charter_of(name)
    written = write_charter(charter)
    assert reread(written) == charter
    assert write_charter(reread(written)) == written


@pytest.mark.parametrize("name", ["small.yaml", "full.yaml"])
def test_canonical_text_is_read_back_as_itself(name: str) -> None:
    charter = charter_of(name)
    stored = canonical(charter)
    assert from_canonical(stored) == charter
    assert canonical(from_canonical(stored)) == stored
    assert reread(write_charter(from_canonical(stored))) == charter


def test_written_charter_follows_the_order_of_the_contract() -> None:
    assert (
        write_charter(charter_of("small.yaml"))
        == """\
charter:
  key: small
  organisation: Example
  title: {en: A small charter, fr: Une petite charte}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-01-01
  origin:
    expectations:
      - {key: quick, text: {en: Quick, fr: Vite}}
units:
  - {key: company, name: Example, kind: company}
  - {key: north, name: North, parent: company, kind: agency, calendar: FR-57}
sources:
  cases: {kind: csv, path: cases.csv}
commitments:
  - key: answered
    title: {en: An answer within 10 working days, fr: Une réponse sous 10 jours ouvrés}
    promise: {en: We answer you within 10 working days., fr: Nous vous répondons sous 10 jours ouvrés.}
    guidance: {en: Answer., fr: Répondez.}
    owner: Head of complaints
    components: [competence]
    answers: [quick]
    evidence:
      law: {owed: none}
    indicators:
      - key: answered-10wd
        title: {en: Answered, fr: Répondu}
        source: cases
        kind: share-within
        start: received
        stop: answered
        within: 10 working days
        where: {type: [Complaint, Claim]}
        exclude: [{where: {status: Duplicate}, reason: duplicate}]
        unit: agency
        targets: [{from: 2026-01-01, target: 0.8, tolerance: 0.02, unacceptable: 0.5, exceeds: 0.95}]
"""
    )


def test_canonical_text_does_not_depend_on_how_the_file_is_written() -> None:
    small = (SAMPLES / "small.yaml").read_text(encoding="utf-8")
    other = (
        small.replace("target: 0.80", "target: 8e-1")
        .replace(', at: "06:00"', "")
        .replace("10 working days\n", "10 working day\n")
    )
    other = other.replace(
        "{en: A small charter, fr: Une petite charte}", "{fr: Une petite charte, en: A small charter}"
    )
    assert other != small
    assert canonical(reread(other)) == canonical(reread(small))


def test_canonical_text_is_json_without_spaces_or_escapes() -> None:
    stored = canonical(charter_of("small.yaml"))
    assert "Une réponse" in stored
    assert stored == json.dumps(json.loads(stored), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_columns_that_a_manual_source_implies_are_not_written() -> None:
    written = write_charter(charter_of("full.yaml"))
    assert (
        "      - key: trained\n        title: Trained\n        source: hand\n        kind: share\n      - key"
        in written
    )


@given(
    words=st.text(min_size=1, max_size=60),
    other=st.text(alphabet="« »:;#-?!|>'\"\n \t[]{},é’0.12yesno\u202f\u00a0", min_size=1),
)
def test_texts_survive_the_writing(words: str, other: str) -> None:
    """Whatever can be printed is read back letter for letter, on one line or several."""
    value = {"a": words, "b": [other, {"c": words}], "indicators": [{"d": other}]}
    document = parse_document(emit(value))
    if not document.problems:
        assert document.data == value
    else:
        assert {str(problem.said.message) for problem in document.problems} == {
            "the text holds a character that cannot be printed"
        }


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.decimals(-1000, 1000, places=3)
    | st.text("aé:# -'\n\"", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab:é \n#", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "charter", "units", "commitments", "x y"]), PLAIN, min_size=1))
def test_plain_values_survive_the_writing(value: dict[str, Any]) -> None:
    assert parse_document(emit(value)).data == value


@given(st.decimals(-(10**6), 10**6, places=4))
def test_numbers_survive_the_writing_exactly(number: Decimal) -> None:
    assert parse_document(emit({"a": [number.normalize()]})).data["a"] == [number]


@given(fr=st.none() | st.text(min_size=1, max_size=30), en=st.text(min_size=1, max_size=30))
def test_texts_survive_the_store(fr: str | None, en: str) -> None:
    charter = charter_small_with(Text(fr=fr, en=en))
    try:
        stored = canonical(charter).encode("utf-8")
    except UnicodeEncodeError:
        return
    assert from_canonical(stored.decode("utf-8")) == charter


def charter_small_with(title: Text, small: Charter = charter_of("small.yaml")) -> Charter:  # noqa: B008 read once
    return small.model_copy(update={"charter": small.charter.model_copy(update={"title": title})})
