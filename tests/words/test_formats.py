"""How figures and dates are written: exact strings, French spaces included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.words import formats
from charter.words.jobs import format_seconds

T, N, M = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "kind", "target", "french", "english"),
    [
        (0.842, "share-within", None, f"84,2{T}%", "84.2%"),
        (0.8, "share", 0.8, f"80,0{T}%", "80.0%"),
        (1, "availability", None, f"100,0{T}%", "100.0%"),
        (12.4, "nps", None, "+12", "+12"),
        (-5, "nps", None, f"{M}5", f"{M}5"),
        (0, "nps", None, "0", "0"),
        (4.24, "mean", None, "4,2", "4.2"),
        (18230, "count", None, f"18{T}230", "18,230"),
        (1234567.25, "rate", None, f"1{T}234{T}567,3", "1,234,567.3"),
        (123450, "money", None, f"1{T}234,50", "1,234.50"),
        (0.913, "composite", None, f"91,3{T}%", "91.3%"),
        (7.25, "composite", None, "7,3", "7.3"),
        (None, "share", None, "\u2013", "\u2013"),
    ],
)
def test_value_is_written_by_its_kind(value, kind, target, french, english):
    assert formats.format_value(value, kind, "fr", against=target) == french
    assert formats.format_value(value, kind, "en", against=target) == english


@pytest.mark.parametrize(
    ("value", "kind", "target", "written"),
    [
        (0.8996, "share", 0.9, "89.96%"),
        (0.89999, "share", 0.9, "89.999%"),
        (0.99996, "share", None, "99.996%"),
        (0.0002, "share", None, "0.02%"),
        (4.96, "mean", 5, "4.96"),
        (29.6, "nps", 30, "+29.6"),
    ],
)
def test_value_never_rounds_onto_what_it_is_not(value, kind, target, written):
    assert formats.format_value(value, kind, "en", against=target) == written


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_a_share_below_one_never_reads_as_all_of_them(cases, kept):
    kept = min(kept, cases)
    written = formats.format_value(Decimal(kept) / cases, "share", "en")
    assert (written == "100.0%") is (kept == cases)
    assert (written == "0.0%") is (kept == 0)


@pytest.mark.parametrize(
    ("level", "kind", "french"),
    [
        (0.8, "share", f"80{T}%"),
        (0.995, "share", f"99,5{T}%"),
        (Decimal("0.90"), "share", f"90{T}%"),
        (30, "nps", "+30"),
        (4.25, "mean", "4,25"),
        (0, "count", "0"),
        (None, "count", "\u2013"),
    ],
)
def test_level_has_no_needless_decimals(level, kind, french):
    assert formats.format_level(level, kind, "fr") == french


@pytest.mark.parametrize(
    ("difference", "kind", "french"),
    [
        (0.008, "share", "+0,8"),
        (-0.0214, "share", f"{M}2,1"),
        (0.0003, "share", "="),
        (-0.0003, "share", "="),
        (3, "nps", "+3,0"),
        (-1200, "count", f"{M}1{T}200"),
        (None, "share", "\u2013"),
    ],
)
def test_points_are_signed(difference, kind, french):
    assert formats.format_points(difference, kind, "fr") == french


def test_interval_names_both_ends():
    assert formats.format_interval([0.837, 0.847], "share", "fr") == f"83,7{T}% à 84,7{T}%"
    assert formats.format_interval([0.837, 0.847], "share", "en") == "83.7% to 84.7%"
    assert formats.format_interval(None, "share", "en") == "\u2013"


def test_dates_are_written_in_words():
    assert formats.format_date(date(2026, 11, 5), "fr") == f"5{N}novembre{N}2026"
    assert formats.format_date("2026-10-01", "fr") == f"1er{N}octobre{N}2026"
    assert formats.format_date("2026-10-01", "en") == f"1{N}October{N}2026"
    assert formats.format_day_month("2026-12-03", "fr") == f"3{N}décembre"
    assert formats.format_short_date("2026-12-03", "fr") == "03/12/2026"
    assert formats.format_date(None, "fr") == "\u2013"


def test_instants_are_written_in_the_zone_of_the_organisation():
    instant = "2026-11-05T07:00:00+00:00"
    assert formats.format_instant(instant, "Europe/Paris", "fr") == f"5{N}novembre{N}2026, 8{N}h"
    assert formats.format_instant(instant, "America/New_York", "en") == f"5{N}November{N}2026, 02:00"
    assert formats.format_short_instant("2026-11-05T07:05:00+00:00", "Europe/Paris", "fr") == f"05/11/2026 8{N}h{N}05"
    with pytest.raises(ValueError, match="no time zone"):
        formats.format_instant("2026-11-05T07:00:00", "Europe/Paris", "fr")


@pytest.mark.parametrize(
    ("key", "french", "english"),
    [
        ("2026", "2026", "2026"),
        ("2026-Q1", f"1er{N}trimestre{N}2026", f"Q1{N}2026"),
        ("2026-Q4", f"4e{N}trimestre{N}2026", f"Q4{N}2026"),
        ("2026-10", f"octobre{N}2026", f"October{N}2026"),
        ("2026-W41", f"semaine{N}41 de{N}2026", f"week{N}41 of{N}2026"),
        ("2026-10-05", f"5{N}octobre{N}2026", f"5{N}October{N}2026"),
    ],
)
def test_periods_have_names(key, french, english):
    assert formats.format_period(key, "fr") == french
    assert formats.format_period(key, "en") == english


def test_a_month_alone_for_a_greeting():
    assert formats.format_month("2026-10", "fr") == "octobre"
    assert formats.format_month("2026-Q4", "en") == f"Q4{N}2026"


def test_a_key_that_is_no_period_is_refused():
    with pytest.raises(ValueError, match="write 2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05"):
        formats.format_period("October", "en")


def test_seconds_of_a_run():
    assert format_seconds(0.42, "fr") == f"0,4{N}s"
    assert format_seconds(0.012, "fr") == f"0,01{N}s"
    assert format_seconds(185, "fr") == f"3{N}min{N}05{N}s"


def test_what_is_counted_is_called_by_the_charters_own_word() -> None:
    flights = {"one": {"en": "flight", "fr": "vol"}, "many": {"en": "flights", "fr": "vols"}}
    assert formats.format_cases(1261, flights, "en") == "1,261 flights"
    assert [formats.format_cases(n, flights, "fr") for n in (0, 1, 2)] == ["0 vol", "1 vol", "2 vols"]
    assert [formats.format_cases(n, None, "en") for n in (0, 1, None)] == ["0 cases", "1 case", formats.NONE]
