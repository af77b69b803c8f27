"""The rows. Import from the module of the noun."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def know_all_rows() -> None:
    """Load every module of rows: for what speaks of all tables, whichever of them a process happens to use."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
