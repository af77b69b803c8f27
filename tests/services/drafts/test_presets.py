"""Files of known programs, small and invented: each gives a first charter that passes lint and counts what is so."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.findings import Severity
from charter.domain.file_profile.presets import Preset, preset_of, read_preset
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.applying import apply_charter
from charter.services.records.access import Access
from charter.sources.readers.file_profile import PRESETS, presets
from tests.services.drafts.test_start import NOW, read, start


@dataclass(frozen=True)
class Counted:
    """The program that a file is told to be of, and what is counted of October."""

    program: str
    met: int
    judged: int


DAY, LATER = "2026-10-05 09:00:00", "2026-10-23 09:00:00"
"""A Monday, and a day long after every delay."""
SOON = "2026-10-07 10:00:00"
"""Wednesday: within every delay of a file of cases."""
SURVEY = ("5", "4", "2", "1", "5")
ROWS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zammad": {
        "#": ("1", "2", "3"),
        "State": ("closed", "closed", "merged"),
        "Group": ("Bills", "Bills", "Meters"),
        "Create Channel": ("email", "phone", "web"),
        "Created At": (DAY, DAY, DAY),
        "Closed At": (SOON, LATER, LATER),
        "Close In Min": ("100", "200", "300"),
        "First Response At": (DAY, DAY, DAY),
    },
    # Words of a release, states as the reader's language has them.
    "zammad-fr": {
        "#": ("1", "2", "3"),
        "État": ("clôturé", "clôturé", "fusionné"),
        "Groupe": ("Factures", "Factures", "Compteurs"),
        "Canal de création": ("email", "phone", "web"),
        "Créé le": (DAY, DAY, DAY),
        "Fermé le": (SOON, LATER, LATER),
        "Première réponse à": (DAY, DAY, DAY),
    },
    "glpi": {
        "ID": ("4711", "4712", "4715"),
        "Title": ("Broken", "Access", "Screen"),
        "Status": ("Closed", "Closed", "Closed"),
        "Entity": ("Head office", "Head office", "North"),
        "Opening date": (DAY, DAY, DAY),
        "Resolution date": (SOON, LATER, LATER),
    },
    "glpi-fr": {
        "ID": ("4711", "4712", "4715"),
        "Titre": ("Panne", "Accès", "Écran"),
        "Statut": ("Clos", "Clos", "Clos"),
        "Entité": ("Siège", "Siège", "Nord"),
        "Date d'ouverture": (DAY, DAY, DAY),
        "Date de résolution": (SOON, LATER, LATER),
    },
    "servicenow": {
        "number": ("INC001", "INC002", "INC003"),
        "state": ("Closed", "Closed", "Canceled"),
        "assignment_group": ("Network", "Network", "Desk"),
        "opened_at": (DAY, DAY, DAY),
        "resolved_at": (SOON, LATER, LATER),
        "closed_at": (LATER, LATER, LATER),
    },
    "servicenow-labels": {
        "Number": ("INC001", "INC002", "INC003"),
        "Opened": (DAY, DAY, DAY),
        "State": ("Closed", "Closed", "Canceled"),
        "Assignment group": ("Network", "Network", "Desk"),
        "Resolved": (SOON, LATER, LATER),
    },
    "servicenow-labels-fr": {
        "Numéro": ("INC001", "INC002", "INC003"),
        "Ouvert": (DAY, DAY, DAY),
        "État": ("Fermé", "Fermé", "Annulé"),
        "Groupe d’affectation": ("Réseau", "Réseau", "Bureau"),
        "Résolu": (SOON, LATER, LATER),
    },
    # The second incident takes eleven days, nearly all of them on hold; the third as long, without.
    "servicenow-states": {
        "inc_number": ("INC1", "INC1", "INC2", "INC2", "INC2", "INC3", "INC3"),
        "mi_value": ("New", "Resolved", "New", "On Hold", "Resolved", "New", "Resolved"),
        "mi_start": (DAY, SOON, DAY, "2026-10-05 12:00:00", "2026-10-16 12:00:00", DAY, "2026-10-16 12:00:00"),
        "mi_end": (SOON, "", "2026-10-05 12:00:00", "2026-10-16 12:00:00", "", "2026-10-16 12:00:00", ""),
        "inc_assignment_group": ("Network", "Network", "Desk", "Desk", "Desk", "Desk", "Desk"),
    },
    "zendesk": {
        "Id": ("1", "2", "3"),
        "Group": ("A", "A", "B"),
        "Via": ("Mail", "Web", "Mail"),
        "Created at": (DAY, DAY, DAY),
        # Three days, in two of which the customer was waited for: in time. A third party's time counts.
        "Solved at": ("2026-10-08 09:00:00", LATER, LATER),
        "Agent wait time in minutes": ("2880", "0", "60"),
        "On hold time in minutes": ("0", "20000", "0"),
    },
    # A call goes on after it was answered, and may ring in vain before; one is given up, one is answered late.
    "asterisk-queue": {
        "time": (
            DAY,
            "2026-10-05 09:00:40",
            "2026-10-05 09:01:00",
            "2026-10-05 09:06:00",
            "2026-10-05 09:30:00",
            "2026-10-05 09:31:00",
            "2026-10-05 10:00:00",
            "2026-10-05 10:04:00",
            "2026-10-05 10:09:00",
        ),
        "callid": ("c1", "c1", "c1", "c1", "c2", "c2", "c3", "c3", "c3"),
        "queuename": ("support",) * 9,
        "agent": ("NONE", "SIP/2", "SIP/1", "SIP/1", "NONE", "NONE", "NONE", "SIP/1", "SIP/1"),
        "event": (
            "ENTERQUEUE",
            "RINGNOANSWER",
            "CONNECT",
            "COMPLETECALLER",
            "ENTERQUEUE",
            "ABANDON",
            "ENTERQUEUE",
            "CONNECT",
            "COMPLETEAGENT",
        ),
    },
    "limesurvey": {
        "id": ("1", "2", "3", "4", "5"),
        "submitdate": (DAY, DAY, SOON, LATER, ""),
        "lastpage": ("2", "2", "2", "2", "1"),
        "startlanguage": ("en", "fr", "fr", "en", "en"),
        "seed": ("11", "12", "13", "14", "15"),
        "G01Q01": SURVEY,
    },
    "limesurvey-text": {
        "Response ID": ("1", "2", "3", "4", "5"),
        "Date submitted": (DAY, DAY, SOON, LATER, ""),
        "Last page": ("2", "2", "2", "2", "1"),
        "Start language": ("en", "fr", "fr", "en", "en"),
        "How content are you?": SURVEY,
    },
    "limesurvey-text-fr": {
        "ID de la réponse": ("1", "2", "3", "4", "5"),
        "Date de soumission": (DAY, DAY, SOON, LATER, ""),
        "Dernière page": ("2", "2", "2", "2", "1"),
        "Langue de départ": ("en", "fr", "fr", "en", "en"),
        "Êtes-vous satisfait ?": SURVEY,
    },
    # A scale up to ten, of which eight is good; the last answer is of October where it was sent, in November here.
    "google-forms": {
        "Timestamp": ("2026/10/05 9:11:03 AM GMT+2", "2026/10/06 5:01:12 PM GMT+2", "2026/10/31 8:30:00 PM GMT-4"),
        "How content are you?": ("9", "7", "8"),
        "Branch": ("A", "B", "B"),
    },
    "google-forms-fr": {
        "Horodateur": ("2026/10/05 9:11:03 AM UTC+2", "2026/10/06 5:01:12 PM UTC+2", "2026/10/07 8:30:00 PM UTC"),
        "Avez-vous été bien reçu ?": ("Oui", "Non", "Oui"),
        "Agence": ("A", "B", "B"),
    },
}
COUNTED: Mapping[str, Counted] = {
    "zammad": Counted("Zammad", 1, 2), "zammad-fr": Counted("Zammad", 1, 2),
    "servicenow-labels": Counted("ServiceNow", 1, 2), "servicenow-labels-fr": Counted("ServiceNow", 1, 2),
    "glpi": Counted("GLPI", 1, 3), "glpi-fr": Counted("GLPI", 1, 3),
    "servicenow": Counted("ServiceNow", 1, 2), "servicenow-states": Counted("ServiceNow", 2, 3),
    "zendesk": Counted("Zendesk", 1, 3), "asterisk-queue": Counted("Asterisk", 1, 3),
    "limesurvey": Counted("LimeSurvey", 2, 4), "limesurvey-text": Counted("LimeSurvey", 2, 4),
    "limesurvey-text-fr": Counted("LimeSurvey", 2, 4), "google-forms": Counted("Google Forms", 1, 2),
    "google-forms-fr": Counted("Google Forms", 2, 3),
}  # fmt: skip


def write_export(path: Path, kind: str) -> None:
    """A small invented file of a kind, by its documented columns."""
    table = ROWS[kind]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(table)
        rows.writerows(zip(*table.values(), strict=True))


def test_each_preset_is_tried(project: Path) -> None:
    assert {path.stem for path in (project / "examples/presets").glob("*.toml")} == set(ROWS) == set(COUNTED)


@pytest.mark.parametrize("kind", list(ROWS))
def test_a_file_of_a_known_program_is_known(light: Flask, tmp_path: Path, kind: str) -> None:
    write_export(tmp_path / "export.csv", kind)
    started, counted = start(tmp_path / "export.csv"), COUNTED[kind]
    assert any(f"looks like one of {counted.program}" in str(note) for note in started.notes)
    charter = read(started)
    findings = [*charter.findings, *lint_charter(charter)]
    assert [one for one in findings if one.severity is not Severity.ADVICE] == []
    apply_charter(COMMAND_LINE, NOW, charter=charter.charter, folder=str(tmp_path))
    (indicator,) = charter.charter.commitments[0].indicators
    found = measure_dry(COMMAND_LINE, NOW, indicator=indicator.key, period="2026-10", access=Access())
    assert (found["numerator"], found["denominator"]) == (counted.met, counted.judged)
    hours = presets_of(kind).open
    calendar = charter.charter.calendars.get("opening-hours")
    assert ((calendar.open_ if calendar else {}) or {}) == hours
    assert charter.charter.charter.calendar == ("opening-hours" if hours else "FR")


AS_WRITTEN: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    # GLPI: semicolons, a mark at the beginning, numbers with a blank, days as the person has them.
    "glpi-fr": (";", "utf-8-sig", {"4711": "4 711", "2026-10-05 09:00:00": "05-10-2026 09:00", SOON: "07-10-2026 10:00"}
                | {LATER: "23-10-2026 09:00", "Date d'ouverture": "Date d’ouverture"}),
    "glpi": (";", "utf-8-sig", {DAY: "10-05-2026 09:00", SOON: "10-07-2026 10:00", LATER: "10-23-2026 09:00"}),
    "servicenow": (",", "cp1252", {DAY: "05/10/2026 09:00:00", SOON: "07/10/2026 10:00:00",
                                   LATER: "23/10/2026 09:00:00", "Canceled": "Annulé"}),
    "limesurvey": (";", "utf-8-sig", {}),
}  # fmt: skip
"""As those programs write in other houses: separator, encoding, and what stands for what."""


@pytest.mark.parametrize("kind", list(AS_WRITTEN))
def test_a_known_file_is_counted_as_other_houses_write_it(light: Flask, tmp_path: Path, kind: str) -> None:
    separator, encoding, instead = AS_WRITTEN[kind]
    table = {name: ROWS[kind][name] for name in ROWS[kind]} | {
        "Besides": ["x; y, z"] * len(next(iter(ROWS[kind].values())))
    }
    with (tmp_path / "export.csv").open("w", newline="", encoding=encoding) as file:
        rows = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL)
        rows.writerows(
            [instead.get(cell, cell) for cell in row] for row in [[*table], *zip(*table.values(), strict=True)]
        )
    started, counted = start(tmp_path / "export.csv"), COUNTED[kind]
    assert any(f"looks like one of {counted.program}" in str(note) for note in started.notes)
    apply_charter(COMMAND_LINE, NOW, charter=read(started).charter, folder=str(tmp_path))
    (indicator,) = read(started).charter.commitments[0].indicators
    found = measure_dry(COMMAND_LINE, NOW, indicator=indicator.key, period="2026-10", access=Access())
    assert (found["numerator"], found["denominator"]) == (counted.met, counted.judged)


def test_a_known_file_whose_instants_are_no_dates_is_none_of_the_kind(light: Flask, tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text(
        "time,callid,queuename,agent,event\n1791187440,c1,support,NONE,ENTERQUEUE\n1791187500,c1,support,SIP/1,CONNECT\n"
    )
    with pytest.raises(Conflict, match="as computers count the time since 1970"):
        start(tmp_path / "queue.csv")


def presets_of(kind: str) -> Preset:
    return read_preset((PRESETS / f"{kind}.toml").read_text(encoding="utf-8"))


def test_a_preset_is_known_by_all_its_columns_and_by_nothing_else() -> None:
    assert len(presets()) >= 6
    assert preset_of(presets(), ["number", "state", "opened_at", "resolved_at"]) is None
    found = preset_of(presets(), ["NUMBER", "State", "Opened at", "resolved at", "Assignment group", "x"])
    assert found is not None
    assert found.name == "ServiceNow"
    assert preset_of(presets(), ["Branch", "Timestamp", "How content are you?"]) is None, "only as the first column"
    words = 'title = {en = "T"}\npromise = {en = "P"}\n'
    for text, told in (
        ('name = "x"\ncolumns = ["a"]', "title"),
        (f'name = "x"\ncolumns = ["a"]\n{words}', "within, scales"),
        (f'name = "x"\ncolumns = []\nwithin = "2 days"\n{words}', "columns"),
        (f'name = "x"\ncolumns = ["a"]\nwithin = "2 days"\nclosed = 1\n{words}', "closed"),
        (f'name = "x"\ncolumns = ["a"]\nwithin = "2 days"\nevents = {{til = ["x"]}}\n{words}', "til"),
    ):
        with pytest.raises(Invalid, match=f"A preset cannot be taken: .*{told}"):
            read_preset(text)


def test_a_file_of_forms_without_marks_is_none_of_the_kind(light: Flask, tmp_path: Path) -> None:
    """Nothing is said of a kind whose answers cannot be counted."""
    (tmp_path / "a.csv").write_text(
        "Timestamp,Remark\n2026/10/05 9:11:03 AM GMT+2,fine\n2026/10/06 9:11:03 AM GMT+2,x\n"
    )
    started = start(tmp_path / "a.csv")
    assert not any("looks like" in str(note) for note in started.notes)
    (indicator,) = read(started).charter.commitments[0].indicators
    assert indicator.kind == "count"
