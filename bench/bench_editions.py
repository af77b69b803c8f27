"""What PDFs cost: beside bare WeasyPrint on the same page, and forty unit editions beside one warm process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO

import weasyprint

from bench.comparison import Comparison
from charter.reports.pdf import UNIVERSAL, _identifier, render_here
from charter.reports.pdf_workers import Sheet, print_all
from charter.services.reports.files import sheet_of
from tests.reports.sample_month import make_snapshot

EDITIONS = int(os.environ.get("BENCH_EDITIONS", "40"))


def comparisons() -> Iterator[Comparison]:
    """The sample month in French, with its figures attached as JSON and CSV."""
    sheet = sheet_of(make_snapshot(), "fr")
    yield Comparison("PDF, beside bare WeasyPrint", lambda: _ours(sheet), lambda: _bare(sheet), 1.25)
    yield Comparison(
        f"{EDITIONS} unit editions by two processes, beside one warm process",
        lambda: list(print_all((_edition(n) for n in range(EDITIONS)), workers=2)),
        lambda: [_ours(_edition(n)) for n in range(EDITIONS)],
        0.7,
    )


def _edition(number: int) -> Sheet:
    """Another unit of the same month."""
    snapshot = deepcopy(make_snapshot())
    snapshot["overview"]["unit_name"] = f"Agence {number}"
    return sheet_of(snapshot, "fr", str(number))


def _ours(sheet: Sheet) -> bytes:
    return render_here(sheet.html, attachments=sheet.attachments, language=sheet.language)


def _bare(sheet: Sheet) -> bytes:
    """The same page, variant and attachments, with nothing of ours around."""
    files = [
        weasyprint.Attachment(
            string=one.content, name=one.name, description=one.description, relationship="Data",
            created=one.at, modified=one.at,
        )
        for one in sheet.attachments
    ]  # fmt: skip
    made = weasyprint.HTML(string=sheet.html).write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=_identifier(sheet.html, sheet.attachments, sheet.language),
        attachments=files,
        xmp_metadata=[BytesIO(UNIVERSAL)],
    )
    return bytes(made)
