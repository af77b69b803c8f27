"""Commitments: keys, the expectations they answer, their components and evidence."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, Path, value_at
from charter.domain.charter_file.placed import Parts, PlacedCommitment
from charter.domain.charter_file.proofs import Evidence, Sector
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
    if evidence.sector is not None:
        _check_sector(evidence.sector, (*path, "sector"), notes)
    names = [((*path, "experts", index), expert.name) for index, expert in enumerate(evidence.experts)]
    check_unique(names, "the expert", notes, "each expert answers once")
    measured = evidence.law.minimum_indicator if evidence.law else None
    keys = [one.key for one in commitment.indicators if one.key]
    if measured is not None and measured not in keys:
        said = f"the indicator '{measured}' is none of this commitment"
        remedy = did_you_mean(measured, keys, "its indicators") if keys else "add the indicator, or remove this line"
        notes.error((*path, "law", "minimum_indicator"), said, remedy)


def _check_sector(sector: Sector, path: Path, notes: Notes) -> None:
    if sector.promised_by is not None and sector.compared is not None and sector.promised_by > sector.compared:
        said = f"{sector.promised_by} promise it, but only {sector.compared} were compared"
        notes.error((*path, "promised_by"), said, "correct one of the two")
    listed = [
        ((*path, "companies", index), f"{one.company} on {one.date.isoformat()}")
        for index, one in enumerate(sector.companies)
    ]
    check_unique(listed, "the company", notes, "keep one entry per company and date")
