"""The word of any code of the vocabulary, found by its kind: what a sentence needs that carries codes as values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from charter.domain import terms
from charter.words import statuses
from charter.words.file_columns import COLUMN_KINDS, COLUMN_ROLES
from charter.words.statuses import Pairs, word

CODES: Mapping[type[StrEnum], Pairs] = {
    terms.Status: statuses.STATUSES,
    terms.CommitmentClass: statuses.CLASSES,
    terms.Reason: statuses.REASONS,
    terms.CheckState: statuses.CHECK_STATES,
    terms.Strength: statuses.STRENGTHS,
    terms.Component: statuses.COMPONENTS,
    terms.Party: statuses.PARTIES,
    terms.Nature: statuses.NATURES,
    terms.Basis: statuses.BASES,
    terms.FloorState: statuses.FLOOR_STATES,
    terms.Role: statuses.ROLES,
    terms.PeriodKind: statuses.PERIOD_KINDS,
    terms.ColumnKind: COLUMN_KINDS,
    terms.ColumnRole: COLUMN_ROLES,
}
"""Each kind of code that a sentence may carry, and its words; one that is not here is printed as it is written."""


def code_word(code: StrEnum, language: str) -> str:
    """`month` → « mois »."""
    pairs = CODES.get(type(code))
    return word(pairs, code, language) if pairs else code.value
