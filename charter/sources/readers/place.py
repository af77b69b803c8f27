"""Where sources may be looked for: only below the charter's own folder or the folders that the operator allows."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.known import Known

_CHUNK = 1 << 20
_SETTLED = 2_000_000_000
"""Nanoseconds."""


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


@contextmanager
def known_of(files: Sequence[Path], options: str, folder: Path | None) -> Iterator[Known]:
    """What earlier looks have told of files that are what they were, read in the same way by the same code.

    What is learnt in the block is kept at its end; nowhere where there is no folder for it. A file written to within
    the last seconds is looked at again: clocks of disks are coarse.
    """
    if folder is None:
        yield Known()
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = _state_of(files, options)
    name = hashlib.sha256("\0".join(map(str, files)).encode()).hexdigest()[:32]
    path = folder / f"{name}.json"
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".draft") as draft:
        written = max(each.stat().st_ctime_ns for each in files)
        is_settled = Path(draft.name).stat().st_mtime_ns - written > _SETTLED
        known = Known(_read_answers(path, before))
        yield known
        if known.has_more and is_settled and _state_of(files, options) == before:
            after = Path(f"{draft.name}.json")
            after.write_text(json.dumps({"state": before, "answers": known.answers}), encoding="utf-8")
            os.replace(after, path)


def _state_of(files: Sequence[Path], options: str) -> list[Any]:
    """What is another as soon as a file is written to or replaced, or is read in another way."""
    told = [(str(path), path.stat()) for path in files if path.is_file()]
    marks = [[name, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino] for name, one in told]
    return [_code(), options, *marks]


@cache
def _code() -> str:
    """SHA-256 over the code that reads sources."""
    return fingerprint_of(sorted(Path(__file__).parents[1].rglob("*.py")))


def _read_answers(path: Path, state: list[Any]) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return dict(kept["answers"]) if kept["state"] == state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


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
