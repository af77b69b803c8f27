"""What the literature leaves open and a charter settles, in words."""

from __future__ import annotations

from typing import Any

from charter.words.formats import format_number
from charter.words.typography import french

Pair = tuple[str, str]

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
    "undetermined": ("what is not known stands", "ce qui n'est pas connu se place"),
    "trust_without_floor": (
        "while the floor does not hold, trust is",
        "tant que le socle ne tient pas, la confiance est",
    ),
}
VALUES: dict[str, Pair] = {
    "floor": ("in the floor", "dans le socle"),
    "apart": ("apart", "à part"),
    "suspended": ("suspended", "suspendue"),
    "credited": ("credited all the same", "comptée quand même"),
}


def _in(pair: Pair, language: str) -> str:
    return french(pair[1]) if language == "fr" else pair[0]


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
