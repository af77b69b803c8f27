"""What staff write: which texts are taken, where an observation stands, what looks personal."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.frontline.observations import (
    LONGEST_OBSERVATION,
    ObservationKind,
    ObservationState,
    Step,
    clean_text,
    require_step,
    state_after,
)
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.privacy import GAP, find_personal, without_personal


def test_a_text_is_taken_whole_or_refused_at_the_stated_limit() -> None:
    assert clean_text("é" * 2000, LONGEST_OBSERVATION, "text") == "é" * 2000
    with pytest.raises(Invalid, match=r"^This text has 20000 characters; write at most 2000\.$") as refusal:
        clean_text("x" * 20_000, LONGEST_OBSERVATION, "text")
    assert refusal.value.field == "text"


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\x07"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="this text is empty"):
        clean_text(text, 10, "text")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  la borne est en panne \r\n depuis lundi ", "la borne est en panne \n depuis lundi"),
        ("a\x00b\x1bc", "abc"),
        ("لا أستطيع", "لا أستطيع"),
        ("\u202eabc", "\u202eabc"),
        ("👩🏽‍🔧 en panne", "👩🏽‍🔧 en panne"),
        ("<b>gras</b>", "<b>gras</b>"),
    ],
)
def test_any_language_is_taken_and_control_characters_are_not(written: str, kept: str) -> None:
    assert clean_text(written, 100, "text") == kept


@given(st.text(max_size=60))
def test_a_cleaned_text_can_be_kept_by_any_database(text: str) -> None:
    try:
        kept = clean_text(text, 60, "text")
    except Invalid:
        return
    assert "\x00" not in kept
    assert clean_text(kept, 60, "text") == kept
    kept.encode()


def test_the_last_decision_holds_and_an_answer_decides_nothing() -> None:
    assert state_after([]) is ObservationState.WAITING
    assert state_after([Step.ACCEPT, Step.ANSWER]) is ObservationState.ACCEPTED
    assert state_after([Step.ACCEPT, Step.ANSWER, Step.SET_ASIDE]) is ObservationState.SET_ASIDE


@pytest.mark.parametrize(
    ("state", "step", "allowed"),
    [
        (ObservationState.WAITING, Step.ACCEPT, True),
        (ObservationState.WAITING, Step.SET_ASIDE, True),
        (ObservationState.WAITING, Step.ANSWER, False),
        (ObservationState.ACCEPTED, Step.ACCEPT, False),
        (ObservationState.ACCEPTED, Step.SET_ASIDE, True),
        (ObservationState.ACCEPTED, Step.ANSWER, True),
        (ObservationState.SET_ASIDE, Step.ACCEPT, True),
        (ObservationState.SET_ASIDE, Step.SET_ASIDE, False),
        (ObservationState.SET_ASIDE, Step.ANSWER, False),
    ],
)
def test_only_what_is_shown_is_answered_and_nothing_is_decided_twice(
    state: ObservationState, step: Step, allowed: bool
) -> None:
    if allowed:
        require_step(state, step)
        return
    with pytest.raises(Conflict):
        require_step(state, step)


def test_thanks_are_short() -> None:
    assert {kind.value: kind.longest for kind in ObservationKind} == {
        "obstacle": 2000,
        "customer": 2000,
        "thanks": 500,
        "why": 500,
        "incident": 500,
    }


@pytest.mark.parametrize(
    ("text", "shown", "what"),
    [
        ("Écrire à jean.dupont@exemple.fr vite", f"Écrire à {GAP} vite", ["e-mail"]),
        ("rappeler au 06 12 34 56 78.", f"rappeler au {GAP}.", ["phone"]),
        ("tél. +33 (0)6.12.34.56.78", f"tél. {GAP}", ["phone"]),
        ("Mme Le Goff et M. Martin attendent", f"{GAP} et {GAP} attendent", ["name", "name"]),
        ("contrat 1234 5678 90 en retard", f"contrat {GAP} en retard", ["number"]),
        ("FR76 3000 6000 0112 3456 7890 189", GAP, ["account"]),
        (
            "3 clients sur 100, 250 000 € le 12/10/2026 à 14 h 30",
            "3 clients sur 100, 250 000 € le 12/10/2026 à 14 h 30",
            [],
        ),
        ("Mr Smith said so", f"{GAP} said so", ["name"]),
    ],
)
def test_what_looks_personal_is_masked(text: str, shown: str, what: list[str]) -> None:
    assert without_personal(text) == shown
    assert [one.what for one in find_personal(text)] == what


@given(st.text(max_size=200))
def test_masking_leaves_nothing_to_mask_and_nothing_else_out(text: str) -> None:
    found = find_personal(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    rest = "".join(
        text[a:b] for a, b in zip([0, *(o.end for o in found)], [*(o.start for o in found), len(text)], strict=True)
    )
    assert len(without_personal(text)) == len(rest) + len(found) * len(GAP)
