"""Reading a charter file: every error at once, each on its line, in plain words."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from charter.domain.charter_file import values
from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.indicators import ShareWithin
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.charter_file.values import Delay, Text

SAMPLES = Path(__file__).parent / "charter_files"
SMALL = (SAMPLES / "small.yaml").read_text(encoding="utf-8")
FULL = (SAMPLES / "full.yaml").read_text(encoding="utf-8")
BROKEN = [
    (1, "charter.title", "'title' is missing"),
    (2, "charter.key", "'a b' is not a key"),
    (3, "charter.organisation", "3 is read as a number, and a text is expected"),
    (4, "charter.titel", "'titel' is not known here"),
    (5, "charter.timezone", "the time zone 'Europe/Pari' does not exist"),
    (6, "charter.calendar", "the calendar 'XX' does not exist"),
    (7, "charter.valid_from", "2026-13-01 is not a day of the calendar"),
    (8, "charter.report.at", "03:00 is too early"),
    (8, "charter.report.languages[1]", "the language 'fr' is already used (line 8)"),
    (9, "charter.origin.survey.answered", "20 answered, but only 10 were asked"),
    (12, "units[1].parent", "the parent 'compagny' of 'north' is not a unit"),
    (13, "units[2]", "the unit key 'north' is already used (line 12)"),
    (14, "units[3]", "'other' has no parent, nor has 'company'"),
    (15, "units[4].parent", "the parents lead back: one → two → one"),
    (16, "units[5].valid_until", "'two' ends on 2026-04-01, before it starts on 2026-05-01"),
    (17, "units[6].key", "01 is read as a number, and a text is expected"),
    (19, "sources.cases", "the kind 'csw' is not known"),
    (19, "sources.cases", "no indicator reads the source 'cases'"),
    (20, "sources.crm.url", "the address is not the name of an environment variable"),
    (21, "sources.unused", "no indicator reads the source 'unused'"),
    (24, "commitments[0].title.de", "'de' is not known here"),
    (25, "commitments[0].promise", "a list is written where words are expected"),
    (26, "commitments[0].owner", "'owner' is empty"),
    (27, "commitments[0].answers[0]", "the expectation 'quik' does not exist"),
    (28, "commitments[0].components[1]", "the component 'honesty' is already used (line 28)"),
    (29, "commitments[0].owner", "'owner' is written twice, first on line 26"),
    (33, "commitments[0].indicators[0].source", "the source 'case' does not exist"),
    (37, "commitments[0].indicators[0].with", "'with' is not known here"),
    (38, "commitments[0].indicators[0].mandatory", "'yes' is neither true nor false"),
    (39, "commitments[0].indicators[0].minimum", "1.5 is not a whole number"),
    (41, "commitments[0].indicators[0].targets[0].target", "80 is out of the range of the kind share-within"),
    (42, "commitments[0].indicators[0].targets[1].from", "a target from '2026-01-01' is already used (line 41)"),
    (
        42,
        "commitments[0].indicators[0].targets[1].unacceptable",
        "unacceptable 0.75 is not below the target with its tolerance (0.7), and higher is better",
    ),
    (43, "commitments[0].indicators[0].targets[2].season", "02-30 is not a day of the year"),
    (
        43,
        "commitments[0].indicators[0].targets[2].exceeds",
        "exceeds 0.7 is below the target 0.8, and higher is better",
    ),
    (44, "commitments[0].indicators[0].targets[3].from", "'from' is missing"),
    (44, "commitments[0].indicators[0].targets[3].form", "'form' is not known here"),
    (46, "commitments[0].indicators[0].where.a", "an empty value is not a condition"),
    (47, "commitments[0].indicators[0].where.b", "the list is empty"),
    (48, "commitments[0].indicators[0].where.c.nott", "'nott' is not known here"),
    (49, "commitments[0].indicators[0].where.d.at_least", "'many' is not a limit"),
    (51, "commitments[0].indicators[1].key", "the indicator key 'first' is already used (line 31)"),
    (55, "commitments[0].indicators[1].within", "'within' does not belong to this kind"),
    (58, "commitments[0].indicators[1].check.due", "3 is not a delay"),
    (62, "commitments[0].indicators[2].source", "a composite has no 'source': it is computed from its parts"),
    (63, "commitments[0].indicators[2].of[1].weight", "0 is out of range"),
    (63, "commitments[0].indicators[2].of[1].indicator", "the indicator 'fourth' does not exist"),
    (63, "commitments[0].indicators[2].of", "the parts lead back: third → third"),
    (69, "commitments[0].indicators[3].stop", "start and stop are the same column 'a'"),
    (71, "commitments[0].indicators[3].paused", "paused time cannot be taken off a delay of 3 working days"),
    (72, "commitments[0].indicators[3].ceiling.at_most", "5 is out of range"),
    (79, "commitments[0].indicators[4].tiers[1].within", "5 days is not longer than 10 days"),
    (80, "commitments[0].indicators[4].exclude[1].reason", "the reason 'same' is already used (line 80)"),
]
JARGON = ("Input", "valid dictionary", "Field required", "Extra inputs", "discriminator", "pydantic", "<", "StrictBool")


def is_calendar(code: str) -> bool:
    return code in ("FR", "FR-57", "US-NY")


def read(text: str) -> ReadCharter:
    return read_charter(text, is_calendar=is_calendar)


def findings(text: str) -> list[Finding]:
    with pytest.raises(CharterFileError) as refused:
        read(text)
    return refused.value.findings


def found(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, str(one.message)) for one in findings(text)]


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_small_file_is_read_with_its_lines() -> None:
    small = read(SMALL)
    assert small.findings == ()
    assert small.lines[("charter", "calendar")] == 6
    assert small.lines[("commitments", 0, "indicators", 0, "within")] == 31
    assert small.lines[("commitments", 0, "indicators", 0, "targets", 0, "exceeds")] == 35
    head = small.charter.charter
    assert (head.key, head.valid_from, head.calendar) == ("small", date(2026, 1, 1), "FR")
    indicator = small.charter.commitments[0].indicators[0]
    assert isinstance(indicator, ShareWithin)
    assert indicator.within == Delay(count=10, unit="working days")
    assert indicator.where == {"type": ["Complaint", "Claim"]}
    assert indicator.targets[0].tolerance == Decimal("0.02")
    assert [unit.key for unit in small.charter.units] == ["company", "north"]


def test_full_file_is_read_without_a_finding() -> None:
    full = read(FULL)
    assert full.findings == ()
    conditions = full.charter.commitments[0].indicators[0].where
    assert conditions is not None
    assert conditions["closed"] == values.Test(not_="yes")
    assert conditions["amount"] == values.Test(at_least=Decimal(10), at_most=Decimal("99.5"))
    assert conditions["lost"] == values.Test(missing=False)
    assert (conditions["paid"], conditions["code"]) == (True, 7)
    assert full.charter.charter.is_example is True
    assert full.charter.charter.origin.expectations[1].text == Text(fr="Pas de surprise", en="Pas de surprise")


def test_every_error_is_found_at_once_on_its_line() -> None:
    assert found((SAMPLES / "broken.yaml").read_text(encoding="utf-8")) == BROKEN


def test_every_error_has_a_remedy_in_plain_words() -> None:
    for finding in findings((SAMPLES / "broken.yaml").read_text(encoding="utf-8")):
        assert finding.remedy, finding
        assert not any(word in str(finding) for word in JARGON), str(finding)


def test_error_prints_one_line_per_finding() -> None:
    refused = CharterFileError(findings(changed("within: 10 working days", "wihtin: 10 working days")))
    assert str(refused).splitlines() == [
        "line 31: commitments[0].indicators[0].wihtin (answered): 'wihtin' is not known here → did you mean 'within'?"
    ]


def test_error_about_a_source_never_repeats_a_password() -> None:
    refused = findings(
        changed("{kind: csv, path: cases.csv}", '{kind: database, url: "pg://ana:secret@h/d", table: t}')
    )
    assert "secret" not in str(CharterFileError(refused))
    assert str(refused[0].remedy) == "write env:NAME; addresses and passwords stay out of the charter file"


def test_unused_source_is_a_warning_and_does_not_refuse() -> None:
    (finding,) = read(changed("sources:\n", "sources:\n  spare: {kind: manual}\n")).findings
    assert (finding.line, finding.field, finding.severity) == (14, "sources.spare", Severity.WARNING)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n", "12"])
def test_file_that_is_no_charter_is_refused(text: str) -> None:
    assert found(text) == [(1, "", "the file holds no charter")]


def test_missing_sections_are_all_named() -> None:
    assert found("{}") == [
        (1, "units", "'units' is missing"),
        (1, "", "'charter' is missing"),
        (1, "commitments", "there is no commitment"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        (
            "timezone: Europe/Paris",
            "timezone: America",
            5,
            "charter.timezone",
            "the time zone 'America' does not exist",
        ),
        ("timezone: Europe/Paris", "timezone: ../etc", 5, "charter.timezone", "the time zone '../etc' does not exist"),
        ("calendar: FR\n", "calendar: fr\n", 6, "charter.calendar", "the calendar 'fr' does not exist"),
        ("calendar: FR-57", "calendar: FR-99", 12, "units[1].calendar", "the calendar 'FR-99' does not exist"),
        ("valid_from: 2026-01-01", "valid_from: 2026", 7, "charter.valid_from", "2026 is not a date"),
        ("day: 5", "day: 31", 8, "charter.report.day", "31 is out of range"),
        ("day: 5", "day: true", 8, "charter.report.day", "true is not a whole number"),
        ("languages: [fr]", "languages: []", 8, "charter.report.languages", "the list is empty"),
        ("owner: Head of complaints", "owner: ''", 20, "commitments[0].owner", "the text is empty"),
        (
            "law: {owed: none}",
            "law: none",
            23,
            "commitments[0].evidence.law",
            "'none' is written where a group of keys is expected",
        ),
        ("owed: none", "owed: all", 23, "commitments[0].evidence.law.owed", "'all' is not allowed here"),
        (
            "law: {owed: none}",
            "sector: {promised_by: 5, compared: 4}",
            23,
            "commitments[0].evidence.sector.promised_by",
            "5 promise it, but only 4 were compared",
        ),
        ("        source: cases\n", "", 25, "commitments[0].indicators[0].source", "'source' is missing"),
        ("        kind: share-within\n", "", 25, "commitments[0].indicators[0]", "'kind' is missing"),
        (
            "within: 10 working days\n",
            "within: 10 jours ouvrés\n",
            31,
            "commitments[0].indicators[0].within",
            "'10 jours ouvrés' is not a delay",
        ),
        ("within: 10 working days\n", "within: 10\n", 31, "commitments[0].indicators[0].within", "10 is not a delay"),
        (
            "within: 10 working days\n",
            "within: 0 minutes\n",
            31,
            "commitments[0].indicators[0].within",
            "nothing is done within 0 minutes",
        ),
        ("unit: agency", "unit: []", 34, "commitments[0].indicators[0].unit", "the list is empty"),
        (
            "target: 0.80",
            "target: 80 %",
            35,
            "commitments[0].indicators[0].targets[0].target",
            "'80 %' is not a number",
        ),
        (
            "target: 0.80",
            "target: 0.1234567890123456",
            35,
            "commitments[0].indicators[0].targets[0].target",
            "0.1234567890123456 has more than 15 digits",
        ),
        (
            "tolerance: 0.02",
            "tolerance: -1",
            35,
            "commitments[0].indicators[0].targets[0].tolerance",
            "-1 is out of range",
        ),
        ("due: 3 days", "due: soon", 36, "commitments[0].indicators[0].check.due", "'soon' is not a delay"),
        (
            "lapses_after: 60 days",
            "lapses_after: 1 day",
            36,
            "commitments[0].indicators[0].check.lapses_after",
            "the check lapses after 1 day, and is late only after 1 day",
        ),
        ("{status: Duplicate}", "{}", 33, "commitments[0].indicators[0].exclude[0].where", "the list is empty"),
        (
            "[Complaint, Claim]",
            "{missing: true, not: x}",
            32,
            "commitments[0].indicators[0].where.type",
            "missing stands beside another test",
        ),
        (
            "[Complaint, Claim]",
            "{at_least: 1, at_most: 2026-01-01}",
            32,
            "commitments[0].indicators[0].where.type",
            "one limit is a number, the other a date",
        ),
        (
            "[Complaint, Claim]",
            "{missing: yes}",
            32,
            "commitments[0].indicators[0].where.type.missing",
            "'yes' is neither true nor false",
        ),
        (
            "[Complaint, Claim]",
            "[[a]]",
            32,
            "commitments[0].indicators[0].where.type[0]",
            "a list is written where one value is expected",
        ),
        (
            "        check:",
            "        paused: p\n        check:",
            36,
            "commitments[0].indicators[0].paused",
            "paused time cannot be taken off a delay of 10 working days",
        ),
        ("path: cases.csv", "", 14, "sources.cases.path", "'path' is missing"),
    ],
)
def test_one_mistake_makes_one_finding(old: str, new: str, line: int, field: str, message: str) -> None:
    errors = [one for one in findings(changed(old, new)) if one.severity is Severity.ERROR]
    assert [(one.line, one.field, str(one.message)) for one in errors] == [(line, field, message)]


def test_merge_key_is_refused_with_a_remedy() -> None:
    (finding,) = findings(changed("{owed: none}", "{<<: {}, owed: none}"))
    assert str(finding.message) == "merge keys are not part of YAML 1.2"
    assert str(finding.remedy) == "write the keys themselves"


@pytest.mark.parametrize(
    ("direction", "target", "message"),
    [
        (
            "higher",
            "target: 0.8, unacceptable: 0.81",
            "unacceptable 0.81 is not below the target (0.8), and higher is better",
        ),
        ("higher", "target: 0.8, exceeds: 0.79", "exceeds 0.79 is below the target 0.8, and higher is better"),
        (
            "lower",
            "target: 0.1, unacceptable: 0.09",
            "unacceptable 0.09 is not above the target (0.1), and lower is better",
        ),
        ("lower", "target: 0.1, exceeds: 0.11", "exceeds 0.11 is above the target 0.1, and lower is better"),
    ],
)
def test_levels_stand_on_their_side_of_the_target(direction: str, target: str, message: str) -> None:
    text = changed("target: 0.80, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95", target)
    text = changed("unit: agency", f"direction: {direction}", text)
    assert [one[2] for one in found(text)] == [message]


def test_unacceptable_inside_the_tolerance_is_only_a_warning() -> None:
    target = "target: 0.8, tolerance: 0.1, unacceptable: 0.75"
    (warning,) = read(changed("target: 0.80, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95", target)).findings
    assert warning.severity is Severity.WARNING
    assert str(warning.message) == (
        "unacceptable 0.75 is not below the target with its tolerance (0.7), and higher is better"
    )


def test_seasons_of_one_year_begin_on_the_same_date() -> None:
    summer = 'target: 0.8, season: "07-01..10-31"}, {from: 2023-01-01, target: 0.9, season: "11-01..06-30"'
    text = changed(
        "from: 2026-01-01, target: 0.80, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95",
        "from: 2023-01-01, " + summer,
    )
    assert read(text).findings == ()


@pytest.mark.parametrize(
    "target",
    [
        "target: 0.8, tolerance: 0.1, unacceptable: 0.7, exceeds: 0.8",
        "target: 1, unacceptable: 1",
        'target: 0, season: "11-01..02-29"',
    ],
)
def test_levels_may_stand_on_the_edge(target: str) -> None:
    assert read(changed("target: 0.80, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95", target)).findings == ()


def test_report_and_check_keep_out_of_the_hours_that_may_not_exist() -> None:
    assert found(changed('at: "08:00"', 'at: "03:59"'))[0][1:] == ("charter.report.at", "03:59 is too early")
    assert read(changed('at: "06:00"', "at: 04:00")).charter.commitments[0].indicators[0].check.at == "04:00"


def test_composites_that_lead_back_are_found_once() -> None:
    part = "      - {{key: {0}, title: x, kind: composite, of: [{{indicator: {1}, weight: 1}}]}}\n"
    text = SMALL + part.format("a", "b") + part.format("b", "a")
    assert found(text) == [(37, "commitments[0].indicators[1].of", "the parts lead back: a → b → a")]


def test_parts_of_a_composite_have_its_period() -> None:
    text = (
        SMALL
        + "      - {key: c, title: x, kind: composite, period: year, of: [{indicator: answered-10wd, weight: 1}]}\n"
    )
    assert found(text) == [
        (
            37,
            "commitments[0].indicators[1].of[0].indicator",
            "'answered-10wd' is assessed by month, this composite by year",
        )
    ]


def test_manual_source_needs_no_columns() -> None:
    text = changed("{kind: csv, path: cases.csv}", "{kind: manual}")
    text = changed("        start: received\n        stop: answered\n", "", text)
    indicator = read(text).charter.commitments[0].indicators[0]
    assert isinstance(indicator, ShareWithin)
    assert (indicator.start, indicator.stop) == ("start", "stop")


def test_column_of_a_file_source_is_asked_for() -> None:
    assert found(changed("        start: received\n", "")) == [
        (25, "commitments[0].indicators[0].start", "'start' is missing")
    ]


@pytest.mark.parametrize("seed", range(6))
def test_damaged_file_is_read_or_refused_and_nothing_else(seed: int) -> None:
    """240 files, each damaged by one to three lines removed, doubled, moved or altered."""
    chance = random.Random(seed)
    refused: list[tuple[int, CharterFileError]] = []
    for _ in range(40):
        lines = (SMALL if seed % 3 else FULL).splitlines()
        for _ in range(chance.randint(1, 3)):
            _damage(lines, chance)
        try:
            read("\n".join(lines) + "\n")
        except CharterFileError as error:
            refused.append((len(lines), error))
    assert len(refused) >= 20
    for length, error in refused:
        assert error.findings
        assert all(1 <= finding.line <= length + 1 for finding in error.findings)
        assert not any(word in str(error) for word in ("Input should", "Field required", "Extra inputs"))


def _damage(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    how = chance.randrange(8)
    name, _, value = lines[at].partition(":")
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(at, lines[at])
    elif how == 2:
        lines[at] = " " * chance.randrange(4) + lines[at]
    elif how == 3:
        lines[at] = f"{name}:"
    elif how == 4:
        lines[at] = (
            f"{name}: {chance.choice(['[]', '{}', '12', 'true', 'null', 'x', '[a, [b]]', '{a: {b: c}}', '*x', '-1'])}"
        )
    elif how == 5:
        lines[at] = f"{name}x:{value}"
    elif how == 6 and lines[at]:
        spot = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:spot] + chance.choice("{}[]:,'\"#&*!|>%@0a -\t") + lines[at][spot + 1 :]
    else:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]


def rated(own: str, other: str) -> str:
    """The small charter with a rate of one source by the volume of another."""
    sources = f"  cases: {{kind: {own}, path: x.csv}}\n  trips: {{kind: {other}, path: x.csv}}\n"
    for kind in ("manual", "push"):
        sources = sources.replace(f"{kind}, path: x.csv", kind)
    text = changed("  cases: {kind: csv, path: cases.csv}\n", sources).rstrip()
    volume = "volume: {source: trips, column: n}"
    return f"{text}\n      - {{key: r, title: R, source: cases, kind: rate, date: d, per: 1000, {volume}}}\n"


@pytest.mark.parametrize(("own", "other"), [("csv", "csv"), ("manual", "push")])
def test_volume_of_a_rate_may_be_read_or_come_with_an_entered_rate(own: str, other: str) -> None:
    assert read(rated(own, other)).findings == ()


def test_volume_that_is_entered_cannot_be_read() -> None:
    assert [message for _, _, message in found(rated("csv", "push"))] == [
        "the figures of the source 'trips' are entered, so no volume can be read from it"
    ]
