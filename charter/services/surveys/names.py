"""What the names of a file of answers stand for: promises of the charter, as a person says, or as files before said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from charter.domain.surveys.answer_files import plain
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.models.base import db
from charter.models.surveys import SurveyWave
from charter.services.charters.versions import history

LEFT_OUT = "-"
AS_CONTROL = "+"
"""What a name of the file may be mapped to besides a promise: left out; or, of marks, kept in the fit for itself."""


def mapped(attributes: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What each name of the file stands for: as a person said, else the promise with that key or title; else ''.

    Raises NotFound (no such promise), Invalid (two names for one promise).
    """
    charter = history().current.charter
    commitments = charter.commitments
    known = {plain(one.key): one.key for one in commitments}
    for expected in charter.charter.origin.expectations:
        known.setdefault(plain(expected.key), expected.key)
    for one in commitments:
        for language in ("fr", "en"):
            known.setdefault(plain(one.title.in_language(language)), one.key)
            known.setdefault(plain(one.promise.in_language(language)), one.key)
    keys = set(known.values())
    for name, key in _mapped_before().items():
        if key in keys:
            known.setdefault(name, key)
    found: dict[str, str] = {}
    for name in attributes:
        to = mapping.get(name) or known.get(plain(name), "")
        if to not in (LEFT_OUT, AS_CONTROL, "") and to not in known.values():
            raise NotFound("The charter has no commitment %(commitment)s.", commitment=to)
        if to not in (LEFT_OUT, AS_CONTROL, "") and to in found.values():
            raise Invalid(
                "Two names of the file stand for %(commitment)s: leave one of them out.", "mapping", commitment=to
            )
        found[name] = to
    return found


def _mapped_before() -> dict[str, str]:
    """What people said that names of earlier files stand for, the newest survey first."""
    rows = db.session.execute(select(SurveyWave.choices).where(SurveyWave.origin == "import").order_by(SurveyWave.id))
    return {name: key for choices in rows.scalars() for name, key in choices.get("mapping", {}).items()}
