"""The page for charter managers says what the code does: its example is sound, and it names every key."""

import re
from pathlib import Path

from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.json_schema import charter_schema
from charter.domain.charter_file.text.yaml_reader import MAX_BYTES
from charter.domain.charter_file.values import MAX_DIGITS
from charter.domain.lint.promises import lint_charter

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "charter-file.md").read_text(encoding="utf-8")


def test_example_of_the_page_has_nothing_to_mend() -> None:
    example, calendars, *_ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    read = read_charter(example, is_calendar=lambda code: code in ("FR", "FR-57"))
    assert [*read.findings, *lint_charter(read)] == []
    with_calendars = read_charter(f"{example}\n{calendars}", is_calendar=lambda code: code in ("FR", "FR-57"))
    assert [one for one in with_calendars.findings if one.severity is Severity.ERROR] == []


def test_page_names_every_key_and_every_word_to_choose() -> None:
    coded = " ".join(re.findall(r"`[^`]+`|```yaml.*?```", PAGE, re.DOTALL))
    words = set(re.findall(r"[\w-]+", coded))
    for name, model in charter_schema()["$defs"].items():
        assert set(model.get("properties", {})) <= words, name
        assert set(model.get("enum", [])) <= words, name


def test_page_knows_the_limits() -> None:
    assert f"at most {MAX_BYTES // 1_000_000} MB" in PAGE
    assert f"{MAX_DIGITS} digits at most" in PAGE
