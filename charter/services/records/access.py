"""What the work of a process may reach besides the charter's own folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from charter.domain.checks.deadlines import LEASE


@dataclass(frozen=True)
class Access:
    """What runs may reach besides the charter's folder: folders of files, and addresses by `env:NAME`; for how long a
    process holds what it claimed; and `home`, the installation's own folder."""

    data_folders: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    http_allow: Sequence[str] = ()
    lease: timedelta = LEASE
    home: Path | None = None
