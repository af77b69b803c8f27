"""The figures behind an alert in words: the value beside its level, what was before, the worst place, a correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.words import classes
from charter.words.class_terms import floor_change
from charter.words.doubts import doubts_in_brief
from charter.words.formats import (
    format_cases,
    format_level,
    format_short_instant,
    format_value,
    french,
    in_period,
    text_in,
    the_period,
)
from charter.words.refusals import refusal_sentence
from charter.words.statuses import actor_name

DONE = ("closed", "eased", "noted", "restated", "left", "again")
"""What asks for nobody any more."""


def alert_detail(line: Mapping[str, Any], language: str) -> str:
    """The figure behind it: `Factures justes : 82,5 %, exigé au moins 90 %, sur 1 240 cas.`; nothing where none is."""
    facts, kind = line["facts"], line["kind"]
    if kind == "past":
        before, after = (format_value(facts.get(name), facts["kind"], language, facts) for name in ("before", "value"))
        return french(f"{before} → {after}") if language == "fr" else f"{before} → {after}"
    if kind == "move" and line["what"] not in DONE:
        said = (
            [facts["decision"]]
            if facts.get("decision")
            else [classes.sentence([one], language) for one in facts["because"]]
        )
        return " ".join(one for one in (*said, floor_change(facts, language)) if one)
    if kind == "doubt" and line["what"] not in DONE:
        return " ".join(doubts_in_brief(facts, language))
    if kind not in ("status", "signal") or facts.get("value") is None:
        return ""
    name = text_in(facts["indicator"], language)
    said = [format_value(facts["value"], facts["kind"], language, facts)]
    if facts["target"] is not None:
        side = facts["direction"] == "higher"
        most = (("at most", "au plus"), ("at least", "au moins"))[side][language == "fr"]
        required = "exigé" if language == "fr" else "required"
        said.append(f"{required} {most} {format_level(facts['target'], facts['kind'], language)}")
    if facts.get("cases"):
        cases = format_cases(facts["cases"], facts.get("case"), language)
        said.append(f"sur {cases}" if language == "fr" else f"of {cases}")
    if line["what"] == "restated":
        return _correction(facts, name, language)
    if line["what"] not in DONE:
        said += _history(facts, language)
    text = f"{name} : {', '.join(said)}." if language == "fr" else f"{name}: {', '.join(said)}."
    text = " ".join([text, *(_beside(facts, language) if line["what"] not in DONE else ())])
    return french(text) if language == "fr" else text


def _history(facts: Mapping[str, Any], language: str) -> list[str]:
    """Since when, and what was before."""
    said = []
    if facts.get("since") and facts["since"] != facts["period"]:
        since = the_period(facts["since"], language)
        said.append(f"depuis {since}" if language == "fr" else f"since {since}")
    before = facts.get("previous")
    if before:
        value, period = (
            format_value(before["value"], facts["kind"], language, facts),
            in_period(before["period"], language),
        )
        said.append(f"après {value} {period}" if language == "fr" else f"after {value} {period}")
    return said


def _beside(facts: Mapping[str, Any], language: str) -> list[str]:
    """The worst place beneath by its name, and whether chance could explain the miss."""
    said, is_french = [], language == "fr"
    worst = facts.get("worst")
    if worst:
        value = format_value(worst["value"], facts["kind"], language, facts)
        is_worst = worst["status"] == "unacceptable"
        level = (("Lowest", "Au plus bas"), ("Unacceptable", "Inacceptable"))[is_worst][is_french]
        if not is_worst and facts["direction"] == "lower":
            level = ("Highest", "Au plus haut")[is_french]
        more = worst["more"]
        others = (f", and {more} more", f", et {more} autre{'s' if more > 1 else ''}")[is_french] if more else ""
        said.append(
            f"{level} : {worst['unit_name']} ({value}){others}."
            if is_french
            else f"{level}: {worst['unit_name']} ({value}){others}."
        )
    if facts.get("chance") is not None:
        said.append(CHANCE[facts["chance"]][is_french])
    return said


CHANCE = (
    ("Chance alone does not explain this miss.", "Le hasard seul n'explique pas cet écart."),
    ("Chance alone could explain this miss.", "Le hasard seul pourrait expliquer cet écart."),
)


TELLINGS: Mapping[str, tuple[str, str]] = {
    "digest": ("{n}: will be written to, {i}", "{n} : sera prévenu par courriel, {i}"),
    "along": ("{n}: will read it in the next digest", "{n} : le lira dans son prochain récapitulatif"),
    "told": ("{n}: written to", "{n} : prévenu par courriel"),
    "waiting": ("{n}: written, and not yet taken by the mail server", "{n} : écrit, pas encore pris par le serveur"),
    "sending": ("{n}: being sent", "{n} : en cours d'envoi"),
    "sent": ("{n}: taken by the mail server, {i}", "{n} : accepté par le serveur de courrier, {i}"),
    "refused": ("{n}: not reached, the address was refused", "{n} : non joint, l'adresse a été refusée"),
    "failed": ("{n}: not reached, the mail was given up. {y}", "{n} : non joint, l'envoi a été abandonné. {y}"),
    "off": ("{n}: not told, as no mail leaves here", "{n} : pas prévenu, aucun courriel ne part d'ici"),
    "dropped": (
        "{n}: not told, as it was over or no longer theirs",
        "{n} : pas prévenu, c'était fini ou ne lui revenait plus",
    ),
}
"""How far it came that somebody is told: {n} the name, {i} the instant, {y} why."""


def telling_sentence(told: Mapping[str, Any], timezone: str, language: str) -> str:
    """Whether somebody was reached: `Ana : accepté par le serveur de courrier, 3 septembre à 14 h 03`."""
    instant = format_short_instant(told["at"], timezone, language) if told["at"] else ""
    why = refusal_sentence(told["why"], language) if told.get("why") else ""
    said = TELLINGS[told["state"]][language == "fr"].format(n=told["name"], i=instant, y=why).rstrip(", ")
    return french(said) if language == "fr" else said


def _correction(facts: Mapping[str, Any], name: str, language: str) -> str:
    """Before and after, who corrected it and why, and what became of the sealed month."""
    is_french = language == "fr"
    values = [format_value(facts.get(one), facts["kind"], language, facts) for one in ("value_before", "value")]
    said = [f"{name} : {values[0]} → {values[1]}." if is_french else f"{name}: {values[0]} → {values[1]}."]
    if facts.get("by"):
        why = f" : « {facts['why']} »" if is_french else f": “{facts['why']}”"
        who = f"{'Corrigé par' if is_french else 'Corrected by'} {actor_name(facts['by'], language)}"
        said.append(f"{who}{why if facts.get('why') else ''}.")
    if facts.get("sealed"):
        said.append(SEALED[is_french])
    text = " ".join(said)
    return french(text) if is_french else text


SEALED = (
    "The month is frozen: its report stays as it is until an erratum is published.",
    "Le mois est figé : son rapport reste tel quel jusqu'à la publication d'un erratum.",
)
