"""The figures of a published month as tables: those that its report prints, for spreadsheets and programs."""

from __future__ import annotations

import json

from charter.domain.errors import NotFound
from charter.domain.periods import parse_period
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.reports.tables import Table, actions_table, comments_table, figures_table, units_table
from charter.services.charters import history
from charter.services.edition_parts import newest_edition, printed
from charter.services.snapshots import edition_of, find_snapshot


def report_tables(
    actor: Actor, *, period: str, unit: str | None = None, language: str, number: int | None = None
) -> dict[str, Table]:
    """By name: figures, units, comments, actions; of the newest edition, or of that number, else of the sealed month.

    Raises NotAllowed, NotFound (not sealed, no such edition or unit), Invalid (not a period).
    """
    key = unit or history().current.tree.root.key
    require(actor, Permission.READ_DESK, key)
    approved = newest_edition(period, number)
    if approved is not None:
        part = printed(approved, key)
    else:
        sealed = find_snapshot(period)
        if sealed is None:
            raise NotFound(
                "The month %(period)s is not sealed: there is no report of it yet.", period=parse_period(period)
            )
        part = edition_of(json.loads(sealed.document), sealed.sha256, key)
    return {
        "figures": figures_table(part, language),
        "units": units_table(part),
        "comments": comments_table(part),
        "actions": actions_table(part),
    }
