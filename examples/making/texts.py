"""What customers write when they complain: invented, in French and English, with one expression that rises at the end.

A few hold what a complaint holds in life: a name, a telephone number, the number of a contract. All are invented.
"""

from __future__ import annotations

import numpy as np

from making import stories
from making.months import Month
from making.organisation import Organisation
from making.rhythm import ALWAYS, Rng, days, volume
from making.tables import Table, keys

_FRENCH = {
    "begins": (
        "Bonjour, {when} {what}.",
        "{What}, {when}.",
        "Je vous écris parce que {when} {what}.",
        "Madame, Monsieur, {what} {when}.",
        "{When}, {what}, et cela me pose problème.",
    ),
    "when": (
        "depuis trois semaines", "le mois dernier", "la semaine passée", "en début de mois", "depuis mon déménagement",
        "pour la seconde fois", "sans aucune explication", "malgré deux appels", "après la visite de contrôle",
        "alors que tout était réglé", "encore une fois", "depuis le changement d’offre",
    ),
    "what": (
        "ma facture est plus élevée que prévu", "le technicien n’est pas venu au rendez-vous",
        "personne ne m’a rappelé", "mon espace client reste bloqué", "le relevé du compteur est faux",
        "ma mensualité a augmenté", "mon remboursement n’est pas arrivé", "la mise en service a pris du retard",
        "le courrier annoncé n’est jamais arrivé", "la consommation estimée ne correspond à rien",
        "mon changement d’adresse n’est pas pris en compte", "l’attente au téléphone a été interminable",
        "le conseiller m’a donné une réponse différente", "la résiliation n’est toujours pas faite",
        "mon dossier semble perdu", "on me demande un justificatif déjà envoyé",
    ),
    "more": (
        "J’attends une réponse claire.", "Merci de vérifier mon compte.", "Je souhaite une explication écrite.",
        "Cela dure trop longtemps.", "Ma famille compte sur un chauffage qui marche.", "Je vais saisir le médiateur.",
        "Le conseiller était aimable, mais sans solution.", "Je joins une copie du courrier.",
        "Mon contrat n° A-{number} est concerné.", "Vous pouvez me joindre au 06 {a} {b} 18 {c}.",
        "M. {name} m’avait promis autre chose.", "Rappelez-moi le soir de préférence.", "", "", "",
    ),
    "rises": (
        "j’ai eu un prélèvement en double", "un prélèvement en double apparaît sur mon relevé",
        "ma banque me signale un prélèvement en double", "vous avez fait un prélèvement en double",
        "je constate un prélèvement en double de ma mensualité",
    ),
}  # fmt: skip
_ENGLISH = {
    "begins": ("{What} {when}.", "Hello, {what} {when}.", "{When}, {what}.", "I am writing because {what} {when}."),
    "when": (
        "three weeks ago", "last month", "since I moved house", "for the second time", "without any explanation",
        "despite two calls", "after your visit", "although it was settled", "since the new tariff",
    ),
    "what": (
        "my bill is higher than expected", "the engineer missed the appointment", "nobody called me back",
        "my online account is locked", "the meter reading is wrong", "my refund has not arrived",
        "my change of address was ignored", "the wait on the phone was endless", "two advisers gave different answers",
        "the contract is still not cancelled",
    ),
    "more": (
        "Please check my account.", "I expect a clear answer.", "This has gone on too long.", "I attach the letter.",
        "My customer number is {number}77.", "Call me on 07700 900 {a}{c}.", "Mrs {name} promised otherwise.", "", "",
    ),
    "rises": ("I was charged twice by direct debit", "the direct debit was taken twice"),
}  # fmt: skip
_NAMES = ("Valmont", "Kerbrat", "Osterman", "Delorge", "Whitcombe")


def complaints(rng: Rng, month: Month, house: Organisation, off: np.ndarray) -> Table:
    """The complaints that reach the company in writing, with their words."""
    n = volume(month, 1_800)
    return {
        "letter_id": keys("L", month.code, n),
        "received_on": days(rng, month, n, ALWAYS, off),
        "agency": house.choose(rng, month, n),
        "comment": np.array([_written(rng, month) for _ in range(n)], dtype=object),
    }


def _written(rng: Rng, month: Month) -> str:
    parts = _FRENCH if rng.random() < 0.85 else _ENGLISH

    def one(of: str) -> str:
        return str(parts[of][int(rng.integers(len(parts[of])))])

    is_rising = rng.random() < stories.DOUBLE_DEBITS[month.position]
    what, when = one("rises" if is_rising else "what"), one("when")
    filled = {"what": what, "when": when, "What": what[0].upper() + what[1:], "When": when[0].upper() + when[1:]}
    two = [f"{int(rng.integers(10, 100))}" for _ in range(4)]
    filled |= {"a": two[0], "b": two[1], "c": two[2], "number": two[3] + two[0] + two[1]}
    filled["name"] = _NAMES[int(rng.integers(len(_NAMES)))]
    told = [one("begins"), one("more"), one("more")] if rng.random() < 0.6 else [one("begins"), one("more")]
    return " ".join(sentence.format(**filled) for sentence in dict.fromkeys(told) if sentence)
