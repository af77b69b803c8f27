"""Why a class is suggested, in sentences that a director can say aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from charter.words.formats import format_date, format_number, french, listed
from charter.words.surveys import SURVEY_SENTENCES

Pair = tuple[str, str]
"""English, French."""

ASKED = ("Out of 100 customers, {annoyed} would be unhappy without it, {pleased} glad to have it",
         "Sur 100 clients, {annoyed} seraient mécontents sans lui, {pleased} contents de l'avoir")  # fmt: skip
EFFECT = ("Low marks: {penalty} points overall; high marks: {reward}",
          "Notes basses : {penalty} point sur la note globale ; notes hautes : {reward}")  # fmt: skip
EXPERTS = ("{n} experts think", "{n} experts estiment")

VERDICTS: dict[str, Pair] = {
    "floor": ("floor", "socle"),
    "floor-open": ("floor; not established whether it earns trust", "socle ; pas établi qu'il gagne la confiance"),
    "both": ("floor, and trust beyond it", "socle, et confiance au-delà"),
    "earns": ("trust", "confiance différenciante"),
    "neither": ("neither floor nor trust", "ni socle, ni confiance"),
    "not-floor": (
        "not the floor; not established whether it earns trust",
        "pas le socle ; pas établi qu'il gagne la confiance",
    ),
    "leaning": (
        "trust; not established whether it is floor",
        "confiance différenciante ; pas établi que ce soit le socle",
    ),
    "not-earning": (
        "not trust; not established whether it is floor",
        "pas de confiance ; pas établi que ce soit le socle",
    ),
    "open": ("nothing is established", "rien n'est établi"),
}
"""What a survey says, as the end of its sentence."""

JUDGED: dict[str, Pair] = {
    "floor": ("that it is owed and earns no trust", "que c'est dû et que le tenir ne fait rien gagner"),
    "floor-open": ("that it is owed", "que c'est dû"),
    "both": ("that it is owed, and earns trust beyond", "que c'est dû, et gagne la confiance au-delà"),
    "earns": ("that it earns trust and is not owed", "que cela gagne la confiance sans être dû"),
    "neither": ("that it is neither owed nor earns trust", "que ce n'est pas dû et ne gagne pas la confiance"),
    "not-floor": ("that it is not owed", "que ce n'est pas dû"),
    "leaning": ("that it earns trust", "que cela gagne la confiance"),
    "not-earning": ("that it earns no trust", "que cela ne gagne pas la confiance"),
}

SENTENCES: dict[str, Pair] = {
    **SURVEY_SENTENCES,
    "law-full": ("Owed by law.", "Dû par la loi."),
    "law-part-split": (
        "The law owes part of it: split it into the legal minimum and what is added.",
        "La loi en doit une partie : séparez le minimum légal de ce qui s'y ajoute.",
    ),
    "law-part-is-floor": (
        "The law owes part of it: that minimum is floor whatever the class of the rest.",
        "La loi en doit une partie : ce minimum est du socle, quelle que soit la classe du reste.",
    ),
    "held-apart": (
        "We do not know yet: it is shown beside floor and trust; ask 100 customers.",
        "Nous ne savons pas encore : il reste à côté du socle et de la confiance ; interrogez 100 clients.",
    ),
    "law-not-yet": (
        "The law is not in force yet.",
        "La loi n'est pas encore en vigueur.",
    ),
    "law-repealed": ("The law is no longer in force.", "La loi n'est plus en vigueur."),
    "not-yet-known": ("{source}: not known yet at that date.", "{source} : pas encore connu à cette date."),
    "sector-entries-expired": (
        "Companies whose entry is past its date, left out: {count}. Look again.",
        "Entreprises dont la fiche est périmée, écartées : {count}. Vérifiez à nouveau.",
    ),
    "sector-norm": (
        "{k} of {n} companies compared promise it: it is the norm.",
        "{k} entreprises sur {n} comparées le promettent : c'est la norme.",
    ),
    "sector-open": (
        "{k} of {n} companies compared promise it: too close to call.",
        "{k} entreprises sur {n} comparées le promettent : cela ne tranche pas.",
    ),
    "sector-rare": (
        "{k} of {n} companies compared promise it: rare, which proves no value.",
        "{k} entreprises sur {n} comparées le promettent : c'est rare, ce qui ne prouve aucune valeur.",
    ),
    "sector-too-few": (
        "Only {n} companies were compared: at least {minimum} are needed.",
        "La comparaison ne porte que sur {n} : il en faut au moins {minimum}.",
    ),
    "kano-too-few": (
        "Only {n} customers gave a usable answer: at least {minimum} are needed.",
        "Réponses de clients utilisables : {n} ; il en faut au moins {minimum}.",
    ),
    "kano-questionable": (
        "{share} answers of 100 contradict themselves: the survey is set aside.",
        "{share} réponses sur 100 se contredisent : l'enquête est écartée.",
    ),
    "kano-reversed": (
        "{share} customers of 100 want the opposite: ask each segment apart, or turn the question round.",
        "{share} clients sur 100 veulent le contraire : interrogez chaque segment à part, ou retournez la question.",
    ),
    "half-answered": (
        "Pairs with one answer only, left out: {count}.",
        "Paires à une seule réponse, écartées : {count}.",
    ),
    "answers-all-alike": (
        "All {count} pairs of answers are the same: see whether a column of the file was filled in by mistake.",
        "Les {count} paires de réponses sont toutes les mêmes : vérifiez qu'aucune colonne n'est remplie par erreur.",
    ),
    "mixed-wordings": (
        "Answers were worded in several ways within one wave: they should not be added.",
        "Les réponses étaient formulées de plusieurs façons dans une même vague : elles ne s'ajoutent pas.",
    ),
    "waves-not-comparable": (
        "Waves used other words for the answers: do not compare them.",
        "Les vagues n'emploient pas les mêmes mots pour les réponses : ne les comparez pas.",
    ),
    "penalty-reward-levels": (
        "The overall mark has only {levels} levels: at least 5 are needed.",
        "La note globale a trop peu de niveaux : {levels}, il en faut au moins 5.",
    ),
    "penalty-reward-too-few": (
        "Low marks: {n_low}, high marks: {n_high}; at least {minimum} of each are needed.",
        "Notes basses : {n_low}, notes hautes : {n_high} ; il en faut au moins {minimum} de chaque.",
    ),
    "penalty-reward-wrong-sign": (
        "One effect has the wrong sign: the survey of marks is set aside.",
        "Un effet va à contresens : l'enquête de notes est écartée.",
    ),
    "penalty-reward-unstable": (
        "The class changes with how marks are grouped: the survey of marks is set aside.",
        "La classe change avec le regroupement des notes : l'enquête de notes est écartée.",
    ),
    "experts-too-few": (
        "Fewer than 2 experts have a valid opinion.",
        "Moins de 2 experts ont un avis encore valable.",
    ),
    "experts-disagree": ("{n} experts do not agree.", "{n} experts ne s'accordent pas."),
    "experts-expired": (
        "Experts' opinions past their date: {count}. Ask again.",
        "Avis d'experts périmés : {count}. Reposez la question.",
    ),
    "expired": ("{source}: past its date, ask again.", "{source} : périmé, reposez la question."),
    "disagrees": ("{source} says otherwise: {otherwise}.", "{source} dit autre chose : {otherwise}."),
    "decay-announced": (
        "Customers still see a plus, but {k} of {n} companies compared promise it: it is becoming the norm.",
        "Les clients y voient encore un plus, mais {k} entreprises sur {n} comparées le promettent :"
        " cela devient la norme.",
    ),
    "customers-conflict": (
        "Two surveys of customers disagree: nothing is decided, and it is held as a floor.",
        "Deux enquêtes auprès des clients se contredisent : rien n'est décidé, et c'est tenu pour le socle.",
    ),
    "customers-conflict-floor": (
        "Two surveys of customers disagree on whether missing it destroys confidence: that question stays open.",
        "Deux enquêtes auprès des clients se contredisent (y manquer fait-il perdre la confiance ?) : rien n'est "
        "établi.",
    ),
    "customers-conflict-earns": (
        "Two surveys of customers disagree on whether keeping it earns trust: that question stays open.",
        "Deux enquêtes auprès des clients se contredisent (le tenir renforce-t-il la confiance ?) : rien n'est établi.",
    ),
    "careless": (
        "People who answered without looking: {count}. Of 100, {annoyed} would be unhappy without it and {pleased} "
        "glad to have it; without these people {annoyed_without} and {pleased_without}.",
        "Personnes qui ont répondu sans regarder : {count}. Sur 100 clients, {annoyed} seraient mécontents sans lui et "
        "{pleased} contents de l'avoir ; sans ces personnes, {annoyed_without} et {pleased_without}.",
    ),
    "held-as-floor": (
        "We do not know yet: held as a floor, ask 100 customers.",
        "Nous ne savons pas encore : tenu pour le socle ; interrogez 100 clients.",
    ),
    "only-excess-earns": (
        "The promised level is owed: trust is earned beyond it only.",
        "Le niveau promis est dû : la confiance ne se gagne qu'au-delà.",
    ),
    "why-promise": ("Why promise it?", "Pourquoi le promettre ?"),
}

FORMER_MINIMA = {"sector-too-few": 5, "kano-too-few": 30, "penalty-reward-too-few": 30}
"""Of notes in months that were sealed before the minimum could be chosen."""

SOURCES: dict[str, Pair] = {
    "law": ("The law", "La loi"),
    "kano": ("The Kano survey", "L'enquête Kano"),
    "penalty-reward": ("The survey of marks", "L'enquête de notes"),
    "sector": ("The comparison with the sector", "La comparaison avec le secteur"),
    "experts": ("Experts' opinion", "L'avis des experts"),
}

OTHERWISE: dict[tuple[str, str], Pair] = {
    ("floor", "yes"): ("missing it destroys confidence", "y manquer fait perdre la confiance"),
    ("floor", "no"): ("missing it does not destroy confidence", "y manquer ne fait pas perdre la confiance"),
    ("earns", "yes"): ("keeping it earns trust", "le tenir renforce la confiance"),
    ("earns", "no"): ("keeping it earns no trust", "le tenir ne renforce pas la confiance"),
}


def sentence(because: Iterable[Mapping[str, Any]], language: str) -> str:
    """The notes of a suggestion, `because` or `warnings`, as sentences one after the other.

    A note with a reference or a date says it in brackets. Raises KeyError for a code without a sentence.
    """
    return " ".join(_said(note, language) for note in because)


def _said(note: Mapping[str, Any], language: str) -> str:
    figures: dict[str, object] = {"minimum": FORMER_MINIMA.get(note["code"])}
    figures |= {name: _figure(value, language) for name, value in note.items()}
    if note["code"].startswith("penalty-reward-") and "penalty" in note:
        figures |= {"penalty": _signed(-note["penalty"], language), "reward": _signed(note["reward"], language)}
    if "source" in note:
        figures["source"] = _in(SOURCES[note["source"]], language)
        figures["otherwise"] = _otherwise(note, language)
    text = _in(_template(note["code"]), language).format(**figures)
    if brackets := [_bracket(note, name, language) for name in ("reference", "date") if note.get(name)]:
        text = f"{text.rstrip('.')} ({listed(brackets, language)})."
    return french(text) if language == "fr" else text


def _template(code: str) -> Pair:
    if code in SENTENCES:
        return SENTENCES[code]
    for prefix, start, ends, link in (
        ("kano-", ASKED, VERDICTS, (": ", " : ")),
        ("penalty-reward-", EFFECT, VERDICTS, (": ", " : ")),
        ("experts-", EXPERTS, JUDGED, (" ", " ")),
    ):
        if code.startswith(prefix):
            end = ends[code.removeprefix(prefix)]
            return (f"{start[0]}{link[0]}{end[0]}.", f"{start[1]}{link[1]}{end[1]}.")
    raise KeyError(code)


def _in(pair: Pair, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]


def _figure(value: Any, language: str) -> Any:
    """Points of a mark with one decimal, whole numbers as they are."""
    return format_number(value, language, 1) if isinstance(value, float) else value


def _signed(value: float, language: str) -> str:
    """By how much a mark moves: `−1.6`, `+0.1`."""
    sign = "" if round(value, 1) == 0 else "−" if value < 0 else "+"
    return sign + format_number(abs(value), language, 1)


def _otherwise(note: Mapping[str, Any], language: str) -> str:
    answers = [OTHERWISE[name, note[name]] for name in ("floor", "earns") if note.get(name)]
    return listed([_in(pair, language) for pair in answers], language)


def _bracket(note: Mapping[str, Any], name: str, language: str) -> str:
    return format_date(note["date"], language) if name == "date" else str(note[name])
