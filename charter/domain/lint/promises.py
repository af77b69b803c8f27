"""What makes a promise vague: its words, its numbers, whom it names, what its class rests on. All can be mended."""

from __future__ import annotations

from collections.abc import Iterator

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.findings import Finding, Notes, Path, Said
from charter.domain.charter_file.reading import ReadCharter
from charter.domain.charter_file.values import Delay, Text
from charter.domain.lint.indicators import check_calendars, check_first_periods, check_indicator, check_weights
from charter.domain.lint.parties import check_parties
from charter.domain.lint.texts import names_audience, numbers_in, vague_words
from charter.domain.lint.words import delays_named, is_named, levels_in, per_cent, shares_required
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Nature

ENOUGH_EXPERTS = 2


def check_evidence(charter: Charter, commitment: Commitment, path: Path, notes: Notes) -> None:
    """A class rests on law, sector or at least two experts; a decision without any of them is an opinion."""
    evidence = commitment.evidence
    if evidence.law is None and evidence.sector is None and not evidence.experts:
        if commitment.class_ is None:
            remedy = Sentence("add evidence: law, sector or experts; a survey can follow")
            notes.advice(path, Sentence("nothing tells its class, so it is held as floor"), remedy)
        else:
            said = Sentence("the class '%(decided)s' is decided without evidence", decided=commitment.class_.decided)
            notes.warning((*path, "class"), said, Sentence("add evidence: law, sector or experts"))
    if 0 < len(evidence.experts) < ENOUGH_EXPERTS:
        said = Sentence("one expert's opinion has no weight")
        notes.advice((*path, "evidence", "experts"), said, Sentence("ask a second one, separately"))


TEXTS = {
    "promise": Sentence("the promise"),
    "title": Sentence("the title"),
    "guidance": Sentence("the guidance"),
    "may_grant": Sentence("the may_grant"),
}
"""The texts of a commitment that stand in the report."""

NOBODY = (
    "?",
    "tbd",
    "tba",
    "todo",
    "n/a",
    "none",
    "nobody",
    "à définir",
    "a definir",
    "à désigner",
    "personne",
    "xxx",
    "-",
)


def lint_charter(read: ReadCharter) -> list[Finding]:
    """Every finding on a valid charter, in the order of the file; `read.findings` has those of its reading.

    Warnings weaken a promise or its proof, advice improves it; errors are found by reading and refuse the file.
    """
    charter = read.charter
    keys = {"commitments": [{"key": one.key} for one in charter.commitments]}
    notes = Notes(read.lines, keys)
    for index, commitment in enumerate(charter.commitments):
        path: Path = ("commitments", index)
        _check_promise(commitment, path, notes)
        _check_level(commitment, path, notes)
        _check_languages(charter, commitment, path, notes)
        _check_people(commitment, path, notes)
        check_evidence(charter, commitment, path, notes)
        for nth, indicator in enumerate(commitment.indicators):
            check_indicator(charter, indicator, (*path, "indicators", nth), notes)
    _check_expectations(charter, notes)
    _check_grids(charter, notes)
    check_parties(charter, notes)
    check_first_periods(charter, notes)
    check_weights(charter, notes)
    check_calendars(charter, notes)
    return notes.in_order()


def _written(text: Text) -> list[tuple[str, str]]:
    """(language, words) as written; words written once for both languages are read in either."""
    if text.fr == text.en:
        return [("", text.fr or "")]
    return [(name, words) for name in ("en", "fr") if (words := getattr(text, name))]


def _check_promise(commitment: Commitment, path: Path, notes: Notes) -> None:
    delays = [one for indicator in commitment.indicators if indicator.mandatory for one in _delays(indicator)]
    for language, words in _written(commitment.promise):
        where = (*path, "promise", language) if language else (*path, "promise")
        read_as = [language] if language else ["en", "fr"]
        for phrase in [phrase for one in read_as for phrase in vague_words(words, one)]:
            said = Sentence("the promise says '%(phrase)s', which nobody can check", phrase=phrase)
            notes.warning(where, said, Sentence("say a delay or a level: within 10 working days"))
        numbers = {number for one in read_as for number in numbers_in(words, one)}
        if delays and not numbers:
            notes.warning(where, Sentence("the promise names no delay"), _measured(delays))
        elif delays and not _names_one_of(delays, words, read_as, numbers):
            said = Sentence("the promise names another delay than the one that is measured")
            notes.warning(where, said, _measured(delays))
        if not any(names_audience(words, one) for one in read_as):
            said = Sentence("the promise does not say to whom it is made")
            remedy = Sentence("say whom and what it covers: every customer, every written complaint")
            notes.advice(where, said, remedy)


def _names_one_of(delays: list[Delay], words: str, read_as: list[str], numbers: set[int]) -> bool:
    """Whether the words name a delay that is measured: with its unit where they say one, else by its number."""
    named = [one for language in read_as for one in delays_named(words, language)]
    if named:
        return any(is_named(delay, named) for delay in delays)
    return any(_said(delay.count, delay.unit) & numbers for delay in delays)


def _check_level(commitment: Commitment, path: Path, notes: Notes) -> None:
    """The share of cases that the promise names is one that is required."""
    required = shares_required(commitment)
    for language, named in levels_in(commitment).items() if required else ():
        if named and not named & set(required):
            where = (*path, "promise", language) if language else (*path, "promise")
            said = Sentence(
                "the promise says %(said)s, and %(level)s is required",
                said=per_cent(list(named)),
                level=per_cent(required),
            )
            notes.warning(where, said, Sentence("require the level that is promised, or promise the one required"))


def _measured(delays: list[Delay]) -> Sentence:
    return Sentence("say what is measured: %(delay)s", delay=delays[0].sentence)


def _delays(indicator: object) -> list[Delay]:
    within = getattr(indicator, "within", None)
    return [within] if within is not None else [tier.within for tier in getattr(indicator, "tiers", [])]


def _said(count: int, unit: str) -> set[int]:
    """The numbers by which a delay may be named: 1 day is 24 hours, 2 hours are 120 minutes, 24 months two years."""
    factors = {
        "seconds": (60,),
        "minutes": (60,),
        "hours": (60, 24),
        "days": (24, 7, 30),
        "working minutes": (60,),
        "working hours": (60,),
        "weeks": (7, 5),
        "working days": (5,),
        "months": (12, 30),
    }[unit]
    return {
        count,
        *(count * factor for factor in factors),
        *(count // factor for factor in factors if count % factor == 0),
    }


def _check_languages(charter: Charter, commitment: Commitment, path: Path, notes: Notes) -> None:
    for language in charter.charter.report.languages:
        for name in [name for name in TEXTS if _lacks(getattr(commitment, name), language)]:
            note = notes.warning if name == "promise" else notes.advice
            note((*path, name), *_unwritten(TEXTS[name], language))
        for where, words in _case_words(commitment, path):
            if _lacks(words, language):
                notes.advice(where, *_unwritten(Sentence("the word for what is counted"), language))


def _case_words(commitment: Commitment, path: Path) -> Iterator[tuple[Path, Text]]:
    """The words for what is counted, of a commitment and of its indicators."""
    places = [(path, commitment.case)]
    places += [((*path, "indicators", nth), one.case) for nth, one in enumerate(commitment.indicators)]
    for where, case in places:
        if case is not None:
            yield (*where, "case", "one"), case.one
            yield (*where, "case", "many"), case.many


def _unwritten(text: Sentence, language: str) -> Said:
    if language == "fr":
        said = Sentence("%(text)s is not written in French, a language of the report", text=text)
        return Said(said, Sentence("add fr:"))
    said = Sentence("%(text)s is not written in English, a language of the report", text=text)
    return Said(said, Sentence("add en:"))


def _lacks(text: Text | None, language: str) -> bool:
    return text is not None and not getattr(text, language)


def _check_people(commitment: Commitment, path: Path, notes: Notes) -> None:
    if commitment.owner.strip().lower() in NOBODY:
        said = Sentence("nobody owns this commitment")
        notes.warning((*path, "owner"), said, Sentence("name the function that answers for it"))
    if commitment.guidance is None and commitment.may_grant is None:
        said = Sentence("staff are not told what the promise means for them")
        notes.advice(path, said, Sentence("add guidance: what to do, and what may be granted without asking"))
    if not commitment.components and not commitment.serves:
        said = Sentence("the commitment serves no component of trust")
        notes.advice(path, said, Sentence("add components: competence, honesty, benevolence; the main one first"))
    _check_proof(commitment, path, notes)


def _check_proof(commitment: Commitment, path: Path, notes: Notes) -> None:
    if not any(one.mandatory for one in commitment.indicators):
        none = Sentence("a commitment without evidence: it has no indicator")
        optional = Sentence("a commitment without evidence: it has no mandatory indicator")
        remedy = Sentence("add an indicator, or do not promise it")
        notes.warning(path, optional if commitment.indicators else none, remedy)
    elif commitment.is_by_means:
        said = Sentence("the commitment is measured by means alone: what is done for it, not what customers get")
        remedy = Sentence("let an indicator that proves a result decide too; until then it earns no trust")
        notes.warning(path, said, remedy)
    elif all(one.nature is Nature.PERCEIVED for one in commitment.indicators):
        said = Sentence("the commitment is only perceived: nothing counts what was delivered")
        notes.advice(path, said, Sentence("add an indicator of nature delivered"))


def _check_grids(charter: Charter, notes: Notes) -> None:
    """Items of a grid that no commitment serves; those with items below are served by these."""
    for key, grid in charter.grids.items():
        served = {item for one in charter.commitments for item in one.serves.get(key, [])}
        above = {item.parent for item in grid.items}
        unserved = [one.key for one in grid.items if one.key not in served | above]
        if unserved:
            said = Sentence("no commitment serves these items of the grid: %(words)s", words=unserved)
            notes.advice(("grids", key), said, Sentence("name them under serves, or say why not"))


def _check_expectations(charter: Charter, notes: Notes) -> None:
    """Orphans on both sides: expectations that no commitment answers, commitments that answer none."""
    expectations = charter.charter.origin.expectations
    answered = {key for one in charter.commitments for key in one.answers}
    for index, expectation in enumerate(expectations):
        if expectation.key not in answered:
            said = Sentence("no commitment answers the expectation '%(key)s'", key=expectation.key)
            where = ("charter", "origin", "expectations", index)
            notes.advice(where, said, Sentence("name it under answers, or say why not"))
    for index, commitment in enumerate(charter.commitments if expectations else []):
        if not commitment.answers:
            said = Sentence("the commitment answers no expectation of customers")
            notes.advice(("commitments", index), said, Sentence("add answers: the keys of origin.expectations"))
