"""The word of any code of the vocabulary, found by its kind: what a sentence needs that carries codes as values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from charter.domain.frontline import observations
from charter.domain.vocabulary import terms
from charter.words import actions, doubts, frontline, jobs, statuses
from charter.words.statuses import COLUMN_KINDS, COLUMN_ROLES, Pairs, word

P = terms.Permission

_VERBS: Mapping[terms.Permission, str] = {
    P.READ_PAGES: "lire les pages du personnel",
    P.READ_DESK: "lire le tableau de bord",
    P.READ_CARDS: "lire ce que les parties se doivent",
    P.KEEP_ACCOUNT: "tenir son propre compte",
    P.READ_AUDIT: "lire le journal",
    P.APPLY_CHARTER: "changer la charte",
    P.RUN_CHECK: "lancer un contrôle",
    P.WAIVE_CHECK: "annuler un contrôle",
    P.ENTER_FIGURE: "saisir les chiffres",
    P.CORRECT_FIGURE: "corriger les chiffres",
    P.FREEZE_MONTH: "figer un mois",
    P.MAKE_REPORT: "faire un rapport",
    P.READ_SURVEYS: "lire les enquêtes et les textes libres",
    P.RUN_SURVEY: "mener une enquête",
    P.MANAGE_ACCOUNTS: "gérer les comptes",
    P.MANAGE_TOKENS: "gérer les jetons des programmes",
    P.SEND_OBSERVATION: "signaler ce qui s’est passé",
    P.MODERATE_OBSERVATION: "relire les observations",
    P.ERASE_TEXT: "effacer un texte",
    P.EXPLAIN_MISS: "expliquer un engagement non tenu",
    P.PLAN_ACTION: "planifier une action",
    P.REBASE_CHART: "recalculer les limites d’un graphique",
    P.APPROVE_REPORT: "approuver un rapport",
    P.SEND_REPORT: "envoyer un rapport",
    P.SEND_AGAIN: "renvoyer un courriel",
    P.HANDLE_ALERT: "répondre aux alertes",
    P.DECIDE_CLASS: "décider d’une classe",
    P.RECORD_EVIDENCE: "verser une preuve",
}

PERMISSIONS: Pairs = {right: (right.deed, verb) for right, verb in _VERBS.items()}
"""What each right lets somebody do, as it follows “may not” and « ne peut pas »."""

CODES: Mapping[type[StrEnum], Pairs] = {
    terms.Status: statuses.STATUSES,
    terms.CommitmentClass: statuses.CLASSES,
    terms.Reason: statuses.REASONS,
    terms.CheckState: statuses.CHECK_STATES,
    terms.Strength: statuses.STRENGTHS,
    terms.Component: statuses.COMPONENTS,
    terms.Party: statuses.PARTIES,
    terms.Nature: statuses.NATURES,
    terms.Proves: statuses.PROVES,
    terms.Basis: statuses.BASES,
    terms.DoubtCode: doubts.NAMES,
    terms.FloorState: statuses.FLOOR_STATES,
    terms.Role: statuses.ROLES,
    terms.PeriodKind: statuses.PERIOD_KINDS,
    terms.Kind: statuses.KINDS,
    terms.Direction: statuses.DIRECTIONS,
    terms.Permission: PERMISSIONS,
    terms.Scope: statuses.SCOPES,
    terms.JobState: jobs.STATES,
    terms.ActionState: actions.ACTION_STATES,
    terms.EffectVerdict: actions.VERDICTS,
    observations.ObservationKind: frontline.KINDS,
    observations.ObservationState: frontline.STATES,
    observations.SetAsideReason: frontline.ASIDE,
    terms.ColumnKind: COLUMN_KINDS,
    terms.ColumnRole: COLUMN_ROLES,
}
"""Each kind of code that a sentence may carry, and its words; one that is not here is printed as it is written."""


def code_word(code: StrEnum, language: str) -> str:
    """`month` → « mois »."""
    pairs = CODES.get(type(code))
    return word(pairs, code, language) if pairs else code.value
