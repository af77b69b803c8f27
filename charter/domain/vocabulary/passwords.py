"""Passwords that are guessed first: common ones, repetitions, rows of keys, one's own name and address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn", "qwertzuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "aqwzsxedcrfvtgbyhnuj",
)  # fmt: skip
_COMMON = (
    "password", "passwort", "motdepasse", "mdp", "passe", "contrasena", "welcome", "bienvenue", "bonjour",
    "hello", "letmein", "login", "access", "acces", "admin", "administrator", "administrateur", "root", "user",
    "utilisateur", "guest", "test", "demo", "default", "changeme", "changezmoi", "secret", "master", "qwerty",
    "azerty", "iloveyou", "jetaime", "monkey", "dragon", "football", "baseball", "soleil", "sunshine", "princess",
    "princesse", "superman", "batman", "starwars", "pokemon", "whatever", "trustno", "doudou", "chouchou",
    "loulou", "marseille", "paris", "france", "google", "facebook", "microsoft", "windows", "office", "company",
    "entreprise", "service", "charter", "charte", "promesse", "summer", "winter", "spring", "autumn", "ete",
    "hiver", "printemps", "automne", "january", "janvier", "december", "decembre", "monday", "lundi", "system",
    "computer", "ordinateur", "internet", "my", "mon", "the", "le", "new", "nouveau", "is", "est", "this", "one",
    "i", "a",
)  # fmt: skip
"""Words that lists of leaked passwords are full of. Each is worth as much as one letter."""
_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
LEAST_LEFT = 6
"""What is left when all that is easily guessed is taken as one letter each."""


def is_easily_guessed(password: str, words: Iterable[str] = ()) -> bool:
    """True where little is left of a password once repetitions, rows of keys and known words count as one letter.

    `words`: names and addresses of the person; each part of three letters or more counts.
    """
    known = {*_COMMON, *(part for word in words for part in re.split(r"[^a-z]+", _plain(word)) if len(part) >= 3)}
    return any(_worth(form, known) < LEAST_LEFT for form in _forms(password))


def _forms(password: str) -> tuple[str, str]:
    """As it is written, and with digits and signs read as the letters that they stand for."""
    plain = _plain(password)
    return plain, re.sub(r"^[^a-z]+|[0-9!?.*#]+$", "", plain).translate(_LETTERS)


def _plain(text: str) -> str:
    """Small letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))


def _worth(text: str, known: Iterable[str]) -> int:
    """How many letters are left: what repeats, follows the keyboard or is known is one, so are digits at an end."""
    rest = re.sub(r"[^a-z0-9]", "", text)
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "\1") if len(word) > 2 else rest
    for length in range(len(rest), 3, -1):
        for row in _ROWS:
            for line in (row, row[::-1]):
                for at in range(len(line) - length + 1):
                    rest = rest.replace(line[at : at + length], "\2")
    rest = re.sub(r"(.+?)\1+", r"\1", rest)
    rest = re.sub(r"^[0-9]+|[0-9]+$|[0-9]{4,}", "\3", rest)
    return len(rest)
