"""Whether a commitment says what its class rests on."""

from __future__ import annotations

from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.models import Charter, Commitment
from charter.domain.errors import Sentence

ENOUGH_EXPERTS = 2


def check_evidence(charter: Charter, commitment: Commitment, path: Path, notes: Notes) -> None:
    """A class rests on law, sector or at least two experts; a decision without any of them is an opinion."""
    evidence = commitment.evidence
    if evidence.law is None and evidence.sector is None and not evidence.experts:
        if commitment.class_ is None:
            remedy = Sentence("add evidence: law, sector or experts; a survey can follow")
            notes.advice(path, Sentence("nothing tells its class, so it is held as floor"), remedy)
        else:
            said = Sentence("the class '%(decided)s' is decided without evidence", decided=commitment.class_.decided)
            notes.warning((*path, "class"), said, Sentence("add evidence: law, sector or experts"))
    if 0 < len(evidence.experts) < ENOUGH_EXPERTS:
        said = Sentence("one expert's opinion has no weight")
        notes.advice((*path, "evidence", "experts"), said, Sentence("ask a second one, separately"))
