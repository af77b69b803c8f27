"""The first hour's form of a database or a web service: what it says as a source, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.findings import CharterFileError, Finding
from charter.domain.charter_file.reading import read_plain
from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.vocabulary.errors import CharterError, Invalid

FIELDS = ("table", "rows", "header")
_SETTING, _TABLE = "env:A", "a"
"""In the place of what is not said, so that the rest is looked at all the same."""


def said_in(form: Mapping[str, str]) -> dict[str, str]:
    """What the form says, field by field."""
    return {name: form.get(name, "").strip() for name in ("kind", "url", *FIELDS)}


def source_of(said: Mapping[str, str]) -> Plain:
    """The source as a charter file writes it; secrets stand in settings of the server, here only their names."""
    source: Plain = {"kind": said["kind"], "url": said["url"] or _SETTING}
    if said["kind"] == "database":
        return source | {"url": f"env:{source['url'].removeprefix('env:')}", "table": said["table"] or _TABLE}
    source |= {"rows": said["rows"]} if said["rows"] else {}
    secret = f"env:{said['header'].removeprefix('env:')}"
    return source | ({"headers": {"Authorization": secret}} if said["header"] else {})


def faults_in_source(plain: Plain, said: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Invalid]:
    """Everything that is wrong with the form, each with its field, before anybody is asked anything."""
    needed = ("url", "table") if said["kind"] == "database" else ("url",)
    blank = [name for name in needed if not said[name]]
    yield from (Invalid("Fill this in.", name) for name in blank)
    source, told = source_of(said), set(blank)
    try:
        read_plain(plain | {"sources": {SOURCE: source}})
    except CharterFileError as error:
        for one in error.findings:
            field = next((name for name in FIELDS if f".{name}" in one.field), "url")
            if field not in told:
                told.add(field)
                yield _refused(one, field)
    for field, value in (("url", source["url"]), ("header", source.get("headers", {}).get("Authorization", ""))):
        name = value.removeprefix("env:")
        if field not in told and value.startswith("env:") and name not in environment:
            yield Invalid(
                "The server has no setting %(setting)s: ask your administrator to set it.", field, setting=name
            )


def _refused(one: Finding, field: str) -> Invalid:
    if one.remedy is None:
        return Invalid("%(message)s.", field, message=one.message)
    return Invalid("%(message)s: %(remedy)s", field, message=one.message, remedy=one.remedy)


def field_of(error: CharterError) -> str:
    """Which field of the form a refusal speaks of: the address, unless it says another."""
    named = getattr(error, "field", None) or ""
    return named if named in FIELDS else "url"
