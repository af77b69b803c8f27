"""Commitments: keys, the expectations they answer, their components and evidence."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, value_at
from charter.domain.charter_file.models import Evidence
from charter.domain.charter_file.placed import Parts, PlacedCommitment
from charter.domain.charter_file.wording import did_you_mean


def check_commitments(parts: Parts, notes: Notes) -> None:
    """Keys of commitments and of indicators are unique over the charter; what a commitment refers to exists."""
    check_unique((((*one.path, "key"), one.key) for one in parts.commitments), "the commitment key", notes)
    check_unique((((*one.path, "key"), one.key) for one in parts.indicators), "the indicator key", notes)
    expected = _expectations(parts)
    for commitment in parts.commitments:
        _check_answers(commitment, expected, notes)
        components = commitment.field("components") or []
        listed = [((*commitment.path, "components", index), one.value) for index, one in enumerate(components)]
        check_unique(listed, "the component", notes, "keep one of them; the first is the main one")
        _check_evidence(commitment, commitment.field("evidence"), notes)


def _expectations(parts: Parts) -> list[str]:
    written = value_at(parts.head.raw, ("origin", "expectations"))
    keys = [one.get("key") for one in written if isinstance(one, dict)] if isinstance(written, list) else []
    return [key for key in keys if isinstance(key, str)]


def _check_answers(commitment: PlacedCommitment, expected: list[str], notes: Notes) -> None:
    answers: Any = commitment.written("answers", [])
    if not isinstance(answers, list):
        return
    path = (*commitment.path, "answers")
    check_unique(
        (((*path, index), key) for index, key in enumerate(answers)), "the expectation", notes, "keep one of them"
    )
    for index, key in enumerate(answers):
        if isinstance(key, str) and key not in expected:
            remedy = (
                did_you_mean(key, expected, "expectations")
                if expected
                else "write it under charter.origin.expectations"
            )
            notes.error((*path, index), f"the expectation '{key}' does not exist", remedy)


def _check_evidence(commitment: PlacedCommitment, evidence: Evidence | None, notes: Notes) -> None:
    if evidence is None:
        return
    path = (*commitment.path, "evidence")
    if evidence.sector is not None and evidence.sector.promised_by > evidence.sector.compared:
        said = f"{evidence.sector.promised_by} promise it, but only {evidence.sector.compared} were compared"
        notes.error((*path, "sector", "promised_by"), said, "correct one of the two")
    names = [((*path, "experts", index), expert.name) for index, expert in enumerate(evidence.experts)]
    check_unique(names, "the expert", notes, "each expert answers once")
