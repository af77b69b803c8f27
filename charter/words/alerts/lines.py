"""The lines of mails about alerts: groups and their titles, number, place and owner, who is on it, why a mail came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from charter.words.conclusions.place import WORDS as PLACES
from charter.words.formats import format_date, format_period, french, listed
from charter.words.statuses import Pairs

Line = Mapping[str, Any]

TITLES: Pairs = {
    "asking": ("Needs action", "À traiter"),
    "open": ("Open", "Ouvertes"),
    "corrected": ("Corrections", "Corrections"),
    "known": ("For information", "Pour information"),
    "back": ("Back to normal", "Retour à la normale"),
    "beneath": ("Unacceptable at single places", "Inacceptable à certains endroits"),
    "still": ("Still open", "Toujours ouvertes"),
}
"""What each group of lines is called, in the order in which they stand."""

STANDING: Mapping[str, tuple[str, str]] = {
    "on-it": ("{who} is on it.", "{who} s'en occupe."),
    "paused": ("Paused until {day}.", "En pause jusqu'au {day}."),
    "waiting": ("Nobody has taken it on yet.", "Personne ne s'en occupe encore."),
    "unanswered": (
        "Nobody has answered, and nobody is left to be asked.",
        "Personne n'a répondu, et il n'y a plus personne à interroger.",
    ),
    "unheld": ("Nobody answers for it there.", "Personne n'en répond à cet endroit."),
}

WITHOUT_ALERT = (
    "An alert opens with the first new figure after somebody answers for a unit, sees it by their role or follows it; "
    "a miss that comes back is confirmed first.",
    "Une alerte s’ouvre au premier nouveau chiffre, une fois que quelqu’un répond d’une entité, la voit par son rôle "
    "ou la suit ; un engagement de nouveau non tenu est d’abord confirmé.",
)

WHY: Mapping[str, tuple[str, str]] = {
    "owner": (
        "You get this because you answer for these commitments.",
        "Vous recevez ce message car vous répondez de ces engagements.",
    ),
    "next": (
        "You get this because nobody has answered so far, and you come next.",
        "Vous recevez ce message car personne n'a répondu à ce jour, et vous venez ensuite.",
    ),
    "keeper": (
        "You get this because you see the whole and keep the charter.",
        "Vous recevez ce message car vous voyez l'ensemble et tenez la charte.",
    ),
    "observations": (
        "You get this because you asked for what staff report.",
        "Vous recevez ce message car vous avez demandé à savoir ce que disent les équipes.",
    ),
    "stand-in": (
        "You get this because nobody is named to answer for these commitments.",
        "Vous recevez ce message car personne n'est désigné pour répondre de ces engagements.",
    ),
}
"""Why somebody is written to about alerts."""


class Group(TypedDict):
    """Lines that ask the same, under their title."""

    code: str
    title: str
    lines: list[Line]


def in_groups(lines: Sequence[Line], language: str) -> list[Group]:
    """The lines by what they ask, in the order of `TITLES`."""
    groups: list[Group] = [
        {"code": code, "title": _said(pair, language), "lines": [one for one in lines if one["group"] == code]}
        for code, pair in TITLES.items()
    ]
    return [group for group in groups if group["lines"]]


def alert_summary(lines: Sequence[Line], language: str) -> str:
    """How many of each: `À traiter : 2. Toujours ouvertes : 1.`"""
    mark = " : " if language == "fr" else ": "
    text = " ".join(f"{group['title']}{mark}{len(group['lines'])}." for group in in_groups(lines, language))
    return french(text) if language == "fr" else text


def alert_place(line: Line, language: str) -> str:
    """Which promise, where, whose: `N° 1 · Socle · Région Ouest · Responsable : Service clients`."""
    is_french = language == "fr"
    number, unit = line["facts"].get("number"), line["facts"].get("unit_name")
    place = PLACES[line["place"]][is_french] if line.get("place") else ""
    said = [
        (f"N° {number}" if is_french else f"No. {number}") if number else "",
        place[:1].upper() + place[1:],
        unit or ("L'ensemble" if is_french else "The whole"),
        f"{'Responsable : ' if is_french else 'Owner: '}{line['owner']}" if line["owner"] else "",
    ]
    text = " · ".join(one for one in said if one)
    return french(text) if is_french else text


def alert_standing(line: Line, language: str) -> str:
    """Who is on it, or that nobody is: `Ana s'en occupe.`"""
    standing, is_french = line["standing"], language == "fr"
    if standing["code"] == "more":
        more = standing["more"]
        if is_french:
            return french(f"Et {more} autre{'s' if more > 1 else ''} endroit{'s' if more > 1 else ''} à ce niveau.")
        return f"And {more} other place{'s' if more > 1 else ''} at this level."
    day = format_date(standing.get("until"), language)
    text = STANDING[standing["code"]][is_french].format(who=standing.get("who"), day=day)
    return french(text) if is_french else text


def why_told(reasons: Sequence[str], language: str) -> str:
    """Why the mail came, each reason once, in one sentence."""
    first, *more = [_said(WHY[one], language) for one in reasons] or [""]
    because = ("You get this because ", "Vous recevez ce message car ")[language == "fr"]
    said = (" ; " if language == "fr" else "; ").join(
        [first.rstrip("."), *(one.removeprefix(because).rstrip(".") for one in more)]
    )
    return f"{french(said)}." if language == "fr" else f"{said}."


def why_week(week: Mapping[str, Any], language: str) -> str:
    """Why the week's mail came: the director sees the whole, others see or follow what is named."""
    is_french = language == "fr"
    if week["is_director"]:
        pair = (
            "You get this each week because you are the director of the whole organisation.",
            "Vous recevez ce message chaque semaine car vous dirigez toute l'organisation.",
        )
        return _said(pair, language)
    if not week["places"] and not week["promises"]:
        return _said(WHY["observations"], language)
    names = [*week["places"], *(one.get(language) or next(iter(one.values())) for one in week["promises"])]
    pair = (
        "You get this because you see or follow {names}.",
        "Vous recevez ce message car vous voyez ou suivez : {names}.",
    )
    text = pair[is_french].format(names=listed(names, language))
    return french(text) if is_french else text


def unalerted_sentence(told: Mapping[str, Any], language: str) -> str:
    """What is missed on a unit without an alert, and why there may be none."""
    missed, unit, period = told["missed"], told["unit_name"], format_period(told["period"], language)
    pair = (
        f"In {period}, {'one promise is' if missed == 1 else f'{missed} promises are'} missed"
        + (f" at {unit} without an alert." if unit else " without an alert."),
        (f"{unit}, {period} : " if unit else f"En {period}, ")
        + ("un engagement n’est pas tenu" if missed == 1 else f"{missed} engagements ne sont pas tenus")
        + " sans qu’il y ait d’alerte.",
    )
    return f"{_said(pair, language)} {_said(WITHOUT_ALERT, language)}"


def _said(pair: tuple[str, str], language: str) -> str:
    return french(pair[1]) if language == "fr" else pair[0]
