"""Alerts in words: each kind in both languages, about the service, with thanks for what is back."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from charter.domain.alerts.alert_rules import Happening, Subject
from charter.domain.vocabulary.terms import CheckState, Reason, Status
from charter.words.alerts.figures import alert_detail
from charter.words.alerts.lines import why_told
from charter.words.alerts.sentences import SENTENCES, alert_sentence, alert_subject, alert_weight

FACTS: dict[str, Any] = {
    "title": {"fr": "Une facture juste", "en": "A right bill"},
    "indicator": {"fr": "Factures justes", "en": "Right bills"},
    "kind": "share", "direction": "higher", "period": "2026-10", "status": "kept", "reason": None, "value": 0.825,
    "target": 0.9, "cases": 1240.0, "unit_name": None, "on": "2026-12-01", "before": "missed",
}  # fmt: skip


def line(kind: str, what: str, code: str = "", **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "what": what, "code": code, "commitment": "bill", "facts": FACTS | facts}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("one", "english", "french"),
    [
        (
            line("status", "opened", "missed", unit_name="Région Ouest"),
            "“A right bill” (Région Ouest) is missed in October 2026.",
            "L’engagement « Une facture juste » (Région Ouest) n’est pas tenu en octobre 2026.",
        ),
        (
            line("status", "closed", "kept"),
            "“A right bill” is kept again, in October 2026. Thanks to all who made it so.",
            "L’engagement « Une facture juste » est de nouveau tenu, en octobre 2026. Merci à toutes celles et ceux "
            "qui y ont contribué.",
        ),
        (
            line("status", "restated", "kept"),
            "The figure of “A right bill” was completed later, in October 2026: missed → kept.",
            "Le chiffre de l’engagement « Une facture juste » a été complété après coup, en octobre 2026 : non tenu → "
            "tenu.",
        ),
        (
            line("data", "opened", "no-rows", reason="no-rows"),
            "“A right bill” has no figure for October 2026: no case in the source.",
            "L’engagement « Une facture juste » n’a pas de chiffre pour octobre 2026 : aucun cas dans la source.",
        ),
        (
            line("check", "opened", "late", more=2),
            "The check of “Right bills” for October 2026 is late, and 2 more.",
            "Le contrôle de « Factures justes » pour octobre 2026 est en retard, et 2 autres.",
        ),
        (
            line("check", "worsened", "lapsed"),
            "The check of “Right bills” for October 2026 was never done.",
            "Le contrôle de « Factures justes » pour octobre 2026 n’a jamais été fait.",
        ),
        (
            line("class", "opened", "expiring"),
            "Review the class of “A right bill” by 1 December 2026.",
            "La classe de l’engagement « Une facture juste » est à revoir avant le 1er décembre 2026.",
        ),
        (
            line("signal", "opened", "concern-low"),
            "“Right bills”: unusual value in October 2026 (getting worse: lower than before).",
            "« Factures justes » : valeur inhabituelle en octobre 2026 (se dégrade : plus bas qu’avant).",
        ),
        (
            line("status", "escalated", "unacceptable"),
            "Without an answer so far: “A right bill” is at an unacceptable level in October 2026.",
            "Sans réponse à ce jour : l’engagement « Une facture juste » est à un niveau inacceptable en octobre 2026.",
        ),
    ],
)
def test_an_alert_is_said_in_both_languages(one: dict[str, Any], english: str, french: str) -> None:
    assert plain(alert_sentence(one, "en")) == english
    assert plain(alert_sentence(one, "fr")) == french


def test_every_sentence_can_be_said_and_none_is_left_open() -> None:
    """The product of all codes: kinds, what happens, statuses, states of checks, reasons, languages."""
    codes = [
        *Status,
        *CheckState,
        *Reason,
        "expiring",
        "expired",
        "changed",
        "over",
        "back",
        "concern-low",
        "source-short",
    ]
    for kind, what, code, language in product(Subject, Happening, codes, ("fr", "en")):
        before = 0.5 if kind is Subject.PAST else "missed"
        said = alert_sentence(line(kind, what, code, before=before, status="near"), language)
        assert said.endswith("."), (kind, what, code, said)
        assert not re.search(rf"[{{}}]|\b(None|{kind} {code}|{code}-)", said), said
    assert {kind for kind, _ in SENTENCES} == {*Subject, "any"}


def test_the_figure_behind_it_stands_beside() -> None:
    since = line("status", "opened", "missed", since="2026-08")
    assert plain(alert_detail(since, "fr")) == (
        "Factures justes : 82,5 %, exigé au moins 90 %, sur 1 240 cas, depuis août 2026."
    )
    assert plain(alert_detail(line("status", "closed", "kept", since="2026-08"), "en")) == (
        "Right bills: 82.5%, required at least 90%, of 1,240 cases."
    )
    assert plain(alert_detail(line("past", "opened", "changed", before=0.9), "en")) == "90.0% → 82.5%"
    assert alert_detail(line("check", "opened", "late"), "en") == ""


def test_the_subject_is_the_one_thing_or_how_many() -> None:
    one = line("status", "opened", "missed")
    assert plain(alert_subject([one], "en")) == "“A right bill” (whole organisation) is missed in October 2026"
    assert plain(alert_subject([one, one], "fr")) == (
        "L’engagement « Une facture juste » (toute l’organisation) n’est pas tenu en octobre 2026 ; et 1 autre"
    )
    assert plain(alert_subject([one] * 3, "en")) == (
        "“A right bill” (whole organisation) is missed in October 2026; and 2 more"
    )


def test_what_an_alert_means_is_said_by_the_class_of_its_commitment() -> None:
    missed = line("status", "opened", "missed", status="missed")
    assert plain(alert_weight(missed | {"place": "both"}, "fr")) == (
        "Engagement du socle : tant qu’il n’est pas tenu, le socle ne tient pas."
    )
    assert alert_weight(missed | {"place": "trust"}, "en") == (
        "Trust commitment: it does not count; the floor is not affected."
    )
    assert "Set apart" in alert_weight(missed | {"place": "apart"}, "en")
    assert "not established" in alert_weight(line("data", "opened", "check-late") | {"place": "floor"}, "en")
    assert alert_weight(line("status", "closed", status="kept") | {"place": "floor"}, "en") == ""
    assert alert_weight(missed, "en") == ""


def test_the_figure_of_today_is_told_with_what_was_before_the_worst_place_and_chance() -> None:
    worst = {"unit_name": "Agence de Lille", "value": 0.4, "status": "unacceptable", "more": 1}
    facts = {"previous": {"period": "2026-09", "value": 0.85}, "worst": worst, "chance": False}
    one = line("status", "opened", "missed", since="2026-08", **facts)
    assert plain(alert_detail(one, "en")) == (
        "Right bills: 82.5%, required at least 90%, of 1,240 cases, since August 2026, after 85.0% in September 2026. "
        "Unacceptable: Agence de Lille (40.0%), and 1 more. Chance alone does not explain this miss."
    )
    assert plain(alert_detail(one | {"facts": one["facts"] | {"chance": True}}, "fr")) == (
        "Factures justes : 82,5 %, exigé au moins 90 %, sur 1 240 cas, depuis août 2026, après 85,0 % en septembre "
        "2026. Inacceptable : Agence de Lille (40,0 %), et 1 autre. Le hasard seul pourrait expliquer cet écart."
    )
    assert "Chance" not in alert_detail(one | {"what": "closed"}, "en")


def test_a_correction_says_before_and_after_by_whom_why_and_what_becomes_of_the_sealed_month() -> None:
    one = line("status", "restated", "kept", before="missed", value_before=0.7, by="Ana", why="Recount", sealed=True)
    assert plain(alert_sentence(one | {"facts": one["facts"] | {"status": "kept"}}, "en")) == (
        "The figure of “A right bill” was corrected, in October 2026: missed → kept."
    )
    assert plain(alert_detail(one, "en")) == (
        "Right bills: 70.0% → 82.5%. Corrected by Ana: “Recount”. The month is frozen: its report stays as it is until "
        "an erratum is published."
    )


def test_what_a_correction_closed_is_no_news_of_the_service() -> None:
    closed = line("status", "closed", "kept", corrected=True)
    assert plain(alert_sentence(closed, "en")) == (
        "“A right bill” counts as kept after a correction, in October 2026: this alert is closed."
    )
    assert "Merci" not in alert_sentence(closed, "fr")
    assert plain(alert_sentence(line("data", "closed", "kept", corrected=True), "en")).endswith("for October 2026.")


def test_a_subject_names_its_place() -> None:
    west = line("status", "opened", "missed", unit_name="Région Ouest")
    assert "(Région Ouest)" in alert_subject([west], "en")


def test_two_reasons_are_one_sentence() -> None:
    assert why_told(["keeper", "owner"], "en") == (
        "You get this because you see the whole and keep the charter; you answer for these commitments."
    )
    assert plain(why_told(["keeper", "owner"], "fr")).endswith("tenez la charte ; vous répondez de ces engagements.")
