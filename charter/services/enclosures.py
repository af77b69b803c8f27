"""What goes with a mail: the published PDF that its facts name, read when it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.errors import Sentence
from charter.models.base import db
from charter.models.editions import EditionFile
from charter.post.mail import Enclosure
from charter.post.refusals import NotSent


def enclosures_of(params: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """The PDF of `edition_file`, by its `file_name`; none where the facts name none. Raises NotSent."""
    number = params.get("edition_file")
    if number is None:
        return ()
    query = select(EditionFile).where(EditionFile.id == number).options(undefer(EditionFile.content))
    file = db.session.execute(query).scalar_one_or_none()
    if file is None:
        sentence = Sentence("The PDF that goes with it is not there any more.")
        raise NotSent(sentence, is_final=True)
    return (Enclosure(params["file_name"], file.content),)
