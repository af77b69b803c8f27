"""What makes a promise vague, or a figure doubtful: nothing here refuses a charter, everything can be mended."""

from __future__ import annotations

from charter.domain.charter_file.findings import Finding, Notes, Path, Said
from charter.domain.charter_file.models import Charter, Commitment
from charter.domain.charter_file.reading import ReadCharter
from charter.domain.charter_file.values import Delay, Text
from charter.domain.errors import Sentence
from charter.domain.lint.evidence import check_evidence
from charter.domain.lint.indicators import check_indicator, check_weights
from charter.domain.lint.promises import names_audience, numbers_in, vague_words
from charter.domain.terms import Nature

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
        _check_languages(charter, commitment, path, notes)
        _check_people(commitment, path, notes)
        check_evidence(charter, commitment, path, notes)
        for nth, indicator in enumerate(commitment.indicators):
            check_indicator(charter, indicator, (*path, "indicators", nth), notes)
    _check_expectations(charter, notes)
    check_weights(charter, notes)
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
        elif delays and not any(_said(delay.count, delay.unit) & numbers for delay in delays):
            said = Sentence("the promise names another delay than the one that is measured")
            notes.warning(where, said, _measured(delays))
        if not any(names_audience(words, one) for one in read_as):
            said = Sentence("the promise does not say to whom it is made")
            remedy = Sentence("say whom and what it covers: every customer, every written complaint")
            notes.advice(where, said, remedy)


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
    if not commitment.components:
        said = Sentence("the commitment serves no component of trust")
        notes.advice(path, said, Sentence("add components: competence, honesty, benevolence; the main one first"))
    _check_proof(commitment, path, notes)


def _check_proof(commitment: Commitment, path: Path, notes: Notes) -> None:
    if not any(one.mandatory for one in commitment.indicators):
        none = Sentence("a commitment without evidence: it has no indicator")
        optional = Sentence("a commitment without evidence: it has no mandatory indicator")
        remedy = Sentence("add an indicator, or do not promise it")
        notes.warning(path, optional if commitment.indicators else none, remedy)
    elif all(one.nature is Nature.PERCEIVED for one in commitment.indicators):
        said = Sentence("the commitment is only perceived: nothing counts what was delivered")
        notes.advice(path, said, Sentence("add an indicator of nature delivered"))


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
