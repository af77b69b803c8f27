"""Where sources may be looked for, and what looking may take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where sources may be looked for, and what the embedded engine may take."""

    folder: Path
    data_folders: Sequence[Path] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    http_allow: Collection[str] = ()
    zone: str = "UTC"
    memory: str = "1GB"
    threads: int = 2
