"""What is said around a class: by when it is looked at again and why, and how it drifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from charter.words.classes import sentence
from charter.words.formats import format_date, format_number
from charter.words.typography import french

Pair = tuple[str, str]

REVIEWS: dict[str, Pair] = {
    "kano": ("the Kano survey it rests on", "l'enquête Kano sur laquelle elle repose"),
    "penalty-reward": ("the survey of marks it rests on", "l'enquête de notes sur laquelle elle repose"),
    "sector": ("the comparison with the sector it rests on", "la comparaison avec le secteur sur laquelle elle repose"),
    "experts": ("the experts' opinions it rests on", "les avis d'experts sur lesquels elle repose"),
}
"""What ends; a decision and an announced decay have sentences of their own."""

REFUSED: dict[str, Pair] = {
    "wording": (
        "Not compared: the answers were offered in other words, which alone can move the result.",
        "Pas comparé : les réponses étaient proposées en d'autres mots, ce qui suffit à déplacer le résultat.",
    ),
    "unwritten": (
        "Not compared: the words of one wave were not written down.",
        "Pas comparé : les mots d'une des vagues n'ont pas été notés.",
    ),
    "table": ("Not compared: other evaluation tables.", "Pas comparé : les tables d'évaluation diffèrent."),
    "too-few": ("Not compared: one wave may not be used.", "Pas comparé : une des vagues n'est pas utilisable."),
    "coding": (
        "Not compared: other marks were called low and high.",
        "Pas comparé : les notes dites basses et hautes ne sont pas les mêmes.",
    ),
    "scale": (
        "Not compared: the overall mark has another scale.",
        "Pas comparé : la note globale a une autre échelle.",
    ),
}
MOVES: dict[tuple[str, bool], Pair] = {
    ("balance", False): ("It drifts towards the floor", "Dérive vers le socle"),
    ("balance", True): ("It drifts towards trust", "Dérive vers la confiance"),
    ("penalty", True): ("Low marks cost more than before", "Les notes basses coûtent plus qu'avant"),
    ("penalty", False): ("Low marks cost less than before", "Les notes basses coûtent moins qu'avant"),
    ("reward", True): ("High marks bring more than before", "Les notes hautes rapportent plus qu'avant"),
    ("reward", False): ("High marks bring less than before", "Les notes hautes rapportent moins qu'avant"),
}
"""By what was compared, and whether it rose."""


def _in(pair: Pair, language: str) -> str:
    return french(pair[1]) if language == "fr" else pair[0]


def review_sentence(review: Mapping[str, Any], language: str) -> str:
    """`To be looked at again by 5 May 2027: the Kano survey it rests on ends then.`"""
    day, is_past = format_date(review["on"], language), review["state"] == "past"
    if review["why"] == "decision":
        pair = (
            "To be looked at again by {day}: the decision has its term.",
            "À revoir d'ici au {day} : la décision arrive à son terme.",
        )
        past = (
            "To be looked at again since {day}: the decision is past its term.",
            "À revoir depuis le {day} : la décision a passé son terme.",
        )
    elif review["why"] == "decay":
        pair = (
            "To be looked at again by {day}: its decay is announced.",
            "À revoir d'ici au {day} : sa décroissance est annoncée.",
        )
        past = (
            "To be looked at again since {day}: its decay was announced.",
            "À revoir depuis le {day} : sa décroissance était annoncée.",
        )
    else:
        english, what = REVIEWS[review["why"]]
        pair = (
            f"To be looked at again by {{day}}: {english} may be used until then.",
            f"À revoir d'ici au {{day}} : {what} ne sert que jusque-là.",
        )
        past = (
            f"To be looked at again: {english} could be used until {{day}}.",
            f"À revoir : {what} ne servait que jusqu'au {{day}}.",
        )
    return _in(past if is_past else pair, language).format(day=day)


def drift_sentence(drift: Mapping[str, Any], language: str) -> str:
    """What two waves say together: drift, nothing proven, or why they may not be compared."""
    if drift["refused"]:
        return _in(REFUSED[drift["refused"]], language)
    change = drift["change"]
    p = (
        f"p < {format_number(0.001, language, 3)}"
        if drift["p"] < 0.001
        else f"p = {format_number(drift['p'], language, 3)}"
    )
    figures = f"{format_number(change, language, 2)}, {p}"
    if not drift["is_drift"]:
        return _in(
            ("No drift is established ({figures}).", "Aucune dérive n'est établie ({figures})."), language
        ).format(figures=figures)
    said = _in(MOVES[drift["question"], change > 0], language)
    return f"{said} ({figures})."


def class_words(language: str) -> dict[str, Callable[[Any], str]]:
    """What templates call to say notes, reviews and drifts in a language."""
    return {
        "sentences": lambda notes: sentence(notes, language),
        "review_sentence": lambda review: review_sentence(review, language),
        "drift_sentence": lambda drift: drift_sentence(drift, language),
    }
