"""Refusals in the reader's language: the template by gettext, each value in its own words."""

from __future__ import annotations

from datetime import date

import pytest

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import ANONYMOUS, ON_ANY_UNIT, Actor, require
from charter.domain.vocabulary.sentences import restored, stored
from charter.domain.vocabulary.terms import CheckState, PeriodKind, Permission, Role
from charter.words.refusals import refusal_sentence

NBSP = "\u00a0"
THIN = "\u202f"


@pytest.mark.parametrize("right", Permission)
def test_every_right_that_is_missing_is_said_in_french(right: Permission) -> None:
    nobody, clara = ANONYMOUS, Actor("Clara", Role.FRONTLINE, ("vannes",))
    for actor, unit in ((nobody, None), (clara, "nice"), (clara, None)):
        if right in ON_ANY_UNIT and actor is clara:
            continue
        with pytest.raises(NotAllowed) as refused:
            require(actor, right, unit)
        said = refusal_sentence(refused.value, "fr")
        assert said.startswith(("Une personne sans compte ne peut pas ", "Clara ne peut pas "))
        assert "organisation" in said or "nice" in said


def measured_by(kind: PeriodKind) -> Invalid:
    return Invalid(
        "%(indicator)s is measured by %(unit)s: %(period)s is not one.",
        "period",
        indicator="calls-3min",
        unit=kind,
        period=parse_period("2026-W41"),
    )


def test_codes_and_periods_are_said_in_the_readers_words() -> None:
    error = measured_by(PeriodKind.MONTH)
    assert refusal_sentence(error, "fr") == (
        f"calls-3min se mesure par mois{NBSP}: semaine{NBSP}41 de{NBSP}2026 n’en est pas une période."
    ).replace(f"semaine{NBSP}41 de{NBSP}2026", refusal_sentence(parse_period_words("2026-W41"), "fr"))
    assert str(error) == "calls-3min is measured by month: 2026-W41 is not one."
    assert "month" not in refusal_sentence(error, "fr")


def parse_period_words(key: str) -> Sentence:
    return Sentence("%(period)s", period=parse_period(key))


def test_a_sentence_is_kept_as_template_and_values_and_read_in_any_language() -> None:
    said = Sentence(
        "%(what)s of %(day)s is %(state)s: %(all)s.",
        what=Sentence("The check"),
        day=date(2026, 10, 5),
        state=CheckState.LATE,
        all=["a", "b"],
    )
    again = restored(stored(said))
    assert again == said
    assert str(again) == "The check of 2026-10-05 is late: a, b."
    assert refusal_sentence(stored(said), "en") == f"The check of 5{NBSP}October{NBSP}2026 is late: a, b."


def test_a_per_cent_sign_is_a_per_cent_sign() -> None:
    assert str(Conflict("100 % of nothing")) == "100 % of nothing"
    assert str(Conflict("%(share)s %% of nothing", share=100)) == "100 % of nothing"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_plain_text_of_the_first_release_stays_as_it_is(language: str) -> None:
    assert refusal_sentence("Something else, 100 %.", language) == "Something else, 100 %."
    assert restored("Something else.") == "Something else."
