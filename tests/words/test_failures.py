"""What is stored of a failure, in the language of its reader: as template and values; an old row as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import in_quotes, stored
from charter.words.refusals import refusal_sentence

KEPT: list[tuple[Sentence, str, str]] = [
    (
        Sentence(
            "The source “%(source)s” cannot be read from %(host)s: %(why)s.",
            source="calls",
            host="example.org",
            why=Sentence("no answer within %(seconds)s seconds", seconds="30"),
        ),
        "The source “calls” cannot be read from example.org: no answer within 30 seconds.",
        "La source « calls » ne se lit pas chez example.org : pas de réponse en 30 secondes.",
    ),
    (
        Sentence("The file %(file)s has no sheet “%(sheet)s”: it has %(sheets)s.", file="a.xlsx", sheet="May",
                 sheets=in_quotes(["June", "July"])),
        "The file a.xlsx has no sheet “May”: it has “June”, “July”.",
        "Le fichier a.xlsx n'a pas de feuille « May » : il a « June », « July ».",
    ),
    (
        Sentence("Nothing was sent: %(setting)s is not set.", setting="SMTP_HOST"),
        "Nothing was sent: SMTP_HOST is not set.",
        "Rien n'est parti : SMTP_HOST n'est pas réglé.",
    ),
]  # fmt: skip


def plain(text: str) -> str:
    """Without the spaces and apostrophes of print."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")


@pytest.mark.parametrize(("said", "english", "french"), KEPT)
def test_what_is_stored_is_said_in_both_languages(said: Sentence, english: str, french: str) -> None:
    kept: Any = json.loads(json.dumps(stored(said)))
    assert refusal_sentence(kept, "en") == english == str(said)
    assert plain(refusal_sentence(kept, "fr")) == french


def test_an_old_row_is_printed_as_it_is() -> None:
    old = "A release of long ago said this in words that nobody uses any more."
    assert refusal_sentence(old, "fr") == refusal_sentence(old, "en") == old
