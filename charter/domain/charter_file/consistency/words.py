"""Free texts whose expressions are counted: sources with rows and commitments that are there."""

from __future__ import annotations

from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts
from charter.domain.vocabulary.errors import Sentence


def check_words(parts: Parts, notes: Notes) -> None:
    """The source of free texts has rows of texts, and the commitment that they are about exists."""
    for placed in parts.words.values():
        source = placed.field("source")
        if source is not None:
            found = parts.sources.get(source)
            if found is None:
                keys = list(parts.sources)
                near = did_you_mean(source, keys, Sentence("sources: %(words)s", words=keys))
                said = Sentence("the source '%(key)s' does not exist", key=source)
                notes.error((*placed.path, "source"), said, near if keys else Sentence("write it under sources:"))
            elif isinstance(found.raw, dict) and found.raw.get("kind") in ("manual", "push"):
                said = Sentence("the source '%(key)s' has no rows to read texts from", key=source)
                notes.error((*placed.path, "source"), said, Sentence("name a file, a database or a web service"))
        about = placed.field("commitment")
        promises = [one.key for one in parts.commitments if one.key is not None]
        if about is not None and promises and about not in promises:
            near = did_you_mean(about, promises, Sentence("commitments: %(words)s", words=promises))
            said = Sentence("the commitment '%(key)s' does not exist", key=about)
            notes.error((*placed.path, "commitment"), said, near)
