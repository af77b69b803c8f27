"""What a commitment owes for its misses: which indicator counts them, what tells payments, amounts that are met."""

from __future__ import annotations

from collections.abc import Sequence

from charter.domain.charter_file.charter import COUNTING_MISSES
from charter.domain.charter_file.entered_sources import ENTERED
from charter.domain.charter_file.evidence import Compensation, Owed
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedCommitment, PlacedIndicator
from charter.domain.charter_file.values import Delay
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Kind

_CLOCKS = (
    {"seconds", "minutes", "hours"},
    {"working minutes", "working hours"},
    {"days", "weeks", "months"},
    {"working days"},
)
"""Units of time that pass alike."""


def check_compensation(commitment: PlacedCommitment, parts: Parts, notes: Notes) -> None:
    """Note what does not agree in the compensation of a commitment, as far as it is valid."""
    said: Compensation | None = commitment.field("compensation")
    if said is None:
        return
    path = (*commitment.path, "compensation")
    owing = _owing(commitment, said, path, notes)
    if owing is not None:
        _check_counted(owing, said, parts, path, notes)
        _check_paid(owing, said, parts, path, notes)
    _check_amounts(said, path, notes)


def _owing(commitment: PlacedCommitment, said: Compensation, path: Path, notes: Notes) -> PlacedIndicator | None:
    """The indicator whose misses owe."""
    able = [one for one in commitment.indicators if one.written("kind") in list(COUNTING_MISSES)]
    keys = [one.key for one in able if one.key is not None]
    if said.indicator is None:
        if len(able) == 1:
            return able[0]
        none = Sentence("no indicator of this commitment counts misses")
        several = Sentence("it is not said which indicator counts the misses")
        remedy = Sentence("add indicator: one of %(keys)s", keys=keys)
        add = Sentence("add an indicator of kind share-within, share, yes-no or count")
        notes.error(path, several if able else none, remedy if able else add)
        return None
    found = next((one for one in able if one.key == said.indicator), None)
    if found is None:
        wrong = Sentence("'%(key)s' is no indicator of this commitment that counts misses", key=said.indicator)
        notes.error((*path, "indicator"), wrong, did_you_mean(said.indicator, keys, Sentence("write one that does")))
    return found


def _check_counted(owing: PlacedIndicator, said: Compensation, parts: Parts, path: Path, notes: Notes) -> None:
    """Whether the indicator tells its misses, and each of them where they owe differently."""
    if owing.written("kind") == Kind.COUNT and owing.written("direction") != "lower":
        wrong = Sentence("'%(key)s' counts what is good: more of it is no miss", key=owing.key)
        notes.error(path, wrong, Sentence("write direction: lower there, or name another indicator"))
    source = parts.sources.get(str(owing.written("source")))
    is_entered = source is None or (isinstance(source.raw, dict) and source.raw.get("kind") in ENTERED)
    if said.is_by_case and (is_entered or owing.written("denominator") is not None):
        wrong = Sentence("'%(key)s' tells how many were missed, not which: they cannot owe differently", key=owing.key)
        notes.error(path, wrong, Sentence("write one amount without where, further, from and until"))
    within = owing.field("within") or next((one.within for one in owing.field("tiers") or []), None)
    for where, one in _placed(said, path):
        if one.further is not None:
            _check_further(within, one.further.every, (*where, "further"), notes)


def _check_further(within: Delay | None, every: Delay, path: Path, notes: Notes) -> None:
    if within is None:
        wrong = Sentence("an amount grows with the delay, and nothing is promised within one")
        notes.error(path, wrong, Sentence("remove further, or name an indicator of kind share-within"))
        return
    clock = next(units for units in _CLOCKS if within.unit in units)
    if every.count == 0 or every.unit not in clock - {"months"}:
        wrong = Sentence("%(every)s and %(within)s are not on one clock", every=every.sentence, within=within.sentence)
        units = sorted(clock - {"months"})
        notes.error((*path, "every"), wrong, Sentence("write it in one of: %(units)s", units=units))


def _check_paid(owing: PlacedIndicator, said: Compensation, parts: Parts, path: Path, notes: Notes) -> None:
    if said.paid is None:
        return
    money = {one.key: one for one in parts.indicators if one.written("kind") == Kind.MONEY and one.key is not None}
    found = money.get(said.paid)
    if found is None:
        wrong = Sentence("'%(key)s' is no indicator of kind money", key=said.paid)
        notes.error((*path, "paid"), wrong, did_you_mean(said.paid, list(money), Sentence("name one that is")))
        return
    if found.written("period", "month") != owing.written("period", "month"):
        wrong = Sentence("what is paid is counted by another period than the misses")
        notes.error((*path, "paid"), wrong, Sentence("give '%(key)s' the same period", key=said.paid))
    currency = found.written("currency")
    if currency is not None and currency != said.currency:
        wrong = Sentence("what is owed is in %(owed)s, what is paid in %(paid)s", owed=said.currency, paid=currency)
        notes.error((*path, "currency"), wrong, Sentence("write both in one currency"))


def _placed(said: Compensation, path: Path) -> Sequence[tuple[Path, Owed]]:
    return [((*path, "amounts", at) if said.amounts else path, one) for at, one in enumerate(said.each)]


def _check_amounts(said: Compensation, path: Path, notes: Notes) -> None:
    """Dates run forward; every amount can be met: nothing that meets all stands before it."""
    placed = _placed(said, path)
    for where, one in placed:
        if one.from_ is not None and one.until is not None and one.until < one.from_:
            wrong = Sentence("it ends on %(until)s, before it begins", until=one.until)
            notes.error((*where, "until"), wrong, Sentence("correct one of the two days"))
    whole = next((at for at, (_, one) in enumerate(placed) if (one.where, one.from_, one.until) == (None,) * 3), None)
    if whole is not None and whole < len(placed) - 1:
        wrong = Sentence("no case comes to this amount: that before it is owed by all")
        notes.error(placed[whole + 1][0], wrong, Sentence("write the amount without conditions last"))
