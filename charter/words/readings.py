"""What may be concluded from figures, in words: why this chart, rare events, chance, what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.words.formats import format_count, format_period, format_value, french

Facts = Mapping[str, Any]


def _said(english: str, french_: str, language: str) -> str:
    return french(french_) if language == "fr" else english


WHY: Mapping[tuple[bool, bool], tuple[str, str]] = {
    (False, False): (
        "Why this chart: all periods count alike, so that the limits rest on the steps from one to the next.",
        "Pourquoi ce graphique : toutes les périodes comptent autant ; les limites reposent donc sur les écarts "
        "de l'une à la suivante.",
    ),
    (True, False): (
        "Why this chart: the number of cases differs from period to period, so that the limits follow it.",
        "Pourquoi ce graphique : le nombre de cas varie d'une période à l'autre ; les limites le suivent donc.",
    ),
    (False, True): (
        "Why this chart: the same months return every year, so that each is held against what is usual for it.",
        "Pourquoi ce graphique : les mêmes mois reviennent chaque année ; chacun est donc comparé à ce qui lui est "
        "habituel.",
    ),
    (True, True): (
        "Why this chart: the same months return every year and the number of cases differs, so that each is held "
        "against what is usual for it, within limits that follow its cases.",
        "Pourquoi ce graphique : les mêmes mois reviennent chaque année et le nombre de cas varie ; chacun est "
        "donc comparé à ce qui lui est habituel, dans des limites qui suivent ses cas.",
    ),
}
"""By whether limits follow the cases, and whether a season is taken out."""


def chart_why(chart: Facts | None, language: str) -> str:
    """One sentence: why this chart and no other; nothing of a month sealed before that was kept."""
    kind = None if chart is None else chart.get("kind")
    if chart is None or kind is None:
        return ""
    if kind == "rare":
        return rare_sentence(chart["rare"], language)
    return _said(*WHY[kind != "plain", chart["is_seasonal"]], language) if chart["drawable"] else ""


def rare_sentence(rare: Facts | None, language: str) -> str:
    """Rare events without a chart: how many now, how often chance brings so many, and how long since the last."""
    if rare is None:
        return ""
    count, of = format_count(rare["count"], language), format_count(rare["of"], language)
    missing = rare["is_missing"]
    what = ("not kept", "non tenus") if missing else ("counted", "comptés")
    if rare["count"] <= 0:
        said = _said(
            f"None {what[0]} in this period, {of} in all the periods shown.",
            f"Aucun cas {what[1][:-1]} sur cette période, {of} sur toutes les périodes montrées.",
            language,
        )
    else:
        chance = format_value(rare["chance"], "share", language)
        said = _said(
            f"{count} {what[0]} in this period, {of} in all the periods shown: had nothing changed, so many would come "
            f"in {chance} of periods like this one.",
            f"{count} {what[1]} sur cette période, {of} sur toutes les périodes montrées : si rien n'avait changé, "
            f"on en verrait autant dans {chance} des périodes comme celle-ci.",
            language,
        )
    return f"{said} {_since_sentence(rare, language)}".strip()


def _since_sentence(rare: Facts, language: str) -> str:
    """Cases, or periods, between one event and the next."""
    between, since, cases = rare["between"], rare["since"], rare["cases_since"]
    if between is None or since is None:
        return ""
    if cases is None:
        return _said(
            f"Whole periods without one before it: {since}; one comes in about "
            f"{format_count(round(between, 1), language)} periods.",
            f"Périodes entières sans aucun juste avant : {since} ; il en vient un toutes les "
            f"{format_count(round(between, 1), language)} périodes environ.",
            language,
        )
    return _said(
        f"Cases in a row before it without one: {format_count(cases, language)}; one comes in about "
        f"{format_count(round(between), language)} cases.",
        f"Cas de suite sans aucun juste avant : {format_count(cases, language)} ; il en vient un tous les "
        f"{format_count(round(between), language)} cas environ.",
        language,
    )


def chance_sentence(found: Facts, language: str) -> str:
    """`In October 2026, 6 levels are missed: about 4 of these 6 are what chance brings in a month.`"""
    missed, expected, period = found["missed"], round(found["expected"]), format_period(found["period"], language)
    if expected < 1:
        return _said(
            f"In {period}, levels missed on the units watched: {missed}. Chance alone would bring hardly any.",
            f"En {period}, niveaux manqués sur les entités suivies : {missed}. Le hasard seul n'en amènerait presque "
            "aucun.",
            language,
        )
    return _said(
        f"In {period}, levels missed on the units watched: {missed}. About {expected} of these {missed} "
        f"{'is' if expected == 1 else 'are'} what chance brings in a month where everything goes on as usual.",
        f"En {period}, niveaux manqués sur les entités suivies : {missed}. Environ {expected} sur ces {missed} : c'est "
        "ce que le hasard amène en un mois où tout continue comme d'habitude.",
        language,
    )


def signal_sentence(one: Facts, language: str) -> str:
    """Days with a report in the last months beside those of the months before."""
    count, before = format_count(one["count"], language), format_count(one["earlier"], language)
    return _said(
        f"days with a report in {one['window']} months, while the figure is kept: {count}; in the {one['months']} "
        f"months before: {before}.",
        f"jours avec un signalement en {one['window']} mois, alors que le chiffre est tenu : {count} ; sur les "
        f"{one['months']} mois d'avant : {before}.",
        language,
    )
