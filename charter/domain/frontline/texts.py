"""Free texts made ready to be counted: each once, without what they quote, what a form says, and names."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from charter.domain.frontline.lemmas import Word, language_of, names_in, sentences_of
from charter.domain.vocabulary.privacy import GAP

LEAST = 5
"""Fewer texts say nothing: an expression never tells of one person."""
LONGEST = 3
BETWEEN = 2
"""So many words that say nothing may stand between two of an expression."""
_QUOTED = re.compile(
    r"^(?:>.*|-{2,} ?(?:original message|message d.origine|forwarded|message transféré).*|-- ?)$|"
    r"^(?:le .{5,60} a écrit ?:|on .{5,80} wrote:|de ?: .*@.*|from: .*@.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE = re.compile(r"[^\n.!?]+[.!?]*")
_LONG_LINE, _FEW = 8, 50
_SHORT_LINE, _MANY = 3, 5


@dataclass(frozen=True)
class Text:
    """A text with what is personal masked: of which month and unit. `subject`: where it is kept already."""

    words: str
    month: str
    unit: str
    subject: str = ""
    language: str = ""


def once_each(texts: Iterable[Text]) -> list[Text]:
    """Each text once, as it came first; blanks, capitals and signs make no other text."""
    first: dict[str, Text] = {}
    for one in sorted(texts, key=lambda one: one.month):
        plain = "".join(filter(str.isalnum, one.words.casefold()))
        if plain:
            first.setdefault(plain, one)
    return list(first.values())


def drawn_by_lot(numbers: Iterable[int], texts: Sequence[Text], seed: str, most: int) -> list[int]:
    """So many of the texts at most: those whose hash with the seed is lowest, so that the same draw comes again."""
    return sorted(numbers, key=lambda at: hashlib.sha256(f"{seed}\n{texts[at].words}".encode()).digest())[:most]


def without_forms(texts: Sequence[Text]) -> list[Text]:
    """The texts without what they quote, and without what a form says: sentences of eight words or more that one text
    in fifty says word for word, five at least; shorter ones, of three words or more, that one in five says. A text that
    is kept elsewhere stays as it is, since it is shown from there."""
    own = [replace(one, words=_own_words(one.words)) if not one.subject else one for one in texts]
    seen = Counter(line for one in own for line in {_plain(each.group()) for each in _LINE.finditer(one.words)})
    rules = ((_LONG_LINE, max(LEAST, len(own) // _FEW)), (_SHORT_LINE, max(LEAST, len(own) // _MANY)))
    forms = {
        line
        for line, count in seen.items()
        if any(count >= least and len(line.split()) >= long for long, least in rules)
    }
    return [replace(one, words=_without(one.words, forms)) if not one.subject else one for one in own] if forms else own


def _own_words(text: str) -> str:
    """Without lines of an earlier mail; what follows a line that announces one is quoted, too."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _QUOTED.match(line.strip()):
            if line.lstrip().startswith(">"):
                continue
            break
        kept.append(line)
    return "\n".join(kept).strip() or text


def _plain(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.casefold()))


def _without(text: str, forms: set[str]) -> str:
    return _LINE.sub(lambda one: "" if _plain(one.group()) in forms else one.group(), text)


@dataclass(frozen=True)
class Ready:
    """Texts with their sentences, names taken out of both."""

    texts: Sequence[Text]
    sentences: Sequence[Sequence[Sequence[Word]]]


def ready(texts: Sequence[Text], charter: frozenset[str], left_out: frozenset[str] = frozenset()) -> Ready:
    """The texts in words. `charter`: words in small letters that are no names; `left_out`: words that are as names."""
    told = [replace(one, language=language_of(one.words)) for one in texts]
    sentences = [list(sentences_of(one.words, one.language)) for one in told]
    names = names_in(((one.language, each) for one, each in zip(told, sentences, strict=True)), charter) | left_out
    if not names:
        return Ready(told, sentences)
    shown = [
        one if one.subject else replace(one, words=_without_names(one.words, each, names))
        for one, each in zip(told, sentences, strict=True)
    ]
    again = [
        each if one is before else list(sentences_of(one.words, one.language))
        for one, before, each in zip(shown, told, sentences, strict=True)
    ]
    return Ready(shown, [[run for one in each for run in _runs_without(one, names)] for each in again])


def _without_names(text: str, sentences: Sequence[Sequence[Word]], names: frozenset[str]) -> str:
    for word in (word for sentence in reversed(sentences) for word in reversed(sentence)):
        if word.written.casefold() in names and not word.is_silent:
            text = text[: word.start] + GAP + text[word.end :]
    return text


def _runs_without(words: Sequence[Word], names: frozenset[str]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if word.written.casefold() in names and not word.is_silent:
            yield run
            run = []
        else:
            run.append(word)
    yield run


Spans = dict[tuple[str, ...], tuple[int, int]]


def expressions_in(sentences: Iterable[Sequence[Word]], longest: int = LONGEST) -> Spans:
    """The expressions of a text and where each stands first: words that say something, one to three side by side."""
    found: Spans = {}
    for words in sentences:
        told = [at for at, word in enumerate(words) if not word.is_silent]
        for first in range(len(told)):
            run: list[Word] = []
            for nth, at in enumerate(told[first : first + longest], first):
                if run and at - told[nth - 1] > BETWEEN + 1:
                    break
                run.append(words[at])
                if not all(word.is_negation for word in run):
                    found.setdefault(tuple(word.lemma for word in run), (run[0].start, run[-1].end))
    return found
