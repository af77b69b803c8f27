"""Passwords that are guessed first: common ones, repetitions, rows of keys, one's own name, address and house."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LEAST_GUESSES = 10**8
"""Tries that a password has to outlast: level 3 of 4 (Wheeler 2016, *zxcvbn: low-budget password strength estimation*).
What is kept is slow to try (argon2, some thirty a second on a core: forty days), signing in far slower."""

_SEPARATORS = re.compile(r"[\s._@/,;:-]+")
_SIGNS_OF_WORDS = re.compile(r"[^\d\s._/+:-]")
LONGEST_LOOKED_AT = 72
"""Letters after which nothing is added: the estimate's time grows with the square, and so much is beyond guessing."""

_OURS = ("promesse", "promesses", "charte", "charter", "service")
_FRENCH = """
    motdepasse nouveaumotdepasse monmotdepasse lemotdepasse liberteegalitefraternite jeanpierre lavieestbelle mot
    passe mdp bonjour azerty soleil jetaime jtm doudou chouchou loulou bienvenue coucou amour monamour chocolat
    marseille lyon paris france toulouse bordeaux princesse nounours papillon licorne bisous bebe cheval chien chat
    chaton lapin coeur etoile maison famille maman papa fleur lune mer bonheur vacances voiture travail bureau
    entreprise accueil agence client administrateur utilisateur acces connexion identifiant ordinateur internet
    secret changezmoi nouveau nouvelle vieux petit petite grand grande mon ton son les des est une hiver printemps
    ete automne janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi
    mercredi jeudi vendredi samedi dimanche camille nicolas julien thomas alexandre sandrine isabelle nathalie
    pierre laurent marine caroline manon lea chloe emma louis hugo olivier sebastien marguerite liberte egalite
    fraternite vive vie belle beau temps monde jesus marie jean
"""
"""What French passwords are full of, the commonest first: the library's lists are English."""


def is_easily_guessed(password: str, words: Iterable[str] = ()) -> bool:
    """True where a guesser who knows people, their names and their house finds the password in LEAST_GUESSES tries.

    `words`: names and addresses of the person and of the house. The weakest reading holds: as it is written, without
    accents, without what parts words, and what is left once one's own words are taken out.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 heavy

    own = list(dict.fromkeys(part for word in (*words, *_OURS) for part in _parts(word)))
    if not _SIGNS_OF_WORDS.search(password):
        return True  # digits alone are dates and telephone numbers
    forms = {form[:LONGEST_LOOKED_AT] for form in _readings(password, own)}
    return any(
        not form or zxcvbn(form, user_inputs=[*own, *_FRENCH.split()])["guesses"] < LEAST_GUESSES for form in forms
    )


def _readings(password: str, own: Iterable[str]) -> tuple[str, ...]:
    plain = as_typed(password)
    left = plain
    for part in sorted(own, key=len, reverse=True):
        left = left.replace(part, "")
    return password, plain, _SEPARATORS.sub("", plain), _SEPARATORS.sub("", left)


def _parts(text: str) -> list[str]:
    """A name or an address as somebody would type it: whole, without its blanks, and in its parts."""
    plain = as_typed(text)
    pieces = re.split(r"[^a-z0-9]+", plain)
    return [part for part in (plain, "".join(pieces), *pieces) if len(part) >= 3]


def as_typed(text: str) -> str:
    """A name as people type it: small letters without accents; letters of other alphabets stay."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
