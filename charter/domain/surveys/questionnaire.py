"""The questionnaire that Promesse serves: two questions per promise, five answers, in French and in English.

The words are the charter's own where it gives them, else built from the promise as it is published. They are stored
with the answers: another wording is another survey.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from charter.domain.charter_file.charter import Commitment
from charter.domain.frontline.observations import LONGEST_WHY, clean_text
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.vocabulary.errors import Invalid, Sentence

Language = str
LANGUAGES = ("fr", "en")

SCALES: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        "Cela me plairait",
        "Pour moi, c’est normal",
        "Cela m’est égal",
        "Je m’en accommoderais",
        "Cela me déplairait",
    ),
    "en": (
        "I would like it",
        "I would expect it",
        "I would not mind either way",
        "I could live with it",
        "I would dislike it",
    ),
}
"""Answers 1 to 5: like, expect, neutral, tolerate, dislike."""

ASKED: Mapping[Language, tuple[str, str]] = {
    "fr": ("Si nous tenons cette promesse, qu’en pensez-vous\u202f?", "Et si nous ne la tenons pas\u202f?"),
    "en": ("If we keep this promise, how do you feel about it?", "And if we do not keep it?"),
}

PURPOSE: Mapping[Language, str] = {
    "fr": "Savoir lesquelles de nos promesses comptent pour vous, et combien.",
    "en": "To learn which of our promises matter to you, and how much.",
}
RIGHTS: Mapping[Language, str] = {
    "fr": "Vous n’êtes pas obligé de répondre. Une fois envoyées, vos réponses ne sont rattachées à personne : nous ne "
    "pouvons ni les retrouver, ni les corriger, ni les retirer. Vous pouvez nous interroger, ou vous plaindre auprès "
    "de l’autorité de protection des données (en France, la CNIL).",
    "en": "You are free not to answer. Once sent, your answers belong to nobody: we cannot find them again, correct "
    "them or take them back. You may ask us, or complain to the data protection authority (in France, the CNIL).",
}
"""What is said before the first question unless a survey says otherwise."""

MOST_INVITATIONS = 20_000
MONTHS_KEPT = 24
MOST_MONTHS = 120
LONGEST_NAME = 120
LONGEST_NOTICE = 600
LONGEST_DAYS = 366
QUESTIONS = ("functional", "dysfunctional")
_FIELDS = {"name": Sentence("name"), "segment": Sentence("segment")}


@dataclass(frozen=True)
class WavePlan:
    """A questionnaire as a manager wants it: which promises, which languages, of whom, until when, how many links.

    What customers read first: why they are asked (`purpose`), by whom, whom they may write to, their `rights` (by
    language; what is not said has a plain default); and for how many months their answers are kept.
    `has_open_link`: the same questions are asked of whoever has one open link, as a survey of its own. `asks_why`: on
    each promise customers may write why, in their own words.
    """

    name: str
    commitments: tuple[str, ...]
    languages: tuple[Language, ...]
    closes_on: date
    invitations: int
    segment: str = ""
    table: str = "classic"
    purpose: Mapping[Language, str] = field(default_factory=dict)
    asked_by: str = ""
    contact: str = ""
    rights: Mapping[Language, str] = field(default_factory=dict)
    months_kept: int = MONTHS_KEPT
    has_open_link: bool = False
    asks_why: bool = False


def clean_name(text: str, field: str, *, needed: bool = True) -> str:
    """A name on one line. Raises Invalid when it is missing, too long or does not print."""
    name = " ".join(text.split())
    if needed and not name:
        raise Invalid("The survey needs a name, like Customers, autumn 2026.", field)
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(
            "The %(field)s is over %(most)s characters, or has a character that cannot be printed.",
            field,
            field=_FIELDS[field],
            most=LONGEST_NAME,
        )
    return name


def require_whole(plan: WavePlan, today: date) -> None:
    """A plan that can be asked. Raises Invalid, naming the field."""
    clean_name(plan.name, "name")
    clean_name(plan.segment, "segment", needed=False)
    if not plan.commitments:
        raise Invalid("Choose at least one promise to ask about.", "commitments")
    if not plan.languages or set(plan.languages) - set(LANGUAGES):
        raise Invalid("Choose French, English or both.", "languages")
    if not LEAST_SHOWN <= plan.invitations <= MOST_INVITATIONS:
        raise Invalid(
            "Ask %(least)s to %(most)s customers: one link each, and never so few that an answer names its giver.",
            "invitations",
            least=LEAST_SHOWN,
            most=MOST_INVITATIONS,
        )
    if not 1 <= plan.months_kept <= MOST_MONTHS:
        raise Invalid("Answers are kept 1 to %(most)s months.", "months_kept", most=MOST_MONTHS)
    for text in (plan.asked_by, plan.contact, *plan.purpose.values(), *plan.rights.values()):
        if len(text) > LONGEST_NOTICE or not " ".join(text.split()).isprintable():
            raise Invalid("The opening text has at most %(most)s characters.", "purpose", most=LONGEST_NOTICE)
    if not today <= plan.closes_on <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid("The last day to answer is today or later, within a year.", "closes_on")
    if plan.table not in ("classic", "pouliot"):
        raise Invalid("The table is classic or pouliot, not %(table)s.", "table", table=plan.table)


def words_of(commitments: Sequence[Commitment], plan: WavePlan) -> dict[str, object]:
    """Everything a customer will read, by language: who asks and why, the answers, each promise with its questions."""
    return {
        language: {
            "answers": list(SCALES[language]),
            "promises": {one.key: _asked(one, language) for one in commitments},
            "notice": {
                "purpose": " ".join(plan.purpose.get(language, "").split()) or PURPOSE[language],
                "asked_by": " ".join(plan.asked_by.split()),
                "contact": " ".join(plan.contact.split()),
                "rights": " ".join(plan.rights.get(language, "").split()) or RIGHTS[language],
            },
        }
        for language in plan.languages
    }


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))


def _asked(commitment: Commitment, language: Language) -> dict[str, str]:
    own = commitment.questions
    built = ASKED[language]
    texts = [own.kept.in_language(language), own.not_kept.in_language(language)] if own else list(built)
    promise = commitment.promise.in_language(language)
    return {"promise": promise, "functional": texts[0], "dysfunctional": texts[1]}


def wording_of(languages: Sequence[Language]) -> str:
    """The answers offered, as one text to compare waves by."""
    return " | ".join(f"{language}: {'; '.join(SCALES[language])}" for language in sorted(languages))


def wording_about(words: Mapping[str, object], wording: str, commitment: str) -> str:
    """The answers offered and the questions asked on one promise: two waves with the same text may be compared."""
    asked = []
    for language in sorted(words):
        about = words[language]
        promises = about.get("promises", {}) if isinstance(about, Mapping) else {}
        if commitment in promises:
            asked.append(" / ".join(promises[commitment].values()))
    return " | ".join([wording, *asked]) if wording else ""


@dataclass(frozen=True)
class Filled:
    """What came back of one questionnaire: by promise the two answers, one of them or none; and words, where any."""

    answers: Mapping[str, tuple[int | None, int | None]]
    whys: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """Pairs: what is counted."""
        return sum(None not in pair for pair in self.answers.values())

    @property
    def half(self) -> list[str]:
        """Promises with one answer of two: they are not counted."""
        return [key for key, pair in self.answers.items() if pair.count(None) == 1]

    @property
    def is_empty(self) -> bool:
        return all(pair == (None, None) for pair in self.answers.values())


def read_form(form: Mapping[str, str], commitments: Sequence[str]) -> Filled:
    """The answers of a form, fields `KEY.functional`, `KEY.dysfunctional` and `KEY.why`.

    Raises Invalid for an answer outside 1 to 5, or too many words.
    """
    found: dict[str, tuple[int | None, int | None]] = {}
    for key in commitments:
        first, second = (_answer(form.get(f"{key}.{question}", ""), f"{key}.{question}") for question in QUESTIONS)
        found[key] = (first, second)
    return Filled(found, _whys({key: form.get(f"{key}.why", "") for key in commitments}))


def _whys(written: Mapping[str, str]) -> dict[str, str]:
    """What was written, without signs that no screen shows. Raises Invalid where it is too long in all."""
    found = {key: clean_text(text, LONGEST_WHY, f"{key}.why") for key, text in written.items() if _says(text)}
    if (count := sum(map(len, found.values()))) > LONGEST_WHY:
        raise Invalid(
            "What you write has %(count)s characters in all; write at most %(most)s.",
            next(iter(found)) + ".why",
            count=count,
            most=LONGEST_WHY,
        )
    return found


def _says(text: str) -> bool:
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _answer(text: str, field: str) -> int | None:
    if not text:
        return None
    if text not in ("1", "2", "3", "4", "5"):
        raise Invalid("“%(written)s” is not one of the five answers.", field, written=text[:20])
    return int(text)
