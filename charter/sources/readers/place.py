"""Where sources may be looked for: only below the charter's own folder or the folders that the operator allows."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from charter.domain.charter_file.sources import FileSource
from charter.domain.vocabulary.errors import SourceError

FILE_PLACE, LINE_PLACE = "promesse_file", "promesse_line"
"""Columns that rows of files may have beside their own: the file's place by name among all, the row's in its file."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Place:
    """Where sources may be looked for, and what the embedded engine may take."""

    folder: Path
    data_folders: Sequence[Path] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    http_allow: Collection[str] = ()
    zone: str = "UTC"
    memory: str = "500MB"
    threads: int = 2
    kept: Path | None = None
    """Where it is kept what a look at a file has told, until the file changes."""
    logged: Callable[[], Sequence[Mapping[str, object]]] | None = None
    """The rows of the charter's own log, where somebody keeps one."""


def files_of(key: str, written: str, folder: Path, data_folders: Sequence[Path]) -> list[Path]:
    """The files a path or glob names, in order: looked up in the charter's folder first, then in the data folders.

    Raises SourceError when it leads outside all of them (also through a link), or names no file.
    """
    homes = [home.resolve() for home in (folder, *data_folders)]
    if not any(_is_below(Path(os.path.normpath(home / written)), homes) for home in homes):
        raise _outside(key, written)
    for home in homes:
        found = [Path(name) for name in sorted(glob.glob(str(_literal(home) / written), recursive=True))]
        found = [path for path in found if path.is_file()]
        if found and not all(_is_below(path.resolve(), homes) for path in found):
            raise _outside(key, written)
        if found:
            return found
    raise SourceError(
        "The source “%(source)s” names “%(path)s”, but there is no such file in the charter's folder or in the folders "
        "of the setting DATA_FOLDERS: put it there, or correct the path.",
        source=key,
        path=written,
    )


def newest_of(files: Iterable[Path]) -> Path:
    """Of the files that a path names that whose name sorts last."""
    return max(files, key=lambda path: (path.name, str(path)))


def read_of(key: str, source: FileSource, place: Place) -> list[Path]:
    """The files that a source reads: those that its path names, or the newest of them. Raises SourceError."""
    files = files_of(key, source.path, place.folder, place.data_folders)
    return [newest_of(files)] if source.which == "newest" else files


def places_of(files: Iterable[Path]) -> dict[Path, str]:
    """For each file its place by name among all, as text that sorts: that whose name sorts last is the latest."""
    ordered = sorted(files, key=lambda path: (path.name, str(path)))
    return {path: f"{at:06}" for at, path in enumerate(ordered)}


def fingerprint_of(files: Iterable[Path]) -> str:
    """SHA-256 over the files' names and bytes."""
    whole = hashlib.sha256()
    for path in files:
        each = hashlib.sha256()
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                each.update(chunk)
        whole.update(f"{path.name}\0{each.hexdigest()}\n".encode())
    return whole.hexdigest()


def stamps_of(files: Iterable[Path]) -> list[tuple[int, ...]]:
    """What tells whether files were written to or replaced since: size, time, number on the disk."""
    found = (path.stat() for path in files)
    return [(told.st_size, told.st_mtime_ns, told.st_ino, told.st_dev) for told in found]


def refuse_changed(key: str, files: Sequence[Path], stamps: Sequence[tuple[int, ...]]) -> None:
    """Raises SourceError where a file is no longer what it was when its stamp was taken."""
    for path, before in zip(files, stamps, strict=True):
        if not path.is_file() or stamps_of([path]) != [before]:
            raise SourceError(
                "The source “%(source)s”: the file %(file)s changed while it was read, so nothing was counted: it is "
                "read again at the next try.",
                source=key,
                file=path.name,
            )


def _literal(home: Path) -> Path:
    return Path(glob.escape(str(home)))


def _is_below(path: Path, homes: Sequence[Path]) -> bool:
    return any(path.is_relative_to(home) for home in homes)


def _outside(key: str, written: str) -> SourceError:
    return SourceError(
        "The source “%(source)s” names “%(path)s”, which lies outside the charter's folder: move the file beside the "
        "charter, or add its folder to the setting DATA_FOLDERS.",
        source=key,
        path=written,
    )
