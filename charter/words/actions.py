"""What is said of actions: where they stand, and whether they worked, in honest words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.vocabulary import terms
from charter.words.formats import (
    NBSP,
    format_count,
    format_number,
    format_period,
    format_points,
    format_value,
    french,
    is_share,
)
from charter.words.statuses import Pairs

ACTION_STATES: Pairs = {
    terms.ActionState.OPEN: ("open", "ouverte"),
    terms.ActionState.LATE: ("late", "en retard"),
    terms.ActionState.DONE: ("done", "faite"),
}
VERDICTS: Pairs = {
    terms.EffectVerdict.BETTER: ("Better since", "Mieux depuis"),
    terms.EffectVerdict.NO_BETTER: ("No better", "Pas mieux"),
    terms.EffectVerdict.WORSE: ("Worse since", "Moins bien depuis"),
    terms.EffectVerdict.TOO_EARLY: ("Too early to tell", "Trop tôt pour le dire"),
    terms.EffectVerdict.CANNOT_TELL: ("It cannot be told", "On ne peut pas le dire"),
}
STEPS: Pairs = {
    "close": ("Closed", "Close"),
    "reopen": ("Reopened", "Rouverte"),
    "change": ("Changed", "Modifiée"),
}
MONTH_STATES: Pairs = {
    "open": ("Not frozen", "Non figé"),
    "draft": ("Draft", "Projet"),
    "approved": ("Approved", "Approuvé"),
    "published": ("Published", "Publié"),
    "erratum": ("Published, with an erratum", "Publié, avec un erratum"),
}
DELIVERIES: Pairs = {
    "waiting": ("waits to leave", "attend de partir"),
    "sending": ("is leaving", "part"),
    "sent": ("sent", "envoyé"),
    "failed": ("could not be sent", "n'a pas pu partir"),
    "off": ("not sent", "non envoyé"),
}
_NO_PERIOD = (
    "no period that began after it was done has been measured yet",
    "aucune période commencée depuis n'a encore été mesurée",
)
_REASONS = {
    "no-figure-before": ("there is no figure from before", "il n'y a pas de chiffre d'avant"),
    "other-definition": (
        "the definition has changed in between, so that the figures do not compare",
        "la définition a changé entre-temps, et les chiffres ne se comparent pas",
    ),
}

Effect = Mapping[str, Any]


def effect_sentence(effect: Effect, language: str) -> str:
    """`Better since: 71.2% (3,000 cases, …) before, 82.1% (1,020 cases, …) after. Difference +10.9 points, …`"""
    at = 1 if language == "fr" else 0
    start = VERDICTS[terms.EffectVerdict(effect["verdict"])][at]
    colon = f"{NBSP}: " if language == "fr" else ": "
    why = _why(effect, language)
    if why:
        return french(f"{start}{colon}{why}.") if language == "fr" else f"{start}{colon}{why}."
    before, after = (_side(effect, side, language) for side in ("before", "after"))
    if language == "fr":
        return french(f"{start}{colon}{before} avant, {after} après. {_difference(effect, language)}")
    return f"{start}{colon}{before} before, {after} after. {_difference(effect, language)}"


def _why(effect: Effect, language: str) -> str:
    """Why no comparison is printed; nothing where one is."""
    at = 1 if language == "fr" else 0
    if not effect["after"]["periods"]:
        return _NO_PERIOD[at]
    if effect["reason"] == "too-few":
        cases = effect["after"]["cases"]
        if effect["verdict"] == terms.EffectVerdict.TOO_EARLY and cases is not None:
            count = format_count(cases, language)
            return f"seulement {count} cas depuis" if at else f"only {count} cases since"
        return "trop peu de périodes avant" if at else "too few periods before"
    return _REASONS[effect["reason"]][at] if effect["reason"] else ""


def _side(effect: Effect, side: str, language: str) -> str:
    """`71.2% (3,000 cases, August 2026 to October 2026)`."""
    told = effect[side]
    periods = list(dict.fromkeys((told["periods"][0], told["periods"][-1])))
    when = f" {'à' if language == 'fr' else 'to'} ".join(format_period(key, language) for key in periods)
    cases = (
        f"{format_count(told['cases'], language)} {'cas' if language == 'fr' else 'cases'}, " if told["cases"] else ""
    )
    return f"{format_value(told['value'], effect['kind'], language, effect.get('against'))} ({cases}{when})"


def _difference(effect: Effect, language: str) -> str:
    low, high = (format_points(end, effect["kind"], language) for end in effect["interval"])
    difference = format_points(effect["difference"], effect["kind"], language)
    points = " points" if is_share(effect["kind"]) else ""
    if language == "fr":
        return f"Écart {difference}{points}, entre {low} et {high} ({format_number(95, language)} %)."
    return f"Difference {difference}{points}, between {low} and {high} (95%)."
