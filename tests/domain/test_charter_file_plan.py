"""The plan: every change before it happens, in the order of the file."""

import json
from pathlib import Path

import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import Change, plan_change
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical
from charter.domain.charter_file.text.plan_lines import plan_lines
from charter.domain.vocabulary.errors import Conflict

SAMPLES = Path(__file__).parent / "charter_files"
SMALL = (SAMPLES / "small.yaml").read_text(encoding="utf-8")
FULL = (SAMPLES / "full.yaml").read_text(encoding="utf-8")
SECOND = """\
  - key: phone
    title: Phone
    promise: We pick up within 3 minutes.
    owner: Head
    indicators:
      - {key: calls, title: Calls, source: cases, kind: share-within, start: a, stop: b, within: 3 minutes}
"""


def charter_of(text: str) -> Charter:
    return read_charter(text, is_calendar=lambda _: True).charter


def lines(new: str, old: str = SMALL) -> list[str]:
    return plan_lines(plan_change(charter_of(old), charter_of(new)))


def changed(*pairs: tuple[str, str]) -> str:
    text = SMALL
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_plan_of_the_same_charter_is_empty() -> None:
    plan = plan_change(charter_of(FULL), from_canonical(canonical(charter_of(FULL))))
    assert plan.is_empty
    assert plan_lines(plan) == []


def test_plan_of_a_first_charter_adds_everything() -> None:
    plan = plan_change(None, charter_of(SMALL))
    assert plan_lines(plan) == [
        "+ charter small",
        "+ unit company",
        "+ unit north",
        "+ source cases",
        "+ commitment answered",
        "+ indicator answered-10wd",
    ]
    assert plan.changes[0] == Change("add", "charter", "small")


def test_plan_of_many_units_says_how_many() -> None:
    units = "".join(f"  - {{key: u{n}, name: U, parent: company, kind: agency}}\n" for n in range(40))
    assert lines(SMALL.replace("sources:\n", units + "sources:\n")) == ["+ 40 units: u0, u1, u2, …"]


def test_changed_target_is_said_in_per_cent() -> None:
    new = changed(("target: 0.80", "target: 0.85"))
    plan = plan_change(charter_of(SMALL), charter_of(new))
    assert plan.changes == (
        Change("change", "target", "answered-10wd", "target", 0.8, 0.85, since="2026-01-01", is_share=True),
    )
    assert plan.warnings == ()
    assert plan_lines(plan) == ["~ indicator answered-10wd: target from 2026-01-01: 80 % -> 85 %"]


def test_new_target_and_removed_level_are_shown() -> None:
    new = changed((", exceeds: 0.95}]", "}, {from: 2026-07-01, target: 0.825}]"))
    assert lines(new) == [
        "~ indicator answered-10wd: exceeds from 2026-01-01: 95 % -> none",
        "+ indicator answered-10wd: target from 2026-07-01: 82.5 %",
    ]
    assert lines(SMALL, new) == [
        "~ indicator answered-10wd: exceeds from 2026-01-01: none -> 95 %",
        "- indicator answered-10wd: target from 2026-07-01: 82.5 %",
    ]


def test_changes_stand_in_the_order_of_the_file() -> None:
    new = changed(
        ("organisation: Example", "organisation: Sample"),
        ("valid_from: 2026-01-01\n", "valid_from: 2026-06-01\n"),
        ("name: North,", "name: Nord,"),
        ("path: cases.csv", "path: all.csv"),
        ("fr: Nous vous répondons", "fr: On vous répond"),
        ("within: 10 working days\n", "within: 15 working days\n"),
        ("due: 3 days", "due: 4 days"),
    )
    assert lines(new.replace("{owed: none}", "{owed: part}") + SECOND) == [
        "~ charter small: organisation: Example -> Sample",
        "~ charter small: valid_from: 2026-01-01 -> 2026-06-01",
        "~ unit north: name: North -> Nord",
        "~ source cases: path: cases.csv -> all.csv",
        "~ commitment answered: promise.fr: Nous vous répondons sous 10 jours ouvrés. -> On vous répond sous "
        "10 jours ouvrés.",
        "~ commitment answered: evidence.law.owed: none -> part",
        "~ indicator answered-10wd: within: 10 working days -> 15 working days",
        "~ indicator answered-10wd: check.due: 3 days -> 4 days",
        "+ commitment phone",
        "+ indicator calls",
        "! indicator answered-10wd: what is measured changes (within); the first period assessed by it is 2026-06: "
        "there its curve is cut",
    ]


def test_removed_things_are_shown() -> None:
    without = changed(("  - {key: north, name: North, parent: company, kind: agency, calendar: FR-57}\n", ""))
    assert lines(without, SMALL + SECOND) == ["- unit north", "- commitment phone", "- indicator calls"]


def test_default_is_shown_where_nothing_was_written() -> None:
    assert lines(changed(("        unit: agency\n", "        unit: agency\n        minimum: 50\n"))) == [
        "~ indicator answered-10wd: minimum: 30 -> 50"
    ]


def test_indicator_that_moves_is_neither_removed_nor_added() -> None:
    old = SMALL + SECOND
    call = SECOND.splitlines(keepends=True)[-1]
    new = old.replace("    indicators:\n" + call, "").replace("  - key: phone", call + "  - key: phone")
    assert lines(new, old) == ["~ indicator calls: commitment: phone -> answered"]


def test_order_alone_is_a_change() -> None:
    old = SMALL + SECOND
    head, both = old.split("commitments:\n")
    first = both.removesuffix(SECOND)
    assert lines(head + "commitments:\n" + SECOND + first, old) == [
        "~ charter small: order of commitments: [answered, phone] -> [phone, answered]",
        "~ charter small: order of indicators: [answered-10wd, calls] -> [calls, answered-10wd]",
    ]


def test_changed_kind_and_unchanged_day_are_warned_of() -> None:
    new = changed(
        (
            "        kind: share-within\n        start: received\n        stop: answered\n        within: 10 "
            "working days\n",
            "        kind: share\n        date: received\n        success: {state: ok}\n",
        ),
    )
    plan = plan_change(charter_of(SMALL), charter_of(new))
    assert tuple(map(str, plan.warnings)) == (
        "indicator answered-10wd: its kind changes from share-within to share; a new key would keep the old "
        "figures apart",
        "charter.valid_from is still 2026-01-01: write the first day on which the new definitions hold",
    )


def test_other_charter_is_refused() -> None:
    with pytest.raises(
        Conflict, match=r"^charter\.key: this database holds the charter 'small', and the file is 'other'"
    ):
        plan_change(charter_of(SMALL), charter_of(changed(("key: small", "key: other"))))


def test_earlier_version_is_refused() -> None:
    with pytest.raises(Conflict, match=r"^charter\.valid_from: 2025-12-31 is before 2026-01-01"):
        plan_change(charter_of(SMALL), charter_of(changed(("valid_from: 2026-01-01\n", "valid_from: 2025-12-31\n"))))


def test_changes_are_of_json_types() -> None:
    new = charter_of(changed(("target: 0.80", "target: 0.85"), ("type: [Complaint, Claim]", "amount: {at_least: 1.5}")))
    for change in plan_change(charter_of(SMALL), new).changes:
        assert json.loads(json.dumps(change.before)) == change.before
        assert json.loads(json.dumps(change.after)) == change.after


def test_plan_is_empty_only_when_nothing_changes() -> None:
    """Whatever line of the full file is left out: the plan is empty exactly when the stored text is the same."""
    old, lines_of_file, compared = charter_of(FULL), FULL.splitlines(), 0
    for number in range(len(lines_of_file)):
        try:
            other = charter_of("\n".join(lines_of_file[:number] + lines_of_file[number + 1 :]))
        except CharterFileError:
            continue
        assert plan_change(old, other).is_empty == (canonical(old) == canonical(other)), lines_of_file[number]
        compared += 1
    assert compared > 40


CENTRE = """calendars:
  centre: {country: FR, open: {tue-sat: ["09:00-12:00"]}, closed_days: [2026-10-06]}
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('open: {tue-sat: ["09:00-12:00"]}', 'open: {mon-fri: ["09:00-17:00"]}', "calendar centre"),
        ("calendar: centre", "calendar: FR-57", "calendar"),
        ("closed_days: [2026-10-06]", "closed_days: [2026-10-07]", ""),
    ],
)
def test_other_hours_cut_the_curves_of_what_counts_working_time(before: str, after: str, said: str) -> None:
    old = SMALL.replace("  calendar: FR\n", "  calendar: centre\n").replace("units:", f"{CENTRE}units:", 1)
    assert old.count(before) == 1
    new = old.replace(before, after).replace("valid_from: 2026-01-01", "valid_from: 2026-02-15")
    found = [one for one in lines(new, old) if one.startswith("!")]
    cut = "the first period assessed by it is 2026-03: there its curve is cut"
    assert found == ([f"! indicator answered-10wd: what is measured changes ({said}); {cut}"] if said else [])
