"""Files of known programs, small and invented: each gives a first charter that passes lint and counts what is so."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.findings import Severity
from charter.domain.file_profile.presets import preset_of, read_preset
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.applying import apply_charter
from charter.services.records.access import Access
from charter.sources.readers.file_profile import presets
from tests.services.drafts.test_start import NOW, read, start

DAY, LATER = "2026-10-05 09:00:00", "2026-10-23 09:00:00"
"""A Monday, and a day long after every delay."""
ROWS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "Zammad": {
        "#": ("1", "2", "3"),
        "State": ("closed", "closed", "merged"),
        "Group": ("Bills", "Bills", "Meters"),
        "Create Channel": ("email", "phone", "web"),
        "Created At": (DAY, DAY, DAY),
        "Closed At": ("2026-10-07 10:00:00", LATER, LATER),
        "Close In Min": ("100", "200", "300"),
        "First Response At": (DAY, DAY, DAY),
    },
    "GLPI": {
        "ID": ("4711", "4712", "4715"),
        "Titre": ("Panne", "Accès", "Écran"),
        "Statut": ("Clos", "Clos", "Clos"),
        "Entité": ("Siège", "Siège", "Nord"),
        "Date d'ouverture": (DAY, DAY, DAY),
        "Date de résolution": ("2026-10-07 10:00:00", LATER, LATER),
    },
    "ServiceNow": {
        "number": ("INC001", "INC002", "INC003"),
        "state": ("Closed", "Closed", "Canceled"),
        "assignment_group": ("Network", "Network", "Desk"),
        "opened_at": (DAY, DAY, DAY),
        "resolved_at": ("2026-10-07 10:00:00", LATER, LATER),
        "closed_at": (LATER, LATER, LATER),
    },
    "Zendesk": {
        "Id": ("1", "2", "3"),
        "Group": ("A", "A", "B"),
        "Via": ("Mail", "Web", "Mail"),
        "Created at": (DAY, DAY, DAY),
        # Three days, of which two were waited for the customer: in time.
        "Solved at": ("2026-10-08 09:00:00", LATER, LATER),
        "On hold time in minutes": ("2880", "0", "60"),
    },
    "Asterisk": {
        "time": (DAY, "2026-10-05 09:01:00", "2026-10-05 09:30:00"),
        "callid": ("c1", "c1", "c2"),
        "queuename": ("support", "support", "support"),
        "agent": ("NONE", "SIP/1", "NONE"),
        "event": ("ENTERQUEUE", "CONNECT", "ENTERQUEUE"),
    },
}
COUNTED = {"Zammad": (1, 2), "GLPI": (1, 3), "ServiceNow": (1, 2), "Zendesk": (1, 3), "Asterisk": (1, 2)}


@pytest.mark.parametrize("program", list(ROWS))
def test_a_file_of_a_known_program_is_known(light: Flask, tmp_path: Path, program: str) -> None:
    table = ROWS[program]
    with (tmp_path / "export.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(table)
        rows.writerows(zip(*table.values(), strict=True))
    started = start(tmp_path / "export.csv")
    assert any(f"looks like one of {program}" in str(note) for note in started.notes)
    charter = read(started)
    findings = [*charter.findings, *lint_charter(charter)]
    assert [one for one in findings if one.severity is not Severity.ADVICE] == []
    apply_charter(COMMAND_LINE, NOW, charter=charter.charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="in-time", period="2026-10", access=Access())
    assert (found["numerator"], found["denominator"]) == COUNTED[program]


def test_a_preset_is_known_by_all_its_columns_and_by_nothing_else() -> None:
    assert len(presets()) >= 6
    assert preset_of(presets(), ["number", "state", "opened_at", "resolved_at"]) is None
    found = preset_of(presets(), ["NUMBER", "State", "Opened at", "resolved at", "Assignment group", "x"])
    assert found is not None
    assert found.name == "ServiceNow"
    with pytest.raises(Invalid, match=re.escape("A preset cannot be taken")):
        read_preset('name = "x"\ncolumns = ["a"]')
