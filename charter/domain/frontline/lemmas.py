"""Words as a dictionary has them: `factures` and `facture` are one, in French and in English.

Lemmas, not stems: a page shows words that people write, and `général` is not `génération`. Which words say nothing by
themselves is listed here; a negation says nothing alone, and much beside another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LANGUAGES = ("fr", "en")

SILENT = {
    "fr": frozenset(
        """
        a afin ai aie ainsi alors après as au aucun aucune aujourd'hui auquel aura aurait aussi autant autre autres aux
        avaient avais avait avant avec avez avoir avons beaucoup bien bon bonjour bonsoir car ce ceci cela celle celles
        celui cependant ces cet cette ceux chaque cher chère chez ci comme comment cordialement d dans de déjà depuis
        des dès deux devoir dire dit doit donc dont du elle elles en encore enfin ensuite entre est et étaient étais
        était étant été être eu eux faire fais fait faites faut fois font hier ici il ils j je jour jours jusqu'à l la
        là laquelle le lequel les lesquels leur leurs lors lorsque lui m ma madame mademoiselle maintenant mais me
        même mêmes merci mes messieurs mettre mien mois moi moins mon monsieur n ne nos notre nôtre nous on ont or ou où
        par parce pas pendant peu peut peuvent peux plus plusieurs pour pourquoi pourtant pouvez pouvoir prier pris puis
        puisque qu quand que quel quelle quelles quels quelque quelques qui quoi rien s sa sais salutation salutations
        sans sauf savoir se sera serait ses si sien soi soit sommes son sont sous souvent suis suite sur t ta tandis
        tant te tel telle tellement tels tes toi ton toujours tous tout toute toutes très trop trouver tu un une vais
        va venir vers veux veuillez vient voici voilà voir vont vos votre vôtre vouloir vous vu y année an ans heure
        heures semaine semaines agréer distingué distinguées sincères
        """.split()  # noqa: SIM905
    ),
    "en": frozenset(
        """
        a about above after again against all also am an and any are as at be because been before being below best
        between both but by can can't could dear did didn't do does doesn't doing don't down during each even ever every
        few for from further get gets getting give go goes going got had has hasn't have haven't having he hello her
        here hers him his how i i'd i'll i'm i've if in into is isn't it it's its just kind know let like made make many
        may me might more most much must my myself no none nor not now of off on once one only or other our ours out
        over own please put re really regards s same say said see shall she should since sincerely sir so some still
        such t take tell than thank thanks that the their theirs them then there these they thing this those though
        through till time times to today told too two under until up us very want was wasn't way we well went were what
        when where which while who whom why will with without won't would yes yesterday yet you your yours year years
        month months week weeks day days hour hours madam
        """.split()  # noqa: SIM905
    ),
}
"""Words that carry a sentence and say nothing by themselves."""
NEGATIONS = {
    "fr": frozenset("pas jamais aucun aucune sans plus rien personne ni".split()),  # noqa: SIM905
    "en": frozenset(
        """no not never nobody nothing without none don't didn't doesn't won't can't isn't wasn't haven't
        hasn't""".split()  # noqa: SIM905
    ),
}
"""Beside another word these say much: “jamais rappelé”."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?;:…()\[\]«»“”\"\n,/|]+|\s[-–—]\s|•")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)[’']", re.IGNORECASE)
_HUNG_ON = re.compile(
    r"-(?:t-)?(?:moi|toi|nous|vous|je|tu|ils?|elles?|on|le|la|les|lui|leur|y|en|ce|ci|là)$", re.IGNORECASE
)
_SHORTEST = 3


@dataclass(frozen=True)
class Word:
    """A word of a text: its lemma, where it stands, and whether it says nothing by itself, or negates."""

    lemma: str
    written: str
    start: int
    end: int
    is_first: bool = False
    is_silent: bool = False
    is_negation: bool = False


def language_of(text: str, otherwise: str = "fr") -> str:
    """French or English, by the words that only one of them has; `otherwise` where that does not decide."""
    seen = {one.group().casefold().replace("’", "'") for one in _WORD.finditer(text)}
    parts = {part for word in seen for part in re.split("[']", word)} | seen
    counts = {language: len(parts & (SILENT[language] - SILENT[other])) for language, other in _OTHERS}
    return otherwise if counts["fr"] == counts["en"] else max(counts, key=lambda one: counts[one])


_OTHERS = (("fr", "en"), ("en", "fr"))


def sentences_of(text: str, language: str) -> Iterator[list[Word]]:
    """The words of a text, in runs that no stop, comma or mask interrupts."""
    place = 0
    for stop in [*_SENTENCE.finditer(text), None]:
        end = len(text) if stop is None else stop.start()
        begins = place == 0 or text[:place].rstrip().endswith((".", "!", "?", "…")) or "\n" in text[place - 1 : place]
        found = list(_words(text, (place, end), language, begins=begins))
        if found:
            yield found
        if stop is not None:
            place = stop.end()


def _words(text: str, span: tuple[int, int], language: str, *, begins: bool) -> Iterator[Word]:
    is_first = begins
    for one in _WORD.finditer(text, *span):
        start, written = one.start(), one.group()
        if language == "fr" and (cut := _ELIDED.match(written)):
            start, written = start + cut.end(), written[cut.end() :]
        if language == "fr" and (cut := _HUNG_ON.search(written)):
            written = written[: cut.start()]
        plain = written.casefold().replace("’", "'")
        lemma = lemma_of(plain, language)
        is_negation = plain in NEGATIONS[language]
        is_silent = not is_negation and (
            plain in SILENT[language] or lemma in SILENT[language] or len(plain) < _SHORTEST
        )
        yield Word(lemma, written, start, start + len(written), is_first, is_silent, is_negation)
        is_first = False


@lru_cache(maxsize=100_000)
def lemma_of(plain: str, language: str) -> str:
    """The word as a dictionary has it; itself where the dictionary does not know it."""
    from simplemma import lemmatize  # noqa: PLC0415 heavy

    return str(lemmatize(plain, lang=language))


@lru_cache(maxsize=100_000)
def is_known(plain: str, language: str) -> bool:
    """Whether the dictionary has the word, and not as a name."""
    from simplemma import is_known as known  # noqa: PLC0415 heavy

    return bool(known(plain, lang=language)) and lemma_of(plain, language)[:1].islower()


def names_in(texts: Iterable[tuple[str, Iterable[Iterable[Word]]]], charter: frozenset[str]) -> frozenset[str]:
    """Words (in small letters) that are names, by how they are written in all texts together: with a capital within a
    sentence oftener than without, or never without and in no dictionary. Words of the charter are none.

    `texts`: of each its language, and its sentences. Whoever writes all in capitals tells nothing of it.
    """
    within, small, begun = dict[str, int](), dict[str, int](), set[tuple[str, str]]()
    for language, sentences in texts:
        words = [word for sentence in sentences for word in sentence]
        if sum(word.written.isupper() for word in words) * 2 > len(words):
            continue
        for word in words:
            plain = word.written.casefold()
            if word.written[:1].islower():
                small[plain] = small.get(plain, 0) + 1
            elif word.is_first or word.is_silent:
                begun.add((language, plain))
            elif not (word.written.isupper() and len(word.written) <= _LONGEST_ACRONYM):
                within[plain] = within.get(plain, 0) + 1
    names = {plain for plain, count in within.items() if count > small.get(plain, 0)}
    names |= {plain for language, plain in begun if plain not in small and not is_known(plain, language)}
    return frozenset(names - charter)


_LONGEST_ACRONYM = 5
