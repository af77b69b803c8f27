"""Commitments: keys, the expectations they answer, their components and evidence."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.checks.uniqueness import KEEP_ONE, check_unique
from charter.domain.charter_file.findings import Notes, Path, value_at
from charter.domain.charter_file.placed import Parts, PlacedCommitment
from charter.domain.charter_file.proofs import Evidence, Sector
from charter.domain.charter_file.wording import did_you_mean
from charter.domain.errors import Sentence


def check_commitments(parts: Parts, notes: Notes) -> None:
    """Keys of commitments and of indicators are unique over the charter; what a commitment refers to exists."""
    check_unique((((*one.path, "key"), one.key) for one in parts.commitments), Sentence("the commitment key"), notes)
    check_unique((((*one.path, "key"), one.key) for one in parts.indicators), Sentence("the indicator key"), notes)
    expected = _expectations(parts)
    for commitment in parts.commitments:
        _check_answers(commitment, expected, notes)
        components = commitment.field("components") or []
        listed = [((*commitment.path, "components", index), one.value) for index, one in enumerate(components)]
        remedy = Sentence("keep one of them; the first is the main one")
        check_unique(listed, Sentence("the component"), notes, remedy)
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
    listed = [((*path, index), key) for index, key in enumerate(answers)]
    check_unique(listed, Sentence("the expectation"), notes, KEEP_ONE)
    for where, key in listed:
        if isinstance(key, str) and key not in expected:
            near = did_you_mean(key, expected, Sentence("expectations: %(words)s", words=expected))
            remedy = near if expected else Sentence("write it under charter.origin.expectations")
            notes.error(where, Sentence("the expectation '%(key)s' does not exist", key=key), remedy)


def _check_evidence(commitment: PlacedCommitment, evidence: Evidence | None, notes: Notes) -> None:
    if evidence is None:
        return
    path = (*commitment.path, "evidence")
    if evidence.sector is not None:
        _check_sector(evidence.sector, (*path, "sector"), notes)
    names = [((*path, "experts", index), expert.name) for index, expert in enumerate(evidence.experts)]
    check_unique(names, Sentence("the expert"), notes, Sentence("each expert answers once"))
    measured = evidence.law.minimum_indicator if evidence.law else None
    keys = [one.key for one in commitment.indicators if one.key]
    if measured is not None and measured not in keys:
        said = Sentence("the indicator '%(key)s' is none of this commitment", key=measured)
        near = did_you_mean(measured, keys, Sentence("its indicators: %(words)s", words=keys))
        remedy = near if keys else Sentence("add the indicator, or remove this line")
        notes.error((*path, "law", "minimum_indicator"), said, remedy)


def _check_sector(sector: Sector, path: Path, notes: Notes) -> None:
    if sector.promised_by is not None and sector.compared is not None and sector.promised_by > sector.compared:
        said = Sentence(
            "%(promised)s promise it, but only %(compared)s were compared",
            promised=sector.promised_by,
            compared=sector.compared,
        )
        notes.error((*path, "promised_by"), said, Sentence("correct one of the two"))
    listed = [
        ((*path, "companies", index), Sentence("%(company)s on %(day)s", company=one.company, day=one.date))
        for index, one in enumerate(sector.companies)
    ]
    check_unique(listed, Sentence("the company"), notes, Sentence("keep one entry per company and date"))
