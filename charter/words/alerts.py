"""Alerts in words: about the service, never about persons; what is back is told with thanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.words.doubts import NAMES, doubt_sentences
from charter.words.formats import (
    format_cases,
    format_date,
    format_level,
    format_period,
    format_value,
    french,
    quoted,
    text_in,
)
from charter.words.overview import place_sentence
from charter.words.statuses import Pairs, reason_word, status_word, variation_word, word

Line = Mapping[str, Any]

STATES: Pairs = {
    "open": ("open", "ouverte"),
    "acknowledged": ("acknowledged", "prise en compte"),
    "snoozed": ("paused", "en pause"),
    "closed": ("closed", "close"),
}
SENTENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("status", "missed"): ("{t} is missed in {p}.", "L'engagement {t} n'est pas tenu en {p}."),
    ("status", "unacceptable"): (
        "{t} is at an unacceptable level in {p}.",
        "L'engagement {t} est à un niveau inacceptable en {p}.",
    ),
    ("status", "worsened"): (
        "{t} has come to an unacceptable level in {p}.",
        "L'engagement {t} est passé à un niveau inacceptable en {p}.",
    ),
    ("status", "confirmed"): (
        "{t} is missed again in {p}: chance no longer explains it.",
        "L'engagement {t} est encore manqué en {p} : le hasard ne l'explique plus.",
    ),
    ("status", "closed"): (
        "{t} is kept again, in {p}. Thanks to all who made it so.",
        "L'engagement {t} est de nouveau tenu, en {p}. Merci à toutes celles et ceux qui y ont contribué.",
    ),
    ("status", "eased"): ("{t} is no longer missed, in {p}: {s}.", "L'engagement {t} n'est plus manqué, en {p} : {s}."),
    ("status", "restated"): (
        "The past of {t} was corrected or completed, in {p}: {b} → {s}.",
        "Le passé de l'engagement {t} a été corrigé ou complété, en {p} : {b} → {s}.",
    ),
    ("data", "opened"): ("{t} has no figure for {p}: {r}.", "L'engagement {t} n'a pas de chiffre pour {p} : {r}."),
    ("data", "closed"): ("{t} has figures again, for {p}.", "L'engagement {t} a de nouveau des chiffres, pour {p}."),
    ("data", "eased"): (
        "{t} has no figure to give any more, for {p}.",
        "L'engagement {t} n'a plus de chiffre à donner, pour {p}.",
    ),
    ("doubt", "opened"): ("{i} is in doubt for {p}: {x}", "Un doute sur {i} pour {p} : {x}"),
    ("doubt", "closed"): ("Nothing is doubted of {i} any more, for {p}.", "Plus aucun doute sur {i}, pour {p}."),
    ("check", "late"): ("The check of {i} for {p} is late{n}.", "Le contrôle de {i} pour {p} est en retard{n}."),
    ("check", "failed"): (
        "The check of {i} for {p} has failed several times{n}.",
        "Le contrôle de {i} pour {p} a échoué plusieurs fois{n}.",
    ),
    ("check", "lapsed"): (
        "The check of {i} for {p} was never done{n}.",
        "Le contrôle de {i} pour {p} n'a jamais été fait{n}.",
    ),
    ("check", "closed"): ("The checks of {i} are done again.", "Les contrôles de {i} sont de nouveau faits."),
    ("class", "expiring"): (
        "The class of {t} is to be looked at again by {d}.",
        "Le classement de l'engagement {t} est à revoir d'ici au {d}.",
    ),
    ("class", "expired"): (
        "The class of {t} was to be looked at again by {d}.",
        "Le classement de l'engagement {t} était à revoir avant le {d}.",
    ),
    ("class", "closed"): (
        "The class of {t} has been looked at again.",
        "Le classement de l'engagement {t} a été revu.",
    ),
    ("past", "changed"): (
        "The source of {i} now counts {p} otherwise than was recorded.",
        "La source de {i} compte désormais {p} autrement que ce qui est enregistré.",
    ),
    ("past", "closed"): (
        "The source of {i} and what was recorded agree again.",
        "La source de {i} et ce qui est enregistré s'accordent de nouveau.",
    ),
    ("signal", "opened"): (
        "{i} has left its usual variation, in {p} ({v}).",
        "L'indicateur {i} sort de sa variation habituelle, en {p} ({v}).",
    ),
    ("signal", "closed"): (
        "{i} is back to its usual variation, in {p}.",
        "L'indicateur {i} retrouve sa variation habituelle, en {p}.",
    ),
    ("signal", "noted"): (
        "{i} is getting better, in {p}. Thanks to all who made it so.",
        "L'indicateur {i} s'améliore, en {p}. Merci à toutes celles et ceux qui y ont contribué.",
    ),
}
"""(kind, what happened or its code) -> (English, French)"""

DONE = ("closed", "eased", "noted", "restated")
BEFORE: Pairs = {
    "rearmed": ("The pause is over: ", "La pause est finie : "),
    "escalated": ("Without an answer so far: ", "Sans réponse à ce jour : "),
}


def alert_state_word(code: str | None, language: str) -> str:
    """Where an alert stands with people: `prise en compte`."""
    return word(STATES, code, language)


def alert_sentence(line: Line, language: str) -> str:
    """What happened, in one sentence."""
    kind, what, code = line["kind"], line["what"], line["code"]
    for key in ((kind, what), (kind, code), (kind, "opened")):
        if key in SENTENCES:
            break
    else:
        return f"{kind} {code}"
    said = SENTENCES[key][language == "fr"].format(**_parts(line, language))
    if what in BEFORE:
        said = word(BEFORE, what, language) + said[:1].lower() + said[1:]
    return french(said) if language == "fr" else said


def _parts(line: Line, language: str) -> dict[str, str]:
    facts = line["facts"]
    where = f" ({facts['unit_name']})" if facts.get("unit_name") else ""
    more = facts.get("more") or 0
    others = ("", "")
    if more:
        others = (f", and {more} more", f", et {more} autre{'s' if more > 1 else ''}")
    return {
        "t": quoted(text_in(facts.get("title"), language) or line["commitment"], language) + where,
        "i": quoted(text_in(facts.get("indicator"), language) or line["commitment"], language) + where,
        "p": format_period(facts.get("period"), language),
        "s": status_word(facts.get("status"), language).lower(),
        "b": status_word(facts["before"], language).lower() if isinstance(facts.get("before"), str) else "",
        "r": reason_word(facts.get("reason") or line["code"], language),
        "v": variation_word(line["code"], language),
        "d": format_date(facts.get("on"), language),
        "n": others[language == "fr"],
        "x": " ".join(doubt_sentences(facts, language)) or f"{word(NAMES, line['code'], language)}.",
    }


def alert_detail(line: Line, language: str) -> str:
    """The figure behind it: `Factures justes : 82,5 %, exigé au moins 90 %, sur 1 240 cas.`; nothing where none is."""
    facts, kind = line["facts"], line["kind"]
    if kind == "past":
        before, after = (format_value(facts.get(name), facts["kind"], language, facts) for name in ("before", "value"))
        return french(f"{before} → {after}") if language == "fr" else f"{before} → {after}"
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
    if line["what"] not in DONE and facts.get("since") and facts["since"] != facts["period"]:
        since = format_period(facts["since"], language)
        said.append(f"depuis {since}" if language == "fr" else f"since {since}")
    if facts.get("waits") and line["what"] not in (*DONE, "confirmed", "worsened"):
        said.append("le hasard seul peut l'expliquer" if language == "fr" else "chance alone may explain it")
    text = f"{name} : {', '.join(said)}" if language == "fr" else f"{name}: {', '.join(said)}"
    return french(text) if language == "fr" else text


def alert_weight(line: Line, language: str) -> str:
    """What it means by the class of its commitment: `C'est du socle : …`; nothing of what is well again."""
    status = {"status": line["facts"].get("status") or line["code"], "data": "no-data"}.get(line["kind"])
    return "" if line["what"] in DONE else place_sentence(status, line.get("place"), language)


def alert_subject(lines: list[Line], language: str) -> str:
    """The subject of a mail about these: the one thing, or how many, and how many of them touch the floor."""
    if len(lines) == 1:
        return alert_sentence(lines[0], language).rstrip(".")
    floor = sum(line.get("place") in ("floor", "both") for line in lines)
    if floor:
        return (
            f"{len(lines)} alertes, dont {floor} du socle"
            if language == "fr"
            else f"{len(lines)} alerts, {floor} of the floor"
        )
    return f"{len(lines)} alertes" if language == "fr" else f"{len(lines)} alerts"
