"""The words of what a column of a file is, and of what it may be for."""

from __future__ import annotations

from charter.domain.terms import ColumnKind, ColumnRole
from charter.words.statuses import Pairs

COLUMN_KINDS: Pairs = {
    ColumnKind.DATE: ("date", "date"),
    ColumnKind.INSTANT: ("date and time", "date avec heure"),
    ColumnKind.NUMBER: ("number", "nombre"),
    ColumnKind.DURATION: ("duration", "durée"),
    ColumnKind.YES_NO: ("yes or no", "oui ou non"),
    ColumnKind.TEXT: ("text", "texte"),
    ColumnKind.EMPTY: ("empty", "vide"),
}
COLUMN_ROLES: Pairs = {
    ColumnRole.CASE: ("case", "dossier"),
    ColumnRole.START: ("start", "début"),
    ColumnRole.STOP: ("stop", "fin"),
    ColumnRole.UNIT: ("unit", "entité"),
    ColumnRole.CHANNEL: ("channel", "canal"),
}
