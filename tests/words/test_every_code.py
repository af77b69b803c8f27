"""The product of all codes that people read: of every kind, state, class and language a sentence, and never a code."""

from __future__ import annotations

import ast
import re
from functools import partial
from itertools import product
from typing import Any

import pytest

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject
from charter.domain.alerts.mail_hours import Channel, PostState
from charter.domain.alerts.webhook import Form
from charter.domain.checks.deadlines import MISSING
from charter.domain.vocabulary.terms import CheckState, CommitmentClass, DoubtCode, Reason, Status
from charter.words.alerts.sentences import SUBJECTS, alert_sentence, alert_state_word, alert_weight
from charter.words.codes import CODES as CODES_IN_WORDS
from charter.words.conclusions.place import WORDS, place_sentence
from charter.words.jobs import channel_word, form_word, post_state_word
from charter.words.statuses import class_name, reason_word, state_word, status_word, word
from config import PROJECT

LANGUAGES = ("en", "fr")
TITLE = {"fr": "Une facture juste", "en": "A right bill"}
CODES: dict[Subject, tuple[str, ...]] = {
    Subject.STATUS: tuple(Status),
    Subject.DATA: tuple(Reason),
    Subject.DOUBT: tuple(DoubtCode),
    Subject.SIGNAL: ("concern-high", "concern-low", "improvement-high", "improvement-low", "common"),
    Subject.CHECK: tuple(CheckState),
    Subject.CLASS: ("expiring", "expired"),
    Subject.MOVE: ("moved", "decided"),
    Subject.PAST: ("changed",),
}
COMPOUND = {
    code
    for kind in (*CODES.values(), tuple(Happening), tuple(AlertState))
    for code in map(str, kind)
    if "-" in code or "_" in code
}
"""Codes that no word of either language is: where one stands in a sentence, it was printed as it is."""


def line(kind: Subject, what: str, code: str, **more: Any) -> dict[str, Any]:
    facts = {
        "title": TITLE,
        "indicator": TITLE,
        "period": "2026-10",
        "status": code if kind is Subject.STATUS else "missed",
        "reason": code if kind is Subject.DATA else None,
        "on": "2026-12-05",
        "unit_name": "Vannes",
        "before": "kept",
        "from": "trust",
        "to": "confidence",
    }
    return {
        "kind": kind.value,
        "what": what,
        "code": code,
        "commitment": "bill",
        "place": "floor",
        "facts": facts | more,
    }


def assert_said(said: str) -> None:
    assert said.strip()
    assert not re.search(r"[{}%]\(|None|\bnull\b", said), said
    assert not [code for code in COMPOUND if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", said)], said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Subject))
def test_every_alert_is_a_sentence(kind: Subject, language: str) -> None:
    for what, code in product(Happening, CODES[kind]):
        for more in ({}, {"by": "Ana"}, {"corrected": True}, {"more": 3}):
            said = alert_sentence(line(kind, what, code, **more), language)
            assert_said(said)
            assert f"{kind} {code}" not in said
            assert said.endswith((".", "?"))
            assert said[0] in "«“" or said[0].isupper()
            assert "Vannes" in said or kind in (Subject.CLASS, Subject.MOVE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_has_its_meaning_in_every_place(language: str) -> None:
    for status, place in product(Status, (*WORDS, None)):
        said = place_sentence(status, place, language)
        if said:
            assert_said(said)
    for kind, what in product(Subject, Happening):
        weight = alert_weight(line(kind, what, CODES[kind][0]), language)
        if weight:
            assert_said(weight)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_class_has_its_word(language: str) -> None:
    for worded, codes in (
        (status_word, tuple(Status)),
        (reason_word, tuple(Reason)),
        (state_word, tuple(CheckState)),
        (class_name, tuple(CommitmentClass)),
        (alert_state_word, tuple(AlertState)),
        (partial(word, SUBJECTS), tuple(Subject)),
        (post_state_word, tuple(PostState)),
        (channel_word, tuple(Channel)),
        (form_word, tuple(Form)),
    ):
        for code in codes:
            assert_said(worded(code, language))
    assert {kind.value for kind in Subject} == set(SUBJECTS)
    assert set(MISSING) <= set(CheckState)
    assert set(WORDS) >= {"floor", "trust", "both", "apart"}


SAID_HERE = {"AlertState", "Channel", "Form", "Happening", "PostState", "Subject"}
SAID_ELSEWHERE = {
    "EffectReason": "words/actions: why an effect is not told",
    "EffectMethod": "words/conclusions/rules: by which test",
    "Odd": "words/surveys: what is odd about marks",
    "Severity": "words of findings",
    "StepKind": "labels of tiers and ceilings",
    "Verdict": "words/conclusions/symmetry",
    "What": "templates/desk/needs: what needs somebody",
}
READ_BY_NOBODY = {
    "ChartKind": "picks a chart; its name stands in no sentence",
    "Mark": "how a watch has last seen a thing",
    "Part": "which column of a file of answers",
    "Reach": "whether a source is a file or a network",
    "Step": "which page of the first hour, which turn of an observation",
}


def test_every_kind_of_code_is_looked_at() -> None:
    """A new enumeration is either said in words that a test walks, or named here with why nobody reads it."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (PROJECT / "charter").rglob("*.py")]
    found = {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "StrEnum" for base in node.bases)
    }
    assert found == {kind.__name__ for kind in CODES_IN_WORDS} | SAID_HERE | set(SAID_ELSEWHERE) | set(READ_BY_NOBODY)
