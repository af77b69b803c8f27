"""What is said of actions: where they stand, and whether they worked, in honest words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.actions.effect import EffectMethod, EffectReason
from charter.domain.vocabulary import terms
from charter.words.formats import (
    MOST_DECIMALS,
    NBSP,
    format_count,
    format_number,
    format_period,
    format_points,
    format_value,
    french,
    is_share,
)
from charter.words.statuses import Pairs, word

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
    "refused": ("address refused", "adresse refusée"),
    "off": ("not sent", "non envoyé"),
    "dropped": ("nothing left to say", "plus rien à dire"),
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
    """`Better since: 92.1% before (24 periods, …), 94.0% after (3 periods, …). Difference +1.9 points, between …`"""
    colon = f"{NBSP}: " if language == "fr" else ": "
    start = word(VERDICTS, effect["verdict"], language)
    told = _told(effect, language) if "method" in effect else _told_by_cases(effect, language)
    said = f"{start}{colon}{told}"
    return french(said) if language == "fr" else said


def _told(effect: Effect, language: str) -> str:
    """Why it is too early; or both means, their distance, and how it was computed."""
    at = 1 if language == "fr" else 0
    if effect["reason"]:
        side = "after" if effect["reason"] == EffectReason.FEW_AFTER else "before"
        return _SHORT[effect["reason"]][at].format(count=len(effect[side]["periods"]), wanted=effect["wanted"])
    decimals = _decimals(effect)
    before, after = (_mean(effect, side, decimals, language) for side in ("before", "after"))
    means = f"{before} avant, {after} après" if at else f"{before} before, {after} after"
    said = f"{means}. {_change(effect, decimals, language)}"
    return f"{said} {_SEASON[at]}" if effect["method"] == EffectMethod.SEASON else said


_SHORT = {
    EffectReason.FEW_AFTER: (
        "{count} of the {wanted} periods that are needed after it have been measured.",
        "{count} des {wanted} périodes nécessaires après elle ont été mesurées.",
    ),
    EffectReason.FEW_BEFORE: (
        "{count} of the {wanted} periods that are needed before it have been measured.",
        "{count} des {wanted} périodes nécessaires avant elle ont été mesurées.",
    ),
    EffectReason.OTHER_DEFINITION: (
        "the definition has changed: of the {wanted} periods that are needed before it, {count} are measured alike.",
        "la définition a changé : sur les {wanted} périodes nécessaires avant elle, {count} sont mesurées de même.",
    ),
    EffectReason.NO_VARIATION: (
        "all periods before it are alike, so that nobody knows how the figure moves by itself.",
        "toutes les périodes d'avant sont pareilles : on ne sait pas comment le chiffre bouge de lui-même.",
    ),
}
_SEASON = (
    "Each period is held against the same one a year earlier, because the seasons return in this figure.",
    "Chaque période est comparée à la même un an plus tôt, car ce chiffre suit les saisons.",
)


def _decimals(effect: Effect) -> int:
    """As few decimals as keep both ends of the interval apart, and neither on a zero that it did not reach."""
    low, high = (end * _scale(effect["kind"]) for end in effect["interval"])
    for decimals in range(1, MOST_DECIMALS):
        shown = round(low, decimals), round(high, decimals)
        if shown[0] != shown[1] and all(shown):
            return decimals
    return MOST_DECIMALS


def _scale(kind: str) -> float:
    return 100 if is_share(kind) else 0.01 if kind == terms.Kind.MONEY else 1


def _mean(effect: Effect, side: str, decimals: int, language: str) -> str:
    """`92.1% (24 periods, August 2024 to October 2026)`."""
    periods = effect[side]["periods"]
    ends = list(dict.fromkeys((periods[0], periods[-1])))
    when = f" {'à' if language == 'fr' else 'to'} ".join(format_period(key, language) for key in ends)
    counted = f"{len(periods)} {'périodes' if language == 'fr' else 'periods'}"
    number = format_number(effect[side]["value"] * _scale(effect["kind"]), language, decimals)
    percent = ("\N{NARROW NO-BREAK SPACE}%" if language == "fr" else "%") if is_share(effect["kind"]) else ""
    return f"{number}{percent} ({counted}, {when})"


def _change(effect: Effect, decimals: int, language: str) -> str:
    """`Difference +1.9 points, between +0.5 and +3.3 (95%).`"""
    scale = _scale(effect["kind"])
    difference, low, high = (
        f"{'+' if end > 0 else ''}{format_number(end * scale, language, decimals)}"
        for end in (effect["difference"], *effect["interval"])
    )
    points = " points" if is_share(effect["kind"]) else ""
    if language == "fr":
        return f"Écart {difference}{points}, entre {low} et {high} ({format_number(95, language)} %)."
    return f"Difference {difference}{points}, between {low} and {high} (95%)."


def _told_by_cases(effect: Effect, language: str) -> str:
    """What a sealed month of the first release says: the cases of both sides added up, or why they are not."""
    why = _why(effect, language)
    if why:
        return f"{why}."
    before, after = (_side(effect, side, language) for side in ("before", "after"))
    sides = f"{before} avant, {after} après" if language == "fr" else f"{before} before, {after} after"
    return f"{sides}. {_difference(effect, language)}"


def _why(effect: Effect, language: str) -> str:
    """Why the first release printed no comparison; nothing where it printed one."""
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
