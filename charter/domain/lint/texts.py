"""Words of a text that say how much, to whom, or nothing for certain."""

from __future__ import annotations

import re

VAGUE = {
    "en": (
        "as soon as possible", "as quickly as possible", "as fast as possible", "asap", "quickly", "promptly",
        "rapidly", "swiftly", "speedily", "shortly", "soon", "without delay", "without undue delay",
        "in a timely manner", "timely", "best efforts", "best endeavours", "do our best", "try to", "strive to",
        "aim to", "endeavour to", "where possible", "if possible", "whenever possible", "reasonable time",
        "reasonable delay", "high quality", "regularly", "short delays",
    ),
    "fr": (
        "rapidement", "dans les meilleurs délais", "dans les plus brefs délais", "au plus vite", "au plus tôt",
        "dès que possible", "le plus vite possible", "le plus rapidement possible", "promptement", "sans délai",
        "sans tarder", "prochainement", "bientôt", "dans un délai raisonnable", "délai raisonnable",
        "si possible", "dans la mesure du possible", "de notre mieux", "notre possible", "nous efforçons",
        "nous efforcerons", "nous essayons", "régulièrement", "haute qualité", "délais courts",
    ),
}  # fmt: skip
AUDIENCE = {
    "en": (
        "you", "your", "yours", "every", "each", "all", "any", "anyone", "everyone", "customer", "customers",
        "caller", "callers", "resident", "residents", "staff", "client", "clients", "user", "users", "people",
        "passengers", "no", "never", "always",
    ),
    "fr": (
        "vous", "votre", "vos", "vôtre", "chaque", "tout", "tous", "toute", "toutes", "client", "clients",
        "cliente", "clientes", "usager", "usagers", "administrés", "habitants", "abonnés", "salariés",
        "collaborateurs", "agents", "aucun", "aucune", "jamais", "toujours", "voyageurs",
    ),
}  # fmt: skip
_NUMBERS = {
    "en": {
        "same day": 0, "same-day": 0, "once": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
        "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15,
        "twenty": 20, "thirty": 30,
    },
    "fr": {
        "le jour même": 0, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
        "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
    },
}  # fmt: skip
_WEEK = re.compile(r"(\d+|\w+)\s+(?:weeks?|semaines?)")


def vague_words(words: str, language: str) -> list[str]:
    """The vague words and phrases of a promise, in the order of the list, longer ones before those inside them."""
    found: list[str] = []
    for phrase in sorted(VAGUE[language], key=len, reverse=True):
        if _has(words, phrase) and not any(phrase in longer for longer in found):
            found.append(phrase)
    return found


def names_audience(words: str, language: str) -> bool:
    """Whether a promise says for whom or for which cases it is made, judged modestly."""
    return any(_has(words, word) for word in AUDIENCE[language])


def numbers_in(words: str, language: str) -> set[int]:
    """The whole numbers that a promise names, in digits or in words; weeks count as their days too."""
    named = _NUMBERS[language]
    numbers = {int(number) for number in re.findall(r"\d+", words)}
    numbers |= {value for phrase, value in named.items() if _has(words, phrase)}
    weeks = [int(found) if found.isdigit() else named.get(found.lower(), 0) for found in _WEEK.findall(words)]
    return numbers | {days * week for week in weeks if week for days in (7, 5)}


def _has(words: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", words, re.IGNORECASE) is not None
