"""The report as HTML: from the snapshot alone, in two languages, with every word as text."""

import re
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import render_template_string

from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.sentences import stored
from charter.reports.contents import exceptions, least_coverage, origin_rows
from charter.reports.render import render_report_html, snapshot_hash
from tests.reports.sample_month import TITLE, Json, make_crowd, make_empty_month, make_snapshot
from tests.web.world import make_empty_app

EVIL = "<img src=x onerror=alert(1)>&{{ 7 * 7 }}"


def poisoned(value: Any, keep: bool = False) -> Any:
    """The same snapshot with a hostile text wherever a person or a file may write one."""
    free = {"title", "organisation", "owner", "name", "error", "note", "unit_name", "decided_by", "source", "indicator"}
    free |= {"promise", "column", "start", "stop", "date", "distinct", "reason_text"}
    if isinstance(value, dict):
        return {key: _poison(item) if key in free else poisoned(item) for key, item in value.items()}
    return [poisoned(item) for item in value] if isinstance(value, list) else value


def _poison(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(value, EVIL)
    return EVIL if isinstance(value, str) else value


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hostile_words_are_printed_as_text(language: str) -> None:
    html = render_report_html(poisoned(make_snapshot()), language)
    assert "<img" not in html
    assert "49" not in re.findall(r"&amp;(\S+)", html)
    assert html.count("&lt;img src=x onerror=alert(1)&gt;&amp;{{ 7 * 7 }}") > 40


def test_the_same_snapshot_gives_the_same_page() -> None:
    assert render_report_html(make_snapshot(), "fr") == render_report_html(deepcopy(make_snapshot()), "fr")


@pytest.mark.parametrize("snapshot", [make_snapshot(), make_crowd(1), make_crowd(60), make_empty_month()])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_headings_follow_without_a_jump(snapshot: Json, language: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", render_report_html(snapshot, language))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_first_line_is_the_verdict() -> None:
    html = render_report_html(make_snapshot(), "en")
    counts = "5 kept, 1 nearly kept, 1 missed, 1 too few cases to say."
    earlier = "For 1 of 8, by an earlier period."
    assert f"<h1>{counts} The floor does not hold because of “A bill based on a real reading”. {earlier}</h1>" in html
    assert "Last month: 7 of 8 kept, floor held." in html
    french = render_report_html(make_snapshot(), "fr")
    counts = "5 tenus, 1 presque tenu, 1 non tenu, 1 avec trop peu de cas pour le dire."
    assert f"<h1>{counts} Le socle ne tient pas, à cause de «\u202fUne facture" in french
    assert '<html lang="fr">' in french


def test_seals_are_printed_as_given() -> None:
    snapshot = make_snapshot()
    html = render_report_html(snapshot, "en")
    assert snapshot["sha256"] in html
    assert snapshot["audit_head"] in html
    snapshot["sha256"] = None
    assert snapshot_hash(snapshot) in render_report_html(snapshot, "en")


def test_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert snapshot_hash({"a": 1, "b": "é"}) == snapshot_hash({"b": "é", "a": 1})


def test_draft_is_marked_in_words_and_across_pages() -> None:
    html = render_report_html(make_empty_month(), "en")
    assert "Draft report: the figures of this month are not frozen and may still change." in html
    assert "@page{background:url(" in html
    assert "@page{background:url(" not in render_report_html(make_snapshot(), "en")


def test_example_is_marked_and_a_real_charter_is_not() -> None:
    mark = "Example: the organisation, its commitments and its figures are invented."
    assert mark in render_report_html(make_snapshot(), "en")
    snapshot = make_snapshot()
    snapshot["charter"]["is_example"] = False
    assert mark not in render_report_html(snapshot, "en")


def test_empty_month_never_reads_as_kept() -> None:
    html = render_report_html(make_empty_month(), "en")
    assert "None kept, 8 without figures. The floor is unproven." in html
    assert "24 checks planned, 0 done, 24 late." in html
    table = html[html.index("Every commitment in") : html.index("Commitments to review</h2>")]
    assert "s-kept" not in re.sub(r"<style>.*?</style>", "", table)


def test_why_a_check_failed_is_said_in_the_language_of_the_report() -> None:
    why = Sentence("The source “%(source)s” has no table “%(table)s”: check the name.", source="crm", table="calls")
    snapshot = make_snapshot()
    row = next(one for one in snapshot["checks"] if one["run"])
    row["run"] |= {"error": str(why), "said": stored(why)}
    row |= {"note": str(why), "said": stored(why)}
    assert render_report_html(snapshot, "en").count("has no table “calls”") == 1
    in_french = render_report_html(snapshot, "fr").replace("\u202f", " ").replace("\u00a0", " ")
    assert in_french.count("La source « crm » n’a pas de table « calls » : voyez son nom.") == 1
    assert "has no table" not in in_french


def test_a_commitment_without_indicator_is_said_to_be_without_evidence() -> None:
    snapshot = make_snapshot()
    bare = snapshot["overview"]["commitments"][0]
    bare.update(indicators=[], status="no-data", reason="without-evidence")
    snapshot["details"][bare["key"]] = {"indicators": {}}
    assert "A commitment without evidence is not a commitment." in render_report_html(snapshot, "en")


def test_definitions_are_in_plain_words() -> None:
    text = re.sub(r"<[^>]+>", "", render_report_html(make_snapshot(), "en")).replace("\u00a0", " ")
    assert "The share of cases done within 10 working days. Late and still open: missed." in text
    assert "by the exact definitions with columns and conditions of the sources" in text
    assert not re.findall(r"\b(?:closed_on|opened_on|case_type|case_id)\b", text), "a director reads words, not columns"
    assert "From 1 January 2025: at least 90%, tolerance 2 points, unacceptable below 70%." in text
    assert "Mensualités choisies par le client: 20,114. That is 24.7% of the cases seen" in text


def test_sections_stand_in_the_order_of_the_report() -> None:
    snapshot = make_snapshot()
    made = {"number": 1, "sha256": "a" * 64, "comments": [], "actions": [], "erratum": None}
    made["approval"] = {"by": "Ana", "at": "2026-11-06T08:00:00+00:00", "reason": "Read.", "without_comment": []}
    row = {"number": 1, "title": TITLE, "share": 0.8, "measured": 0.9, "count": 5, "nature": "delivered"}
    told = {"sent": 1, "accepted": 1, "answered": 0, "set-aside": 0, "waiting": 0}
    thanks = [{"unit_name": "Nord", "text": "Merci."}]
    snapshot |= {"edition": made, "frontline": {"told": told, "words": [], "signals": [], "estimates": [row]}}
    snapshot["frontline"]["thanks"] = thanks
    headings = re.findall(r"<h[23]>(.*?)</h", render_report_html(snapshot, "en"))
    order = ["Changes", "Commitments to review", "Floor and trust", "Delivered and perceived"]
    order += [
        "What staff think and what is measured",
        "What customers and staff said",
        "Weak signals",
        "Compensation paid",
        "Thank you",
    ]
    order += ["Checks, and no verdict this month", "Actions and their effect", "How it is measured", "Glossary"]
    assert [one for one in headings if one in order] == order
    assert headings[-1] == "This report"


def test_payments_are_told_apart_from_every_status() -> None:
    snapshot = make_snapshot()
    assert "This charter follows no payment to customers." in render_report_html(snapshot, "en")
    paid = deepcopy(snapshot["overview"]["commitments"][2]["indicators"][0])
    paid |= {
        "key": "paid",
        "title": {"en": "Paid for late refunds", "fr": "Versé"},
        "kind": "money",
        "mandatory": False,
    }
    paid |= {"value": 123456.0, "previous": 100000.0, "denominator": 41.0, "target": None, "status": "not-applicable"}
    snapshot["overview"]["commitments"][2]["indicators"].append(paid)
    details = snapshot["details"]["refund"]["indicators"]
    details["paid"] = deepcopy(next(iter(details.values())))
    details["paid"]["definition"] = {"kind": "money", "date": "d", "value": "paid", "targets": []}
    text = re.sub(r"<[^>]+>", " ", render_report_html(snapshot, "en")).replace("\u00a0", " ")
    assert re.search(r"Paid for late refunds\s+October 2026\s+41\s+1,234.56", text), text


@pytest.mark.parametrize(
    ("definition", "plain", "exact"),
    [
        (
            {"kind": "mean", "start": "a", "stop": "b", "in": "working days"},
            "The mean time from start to end, in working days;",
            "The mean time from a to b, in working",
        ),
        (
            {"kind": "percentile", "date": "d", "value": "v", "percentile": 85.0},
            "that 85% of the cases do not exceed",
            "that 85% of the cases do not exceed",
        ),
        (
            {"kind": "nps", "date": "d", "value": "score"},
            "Net promoter score, of marks from 0 to 10",
            "Net promoter score of score (0 to 10)",
        ),
        ({"kind": "count", "date": "d"}, "The number of cases.", "The number of cases, dated by d."),
        (
            {"kind": "rate", "date": "d", "volume": {"source": "s", "column": "trips"}, "per": 100000},
            "The number of cases per 100,000 of the volume.",
            "per 100,000 of trips",
        ),
        (
            {"kind": "availability", "date": "d", "up": "up", "total": "all"},
            "Time up of total time.",
            "Time up (up) of total time (all)",
        ),
        ({"kind": "yes-no", "success": "manual"}, "Done or not, entered by hand.", "Done or not, entered by hand."),
        (
            {"kind": "composite", "of": [{"indicator": "a", "weight": 2.0}]},
            "The weighted mean of other indicators.",
            "other indicators: a (weight 2).",
        ),
        (
            {"kind": "money", "date": "d", "value": "paid"},
            "Compensation paid to customers; apart",
            "Compensation paid to customers (paid), dated by d;",
        ),
        (
            {"kind": "share", "date": "d", "numerator": {"plus": ["a", "b"], "minus": ["c"]}, "denominator": "n"},
            "One amount divided by another.",
            "A + b − c divided by n, dated by d.",
        ),
        (
            {"kind": "share", "date": "d", "success": {"a": {"not": ["x", "y"]}, "b": {"at_least": 1, "at_most": 3}}},
            "The share of cases that are as promised.",
            "for which a is not x or y and b is at least 1 and b is at most 3.",
        ),
        (
            {"kind": "share", "date": "d", "success": {"a": {"missing": True}}},
            "The share of cases that are as promised.",
            "for which a is empty.",
        ),
        (
            {
                "kind": "share-within",
                "start": "a",
                "stop": "b",
                "tiers": [{"within": "10 working days", "target": 0.5}, {"within": "1 month", "target": 1}],
            },
            "in steps: 50% within 10 working days, 100% within 1 month.",
            "in steps: 50% within 10 working days, 100% within 1 month.",
        ),
        (
            {
                "kind": "share-within",
                "start": "a",
                "stop": "b",
                "within": "1 hour",
                "paused": "p",
                "ceiling": {"beyond": "2 days", "at_most": 0.01},
            },
            "At most 1% may take longer than 2 days. Time in which the clock is stopped does not count.",
            "At most 1% may take longer than 2 days. Minutes in p do not count.",
        ),
    ],
)
def test_every_kind_is_told_in_words_in_print_and_exactly_on_its_page(
    definition: Json, plain: str, exact: str, tmp_path: Path
) -> None:
    snapshot = make_crowd(1)
    detail = snapshot["details"]["c1"]["indicators"]["c1-share"]
    detail["definition"] = {"key": "c1-share", "title": {"en": "X"}, **definition}
    assert plain in re.sub(r"<[^>]+>", "", render_report_html(snapshot, "en"))
    in_french = re.sub(r"<[^>]+>", "", render_report_html(snapshot, "fr"))
    assert plain not in in_french
    macro = '{% from "report/_definition.html" import exactly with context %}{{ exactly(d)|striptags }}'
    with make_empty_app(tmp_path).test_request_context("/?lang=en"):
        assert exact in render_template_string(macro, d=detail["definition"]).replace("\u00a0", " ")


def test_exceptions_come_floor_first_then_the_worst() -> None:
    assert [(view["number"], view["status"]) for view in exceptions(make_snapshot())] == [
        (4, "missed"),
        (3, "near"),
        (7, "unproven"),
    ]
    said = render_report_html(make_snapshot(), "en")
    assert "Floor commitment: while it is missed, the floor does not hold." in said
    assert "Trust commitment: without a figure it does not count." in said


def test_origin_shows_the_first_level_then_failing_units_below() -> None:
    def row(name: str, depth: int, status: str, n: float) -> Json:
        return {"name": name, "depth": depth, "status": status, "denominator": n, "value": 0.5}

    silent = {**row("C", 1, "no-data", 0), "value": None}
    rows = [
        silent,
        row("A", 1, "kept", 10),
        row("B", 1, "missed", 5),
        row("b1", 2, "missed", 3),
        row("a1", 2, "kept", 9),
    ]
    shown, more, level = origin_rows(rows)
    assert [one["name"] for one in shown] == ["B", "A", "C", "b1"]
    assert (more, level) == (1, 1)
    assert origin_rows([]) == ([], 0, 0)
    assert origin_rows([{**one, "value": None} for one in rows]) == ([], 0, 0)


def test_coverage_is_that_of_the_least_covered() -> None:
    assert least_coverage(make_snapshot()) == 0.975
    assert least_coverage(make_empty_month()) is None


def test_another_language_or_schema_is_refused() -> None:
    with pytest.raises(Invalid, match="write fr or en"):
        render_report_html(make_snapshot(), "de")
    with pytest.raises(Invalid, match="schema 2"):
        render_report_html(make_snapshot(schema=2), "fr")
