"""Tables as CSV and XLSX. What is text stays text: no cell of ours is ever a formula.

In CSV a text that a spreadsheet would take for a formula (it begins with = + - @, plain or full width, a tab or a line
feed) is led by an apostrophe. In XLSX texts are inline strings, which are never computed; the file is written here,
part by part, so that the same tables give the same bytes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from itertools import zip_longest
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from charter.reports.tables import Cell

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_767
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{sheets}</Types>'
)
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{parts}</Relationships>'
)
_RELATION = (
    '<Relationship Id="rId{n}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}" Target="{target}"/>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0##%"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="6"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" quotePrefix="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>'
    '<xf xfId="0" numFmtId="3" applyNumberFormat="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_HEAD, _TEXT, _WHOLE, _SHARE, _DAY = 1, 2, 3, 4, 5
_IS_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST_DAY = date(1899, 12, 30)
"""What spreadsheets count days from."""
SHARES = ("share-within", "share", "availability", "effort")
OF_SHARES = ("value", "target", "tolerance", "unacceptable", "interval_low", "interval_high", "previous")
DAYS = ("due_on", "done_on")


def to_csv(table: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark (Excel reads it so), commas, a point as decimal sign; nothing where there is no figure."""
    text = StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerows([_csv_cell(cell) for cell in row] for row in table)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    text = _UNPRINTABLE.sub("", cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def to_xlsx(tables: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook with a sheet per table, by name; numbers are numbers, shown as what their column holds: counts by
    thousands, shares of an indicator as per cent, days as days; all else is text."""
    numbers = range(1, len(tables) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name[:31])} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, tables, strict=True)
    )
    links = [_RELATION.format(n=n, what="worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers]
    links.append(_RELATION.format(n=len(tables) + 1, what="styles", target="styles.xml"))
    start = _RELATION.format(n=1, what="officeDocument", target="xl/workbook.xml")
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{sheets}</sheets></workbook>'
    parts = {
        "[Content_Types].xml": _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n) for n in numbers)),
        "_rels/.rels": _RELATIONS.format(parts=start),
        "xl/workbook.xml": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{book}',
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(parts="".join(links)),
        "xl/styles.xml": _STYLES,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": _sheet(table) for n, table in zip(numbers, tables.values(), strict=True)}
    return _zipped(parts)


def _sheet(table: Sequence[Sequence[Cell]]) -> str:
    names = [str(cell) for cell in table[0]] if table else []
    rows = "".join(_row(at, row, names) for at, row in enumerate(table, 1))
    view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}">'
    return f"{head}{view}</sheetViews><sheetData>{rows}</sheetData></worksheet>"


def _row(at: int, row: Sequence[Cell], names: Sequence[str]) -> str:
    is_share = "kind" in names and row[names.index("kind")] in SHARES
    cells = "".join(
        _cell(f"{_column(n)}{at}", cell, _HEAD if at == 1 else _style(cell, name, is_share=is_share))
        for n, (cell, name) in enumerate(zip_longest(row, names[: len(row)], fillvalue=""))
    )
    return f'<row r="{at}">{cells}</row>'


def _style(cell: Cell, name: str, *, is_share: bool) -> int:
    """How a cell is shown: its number never changes."""
    if isinstance(cell, str):
        return _DAY if name in DAYS and _IS_DAY.fullmatch(cell) else _TEXT
    if is_share and name in OF_SHARES:
        return _SHARE
    return _WHOLE if isinstance(cell, int) else 0


def _cell(place: str, cell: Cell, style: int) -> str:
    if cell is None:
        return ""
    if style == _DAY:
        cell = (date.fromisoformat(str(cell)) - _FIRST_DAY).days
    if not isinstance(cell, str):
        return f'<c r="{place}" s="{style}"><v>{cell!r}</v></c>'
    text = escape(_UNPRINTABLE.sub("", cell)[:LONGEST_CELL])
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _column(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _zipped(parts: Mapping[str, str]) -> bytes:
    """The same parts give the same bytes: every part bears the same date."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, text in parts.items():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            file.writestr(entry, text)
    return made.getvalue()
