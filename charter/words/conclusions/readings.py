"""What may be concluded from figures, in words: why this chart, rare events, chance, what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.statistics.misses import still_missing
from charter.domain.statistics.units import longer_of
from charter.domain.vocabulary.periods import parse_period
from charter.words.formats import (
    format_cases,
    format_count,
    format_level,
    format_period,
    format_points,
    format_value,
    french,
    listed,
)
from charter.words.statuses import status_word

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
    what = ("not kept", "non tenus") if rare["is_missing"] else ("counted", "comptés")
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
            f"En {period}, niveaux non tenus sur les entités suivies : {missed}. Le hasard seul n'en amènerait presque "
            "aucun.",
            language,
        )
    return _said(
        f"In {period}, levels missed on the units watched: {missed}. About {expected} of these {missed} "
        f"{'is' if expected == 1 else 'are'} what chance brings in a month where everything goes on as usual.",
        f"En {period}, niveaux non tenus sur les entités suivies : {missed}. Environ {expected} sur ces {missed} : "
        "c'est ce que le hasard amène en un mois où tout continue comme d'habitude.",
        language,
    )


def signal_sentence(one: Facts, language: str) -> str:
    """Days with a report in the last months beside those of the months before."""
    count, before = format_count(one["count"], language), format_count(one["earlier"], language)
    return _said(
        f"days with a report in {one['window']} months, although it is kept: {count}; in the {one['months']} "
        f"months before: {before}.",
        f"jours avec un signalement en {one['window']} mois, alors que l'engagement est tenu : {count} ; sur les "
        f"{one['months']} mois d'avant : {before}.",
        language,
    )


QUESTIONS = {
    "floor": ("whether missing it destroys confidence", "si y manquer fait perdre la confiance"),
    "earns": ("whether keeping it earns trust", "si le tenir renforce la confiance"),
}


def settle_sentence(more: Facts | None, language: str) -> str:
    """What another wave would settle: about 150 more answers, for each question that is still open."""
    said = []
    for question, count in (more or {}).items():
        names = QUESTIONS[question]
        if count is None:
            said.append(
                _said(
                    f"No survey of a usual size would settle {names[0]}: customers are divided.",
                    f"Aucune enquête de taille habituelle ne trancherait {names[1]} : les clients sont partagés.",
                    language,
                )
            )
        elif count:
            about = format_count(max(round(count, -1), 10), language)
            said.append(
                _said(
                    f"About {about} more answers would settle {names[0]}, if customers go on answering as they do.",
                    f"Environ {about} réponses de plus trancheraient {names[1]}, si les clients continuent de répondre "
                    "ainsi.",
                    language,
                )
            )
    return " ".join(said)


def outside_sentence(funnel: Facts | None, language: str) -> str:
    """`Stand out: Vannes (below).` or that no unit does; nothing where there is no funnel."""
    if funnel is None:
        return ""
    sides = {"low": ("below", "au-dessous"), "high": ("above", "au-dessus")}
    out = [point for point in funnel["points"] if point["side"]]
    if not out:
        return _said(
            "No unit stands out: all lie within what chance brings around the whole.",
            "Aucune entité ne se détache : toutes sont dans ce que le hasard amène autour de l'ensemble.",
            language,
        )
    names = listed([f"{one['name']} ({sides[one['side']][language == 'fr']})" for one in out], language)
    return _said(f"Stand out: {names}.", f"Se détachent : {names}.", language)


def mix_sentence(mix: Facts | None, language: str) -> str:
    """How much of a change the units made themselves, and how much comes from cases that moved between them."""
    if mix is None:
        return ""
    since = format_period(mix["since"], language)
    own, moved = (format_points(mix[name], "share", language) for name in ("rate", "mix"))
    return _said(
        f"Since {since}: {own} points by what the units did themselves, {moved} because cases moved between units.",
        f"Depuis {since}, en points : {own} par ce que les entités ont fait elles-mêmes, {moved} parce que des cas "
        f"sont passés d'une entité à l'autre.",
        language,
    )


def longer_sentence(row: Facts, kind: str, language: str) -> str:
    """`3 months: 94.1 % of 51; 12 months: 92.0 % of 188`: small numbers over longer times."""
    said = []
    for one in row.get("longer") or ():
        value, cases = format_value(one["value"], kind, language), format_count(one["cases"], language)
        english, in_french = f"{one['months']} months: {value} of {cases}", f"{one['months']} mois : {value} de {cases}"
        said.append(_said(english, in_french, language))
    return ("\u202f; " if language == "fr" else "; ").join(said)


def stand_in_sentence(view: Facts, language: str) -> str:
    """`Too few cases in one month; 3 months: 94.1 % of 51. Same period, area 4: 93 % of 210 (kept).`: what is known of
    a small site and of the unit above it, and nothing concluded."""
    longer = longer_sentence({"longer": longer_of(view)}, view["kind"], language)
    start = _said("Too few cases in one month; ", "Trop peu de cas en un mois\u202f; ", language)
    area, same = area_words(view, language), _said("Same period, ", "Même période, ", language)
    status = f" ({status_word(view['area']['status'], language).lower()})" if area else ""
    said = (f"{start}{longer}." if longer else "", f"{same}{area}{status}." if area else "")
    return " ".join(part for part in said if part)


def area_words(view: Facts, language: str) -> str:
    """`Area 4: 93 % of 210`: the nearest unit above that has enough cases; else nothing."""
    area = view.get("area")
    if not area:
        return ""
    value, cases = format_value(area["value"], view["kind"], language), area["cases"]
    count = "" if cases is None else format_count(cases, language)
    english = f"{area['unit']}: {value}{f' of {count}' if count else ''}"
    return _said(english, f"{area['unit']}\u00a0: {value}{f' de {count}' if count else ''}", language)


def funnel_title(funnel: Facts, language: str) -> str:
    """What the picture of the funnel shows, in words."""
    count = len(funnel["points"])
    return _said(
        f"{count} units, their cases across, their value up; between the curves lies what chance brings.",
        f"{count} entités, leurs cas en largeur, leur valeur en hauteur ; entre les courbes, ce que le hasard amène.",
        language,
    )


PER: Mapping[str, tuple[str, str]] = {
    "day": ("a day", "par jour"),
    "week": ("a week", "par semaine"),
    "month": ("a month", "par mois"),
    "quarter": ("a quarter", "par trimestre"),
    "year": ("a year", "par an"),
}


def missing_sentence(view: Facts, language: str) -> str:
    """`11 fewer late cases a month reach 90%.`: what is missing; of too few cases, what several months say together."""
    lacking = still_missing(view)
    if lacking is None:
        return stand_in_sentence(view, language)
    per = PER[parse_period(view["period"]).kind][language == "fr"]
    level, count = format_level(view["target"], view["kind"], language), format_count(lacking, language)
    cases = format_cases(lacking, view.get("case"), language).partition(count)[2].strip("\u00a0\u202f ")
    is_one = lacking == 1
    if view["kind"] == "count" and view["direction"] == "higher":
        return _said(f"{count} more {cases} {per} {'reaches' if is_one else 'reach'} {level}.",
                     f"{count} {cases} de plus {per} pour atteindre {level}.", language)  # fmt: skip
    what = {"share-within": ("late ", "en retard "), "share": ("missed ", "non tenus ")}.get(view["kind"], ("", ""))
    if view["direction"] == "lower":
        what = ("", "")
    french_what = what[1].replace("tenus", "tenu") if is_one else what[1]
    return _said(
        f"{count} fewer {what[0]}{cases} {per} {'reaches' if is_one else 'reach'} {level}.",
        f"{count} {cases} {french_what}de moins {per} pour atteindre {level}.",
        language,
    )
