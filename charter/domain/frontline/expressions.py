"""Expressions that more people write than before: one to three words, counted in texts, never in occurrences.

A text that was sent twice counts once; what many texts say word for word (a signature, a form's own sentences) is cut
out, and what is quoted from an earlier mail. An expression counts from five texts on, so that none is of one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from charter.domain.frontline.lemmas import NEGATIONS, Word
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW, Told, rise_in
from charter.domain.frontline.texts import (
    LEAST,
    LONGEST,
    Ready,
    Text,
    drawn_by_lot,
    expressions_in,
    once_each,
    ready,
    without_forms,
)
from charter.domain.frontline.words import Counted, Place, folded

ENOUGH = 30
"""Fewer texts of a unit in the two months are too few to say anything, and its texts are not offered to read."""
DRAWN = 5
"""So many texts of a month are drawn to be read."""
SHOWN = 20
"""So many texts at most are kept of a rising expression."""
MOST = 60_000
"""Of more texts in all, so many are drawn to be counted."""
MOST_TEXTS = 0.5
"""What stands in more than that share of the texts is a form's own words."""


@dataclass(frozen=True)
class Found:
    """What the texts say: the texts themselves without names; by unit how many in the month and in the two months,
    which are drawn to be read, what rises, and what is asked for besides. `cells`: how many were looked at together."""

    texts: Sequence[Text]
    of_month: Mapping[str, int]
    of_window: Mapping[str, int]
    drawn: Mapping[str, Sequence[int]]
    rising: Mapping[str, Sequence[Counted]]
    asked: Mapping[str, Sequence[Counted]]
    cells: int
    read: int


def rising(
    texts: Iterable[Text],
    months: Sequence[str],
    path: Callable[[str], Sequence[str]],
    *,
    seed: str,
    charter: frozenset[str] = frozenset(),
    left_out: frozenset[str] = frozenset(),
    asked: Iterable[str] = (),
) -> Found:
    """What rises in the last two of the months (oldest first), in each unit that has texts enough.

    `path`: a unit and those above it. `charter`: words in small letters that are no names; `left_out`:
    words that are as names. `asked`: expressions to be counted whether they rise or not. `seed`: of the draw.
    """
    once = once_each(texts)
    kept = drawn_by_lot(range(len(once)), once, seed, MOST)
    read = sorted((once[at] for at in kept), key=lambda one: one.month)
    made = ready(without_forms(read), charter, left_out)
    stands = _Standing(made, months[-MOST_MONTHS - WINDOW :], path, set(asked))
    return Found(
        made.texts,
        stands.of_month(),
        stands.of_window(),
        stands.drawn(seed),
        *stands.rises(),
        len(stands.cells),
        len(once),
    )


class _Standing:
    """In which texts each expression stands, of those that stand in five at least or are asked for."""

    def __init__(
        self, made: Ready, months: Sequence[str], path: Callable[[str], Sequence[str]], asked: set[str]
    ) -> None:
        self._texts, self._months, self._path, self._asked = made.texts, months, path, asked
        self._window = set(months[-WINDOW:])
        self._inside = [at for at, one in enumerate(made.texts) if one.month in set(months)]
        self._spans = self._frequent(made.sentences)
        self._by_unit: dict[str, list[int]] = {}
        for at in self._inside:
            for unit in path(made.texts[at].unit):
                self._by_unit.setdefault(unit, []).append(at)
        self.cells: list[tuple[str, str]] = []
        self._window_of = self.of_window()

    def _frequent(self, sentences: Sequence[Sequence[Sequence[Word]]]) -> dict[int, dict[str, tuple[int, int]]]:
        """By text the expressions that are frequent; longer ones are looked for where their parts are frequent."""
        frequent: set[tuple[str, ...]] = set()
        for size in range(1, LONGEST + 1):
            seen: Counter[tuple[str, ...]] = Counter()
            for at in self._inside:
                own = self._texts[at].language
                for lemmas in expressions_in(sentences[at], size):
                    key = (own, *lemmas)
                    if len(lemmas) == size and all(part in frequent or _says_nothing(part) for part in _parts(key)):
                        seen[key] += 1
            frequent |= {key for key, count in seen.items() if count >= LEAST or self._is_asked(key)}
        found: dict[int, dict[str, tuple[int, int]]] = {}
        for at in self._inside:
            own = self._texts[at].language
            spans = expressions_in(sentences[at]).items()
            found[at] = {" ".join((own, *lemmas)): span for lemmas, span in spans if (own, *lemmas) in frequent}
        return found

    def _is_asked(self, key: tuple[str, ...]) -> bool:
        return " ".join(key) in self._asked

    def of_month(self) -> dict[str, int]:
        """All texts of the month, by unit."""
        return {
            unit: sum(self._texts[at].month == self._months[-1] for at in own) for unit, own in self._by_unit.items()
        }

    def of_window(self) -> dict[str, int]:
        """Texts of the two months by unit, in the language in which there are most."""
        found = dict[str, int]()
        for unit, own in self._by_unit.items():
            seen = Counter(self._texts[at].language for at in own if self._texts[at].month in self._window)
            found[unit] = max(seen.values(), default=0)
        return found

    def drawn(self, seed: str) -> dict[str, list[int]]:
        """By unit with texts enough in the month: those that are drawn to be read."""
        found = {}
        for unit, own in self._by_unit.items():
            now = [at for at in own if self._texts[at].month == self._months[-1]]
            if len(now) >= ENOUGH:
                found[unit] = drawn_by_lot(now, self._texts, seed, DRAWN)
        return found

    def rises(self) -> tuple[dict[str, list[Counted]], dict[str, list[Counted]]]:
        """By unit what rises, and what is asked for."""
        counted = {unit: self._counted(own) for unit, own in self._by_unit.items()}
        self.cells = [(unit, key) for unit, lines in counted.items() for key, line in lines.items() if _is_cell(line)]
        found, asked = dict[str, list[Counted]](), dict[str, list[Counted]]()
        for unit, lines in counted.items():
            told = {key: self._told(unit, key, line) for key, line in lines.items() if _is_cell(line)}
            up = [one for one in told.values() if one.rise is not None]
            found[unit] = folded(up, {one.key: self._where(unit, one.key) for one in up})
            asked[unit] = [self._told(unit, key, lines[key]) for key in sorted(self._asked) if key in lines]
        return found, asked

    def _counted(self, own: Sequence[int]) -> dict[str, list[Told]]:
        """By expression, month by month, in how many texts of its language it stands; none where texts are too few."""
        of: Counter[tuple[str, str]] = Counter((self._texts[at].language, self._texts[at].month) for at in own)
        on: dict[str, Counter[str]] = {}
        for at in own:
            for key in self._spans[at]:
                on.setdefault(key, Counter())[self._texts[at].month] += 1
        enough = {
            language
            for language in {language for language, _ in of}
            if sum(of[language, month] for month in self._window) >= ENOUGH
        }
        return {
            key: [Told(seen[month], of[key[:2], month]) for month in self._months]
            for key, seen in on.items()
            if key[:2] in enough or key in self._asked
        }

    def _told(self, unit: str, key: str, line: Sequence[Told]) -> Counted:
        lately, past = line[-WINDOW:], [one for one in line[:-WINDOW] if one.of]
        count, window_of = sum(one.on for one in lately), sum(one.of for one in lately)
        is_told = key in self._asked
        rise = rise_in(line, len(self.cells)) if _is_cell(line) and LEAST <= count <= MOST_TEXTS * window_of else None
        return Counted(
            key,
            self._shown(unit, key) if count >= LEAST and (rise is not None or is_told) else key[3:],
            line[-1].on,
            line[-1].of,
            count,
            window_of,
            sum(one.on for one in past),
            sum(one.of for one in past),
            len(past),
            rise,
            self._where(unit, key)[:SHOWN] if rise is not None or (is_told and self._may_show(unit, count)) else (),
        )

    def _may_show(self, unit: str, count: int) -> bool:
        """Whether texts of it may be kept: five of them, among enough of the unit."""
        return count >= LEAST and self._window_of[unit] >= ENOUGH

    def _where(self, unit: str, key: str) -> list[Place]:
        """Where it stands in the two months, newest first."""
        places = [
            Place(at, *self._spans[at][key])
            for at in self._by_unit[unit]
            if key in self._spans[at] and self._texts[at].month in self._window
        ]
        return places[::-1]

    def _shown(self, unit: str, key: str) -> str:
        forms = Counter(
            " ".join(self._texts[one.text].words[one.start : one.end].casefold().split())
            for one in self._where(unit, key)
        )
        return min(forms, key=lambda form: (-forms[form], len(form), form))


def _is_cell(line: Sequence[Told]) -> bool:
    """Whether it is looked at: in five texts at least, before and lately together."""
    return sum(one.on for one in line) >= LEAST


def _parts(key: tuple[str, ...]) -> set[tuple[str, ...]]:
    """What is left of an expression without its last word, and without its first; nothing of one word."""
    return {key[:-1], (key[0], *key[2:])} if len(key) > 2 else set()


def _says_nothing(key: tuple[str, ...]) -> bool:
    """Whether it is of negations alone, which are no expression."""
    return NEGATIONS[key[0]].issuperset(key[1:])
