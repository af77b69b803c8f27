"""A file of answers as a page looks at it: a large one by a process of its own, so that pages go on answering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from charter.domain.analyses.groups import Group
from charter.domain.surveys.answers import unpacked
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.surveys.uploads import LEFT_OUT, Preview, asked_of, is_open, mapped, own_upload, preview_answers
from charter.sources.readers.uploaded_answers import groups_apart


@dataclass
class Seen(Group):
    """One wave of a large file: how many people and whole pairs, without their answers."""

    pairs: int = 0

    @property
    def whole(self) -> int:
        return self.pairs


AT_ONCE = 20_000
"""Rows of a file that a page looks at by itself, and that are kept while their sender waits; more are read apart."""


def is_large(actor: Actor, number: int) -> bool:
    """Whether a file of one's own has more rows than that. Raises NotFound."""
    return int(own_upload(actor, number).choices.get("rows", 0)) > AT_ONCE


def names_of(actor: Actor, number: int) -> list[str]:
    """What a file of one's own calls promises, in its order. Raises NotFound."""
    return list(own_upload(actor, number).choices.get("attributes", ()))


def look_at_answers(actor: Actor, now: datetime, number: int, mapping: Mapping[str, str] | None = None) -> Preview:
    """As `preview_answers`, for a page: a large file is looked at by a process of its own, which tells how many people
    there are, and the first refusals. Raises NotFound, NotAllowed, Invalid.
    """
    require(actor, Permission.RUN_SURVEY)
    upload = own_upload(actor, number)
    if not is_large(actor, number) or not is_open(upload, now):
        return preview_answers(actor, now, number, mapping)
    asked, names = asked_of(upload.choices), upload.choices["attributes"]
    attributes = mapped(names, mapping or {})
    told = groups_apart(upload.content, attributes, (asked.name, asked.segment, asked.wording), asked.asked_on)
    found = unpacked(told["answers"].encode())
    groups = [
        Seen(name, segment, date.fromisoformat(day), set(words), [{}] * people, {}, whole)
        for name, segment, day, words, people, whole in told["groups"]
    ]
    people = sum(len(one.people) for one in groups) or told["marked"]
    missing = {name: odd for name, odd in found.missing.items() if attributes.get(name) != LEFT_OUT}
    return Preview(
        upload.id, upload.name, asked, upload.choices["rows"], found.refused, found.ignored,
        upload.choices["respondents"], attributes, groups, people, missing, refused_count=told["refused_count"],
    )  # fmt: skip
