"""A text as it is shown, and erased on request."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.frontline.word_reading import read_words
from charter.services.frontline.word_shown import erase_kept, passage
from charter.services.frontline.words import expression_page
from tests.services.frontline.words_world import ANA, BORIS, KEY, MIA, READING, with_letters
from tests.services.verification.test_verify import broken
from tests.services.world import NOW


def test_an_expression_is_shown_with_the_words_around_it() -> None:
    text = "Il y a longtemps que ma banque me signale un prélèvement en double sur mon compte, deux fois de suite."
    start = text.index("prélèvement")
    shown = passage(text, (start, start + 21), around=20)
    assert shown == {"before": "…me signale un ", "written": "prélèvement en double", "after": " sur mon compte…"}
    assert passage("un prélèvement", (3, 14)) == {"before": "un ", "written": "prélèvement", "after": ""}


def test_one_text_is_erased_on_request_and_its_hash_stays(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    first = expression_page(MIA, NOW, key="letters", expression=KEY, period="2026-10")["texts"][0]
    at = {"key": "letters", "period": "2026-10", "unit": "company", "nth": first["nth"], "because": "Demandé."}
    with pytest.raises(NotAllowed):
        erase_kept(ANA, NOW, **at)
    with pytest.raises(NotAllowed):
        erase_kept(BORIS, NOW, **at)
    erase_kept(MIA, NOW, **at)
    left = expression_page(MIA, NOW, key="letters", expression=KEY, period="2026-10")
    assert first["nth"] not in {one["nth"] for one in left["texts"]}
    assert left["line"]["count"] == 15, "the counts stay"
    with pytest.raises(Conflict, match="erased already"):
        erase_kept(MIA, NOW, **at)
    with pytest.raises(NotFound, match="no such text on this page"):
        erase_kept(MIA, NOW, **at | {"nth": 9999})
    assert broken() == ""
