"""What chat tools are told: one title, what is the matter, and where to read on; programs get facts instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charter.words.formats import format_date, format_period, french


@dataclass(frozen=True)
class Telling:
    """A message for people: what happened, in a title and lines, and the address where it is read."""

    title: str
    lines: tuple[str, ...] = ()
    link: str = ""


EVENTS: Mapping[str, tuple[str, str]] = {
    "trial": (
        "This is a trial: what happens to promises is told here.",
        "Ceci est un essai : ce qui arrive aux engagements est dit ici.",
    ),
    "month:sealed": ("{period}: the figures are frozen.", "{period} : les chiffres sont figés."),
    "month:approved": ("{period}: the report is approved.", "{period} : le rapport est approuvé."),
    "month:corrected": (
        "{period}: the report is corrected (edition {number}).",
        "{period} : le rapport est corrigé (édition {number}).",
    ),
    "month:published": ("{period}: a report can be read.", "{period} : un rapport est à lire."),
    "action:planned": ("An action is planned: {what}.", "Une action est prévue : {what}."),
    "action:close": ("An action is done: {what}.", "Une action est faite : {what}."),
    "action:reopen": ("An action is open again: {what}.", "Une action est à nouveau ouverte : {what}."),
    "action": ("An action has changed: {what}.", "Une action a changé : {what}."),
    "observation": (
        "Somebody at work tells something about a promise: {what}.",
        "Une personne du terrain dit quelque chose d'un engagement : {what}.",
    ),
    "address": ("Mail to an account is refused.", "Le courriel vers un compte est refusé."),
}
"""By the event, else by what it is about."""
DUE = ("To be done by {day}.", "À faire avant le {day}.")
ELSE = ("Something happened: {event}.", "Il s'est passé quelque chose : {event}.")


def telling_of(event: str, facts: Mapping[str, Any], names: Mapping[str, str], language: str) -> Telling:
    """What is said of an event that is no alert; `names`: how the promise and the unit are called.

    >>> telling_of("month:sealed", {"period": "2026-10"}, {}, "en").title
    'October 2026: the figures are frozen.'
    """
    is_french = language == "fr"
    pair = EVENTS.get(event) or EVENTS.get(event.partition(":")[0]) or ELSE
    what = " · ".join(names[name] for name in ("commitment", "unit") if names.get(name)) or "–"
    period = facts.get("period")
    shown = format_period(str(period), language) if period else ""
    said = {"period": shown[:1].upper() + shown[1:], "number": facts.get("number", ""), "what": what, "event": event}
    lines = [DUE[is_french].format(day=format_date(facts["due_on"], language))] if facts.get("due_on") else []
    title = pair[is_french].format(**said)
    return Telling(french(title) if is_french else title, tuple(french(one) if is_french else one for one in lines))
