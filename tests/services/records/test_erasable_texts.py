"""Words that may be erased: what stays of them is a hash that nobody can guess them from."""

from __future__ import annotations

from flask import Flask

from charter.services.records.erasable_texts import add_text, keep_text, remove_text, sweep, text_hash, texts_of
from charter.services.records.transactions import transaction


def test_the_same_words_have_another_hash_each_time() -> None:
    first, second = keep_text("No queue today"), keep_text("No queue today")
    assert first != second
    assert text_hash(first[0], "No queue today") == first[1]
    assert keep_text("No queue today", first[0]) == first


def test_erased_words_are_gone_and_the_others_stay(empty: Flask) -> None:
    with transaction():
        for subject, words in (("observation 1", "One"), ("observation 2", "Two")):
            add_text(subject, keep_text(words)[0], words)
    assert texts_of(["observation 1", "observation 2", "observation 3"]) == {
        "observation 1": "One",
        "observation 2": "Two",
    }
    with transaction():
        remove_text("observation 1")
    sweep()
    assert texts_of(["observation 1", "observation 2"]) == {"observation 2": "Two"}
    assert texts_of([]) == {}
