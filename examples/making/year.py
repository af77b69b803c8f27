"""The people of the example, and what they said and did in its year: all is invented.

`back`: how many months before the last one. What an action came to is not written here: the figures tell it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    """An account of the example: who they are, and which owner of the charter they answer for, where."""

    name: str
    email: str
    role: str
    answers_for: str = ""
    units: tuple[str, ...] = ()


DIRECTOR = Somebody("Claire Aubert", "director@demo.example", "director")
MANAGER = Somebody("Marc Vidal", "manager@demo.example", "manager")
CALLS = Somebody("Karim Benali", "calls@demo.example", "contributor", "Responsable des centres d’appels")
COMPLAINTS = Somebody("Sophie Marchand", "complaints@demo.example", "contributor", "Responsable des réclamations")
REFUNDS = Somebody("Luc Fabre", "refunds@demo.example", "contributor", "Responsable des remboursements")
BILLING = Somebody("Hélène Morel", "billing@demo.example", "contributor", "Responsable de la facturation")
AGENCIES = Somebody("Nadia Ferrand", "agencies@demo.example", "contributor", "Directrice des agences")
WEST = Somebody("Yann Le Goff", "west@demo.example", "contributor", units=("ouest",))
PROVIDER = Somebody("Inès Roussel", "provider@demo.example", "contributor", units=("voix-appui",))
PEOPLE = (DIRECTOR, MANAGER, CALLS, COMPLAINTS, REFUNDS, BILLING, AGENCIES, WEST, PROVIDER)


WORDS = {
    "call-back": (
        "Les rappels sont notés sur des fiches de papier : celles du soir se perdent. Un agenda partagé est à l’essai.",
        "L’agenda partagé n’est encore ouvert qu’à deux sites sur cinq ; les fiches de papier restent ailleurs.",
        "La grippe a vidé un tiers des postes la deuxième semaine : les rappels de l’après-midi ont glissé.",
    ),
    "phone-3-minutes": ("Les lundis manquent de monde jusqu’à dix heures ; les horaires changent au printemps.",),
    "complaint-10-days": (
        "Les réponses types ne couvrent pas la hausse de janvier : chaque dossier s’écrit à la main.",
    ),
    "real-reading": ("Les relevés à distance de la région Ouest ne sont plus arrivés après le changement d’outil.",),
}
"""What the owner says of a miss, one after the other; a miss of the last month is not explained yet."""

REASON = "Chiffres relus en comité de la charte avec les responsables ; explications et actions comprises."


@dataclass(frozen=True)
class Deed:
    """An action: against which month, planned by whom, due and done so many months after it was planned."""

    back: int
    commitment: str
    by: Somebody
    what: str
    expected: str
    due_after: int
    done: str = ""


DEEDS = (
    Deed(
        5, "call-back", CALLS, "Un agenda partagé des rappels, ouvert aux cinq sites et relu chaque midi",
        "93 % des rappels à l’heure dès le mois qui suit", 1, "Les cinq sites l’utilisent ; les fiches sont retirées.",
    ),
    Deed(
        5, "best-advice", AGENCIES, "Une demi-journée de formation au conseil dans l’intérêt du client",
        "Revenir à 84 % de clients conseillés dans leur intérêt", 1, "39 agences formées sur 39.",
    ),
    Deed(
        1, "complaint-10-days", COMPLAINTS, "Réécrire les douze réponses types les plus utilisées",
        "90 % de réponses en dix jours avant la fin de l’année", 1,
    ),
)  # fmt: skip

REBASED = "Les rappels passent par un agenda partagé depuis ce mois : l’habitude d’avant ne vaut plus."
CORRECTED = "Deux dossiers reçus par courrier n’avaient pas été saisis : le médiateur nous les a signalés."
ERRATUM = "Les saisines du médiateur de l’agence étaient comptées de deux en moins."
