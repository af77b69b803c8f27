"""The linter: what makes a promise vague or a figure doubtful, said once, on its line, with a remedy."""

from pathlib import Path

import pytest

from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.reading import read_charter
from charter.domain.lint.promises import lint_charter
from charter.domain.lint.summaries import kinds_of, once_per_thing
from charter.domain.lint.texts import names_audience, numbers_in, vague_words
from charter.domain.vocabulary.errors import Sentence

SMALL = (Path(__file__).parent / "charter_files" / "small.yaml").read_text(encoding="utf-8")
LEVEL = "{{from: 2026-01-01, target: {}, unacceptable: 0}}"
PROMISE = "{en: We answer you within 10 working days., fr: Nous vous répondons sous 10 jours ouvrés.}"
TARGETS = "        targets: [{from: 2026-01-01, target: 0.80, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95}]\n"


def found(text: str) -> list[tuple[int, str, Severity, str]]:
    findings = lint_charter(read_charter(text, is_calendar=lambda _: True))
    assert all(one.remedy for one in findings)
    return [(one.line, one.field, one.severity, str(one.message)) for one in findings]


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_sound_charter_has_no_finding() -> None:
    assert found(SMALL) == []


@pytest.mark.parametrize(
    ("promise", "field", "messages"),
    [
        (
            "{en: We answer you as soon as possible.}",
            "promise.en",
            ["the promise says 'as soon as possible', which nobody can check", "the promise names no delay"],
        ),
        (
            "{fr: Nous vous répondons rapidement et sous 10 jours.}",
            "promise.fr",
            ["the promise says 'rapidement', which nobody can check"],
        ),
        (
            "{fr: 'Vous aurez une réponse dans les meilleurs délais, sous dix jours.'}",
            "promise.fr",
            ["the promise says 'dans les meilleurs délais', which nobody can check"],
        ),
        (
            "{en: We answer you within 5 days.}",
            "promise.en",
            ["the promise names another delay than the one that is measured"],
        ),
        ("{en: An answer within ten working days.}", "promise.en", ["the promise does not say to whom it is made"]),
        ("{en: You have our answer within two weeks (10 working days).}", "promise.en", []),
        ("{en: You have our answer within two weeks.}", "promise.en", []),
        (
            "We answer promptly each time, within 10 days.",
            "promise",
            ["the promise says 'promptly', which nobody can check"],
        ),
    ],
)
def test_vague_promise_is_found(promise: str, field: str, messages: list[str]) -> None:
    only_one = changed("languages: [fr]", f"languages: [{'en' if 'en:' in promise else 'fr'}]")
    result = found(changed(PROMISE, promise, only_one))
    assert [one[:2] for one in result] == [(18, f"commitments[0].{field}")] * len(messages)
    assert [one[3] for one in result] == messages


def test_promise_missing_in_a_language_of_the_report() -> None:
    text = changed("languages: [fr]", "languages: [fr, en]")
    text = changed(PROMISE, "{fr: Nous vous répondons sous 10 jours ouvrés.}", text)
    assert found(changed("{en: Answer., fr: Répondez.}", "{fr: Répondez.}", text)) == [
        (
            18,
            "commitments[0].promise",
            Severity.WARNING,
            "the promise is not written in English, a language of the report",
        ),
        (
            19,
            "commitments[0].guidance",
            Severity.ADVICE,
            "the guidance is not written in English, a language of the report",
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "severity", "message"),
    [
        (
            "owner: Head of complaints",
            "owner: TBD",
            20,
            "commitments[0].owner",
            Severity.WARNING,
            "nobody owns this commitment",
        ),
        (
            "    guidance: {en: Answer., fr: Répondez.}\n",
            "",
            16,
            "commitments[0]",
            Severity.ADVICE,
            "staff are not told what the promise means for them",
        ),
        (
            "    components: [competence]\n",
            "",
            16,
            "commitments[0]",
            Severity.ADVICE,
            "the commitment serves no component of trust",
        ),
        (
            "        unit: agency\n",
            "",
            25,
            "commitments[0].indicators[0]",
            Severity.ADVICE,
            "the figure cannot be read for one unit",
        ),
        (
            "        source: cases\n",
            "        source: cases\n        nature: perceived\n",
            16,
            "commitments[0]",
            Severity.ADVICE,
            "the commitment is only perceived: nothing counts what was delivered",
        ),
        (
            "        source: cases\n",
            "        source: cases\n        mandatory: false\n",
            16,
            "commitments[0]",
            Severity.WARNING,
            "a commitment without evidence: it has no mandatory indicator",
        ),
        (
            "        source: cases\n",
            "        source: cases\n        basis: sample\n        minimum: 9\n",
            29,
            "commitments[0].indicators[0].minimum",
            Severity.WARNING,
            "a sample of 9 cases proves nothing",
        ),
        (
            "evidence: {law: {owed: none}}",
            "evidence: {}",
            16,
            "commitments[0]",
            Severity.ADVICE,
            "nothing tells its class, so it is held as floor",
        ),
        (
            "evidence: {law: {owed: none}}",
            "class: {decided: trust, by: A, because: b, date: 2026-01-01}",
            23,
            "commitments[0].class",
            Severity.WARNING,
            "the class 'trust' is decided without evidence",
        ),
        (
            "{law: {owed: none}}",
            "{experts: [{name: A, floor: yes, earns: no, because: b, date: 2026-01-01}]}",
            23,
            "commitments[0].evidence.experts",
            Severity.ADVICE,
            "one expert's opinion has no weight",
        ),
        (
            TARGETS,
            "",
            25,
            "commitments[0].indicators[0]",
            Severity.WARNING,
            "no level is required of it: its status will be not-applicable",
        ),
        (
            ", unacceptable: 0.50",
            "",
            35,
            "commitments[0].indicators[0].targets[0]",
            Severity.ADVICE,
            "no threshold says when a miss calls for immediate action",
        ),
        (
            "{from: 2026-01-01, target: 0.80",
            "{from: 2026-02-01, target: 0.80",
            35,
            "commitments[0].indicators[0].targets",
            Severity.ADVICE,
            "no level is required before 2026-02-01, and the charter holds from 2026-01-01",
        ),
        (
            "type: [Complaint, Claim]",
            "answered: {missing: false}",
            32,
            "commitments[0].indicators[0].where.answered",
            Severity.WARNING,
            "open cases are left out of the share",
        ),
        (
            "type: [Complaint, Claim]",
            "state: Closed",
            32,
            "commitments[0].indicators[0].where.state",
            Severity.WARNING,
            "only closed cases seem to count",
        ),
        (
            "{status: Duplicate}",
            "{answered: {missing: true}}",
            33,
            "commitments[0].indicators[0].exclude[0]",
            Severity.WARNING,
            "open cases are left out of the share",
        ),
        (
            "    answers: [quick]\n",
            "    answers: []\n",
            9,
            "charter.origin.expectations[0]",
            Severity.ADVICE,
            "no commitment answers the expectation 'quick'",
        ),
    ],
)
def test_doubt_is_found_on_its_line(
    old: str, new: str, line: int, field: str, severity: Severity, message: str
) -> None:
    assert found(changed(old, new))[0] == (line, field, severity, message)
    assert len(found(changed(old, new))) == (2 if "answers" in old else 1)


def test_commitment_without_an_indicator_is_without_evidence() -> None:
    text = SMALL[: SMALL.index("    indicators:")]
    assert found(text) == [
        (16, "commitments[0]", Severity.WARNING, "a commitment without evidence: it has no indicator")
    ]


def test_count_with_a_level_has_no_denominator() -> None:
    count = "      - {key: n, title: N, source: cases, kind: count, date: d, unit: u, targets: [%s]}\n"
    assert found(SMALL + count % LEVEL.format(5)) == [
        (
            37,
            "commitments[0].indicators[1].kind",
            Severity.ADVICE,
            "a count grows with activity, and has no denominator",
        )
    ]
    assert found(SMALL + count % LEVEL.format(0)) == []


def test_money_makes_no_status() -> None:
    money = "      - {key: paid, title: Paid, source: cases, kind: money, date: d, value: v, unit: u}\n"
    assert [one[3] for one in found(SMALL + money)] == [
        "money paid never makes a status, and this indicator is mandatory"
    ]


def test_finding_names_the_commitment() -> None:
    (finding,) = lint_charter(
        read_charter(changed("owner: Head of complaints", "owner: '?'"), is_calendar=lambda _: True)
    )
    assert str(finding) == (
        "line 20: commitments[0].owner (answered): warning: nobody owns this commitment → name the function "
        "that answers for it"
    )


@pytest.mark.parametrize(
    ("words", "language", "phrases"),
    [
        ("As soon as possible, and soon.", "en", ["as soon as possible"]),
        ("We will do our best, promptly.", "en", ["do our best", "promptly"]),
        ("Sooner than you think", "en", []),
        ("Dans les plus brefs délais et si possible en ligne", "fr", ["dans les plus brefs délais", "si possible"]),
        ("Nous nous efforçons de vous aider", "fr", ["nous efforçons"]),
        ("Impossible", "fr", []),
    ],
)
def test_vague_words_are_whole_words_and_the_longest(words: str, language: str, phrases: list[str]) -> None:
    assert vague_words(words, language) == phrases


@pytest.mark.parametrize(
    ("words", "language", "numbers"),
    [
        ("within 10 working days", "en", {10}),
        ("in three minutes", "en", {3}),
        ("en trois minutes", "fr", {3}),
        ("le jour même", "fr", {0}),
        ("sous deux semaines", "fr", {2, 14, 10}),
        ("in 3 weeks", "en", {3, 21, 15}),
        ("someone answers", "en", set()),
        ("sixteen", "en", set()),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(words: str, language: str, numbers: set[int]) -> None:
    assert numbers_in(words, language) == numbers


def test_audience_is_judged_modestly() -> None:
    assert names_audience("Every letter is answered", "en")
    assert names_audience("Nous vous rappelons", "fr")
    assert not names_audience("Calls are answered in 3 minutes", "en")


def test_steps_are_levels_of_their_own() -> None:
    text = changed("        within: 10 working days\n", "        tiers: [{within: 10 working days, target: 0.8}]\n")
    assert found(changed(TARGETS, "", text)) == []


def test_percentile_is_not_entered_by_hand() -> None:
    text = SMALL.replace("{kind: csv, path: cases.csv}", "{kind: manual}")
    slow = "      - {key: slow, title: Slow, source: cases, kind: percentile, percentile: 85, mandatory: false}\n"
    messages = [one[3] for one in found(text + slow)]
    assert "a percentile is made of its cases at each level, and these are not entered" in messages


def test_unit_without_a_weight_beside_weighted_ones_is_named() -> None:
    sample = changed("        kind: share-within\n", "        kind: share-within\n        basis: sample\n")
    north = next(line for line in SMALL.splitlines() if "key: north" in line)
    other = north.replace("north", "south").replace("North", "South")
    weighted = north.replace("}", ", weight: 3}")
    said = "'south' has no weight beside units that have one: its answers weigh nothing above it"
    assert [one[3] for one in found(sample.replace(north, f"{weighted}\n{other}"))] == [said]
    assert found(SMALL.replace(north, f"{weighted}\n{other}")) == []


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        ("We answer you within 10 working days in 96 % of cases.", "the promise says 96 %, and 80 % is required"),
        (
            "Vous l'avez sous 10 jours ouvrés dans 96 cas sur 100.",
            "the promise says 96 %, and 80 % is required",
        ),
        ("We answer you within 10 working days, in 9 of 10 cases.", "the promise says 90 %, and 80 % is required"),
        ("Nine out of ten of you have it within 10 working days.", "the promise says 90 %, and 80 % is required"),
        ("Vous l'avez sous 10 jours ouvrés pour 99,5 % des appels.", "the promise says 99.5 %, and 80 % is required"),
        ("Four out of five of you have it within 10 working days.", None),
        ("Vous l'avez sous 10 jours ouvrés pour 80 % des appels.", None),
        ("We answer you within 10 working days, 24 hours of 24.", None),
        ("We answer you within 10 working days, or refund 20 % of the price.", None),
        ("We answer you within 48 hours.", "the promise names another delay than the one that is measured"),
        ("Vous avez une réponse sous 10 heures.", "the promise names another delay than the one that is measured"),
        ("You have our answer within two weeks.", None),
    ],
)
def test_levels_and_delays_in_words_are_those_that_are_required(promise: str, said: str | None) -> None:
    result = found(changed(PROMISE, f'"{promise}"'))
    assert [(field, message) for _, field, _, message in result] == (
        [] if said is None else [("commitments[0].promise", said)]
    )


def test_a_case_that_may_stand_in_several_files_asks_for_its_key() -> None:
    glob = changed("path: cases.csv", "path: cases-*.csv")
    ((line, field, severity, message),) = found(glob)
    assert (field, severity) == ("commitments[0].indicators[0].source", Severity.WARNING)
    assert message == "its source reads several files, and a case that appears in two of them counts twice"
    assert line == 27
    assert found(changed("        unit: agency", "        distinct: id\n        unit: agency", glob)) == []


def test_a_version_or_a_level_that_begins_inside_a_period_names_the_first_it_judges() -> None:
    text = changed("valid_from: 2026-01-01", "valid_from: 2026-06-15")
    level = "        targets: [{from: 2026-06-20, target: 0.80, tolerance: 0.02, unacceptable: 0.50}]\n"
    messages = [message for *_, message in found(changed(TARGETS, level, text))]
    assert "this version begins inside a period: the first periods that it assesses are 2026-07" in messages
    assert "the first period assessed by this level is 2026-07" in messages
    own = changed("        unit: agency", "        judged_by: start\n        unit: agency", text)
    assert found(own) == []


def test_a_word_for_what_is_counted_is_written_in_the_languages_of_the_report() -> None:
    words = "    components: [competence]\n    case: {one: {en: claim}, many: {en: claims}}"
    text = changed("    components: [competence]", words)
    assert [message for *_, message in found(text)] == [
        "the word for what is counted is not written in French, a language of the report"
    ] * 2


def test_levels_name_units_that_are_there() -> None:
    for units, said in (("[nord]", "the unit 'nord' does not exist"), ("{kind: agencies}", "no unit is of the kind")):
        text = changed("target: 0.80,", f"target: 0.80, units: {units},")
        read = read_charter_or_findings(text)
        assert any(said in message for message in read), read


def read_charter_or_findings(text: str) -> list[str]:
    with pytest.raises(CharterFileError) as refused:
        read_charter(text, is_calendar=lambda _: True)
    return [str(one.message) for one in refused.value.findings]


def test_the_same_of_one_thing_is_told_once_and_of_many_in_a_summary() -> None:
    def finding(about: str, name: str, severity: Severity = Severity.ADVICE) -> Finding:
        return Finding(3, "targets", severity, Sentence("'%(name)s' is missing", name=name), about=about)

    told = [finding("bill", "x"), finding("bill", "x"), finding("call", "x"), finding("bill", "y")]
    assert [(one.finding.about, one.more) for one in once_per_thing(told)] == [("bill", 1), ("call", 0), ("bill", 0)]
    errors = [finding("bill", "x", Severity.ERROR)] * 2
    assert [one.more for one in once_per_thing(errors)] == [0, 0]
    kinds = kinds_of([*told, *errors])
    assert [(one.severity, one.said, one.count) for one in kinds] == [
        (Severity.ERROR, "'…' is missing", 2),
        (Severity.ADVICE, "'…' is missing", 4),
    ]
