"""What is said around a class: by when it is looked at again and why, and how it drifts.

What the literature leaves open and a charter settles, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from charter.words.classes import sentence
from charter.words.formats import format_date, format_number, french

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
    ("penalty", True): (
        "Low marks lower the overall mark more than before",
        "Les notes basses abaissent plus la note globale qu'avant",
    ),
    ("penalty", False): (
        "Low marks lower the overall mark less than before",
        "Les notes basses abaissent moins la note globale qu'avant",
    ),
    ("reward", True): (
        "High marks raise the overall mark more than before",
        "Les notes hautes relèvent plus la note globale qu'avant",
    ),
    ("reward", False): (
        "High marks raise the overall mark less than before",
        "Les notes hautes relèvent moins la note globale qu'avant",
    ),
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


CHOICES: dict[str, Pair] = {
    "customer_expiry": ("a survey of customers may be used for", "une enquête auprès des clients sert pendant"),
    "sector_expiry": ("a comparison with the sector may be used for", "une comparaison avec le secteur sert pendant"),
    "expert_expiry": ("an expert's opinion may be used for", "un avis d'expert sert pendant"),
    "decision_expiry": ("a decision is looked at again after", "une décision se revoit après"),
    "decay_review": ("and, where decay is announced, after", "et, quand une décroissance est annoncée, après"),
    "majority": (
        "share of customers that the whole interval must pass",
        "part des clients que tout l'intervalle doit dépasser",
    ),
    "kano_minimum": ("fewest usable answers of a Kano survey", "réponses utilisables d'une enquête Kano, au moins"),
    "most_questionable": ("most answers that contradict themselves", "réponses qui se contredisent, au plus"),
    "most_reversed": ("most answers that want the opposite", "réponses qui veulent le contraire, au plus"),
    "least_effect": (
        "least effect that matters, as a share of the mark's range",
        "plus petit effet qui compte, en part de l'étendue de la note",
    ),
    "asymmetry": ("how far penalty and reward must differ", "écart qui distingue pénalité et récompense"),
    "cell_minimum": ("fewest low or high marks", "notes basses ou hautes, au moins"),
    "sector_norm": (
        "share of companies from which it is the norm",
        "part des entreprises à partir de laquelle c'est la norme",
    ),
    "sector_rare": ("share of companies below which it is rare", "part des entreprises sous laquelle c'est rare"),
    "sector_minimum": ("fewest companies compared", "entreprises comparées, au moins"),
    "drift_least": ("least change between waves told as drift", "plus petit écart entre vagues dit dérive"),
    "undetermined": ("what is not known counts", "ce qui n'est pas connu se place"),
    "trust_without_floor": (
        "while the floor does not hold, trust is",
        "tant que le socle ne tient pas, la confiance est",
    ),
}
VALUES: dict[str, Pair] = {
    "floor": ("in the floor", "dans le socle"),
    "apart": ("apart", "à part"),
    "suspended": ("suspended", "suspendue"),
    "credited": ("counted all the same", "comptée quand même"),
}


def choice_word(name: str, language: str) -> str:
    """What a choice settles."""
    return _in(CHOICES[name], language)


def choice_value(value: Any, language: str) -> str:
    """A delay, a number, a share or a word, as it is read."""
    if isinstance(value, int | float):
        return format_number(value, language, 0 if isinstance(value, int) else 2)
    if value in VALUES:
        return _in(VALUES[value], language)
    count, _, unit = str(value).partition(" ")
    words = {"months": ("months", "mois"), "days": ("days", "jours")}
    return f"{count} {_in(words.get(unit, (unit, unit)), language)}"


def floor_change(change: Mapping[str, Any], language: str) -> str:
    """What a class that moved does to the floor; nothing where it stays as large as it was."""
    before, after = change["floor_before"], change["floor_after"]
    if before == after:
        return ""
    told = ("The floor of {before} becomes {after}.", "Le socle de {before} passe à {after}.")
    return told[0 if language == "en" else 1].format(before=before, after=after)
