"""Sources that ask over HTTP: secrets by the name of a variable alone, pages found in one way; databases by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.sources import HttpJsonSource, database_not_supported

SMALL = (Path(__file__).parents[1] / "charter_files" / "small.yaml").read_text(encoding="utf-8")
WEB = 'kind: http-json, url: "https://crm.example/cases"'


def read(keys: str) -> HttpJsonSource:
    found = read_charter(SMALL.replace("cases: {kind: csv, path: cases.csv}", f"cases: {{{keys}}}"))
    source = found.charter.sources["cases"]
    assert isinstance(source, HttpJsonSource)
    return source


def test_headers_and_pages_are_read() -> None:
    source = read(f'{WEB}, headers: {{Authorization: "env:CRM_AUTH", X-Tenant: north}}, pages: {{next: links.next}}')
    assert source.headers == {"Authorization": "env:CRM_AUTH", "X-Tenant": "north"}
    assert source.total_at is None
    assert (
        read(f"{WEB}, total: meta.total").total_at == read(f"{WEB}, pages: {{link: true, total: meta.total}}").total_at
    )


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (f"{WEB}, headers: {{Authorization: hush}}", "the header Authorization holds a secret"),
        (f"{WEB}, headers: {{Cookie: hush}}", "the header Cookie holds a secret"),
        (f"{WEB}, headers: {{x-api-key: hush}}", "the header x-api-key holds a secret"),
        (f"{WEB}, headers: {{X-Api-Key: 4712}}", "the header X-Api-Key is not one line of plain letters"),
        (f"{WEB}, headers: {{Via: Bearer hush}}", "the header Via holds a secret"),
        (f"{WEB}, headers: {{Authorization: Bearer env:CRM_AUTH}}", "the header Authorization holds a secret"),
        (f"{WEB}, headers: {{Authorization: env:crm}}", "the header Authorization holds a secret"),
        (f"{WEB}, headers: {{Host: other.example}}", "the header Host is written by Promesse itself"),
        (f'{WEB}, headers: {{"a b": x}}', "'a b' is not the name of a header"),
        (f"{WEB}, headers: [hush]", "a list is written where headers are expected"),
        (f"{WEB}, pages: {{}}", "pages are found in one way"),
        (f"{WEB}, pages: {{next: a, link: true}}", "pages are found in one way"),
        (f"{WEB}, pages: {{link: false}}", "false is not allowed here"),
        (f"{WEB}, pages: {{page: p, size: s}}", "size and of stand together, beside page"),
        ('kind: http-json, url: "https://me:hush@crm.example/"', "the address holds a secret"),
        ('kind: http-json, url: "https://crm.example/?a=1&api_key=hush"', "the address holds a secret"),
        ("kind: mysql, table: a", "MySQL is not supported; supported are PostgreSQL, SQLite, DuckDB, Spark, Trino"),
        ("kind: SQL Server, table: a", "SQL Server is not supported"),
        ("kind: postgresql, table: a", "PostgreSQL is read by the kind database"),
    ],
)
def test_what_a_source_may_not_say_is_one_sentence_without_the_secret(keys: str, sentence: str) -> None:
    with pytest.raises(CharterFileError) as refusal:
        read(keys)
    (found,) = refusal.value.findings
    assert sentence in str(found.message)
    assert found.remedy is not None
    assert not {"hush", "4712"} & set(str(found).split())


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("mysql+pymysql://u@h/d", "MySQL"),
        ("jdbc:sqlserver://h", "SQL Server"),
        ("ORACLE://u@h", "Oracle"),
        ("postgresql://u@h/d", None),
        ("a-password", None),
        ("", None),
    ],
)
def test_a_database_is_known_by_its_address(address: str, name: str | None) -> None:
    assert database_not_supported(address) == name
