"""What happened and was measured: rows that are only ever appended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import charter.models.charters  # noqa: F401  (its rows are pointed at)
from charter.domain.vocabulary.counts import Counts, Number, exact_each
from charter.models.base import AppendOnly, Base, Exact, Instant, Said


class Run(AppendOnly, Base):
    """One execution of a check for one period: done with what it read, or failed with its sentence.

    `told`: how cells were read that can be read in more than one way, as sentences.
    """

    __tablename__ = "runs"
    __table_args__ = (Index(None, "indicator_key", "period_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    version_id: Mapped[int] = mapped_column(ForeignKey("charter_versions.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    error: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any] | None] = mapped_column(Said)
    as_of: Mapped[datetime] = mapped_column(Instant)
    seconds: Mapped[float]
    rows_read: Mapped[int | None]
    undated: Mapped[int | None]
    overlapping: Mapped[int | None]
    unknown_units: Mapped[dict[str, int] | None] = mapped_column(JSON)
    reaches_past: Mapped[bool | None]
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    told: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    definition_hash: Mapped[str] = mapped_column(String(64))
    started_by: Mapped[str] = mapped_column(String(200))
    claim: Mapped[str | None] = mapped_column(String(36))


class Measurement(AppendOnly, Base):
    """The counts of one cell. A correction is another row that names the one it corrects."""

    __tablename__ = "measurements"
    __table_args__ = (Index(None, "indicator_key", "period_key"),)
    IS_VOUCHED = False
    """The entry of a run holds one hash over its cells."""

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    indicator_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(10))
    unit_key: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(300))
    segment: Mapped[str] = mapped_column(String(300))
    numerator: Mapped[Number] = mapped_column(Exact)
    denominator: Mapped[Number] = mapped_column(Exact)
    pending: Mapped[int]
    stopped: Mapped[int]
    total: Mapped[Number] = mapped_column(Exact)
    squares: Mapped[Number] = mapped_column(Exact)
    promoters: Mapped[int]
    detractors: Mapped[int]
    excluded: Mapped[dict[str, float | int]] = mapped_column(JSON)
    steps: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    stages: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    owed: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    value: Mapped[Number | None] = mapped_column(Exact)
    cubes: Mapped[Number | None] = mapped_column(Exact)
    low: Mapped[Number | None] = mapped_column(Exact)
    high: Mapped[Number | None] = mapped_column(Exact)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("measurements.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(200))


def counts_of(row: Any) -> Counts:
    """The counts of a measurement, of its row or of its columns."""
    return Counts(
        row.numerator,
        row.denominator,
        row.pending,
        row.stopped,
        row.total,
        row.squares,
        row.promoters,
        row.detractors,
        exact_each(row.excluded),
        row.steps or {},
        row.stages or {},
        row.owed or {},
        row.value,
        row.cubes,
        row.low,
        row.high,
    )


class SealedPart(AppendOnly, Base):
    """A part of sealed figures, packed, under the hash of what it says: an index names it by that (parts of months)."""

    __tablename__ = "sealed_parts"
    IS_VOUCHED = False
    """The index that names it is sealed, and holds its hash."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Snapshot(AppendOnly, Base):
    """The sealed figures of a month, chained to the month sealed before it.

    `document` is the index of their parts; in months sealed by the first release it is the whole.
    """

    __tablename__ = "snapshots"
    APART = ("document",)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_key: Mapped[str] = mapped_column(String(10), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("charter_versions.id"))
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    previous_sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    frozen_by: Mapped[str] = mapped_column(String(200))


class ReportFile(AppendOnly, Base):
    """An archived PDF of a sealed month: its bytes never change."""

    __tablename__ = "report_files"
    __table_args__ = (UniqueConstraint("snapshot_id", "unit_key", "language"),)
    APART = ("content",)

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    unit_key: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    rendered_at: Mapped[datetime] = mapped_column(Instant)


class AuditEntry(AppendOnly, Base):
    """Who changed what, when, from what to what; each entry holds the hash of the one before.

    `rows`: the digests of the rows written with it, by table and number, None for one taken away; None in entries of
    releases that kept none. `key`: which AUDIT_KEY its hash is made with.
    """

    __tablename__ = "audit_entries"
    IS_VOUCHED = False

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(300))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    rows: Mapped[dict[str, dict[str, str | None]] | None] = mapped_column(JSON(none_as_null=True))
    key: Mapped[str | None] = mapped_column(String(16))
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class ChainHead(Base):
    """The newest audit entry's hash and their number: one row, whose lock puts writers in a line.

    `is_adopted`: whether every row that must have its digest in the log has one.
    """

    __tablename__ = "chain_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    is_adopted: Mapped[bool | None]
