"""Which units are providers, which of them a promise concerns, and what lint says of mutual demand."""

from __future__ import annotations

import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical, write_charter
from charter.domain.charter_file.unit_tree import UnitTree, lies_in_provider
from charter.domain.lint.promises import lint_charter
from charter.domain.overview.parties import concerned, providers_of

TEXT = """
charter: {key: c, organisation: C, title: {en: C}, timezone: Europe/Paris, calendar: FR, valid_from: 2026-01-01}
units:
  - {key: all, name: All, kind: company}
  - {key: a, name: Voix, parent: all, kind: provider}
  - {key: lyon, name: Voix Lyon, parent: a, kind: provider}
  - {key: desk, name: Desk, parent: lyon, kind: team}
  - {key: b, name: Relais, parent: all, kind: Prestataire}
  - {key: west, name: West, parent: all, kind: region}
sources: {cases: {kind: csv, path: cases.csv}, hand: {kind: manual}}
commitments:
"""
ONE = """
  - key: {key}
    title: {{en: A}}
    promise: {{en: "We answer every customer."}}
    owner: Casework
    promisor: {promisor}
    promisee: {promisee}{more}
    indicators:
      - {{key: i-{key}, title: {{en: I}}, kind: share, source: {source}, date: day, success: {{ok: 'yes'}}{unit},
         targets: [{{from: 2026-01-01, target: 0.8}}]}}
"""


def one(
    key: str, promisor: str, promisee: str, provider: str = "", source: str = "cases", unit: str = ", unit: u"
) -> str:
    more = f"\n    provider: {provider}" if provider else ""
    return ONE.format(key=key, promisor=promisor, promisee=promisee, more=more, source=source, unit=unit)


def charter_of(*promises: str) -> Charter:
    return read_charter(TEXT + "".join(promises)).charter


def tree_of(charter: Charter) -> UnitTree:
    return UnitTree(charter.units)


def test_a_provider_is_a_unit_of_that_kind_below_no_other_or_one_that_a_promise_names() -> None:
    plain = charter_of(one("x", "provider", "company"))
    assert [unit.key for unit in providers_of(plain, tree_of(plain))] == ["a", "b"]
    named = charter_of(one("x", "provider", "company", "lyon"))
    assert [unit.key for unit in providers_of(named, tree_of(named))] == ["a", "lyon", "b"]
    assert {key for key in named_keys(named) if lies_in_provider(tree_of(named), key)} == {"a", "lyon", "desk", "b"}


def named_keys(charter: Charter) -> list[str]:
    return list(tree_of(charter).by_key)


def test_the_organisation_itself_is_nobodys_provider() -> None:
    text = (TEXT + one("x", "provider", "company")).replace("name: All, kind: company", "name: All, kind: provider")
    tree = tree_of(read_charter(text).charter)
    assert not lies_in_provider(tree, "west")
    assert not lies_in_provider(tree, "all")


@pytest.mark.parametrize(
    ("promise", "keys"),
    [
        (one("x", "provider", "company", "b"), ["b"]),
        (one("x", "company", "provider"), ["a", "b"]),
        (one("x", "company", "customer"), []),
    ],
)
def test_a_promise_concerns_the_provider_it_names_else_each_of_them(promise: str, keys: list[str]) -> None:
    charter = charter_of(promise)
    assert concerned(charter, tree_of(charter), charter.commitments[0]) == keys


def test_the_provider_is_exported_and_kept() -> None:
    charter = charter_of(one("x", "provider", "company", "b"))
    assert from_canonical(canonical(charter)) == charter
    assert read_charter(write_charter(charter)).charter.commitments[0].provider == "b"


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        (one("x", "provider", "company", "c"), "the unit 'c' does not exist"),
        (one("x", "provider", "company", "west"), "the unit 'west' is no provider"),
        (one("x", "company", "customer", "a"), "neither makes the promise nor is given it"),
    ],
)
def test_a_provider_that_is_none_is_refused(promise: str, said: str) -> None:
    with pytest.raises(CharterFileError, match=said):
        charter_of(promise)


def lint_of(*promises: str) -> list[str]:
    found = [str(one.message) for one in lint_charter(read_charter(TEXT + "".join(promises)))]
    return [one for one in found if "in return" in one or "of no unit" in one]


def test_lint_names_a_provider_that_promises_one_way_only() -> None:
    asked, owed = one("x", "provider", "company", "a"), one("y", "company", "provider", "b")
    assert lint_of(asked, owed) == [
        "the company asks this of 'Voix', and owes it nothing in return",
        "the company owes this to 'Relais', and asks nothing in return",
    ]
    assert lint_of(asked, one("y", "company", "provider")) == [
        "the company owes this to 'Relais', and asks nothing in return"
    ]
    assert lint_of(one("x", "provider", "company"), one("y", "company", "provider")) == []
    assert lint_of(one("x", "provider", "customer")) == [], "nothing between the company and its providers"


def test_lint_names_a_figure_of_no_unit_which_no_card_can_show() -> None:
    both = one("y", "company", "provider", source="hand", unit="")
    assert lint_of(one("x", "provider", "company", unit=""), both) == [
        "its figures are of no unit: the card of the provider has none"
    ]
    assert lint_of(one("x", "company", "customer", unit="")) == []
