"""What refuses, fails or is found wrong, in the reader's language: templates by gettext, values in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

from charter.domain.vocabulary.errors import Sentence, filled
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.sentences import restored
from charter.words.codes import code_word
from charter.words.formats import format_date, format_period, french

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"


def refusal_sentence(error: object, language: str) -> str:
    """What a refusal says, in the language: its template translated by gettext, its values in their own words.

    It may be as a row keeps it (`stored`). A plain text (what the first release kept of a run) stays as it is.
    """
    sentence = restored(error) if isinstance(error, Mapping) else getattr(error, "sentence", error)
    if not isinstance(sentence, Sentence):
        return str(sentence)
    values = {name: value_in_words(value, language) for name, value in sentence.values.items()}
    said = filled(translation(sentence.template, language), values)
    return french(said) if language == "fr" else said


def value_in_words(value: object, language: str) -> str:
    """A value of a sentence: codes by their word, days and periods by their name, lists with commas."""
    if isinstance(value, Sentence):
        return refusal_sentence(value, language)
    if isinstance(value, StrEnum):
        return code_word(value, language)
    if isinstance(value, Period):
        return format_period(value.key, language)
    if isinstance(value, date):
        return format_date(value.date() if isinstance(value, datetime) else value, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(value_in_words(one, language) for one in value)
    return str(value)


def translation(template: str, language: str) -> str:
    """The template in the language of the catalogue; one that it lacks stays English."""
    return _catalogue(language).gettext(template) if template else ""


@lru_cache(maxsize=4)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language])
