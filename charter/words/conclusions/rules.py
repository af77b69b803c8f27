"""The rules of conclusions in words: what each takes, and when it says what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from charter.words import statuses
from charter.words.actions import VERDICTS
from charter.words.alerts.sentences import STATES
from charter.words.formats import format_number, format_period, format_points_with_unit, french, listed
from charter.words.statuses import Pairs, word

NAMES: Pairs = {
    "verdict": ("Verdict", "Verdict"),
    "missing": ("Gap to the level", "Écart au niveau exigé"),
    "chart": ("Chart", "Graphique"),
    "misses": ("How often the level is missed", "Combien de fois le niveau n'est pas tenu"),
    "units": ("Units that stand out", "Entités qui se détachent"),
    "mix": ("Units' own change, and cases that moved", "Part des entités, part des cas déplacés"),
    "effect": ("Whether an action worked", "Effet d'une action"),
    "class": ("Class", "Classe"),
    "signal": ("Weak signal", "Signal faible"),
    "alert": ("Alert", "Alerte"),
}
SAID: Pairs = {
    "verdict": (
        "A census is decided by its value: kept from the level on, nearly kept within the tolerance, unacceptable "
        "beyond its threshold, missed between. A sample is decided by its 90 % interval, 5 % on each side "
        "(Clopper-Pearson for a share); where it straddles the level, nothing is proven. Under the minimum of cases "
        "nothing is concluded.",
        "Un recensement est tranché par sa valeur : tenu à partir du niveau, presque tenu dans la tolérance, "
        "inacceptable "
        "au-delà de son seuil, non tenu entre les deux. Un échantillon est départagé par son intervalle à 90 %, 5 % de "
        "chaque côté (Clopper-Pearson pour une part) ; s'il est à cheval sur le niveau, rien n'est établi. Sous le "
        "minimum de cas, rien n'est conclu.",
    ),
    "missing": (
        "The least number of cases that reaches the level among those of this period, less those that were kept.",
        "Le plus petit nombre de cas qui atteint le niveau parmi ceux de la période, moins ceux qui ont été tenus.",
    ),
    "chart": (
        "Limits at the mean ± 2.66 mean moving ranges (XmR); where the cases differ by over 25 %, Laney's p′ "
        "or u′; where "
        "months return every year, on the distance from what is usual; under two events a period, the exact chance "
        "instead of a chart. Special cause: outside the limits, seven in a row on one side or rising or falling, two "
        "of three near a limit.",
        "Limites à la moyenne ± 2,66 étendues mobiles moyennes (XmR) ; si les cas varient de plus de 25 %, p′ ou u′ de "
        "Laney ; si les mois reviennent chaque année, sur l'écart à l'habituel ; à moins de deux événements par "
        "période, la probabilité exacte au lieu d'un graphique. Cause spéciale : hors limites, sept de suite d'un côté "
        "ou en hausse ou en baisse, deux sur trois près d'une limite.",
    ),
    "misses": (
        "A count over the last twelve periods measured alike and held to one level; the model beside it only where a "
        "chart is drawn, nothing is out of the usual, there is no season, and the count agrees with it.",
        "Un compte sur les douze dernières périodes mesurées de même et tenues au même niveau ; le modèle à côté "
        "seulement si un graphique est tracé, que rien n'est inhabituel, qu'il n'y a pas de saison et que le compte "
        "s'accorde avec lui.",
    ),
    "units": (
        "A unit is named only outside the funnel: 99.8 % around the whole's value by its own number of cases, "
        "widened by "
        "what all units scatter beyond chance.",
        "Une entité n'est nommée que hors de l'entonnoir : 99,8 % autour de la valeur de l'ensemble selon son "
        "nombre de "
        "cas, élargi par la dispersion de toutes les entités au-delà du hasard.",
    ),
    "mix": (
        "Change of the total = Σ mean weight × change of share + Σ mean share × change of weight; said where "
        "the two pull "
        "apart or the second is over a third.",
        "Variation du total = Σ poids moyen × variation de la part + Σ part moyenne × variation du poids ; dit "
        "si les deux "
        "s'opposent ou si la seconde dépasse un tiers.",
    ),
    "effect": (
        "The mean of the 3 to 6 periods after, less that of up to 36 before, without those of the miss; better "
        "or worse "
        "only where Student's 95 % interval, widened by the memory of the series, leaves out zero.",
        "La moyenne des 3 à 6 périodes d'après, moins celle des 36 d'avant au plus, sans celles du manquement "
        "; mieux ou "
        "pire seulement si l'intervalle de Student à 95 %, élargi par la mémoire de la série, exclut zéro.",
    ),
    "class": (
        "Two questions, each answered by the highest level that speaks: law, customers, sector, experts. Customers who "
        "disagree leave that question open, and the other keeps its answer.",
        "Deux questions, chacune tranchée par le plus haut niveau qui parle : loi, clients, secteur, experts. "
        "Des clients "
        "qui se contredisent laissent la question ouverte, et l'autre garde sa réponse.",
    ),
    "signal": (
        "Days with a report in two months against the two years before, by the days on which there could have "
        "been one; "
        "the more units and promises, the rarer a signal must be, so that at most six a year come by chance.",
        "Jours avec un signalement en deux mois face aux deux années d'avant, selon les jours où il pouvait y "
        "en avoir ; "
        "plus il y a d'entités et d'engagements, plus un signal doit être rare, pour qu'au plus six par an soient dus "
        "au hasard.",
    ),
    "alert": (
        "A miss of a month or quarter leaves at once where so bad a count comes in at most 1 of 20 at the level, or "
        "together with the period before in at most 1 of 10; what is unacceptable always does. The rest waits for the "
        "digest.",
        "Un manquement d'un mois ou d'un trimestre part tout de suite si un compte aussi mauvais vient au plus "
        "1 fois sur "
        "20 au niveau, ou avec la période d'avant au plus 1 fois sur 10 ; l'inacceptable part toujours. Le "
        "reste attend "
        "le résumé.",
    ),
}


def rule_name(code: str | None, language: str) -> str:
    """The name of a rule."""
    return word(NAMES, code, language)


def rule_sentence(code: str | None, language: str) -> str:
    """What a rule takes, and when it says what."""
    pair = SAID.get(code or "", ("", ""))
    return french(pair[1]) if language == "fr" else pair[0]


LABELS: Pairs = {
    "value": ("value", "valeur"),
    "numerator": ("kept or counted", "tenus ou comptés"),
    "denominator": ("of cases", "sur cas"),
    "effective_n": ("worth equal answers", "valant réponses égales"),
    "basis": ("basis", "base"),
    "minimum": ("minimum of cases", "minimum de cas"),
    "interval": ("interval", "intervalle"),
    "interval_level": ("level of the interval", "niveau de l'intervalle"),
    "target": ("required level", "niveau exigé"),
    "tolerance": ("tolerance", "tolérance"),
    "unacceptable": ("unacceptable beyond", "inacceptable au-delà"),
    "exceeds": ("earns trust beyond", "gagne la confiance au-delà"),
    "direction": ("better", "mieux"),
    "period": ("period", "période"),
    "periods": ("periods", "périodes"),
    "last": ("last point", "dernier point"),
    "rare": ("rare events", "événements rares"),
    "status": ("status", "statut"),
    "reason": ("reason", "raison"),
    "count": ("number", "nombre"),
    "variation": ("variation", "variation"),
    "assurance": ("assurance", "assurance"),
    "drawable": ("chart drawn", "graphique tracé"),
    "kind": ("kind", "genre"),
    "is_seasonal": ("season taken out", "saison retirée"),
    "of": ("of", "sur"),
    "likely": ("likely in 12", "probables sur 12"),
    "centre": ("whole", "ensemble"),
    "sigma": ("scatter beyond chance", "dispersion au-delà du hasard"),
    "units": ("units", "entités"),
    "outside": ("outside", "dehors"),
    "since": ("since", "depuis"),
    "rate": ("by units themselves", "par les entités elles-mêmes"),
    "mix": ("by cases that moved", "par les cas déplacés"),
    "verdict": ("verdict", "verdict"),
    "difference": ("change", "variation"),
    "action": ("action", "action"),
    "begun": ("begun", "commencée"),
    "done": ("done", "faite"),
    "before": ("before", "avant"),
    "after": ("after", "après"),
    "method": ("interval by", "intervalle par"),
    "class": ("class", "classe"),
    "strength": ("evidence", "preuves"),
    "decided_by": ("decided by", "décidée par"),
    "earlier": ("before them", "avant eux"),
    "chance": ("chance", "probabilité"),
    "days": ("days told of days, by month", "jours signalés sur jours, par mois"),
    "cells": ("units and promises looked at", "entités et engagements regardés"),
    "state": ("state", "état"),
    "why_not": ("why no chart", "pourquoi pas de graphique"),
    "cases": ("cases", "cas"),
    "waits": ("chance explains it", "le hasard l'explique"),
    "name": ("name", "nom"),
    "side": ("side", "côté"),
    "low": ("low limit", "limite basse"),
    "high": ("high limit", "limite haute"),
    "mean": ("mean", "moyenne"),
    "lower": ("low limit", "limite basse"),
    "upper": ("high limit", "limite haute"),
}
CHARTS: Pairs = {
    "plain": ("all periods alike (XmR)", "périodes égales (XmR)"),
    "shares": ("by the number of cases (p′)", "selon le nombre de cas (p′)"),
    "rates": ("by the volume (u′)", "selon le volume (u′)"),
    "rare": ("rare events", "événements rares"),
}
SIDES: Pairs = {"high": ("above", "au-dessus"), "low": ("below", "au-dessous")}
WHY_NOT: Pairs = {
    "too-short": ("the series is too short", "la série est trop courte"),
    "too-regular": ("the series is too regular", "la série est trop régulière"),
    "constant": ("the series is constant", "la série est constante"),
    "rare": ("too few events in a period", "trop peu d'événements par période"),
}
METHODS: Pairs = {
    "plain": ("spread of the periods before", "dispersion des périodes d'avant"),
    "with-memory": ("the same, widened by the memory", "la même, élargie par la mémoire"),
    "season": ("each against a year before", "chacune face à un an plus tôt"),
}
CODES: Mapping[str, Pairs] = {
    "kind": CHARTS,
    "side": SIDES,
    "why_not": WHY_NOT,
    "method": METHODS,
    "state": STATES,
    "status": statuses.STATUSES,
    "reason": statuses.REASONS,
    "variation": statuses.VARIATIONS,
    "assurance": statuses.ASSURANCES,
    "class": statuses.CLASS_NAMES,
    "strength": statuses.STRENGTHS,
    "basis": statuses.BASES,
    "direction": statuses.DIRECTIONS,
    "verdict": VERDICTS,
}
PERIODS = ("period", "since")
MOST_PARTS = 40


def facts_words(facts: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What went in, or came out, as labels and texts; what has no label is no matter for a reader."""
    return [
        (word(LABELS, name, language), _text(name, value, language))
        for name, value in facts.items()
        if name in LABELS and value is not None
    ]


IN_POINTS = ("rate", "mix", "difference")
"""Changes of a share, told as they are told elsewhere: signed, in points."""
LEAST_CHANCE = 0.0001


def _number(name: str, value: float, language: str) -> str:
    if name == "chance" and 0 <= value < LEAST_CHANCE:
        return f"< {format_number(LEAST_CHANCE, language, 4)}"
    if name in IN_POINTS and abs(value) < 1:
        return format_points_with_unit(value, "share", language)
    decimals = 1 if name == "likely" else 4
    return format_number(value, language, 0 if value == int(value) else decimals)


def _text(name: str, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
    if isinstance(value, int | float):
        return _number(name, value, language)
    if name in PERIODS and isinstance(value, str):
        return format_period(value, language)
    if isinstance(value, Mapping):
        return ", ".join(f"{label} {text}" for label, text in facts_words(value, language))
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [_text("", one, language) for one in value[:MOST_PARTS]]
        return listed(parts, language) if parts else "–"
    return word(CODES.get(name, {}), str(value), language)
