"""In how many digits a figure is written: never as, nor past, a level that it did not reach; and by one function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.vocabulary.counts import at_decimals, decimals_apart
from charter.words import formats
from tests.project.code import PROJECT, sources

SHARES = st.decimals(0, 1, places=7)
LEVELS = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["higher", "lower"]),
        "target": SHARES,
        "tolerance": st.none() | st.decimals(0, "0.1", places=4),
        "unacceptable": st.none() | SHARES,
        "exceeds": st.none() | SHARES,
    }
)


def number(written: str) -> Decimal:
    plain = written.translate({ord(space): "" for space in "\u202f\u00a0"}).removesuffix("%").replace("\u2212", "-")
    return Decimal(plain.removeprefix("+").replace(",", ".")) / (100 if written.endswith("%") else 1)


def sides(value: Decimal, levels: dict[str, object]) -> list[int]:
    sign = -1 if levels["direction"] == "lower" else 1
    target, tolerance = Decimal(str(levels["target"])), Decimal(str(levels["tolerance"] or 0))
    marks = [target, target - sign * tolerance, levels["unacceptable"], levels["exceeds"], 0, 1]
    return [(value > Decimal(str(mark))) - (value < Decimal(str(mark))) for mark in marks if mark is not None]


@given(SHARES, LEVELS)
def test_a_written_share_stands_on_its_own_side_of_every_level(value: Decimal, levels: dict[str, object]) -> None:
    written = formats.format_value(value, "share", "fr", levels)
    assert sides(number(written), levels) == sides(value, levels)
    low, high = formats.format_interval([float(value), float(value)], "share", "en", levels).split(" to ")
    assert sides(number(low), levels) == sides(value, levels) == sides(number(high), levels)


@given(st.integers(10**6, 10**9), st.integers(1, 50), st.sampled_from(["1", "0.999", "0.95", "0.5"]))
def test_many_cases_a_little_short_of_a_level_are_not_written_as_it(n: int, missing: int, level: str) -> None:
    value = (Decimal(level) * n - missing) / n
    assert number(formats.format_value(float(value), "share", "en", Decimal(level))) < Decimal(level)


@given(st.decimals(-1000, 1000, places=5), st.decimals(-1000, 1000, places=3), st.sampled_from(["mean", "nps", "rate"]))
def test_a_written_value_stands_on_its_own_side_of_its_level(value: Decimal, level: Decimal, kind: str) -> None:
    shown = number(formats.format_value(value, kind, "fr", level))
    assert (shown > level, shown < level) == (value > level, value < level)


@given(st.decimals(-1000, 1000, places=6), st.lists(st.decimals(-1000, 1000, places=4), max_size=4), st.integers(0, 2))
def test_no_more_digits_are_written_than_needed(value: Decimal, levels: list[Decimal], fewest: int) -> None:
    decimals = decimals_apart(value, fewest, levels)
    if decimals > fewest:
        shown = at_decimals(value, decimals - 1)
        assert shown != value
        assert any(min(value, shown) <= level <= max(value, shown) for level in levels)


@pytest.mark.parametrize(
    ("value", "against", "written"),
    [
        (0.99895, 0.999, "99.895%"),
        (0.99996, 1, "99.996%"),
        (0.00004, None, "0.004%"),
        (0.8996, {"target": 0.8998}, "89.96%"),
        (0.77996, {"target": 0.8, "tolerance": 0.02, "direction": "higher"}, "77.996%"),
        (0.82004, {"target": 0.8, "tolerance": 0.02, "direction": "lower"}, "82.004%"),
        (0.49999, {"target": 0.8, "unacceptable": 0.5}, "49.999%"),
        (0.94996, {"target": 0.8, "exceeds": 0.95}, "94.996%"),
        (0.84, {"target": 0.8, "exceeds": 0.95}, "84.0%"),
        (0.95, {"target": 0.95}, "95.0%"),
    ],
)
def test_figures_beside_their_levels(value: float, against: object, written: str) -> None:
    assert formats.format_value(value, "share", "en", against) == written  # type: ignore[arg-type]


def test_large_numbers_are_written_whole() -> None:
    assert formats.format_count(3_000_000.0, "en") == "3,000,000"
    assert formats.format_count(3_000_000, "fr") == "3\u202f000\u202f000"


HOMES = {
    "charter/words/formats.py": "the one function",
    "charter/reports/poster.py": "lengths of a style sheet",
    "charter/charts/scales.py": "places of a drawing",
    "charter/domain/surveys/effect_sizes.py": "digits that are kept, not shown",
    "charter/services/checks/recording.py": "a line of the log",
}
"""Where numbers are written otherwise, and why."""

WAITING = ("patience", "limits", "seconds", "time_out", "_server", "hook", "LONGEST", "wait", "left")
"""Seconds that a person has set: no figure."""

_SPEC = re.compile(r"^[^%]*(\.\d+[feg]|[gen]|,|%)$")


def written_otherwise(tree: ast.AST) -> Iterator[int]:
    """Lines that write a number by themselves."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            spec = "".join(part.value for part in node.format_spec.values if isinstance(part, ast.Constant))
            if _SPEC.match(spec) and not any(word in ast.unparse(node.value) for word in WAITING):
                yield node.lineno
        if isinstance(node, ast.Name | ast.Attribute | ast.alias):
            name = (
                node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else node.name
            )
            if name in ("format_percent", "format_decimal", "format_compact_decimal", "format_currency"):
                yield node.lineno


def test_no_code_writes_a_figure_by_itself() -> None:
    found = [
        f"{source.path}:{line}"
        for source in sources("charter")
        if str(source.path) not in HOMES
        for line in written_otherwise(source.tree)
    ]
    assert found == []


def test_planted_formats_are_found() -> None:
    planted = 'from babel import format_percent\na = f"{b:.1f}"\nc = f"{d:g} {e:,} {f:.2%} {g:f} {h:02d}"\n'
    assert [*written_otherwise(ast.parse(planted))] == [1, 2, 3, 3, 3]


_FILTER = re.compile(r"\|(?:value|interval)\((?!')([^()]*)\)")


def test_every_template_writes_a_figure_beside_its_levels() -> None:
    """Kinds given as words ('share', 'mean', 'money') are of figures without a level."""
    bare = [
        f"{path.relative_to(PROJECT)}: {found[0]}"
        for path in sorted(Path(PROJECT, "templates").rglob("*.*"))
        if path.suffix in (".html", ".svg", ".txt")
        for found in _FILTER.finditer(path.read_text(encoding="utf-8"))
        if "against=" not in found[1]
    ]
    assert bare == []
