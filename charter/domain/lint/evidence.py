"""Whether a commitment says what its class rests on."""

from __future__ import annotations

from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.models import Charter, Commitment

ENOUGH_EXPERTS = 2


def check_evidence(charter: Charter, commitment: Commitment, path: Path, notes: Notes) -> None:
    """A class rests on law, sector or at least two experts; a decision without any of them is an opinion."""
    evidence = commitment.evidence
    if evidence.law is None and evidence.sector is None and not evidence.experts:
        if commitment.class_ is None:
            said, remedy = (
                "nothing tells its class, so it is held as floor",
                "add evidence: law, sector or experts; a survey can follow",
            )
            notes.advice(path, said, remedy)
        else:
            said = f"the class '{commitment.class_.decided}' is decided without evidence"
            notes.warning((*path, "class"), said, "add evidence: law, sector or experts")
    if 0 < len(evidence.experts) < ENOUGH_EXPERTS:
        notes.advice(
            (*path, "evidence", "experts"), "one expert's opinion has no weight", "ask a second one, separately"
        )
