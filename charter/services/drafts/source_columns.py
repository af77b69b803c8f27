"""Columns that a charter reads and its data do not have: found before anything is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.columns_read import ReadColumn, columns_read
from charter.domain.charter_file.findings import CharterFileError, Finding, Path, Severity, line_at, path_words
from charter.domain.charter_file.messages import not_supported
from charter.domain.charter_file.sources import DatabaseSource, database_not_supported
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.services.records.access import Access, place_of
from charter.sources.readers.source_names import Reach, names_of

MOST_NAMED = 12
Lines = Mapping[Path, int]


@dataclass(frozen=True)
class Columns:
    """Places that name a column which its source does not have, or a database that is not read; by source, why it
    cannot be opened."""

    not_there: list[Finding]
    not_opened: dict[str, Finding]


def look_at_columns(
    charter: Charter, folder: str, access: Access, *, reach: Reach = Reach.HERE, lines: Lines | None = None
) -> Columns:
    """An error for each column that is not there; another for each source that cannot be opened.

    What lies out of reach is not judged. `lines` are those of the charter file, where there is one.
    """
    at = lines or {}
    not_read = databases_not_supported(charter, access, at)
    names, refused = _names(charter, folder, access, reach)
    missing: dict[tuple[Path, str], Finding] = {}
    for one in columns_read(charter):
        known = names.get(one.source)
        if known is not None and one.column not in known and not one.column.startswith("$"):
            missing[one.path, one.column] = _finding(charter, one, known, at)
    not_opened = {
        key: Finding(line_at(at, ("sources", key)), path_words(("sources", key)), Severity.ERROR, sentence, None)
        for key, sentence in refused.items()
    }
    return Columns([*not_read.values(), *missing.values()], not_opened | not_read)


def databases_not_supported(charter: Charter, access: Access, lines: Lines) -> dict[str, Finding]:
    """By source an error where its address names a database that is not read; nothing is opened for it."""
    found = {}
    for key, source in charter.sources.items():
        if not isinstance(source, DatabaseSource):
            continue
        name = database_not_supported(access.environment.get(source.url.removeprefix("env:"), ""))
        if name is not None:
            path: Path = ("sources", key, "url")
            remedy = Sentence("have its rows exported as CSV, XLSX or Parquet")
            place = line_at(lines, path), path_words(path)
            found[key] = Finding(*place, Severity.ERROR, not_supported(name), remedy)
    return found


def refuse_columns_not_there(
    charter: Charter, folder: str, access: Access, *, reach: Reach = Reach.HERE, lines: Lines | None = None
) -> None:
    """Raises CharterFileError where the data can be opened and lack a column, or are of a database that is not read."""
    if missing := look_at_columns(charter, folder, access, reach=reach, lines=lines).not_there:
        raise CharterFileError(missing)


def _names(
    charter: Charter, folder: str, access: Access, reach: Reach
) -> tuple[dict[str, list[str] | None], dict[str, Sentence]]:
    """The columns of each source that is read, and why others cannot be opened."""
    place = place_of(charter, folder, access)
    names: dict[str, list[str] | None] = {}
    refused: dict[str, Sentence] = {}
    for key in dict.fromkeys(one.source for one in columns_read(charter)):
        if key not in charter.sources:
            continue
        try:
            names[key] = names_of(key, charter.sources[key], place, reach)
        except SourceError as error:
            refused[key] = error.sentence
        except OSError as error:
            refused[key] = _unreadable(key, error)
    return names, refused


def _finding(charter: Charter, one: ReadColumn, names: list[str], lines: Lines) -> Finding:
    near = [name for name in names if name.lower() == one.column.lower()] or get_close_matches(one.column, names, n=3)
    if near:
        remedy = Sentence("did you mean %(near)s?", near=near)
    else:
        remedy = Sentence(
            "its columns are %(columns)s", columns=[*names[:MOST_NAMED], *["…"][: len(names) > MOST_NAMED]]
        )
    said = Sentence("the source '%(source)s' has no column '%(column)s'", source=one.source, column=one.column)
    about = charter.commitments[int(one.path[1])].key
    return Finding(line_at(lines, one.path), path_words(one.path), Severity.ERROR, said, remedy, about)


@dataclass(frozen=True)
class SourceColumns:
    """The columns of one source, in their order; `refused`: why it cannot be opened. Neither: out of reach."""

    names: list[str]
    refused: Sentence | None = None


def columns_of(charter: Charter, key: str, folder: str, access: Access) -> SourceColumns:
    """The columns that a source of a draft has now, as far as a page may look."""
    if key not in charter.sources:
        return SourceColumns([])
    try:
        place = place_of(charter, folder, access)
        return SourceColumns(list(names_of(key, charter.sources[key], place, Reach.PAGE) or []))
    except SourceError as error:
        return SourceColumns([], error.sentence)
    except OSError as error:
        return SourceColumns([], _unreadable(key, error))


def _unreadable(key: str, error: OSError) -> Sentence:
    reason = error.strerror or str(error)
    return Sentence("The source “%(source)s” cannot be read: %(reason)s", source=key, reason=reason)
