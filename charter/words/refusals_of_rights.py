"""What a right that is missing says in French (words/refusals.py): one sentence for each permission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charter.domain.terms import Permission, Role
from charter.words.statuses import ROLES

P = Permission

VERBS: Mapping[Permission, str] = {
    P.READ_PAGES: "lire ces pages",
    P.READ_DESK: "lire le tableau de bord",
    P.READ_AUDIT: "lire le journal",
    P.APPLY_CHARTER: "changer la charte",
    P.RUN_CHECK: "lancer un contrôle",
    P.WAIVE_CHECK: "dispenser d'un contrôle",
    P.ENTER_FIGURE: "saisir de chiffres",
    P.CORRECT_FIGURE: "corriger de chiffres",
    P.FREEZE_MONTH: "sceller un mois",
    P.MAKE_REPORT: "faire un rapport",
    P.READ_SURVEYS: "lire les enquêtes",
    P.RUN_SURVEY: "mener une enquête",
    P.MANAGE_ACCOUNTS: "tenir les comptes",
    P.MANAGE_TOKENS: "tenir les jetons des programmes",
    P.SEND_OBSERVATION: "envoyer une observation",
    P.MODERATE_OBSERVATION: "relire les observations",
    P.ERASE_TEXT: "effacer un texte",
    P.EXPLAIN_MISS: "expliquer un manquement",
    P.PLAN_ACTION: "prévoir une action",
    P.REBASE_CHART: "recalculer une courbe",
    P.APPROVE_REPORT: "approuver un rapport",
    P.SEND_REPORT: "envoyer un rapport",
    P.SEND_AGAIN: "renvoyer un courrier",
    P.HANDLE_ALERT: "répondre aux alertes",
    P.DECIDE_CLASS: "décider d'une classe",
    P.RECORD_EVIDENCE: "verser une preuve",
}
"""What one may do, or not, as it follows « ne peut pas »."""


def _sentences() -> Iterator[tuple[str, str]]:
    for right, verb in VERBS.items():
        said = right.value.replace("-", " ")
        for who, qui in [("A visitor without an account", "Une personne sans compte"), ("{}", "{0}")]:
            yield (
                f"{who} may not {said} on the whole organisation. Ask whoever holds the accounts.",
                f"{qui} ne peut pas {verb} pour toute l'organisation. Demandez à qui tient les comptes.",
            )
            yield (
                f"{who} may not {said} on the unit {{}}. Ask whoever holds the accounts.",
                f"{qui} ne peut pas {verb} pour l'entité {'{1}' if qui == '{0}' else '{0}'}."
                " Demandez à qui tient les comptes.",
            )
        for role in Role:
            yield f"The role {role.value} may not {said}.", f"Le rôle « {ROLES[role][1]} » ne permet pas de {verb}."
    for role in Role:
        yield (
            f"The role {role.value} is given and taken by an administrator only.",
            f"Le rôle « {ROLES[role][1]} » se donne et se retire par un administrateur seulement.",
        )


FRENCH: tuple[tuple[str, str], ...] = tuple(_sentences())
