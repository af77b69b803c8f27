"""Alerts in words: about the service, never about persons; what is back is told with thanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.words.alerts.figures import DONE
from charter.words.conclusions.place import place_sentence
from charter.words.formats import (
    format_date,
    format_period,
    french,
    in_period,
    quoted,
    text_in,
    the_period,
)
from charter.words.statuses import Pairs, class_name, reason_word, status_word, variation_word, word

Line = Mapping[str, Any]

STATES: Pairs = {
    "open": ("open", "ouverte"),
    "acknowledged": ("acknowledged", "prise en compte"),
    "snoozed": ("paused", "en pause"),
    "closed": ("closed", "close"),
}
SENTENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("status", "missed"): ("{t} is missed {w}.", "L'engagement {t} n'est pas tenu {w}."),
    ("status", "unacceptable"): (
        "{t} is at an unacceptable level {w}.",
        "L'engagement {t} est à un niveau inacceptable {w}.",
    ),
    ("status", "worsened"): (
        "{t} has come to an unacceptable level {w}.",
        "L'engagement {t} est passé à un niveau inacceptable {w}.",
    ),
    ("status", "near"): (
        "{t} was missed, and is nearly kept {w}: it is watched until it holds.",
        "L'engagement {t} n'était pas tenu, il l'est presque {w} : il reste suivi jusqu'à ce que cela dure.",
    ),
    ("status", "kept"): (
        "{t} was missed, and is kept {w}: it is watched until it holds.",
        "L'engagement {t} n'était pas tenu, il l'est {w} : il reste suivi jusqu'à ce que cela dure.",
    ),
    ("status", "other"): (
        "{t} was missed; nothing can be said for {p}: {s}.",
        "L'engagement {t} n'était pas tenu ; rien ne peut être dit pour {f} : {s}.",
    ),
    ("status", "again"): (
        "{t} was clearly missed once more, {w}.",
        "L'engagement {t} n'est de nouveau nettement pas tenu, {w}.",
    ),
    ("status", "confirmed"): (
        "{t} is missed again {w}: chance no longer explains it.",
        "L'engagement {t} n'est de nouveau pas tenu {w} : le hasard ne l'explique plus.",
    ),
    ("status", "closed"): (
        "{t} is kept again, {w}. Thanks to all who made it so.",
        "L'engagement {t} est de nouveau tenu, {w}. Merci à toutes celles et ceux qui y ont contribué.",
    ),
    ("status", "closed-corrected"): (
        "{t} counts as kept after a correction, {w}: this alert is closed.",
        "L'engagement {t} compte comme tenu après une correction, {w} : cette alerte est close.",
    ),
    ("status", "eased"): ("{t} is no longer missed, {w}: {s}.", "L'engagement {t} n'est plus non tenu, {w} : {s}."),
    ("status", "restated"): (
        "The figure of {t} was completed later, {w}: {b} → {s}.",
        "Le chiffre de l'engagement {t} a été complété après coup, {w} : {b} → {s}.",
    ),
    ("status", "corrected"): (
        "The figure of {t} was corrected, {w}: {b} → {s}.",
        "Le chiffre de l'engagement {t} a été corrigé, {w} : {b} → {s}.",
    ),
    ("status", "corrected-same"): (
        "The figure of {t} was corrected, {w}; its status stays: {s}.",
        "Le chiffre de l'engagement {t} a été corrigé, {w} ; son statut reste : {s}.",
    ),
    ("data", "opened"): ("{t} has no figure for {p}: {r}.", "L'engagement {t} n'a pas de chiffre pour {f} : {r}."),
    ("data", "back"): (
        "{t} had no figure, and has one for {p}: it is watched until this holds.",
        "L'engagement {t} n'avait pas de chiffre, il en a un pour {f} : il reste suivi jusqu'à ce que cela dure.",
    ),
    ("data", "closed"): ("{t} has figures again, for {p}.", "L'engagement {t} a de nouveau des chiffres, pour {f}."),
    ("data", "eased"): (
        "{t} has no figure to give any more, for {p}.",
        "L'engagement {t} n'a plus de chiffre à donner, pour {f}.",
    ),
    ("doubt", "opened"): ("{i} is in doubt for {p}.", "Un doute sur {i} pour {f}."),
    ("doubt", "closed"): ("Nothing is doubted of {i} any more, for {p}.", "Plus aucun doute sur {i}, pour {f}."),
    ("check", "late"): ("The check of {i} for {p} is late{n}.", "Le contrôle de {i} pour {f} est en retard{n}."),
    ("check", "failed"): (
        "The check of {i} for {p} has failed several times{n}.",
        "Le contrôle de {i} pour {f} a échoué plusieurs fois{n}.",
    ),
    ("check", "lapsed"): (
        "The check of {i} for {p} was never done{n}.",
        "Le contrôle de {i} pour {f} n'a jamais été fait{n}.",
    ),
    ("check", "closed"): ("The checks of {i} are done again.", "Les contrôles de {i} sont de nouveau faits."),
    ("class", "expiring"): (
        "Review the class of {t} by {d}.",
        "La classe de l'engagement {t} est à revoir avant le {d}.",
    ),
    ("class", "expired"): (
        "The class of {t} was to be reviewed by {d}.",
        "La classe de l'engagement {t} était à revoir avant le {d}.",
    ),
    ("class", "closed"): (
        "The class of {t} has been reviewed.",
        "La classe de l'engagement {t} a été revue.",
    ),
    ("move", "moved"): (
        "The class of {t} moved from {x} to {y}.",
        "La classe de l'engagement {t} passe de {x} à {y}.",
    ),
    ("move", "noted"): (
        "The class of {t} was decided: {y}, no longer {x}.",
        "La classe de l'engagement {t} a été décidée : {y}, et non plus {x}.",
    ),
    ("move", "closed"): (
        "The class of {t} moved to {y} on {d}: nothing is asked about it any more.",
        "La classe de l'engagement {t} est passée à {y} le {d} : plus rien n'est demandé à ce sujet.",
    ),
    ("past", "changed"): (
        "The source of {i} now counts {p} otherwise than was recorded.",
        "La source de {i} compte désormais {f} autrement que ce qui est enregistré.",
    ),
    ("past", "closed"): (
        "The source of {i} and what was recorded agree again.",
        "La source de {i} et ce qui est enregistré s'accordent de nouveau.",
    ),
    ("signal", "opened"): (
        "{i}: unusual value {w} ({v}).",
        "{i} : valeur inhabituelle {w} ({v}).",
    ),
    ("signal", "closed"): (
        "{i} is back to its usual variation, {w}.",
        "L'indicateur {i} retrouve sa variation habituelle, {w}.",
    ),
    ("signal", "noted"): (
        "{i} is getting better, {w}. Thanks to all who made it so.",
        "L'indicateur {i} s'améliore, {w}. Merci à toutes celles et ceux qui y ont contribué.",
    ),
    ("any", "eased"): ("This is over: {a}", "C'est terminé : {a}"),
    ("any", "closed"): ("This is over: {a}", "C'est terminé : {a}"),
    ("any", "left"): (
        "No longer promised there, so this alert is closed: {a}",
        "Ce n'est plus promis à cet endroit, l'alerte est donc close : {a}",
    ),
}
"""(kind, what happened or its code) -> (English, French); of any kind: {a} is what the alert was about."""

BEFORE: Pairs = {
    "rearmed": ("The pause is over: ", "La pause est finie : "),
    "escalated": ("Without an answer so far: ", "Sans réponse à ce jour : "),
    "handed": ("You answer for this from now on: ", "C'est désormais à vous d'y répondre : "),
    "unanswered": (
        "Nobody has answered, and nobody is left to be asked: ",
        "Personne n'a répondu, et il n'y a plus personne à interroger : ",
    ),
}


SUBJECTS: Pairs = {
    "status": ("levels", "niveaux"),
    "data": ("missing figures", "chiffres manquants"),
    "doubt": ("doubtful figures", "chiffres douteux"),
    "signal": ("unusual changes", "variations inhabituelles"),
    "check": ("checks", "contrôles"),
    "class": ("classes", "classes"),
    "move": ("classes that moved", "classes qui ont changé"),
    "past": ("a changed past", "un passé qui a changé"),
}
"""What alerts are about, as a list of them is narrowed."""


def alert_state_word(code: str | None, language: str) -> str:
    """Where an alert stands with people: `prise en compte`."""
    return word(STATES, code, language)


def alert_sentence(line: Line, language: str) -> str:
    """What happened, in one sentence."""
    kind, what, code = line["kind"], line["what"], line["code"]
    parts = _parts(line, language)
    told = _told(kind, what, line["facts"])
    if told not in BEFORE and ("any", told) in SENTENCES and (kind, told) not in SENTENCES:
        about = SENTENCES[_opened(kind, code)][language == "fr"].format(**parts)
        said = SENTENCES["any", told][language == "fr"].format(a=about[:1].lower() + about[1:])
    else:
        key = (kind, told) if (kind, told) in SENTENCES else _opened(kind, code)
        said = SENTENCES[key][language == "fr"].format(**parts)
    if what in BEFORE:
        said = word(BEFORE, what, language) + said[:1].lower() + said[1:]
    return french(said) if language == "fr" else said


def _told(kind: str, what: str, facts: Mapping[str, Any]) -> str:
    """What happened, by whether people's correction did it: that is no news of the service."""
    if what == "restated" and facts.get("by"):
        return "corrected-same" if facts.get("before") == facts.get("status") else "corrected"
    return "closed-corrected" if (kind, what) == ("status", "closed") and facts.get("corrected") else what


def _opened(kind: str, code: str) -> tuple[str, str]:
    """Under which key the words stand for what asks for somebody: by its code, else as any of its kind."""
    return (kind, code) if (kind, code) in SENTENCES else (kind, OPENED[kind])


OPENED = {
    "status": "other",
    "data": "opened",
    "doubt": "opened",
    "signal": "opened",
    "check": "late",
    "class": "expiring",
    "move": "moved",
    "past": "changed",
}


def _unbracketed(name: str) -> str:
    """A name to stand in brackets has none of its own: `Voix d’Appui, prestataire`."""
    return name.replace(" (", ", ").replace(")", "")


def _parts(line: Line, language: str) -> dict[str, str]:
    facts = line["facts"]
    where = f" ({_unbracketed(facts['unit_name'])})" if facts.get("unit_name") else ""
    more = facts.get("more") or 0
    others = ("", "")
    if more:
        others = (f", and {more} more", f", et {more} autre{'s' if more > 1 else ''}")
    return {
        "t": quoted(text_in(facts.get("title"), language) or line["commitment"], language) + where,
        "i": quoted(text_in(facts.get("indicator"), language) or line["commitment"], language) + where,
        "p": format_period(facts.get("period"), language),
        "w": in_period(facts.get("seen_in") or facts.get("period"), language),
        "f": the_period(facts.get("period"), language),
        "s": status_word(facts.get("status"), language).lower(),
        "b": status_word(facts["before"], language).lower() if isinstance(facts.get("before"), str) else "",
        "r": reason_word(facts.get("reason") or line["code"], language),
        "v": variation_word(line["code"], language),
        "d": format_date(facts.get("on"), language),
        "n": others[language == "fr"],
        "x": quoted(class_name(facts.get("from"), language).lower(), language),
        "y": quoted(class_name(facts.get("to"), language).lower(), language),
    }


def alert_weight(line: Line, language: str) -> str:
    """What it means by the class of its commitment: `C'est du socle : …`; nothing of what is well again."""
    status = {"status": line["facts"].get("status") or line["code"], "data": "no-data"}.get(line["kind"])
    return "" if line["what"] in DONE else place_sentence(status, line.get("place"), language)


def alert_subject(lines: list[Line], language: str) -> str:
    """The subject of a mail about these: the first, which weighs most, with promise, place and state; how many more."""
    first, more = alert_sentence(_placed(lines[0], language), language).rstrip("."), len(lines) - 1
    if not more:
        return first
    if language == "fr":
        return french(f"{first} ; et {more} autre{'s' if more > 1 else ''}")
    return f"{first}; and {more} more"


WHOLE = ("whole organisation", "toute l'organisation")


def _placed(line: Line, language: str) -> Line:
    """The line with its place by name, the whole too: a subject stands alone. A class is the same everywhere."""
    if line["kind"] in ("class", "move") or line["facts"].get("unit_name"):
        return line
    return {**line, "facts": {**line["facts"], "unit_name": WHOLE[language == "fr"]}}
