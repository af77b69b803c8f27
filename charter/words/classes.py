"""Why a class is suggested, in sentences that a director can say aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from charter.words.formats import format_date, format_number, french, listed
from charter.words.surveys import SURVEY_SENTENCES

Pair = tuple[str, str]
"""English, French."""

ASKED = ("{annoyed} customers of 100 would be annoyed without it, {pleased} pleased to have it",
         "Sur 100 clients, {annoyed} seraient gênés de son absence, {pleased} contents de sa présence")  # fmt: skip
EFFECT = ("Its absence costs {penalty} of the overall mark, its presence brings {reward}",
          "Son absence coûte {penalty} à la note globale, sa présence rapporte {reward}")  # fmt: skip
EXPERTS = ("{n} experts judge", "{n} experts jugent")

VERDICTS: dict[str, Pair] = {
    "floor": ("floor", "socle"),
    "floor-open": ("floor; whether it earns is not established", "socle ; rien n'établit qu'il rapporte"),
    "both": ("floor, and what exceeds it earns", "socle, et ce qui le dépasse rapporte"),
    "earns": ("it earns", "il rapporte"),
    "neither": ("neither floor nor earning", "ni socle, ni plus"),
    "not-floor": ("not the floor; whether it earns is not established", "pas le socle ; rien n'établit qu'il rapporte"),
    "leaning": (
        "it earns; whether it is the floor is not established",
        "il rapporte ; rien n'établit qu'il est le socle",
    ),
    "not-earning": (
        "it does not earn; whether it is the floor is not established",
        "il ne rapporte pas ; rien n'établit qu'il est le socle",
    ),
    "open": ("nothing is settled", "rien n'est tranché"),
}
"""What a survey says, as the end of its sentence."""

JUDGED: dict[str, Pair] = {
    "floor": ("that it is owed and earns nothing", "que c'est dû et que cela ne rapporte rien"),
    "floor-open": ("that it is owed", "que c'est dû"),
    "both": ("that it is owed, and that what exceeds it earns", "que c'est dû, et que ce qui le dépasse rapporte"),
    "earns": ("that it earns and is not owed", "que cela rapporte sans être dû"),
    "neither": ("that it is neither owed nor earning", "que ce n'est ni dû, ni un plus"),
    "not-floor": ("that it is not owed", "que ce n'est pas dû"),
    "leaning": ("that it earns", "que cela rapporte"),
    "not-earning": ("that it does not earn", "que cela ne rapporte rien"),
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
        "We do not know yet: it stands beside floor and trust; ask 100 customers.",
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
        "Two surveys of customers disagree on whether its absence destroys: that question stays open.",
        "Deux enquêtes auprès des clients se contredisent sur ce que détruit son absence : la question reste ouverte.",
    ),
    "customers-conflict-earns": (
        "Two surveys of customers disagree on whether its presence earns: that question stays open.",
        "Deux enquêtes auprès des clients se contredisent sur ce que rapporte sa présence : la question reste ouverte.",
    ),
    "careless": (
        "People who answered without looking: {count}. Absence annoys {annoyed} of 100 and presence pleases {pleased}; "
        "without these people {annoyed_without} and {pleased_without}.",
        "Personnes qui ont répondu sans regarder : {count}. L'absence gêne {annoyed} clients sur 100 et la présence en "
        "contente {pleased} ; sans ces personnes, {annoyed_without} et {pleased_without}.",
    ),
    "held-as-floor": (
        "We do not know yet: held as a floor, ask 100 customers.",
        "Nous ne savons pas encore : tenu pour le socle ; interrogez 100 clients.",
    ),
    "only-excess-earns": (
        "The promised level is owed: only what exceeds it earns.",
        "Le niveau promis est dû : seul ce qui le dépasse rapporte.",
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
    ("floor", "yes"): ("its absence destroys", "son absence détruit"),
    ("floor", "no"): ("its absence does not destroy", "son absence ne détruit pas"),
    ("earns", "yes"): ("its presence earns", "sa présence rapporte"),
    ("earns", "no"): ("its presence earns nothing", "sa présence ne rapporte rien"),
}


def sentence(because: Iterable[Mapping[str, Any]], language: str) -> str:
    """The notes of a suggestion, `because` or `warnings`, as sentences one after the other.

    A note with a reference or a date says it in brackets. Raises KeyError for a code without a sentence.
    """
    return " ".join(_said(note, language) for note in because)


def _said(note: Mapping[str, Any], language: str) -> str:
    figures: dict[str, object] = {"minimum": FORMER_MINIMA.get(note["code"])}
    figures |= {name: _figure(value, language) for name, value in note.items()}
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


def _otherwise(note: Mapping[str, Any], language: str) -> str:
    answers = [OTHERWISE[name, note[name]] for name in ("floor", "earns") if note.get(name)]
    return listed([_in(pair, language) for pair in answers], language)


def _bracket(note: Mapping[str, Any], name: str, language: str) -> str:
    return format_date(note["date"], language) if name == "date" else str(note[name])
