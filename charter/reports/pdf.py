"""HTML to PDF: tagged, archivable, closed to the outside, the same bytes for the same page.

The file is PDF/A-3a, which carries attachments, and says PDF/UA-1 too. Nothing is fetched: only `data:` addresses are
read, any other stops the rendering. WeasyPrint and its system libraries are loaded when a PDF is made, by default in a
process of its own:

    python -m charter.reports.pdf < request.json > report.pdf
"""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

from charter.domain.vocabulary.errors import CharterError, Sentence
from charter.domain.vocabulary.sentences import restored, stored
from charter.reports.printable_text import FONTS, printable

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
TIME_OUT = 300.0
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date that attachments bear when none is given: fixed, so that the bytes are."""

UNIVERSAL = (
    b'<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" '
    b'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />'
)
"""What says PDF/UA-1 in the metadata of a PDF/A file."""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: the figures as data."""

    name: str
    content: bytes
    description: str
    at: datetime = EPOCH


def render_in_subprocess(
    html: str, *, attachments: Sequence[Attached] = (), language: str, time_out: float = TIME_OUT
) -> bytes:
    """Render in another process, whose memory is given back; raises CharterError when it fails or takes too long."""
    request = {
        "html": html,
        "language": language,
        "attachments": [
            {
                "name": a.name,
                "content": base64.b64encode(a.content).decode(),
                "description": a.description,
                "at": a.at.isoformat(),
            }
            for a in attachments
        ],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__ if __name__ != "__main__" else "charter.reports.pdf"],
            input=json.dumps(request).encode("utf-8"),
            capture_output=True,
            timeout=time_out,
            cwd=Path(__file__).resolve().parents[2],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CharterError(
            "The PDF was not ready after %(seconds)s seconds; make the report smaller, or try again.",
            seconds=f"{time_out:.0f}",
        ) from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        words = _last_words(done.returncode, lines[-1] if lines else "")
        raise CharterError(words)
    return done.stdout


def _last_words(code: int, line: str) -> Sentence:
    """The refusal of the process that printed, or what it died of."""
    if not line:
        return Sentence("The PDF process stopped with code %(code)s and said nothing.", code=code)
    with suppress(ValueError):
        told = restored(json.loads(line))
        if isinstance(told, Sentence):
            return told
    return Sentence("The PDF process stopped with code %(code)s: %(line)s", code=code, line=line)


def render_here(html: str, *, attachments: Sequence[Attached] = (), language: str) -> bytes:
    """Render in this process.

    Raises CharterError when a system library is missing (with the packages to install), or when the page asks for
    anything outside itself.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415 heavy

    refused: list[str] = []

    class Closed(URLFetcher):  # type: ignore[misc]  # WeasyPrint brings no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if not url.lower().startswith("data:"):
                refused.append(url[:200])
                raise FatalURLFetchingError(url)
            return super().fetch(url, headers)

    files = [
        weasyprint.Attachment(
            string=a.content, name=a.name, description=a.description, relationship="Data", created=a.at, modified=a.at
        )
        for a in attachments
    ]
    try:
        # A base address that no fetcher accepts: a relative address must be refused too, not passed over.
        document = weasyprint.HTML(string=printable(html, language), base_url="closed:/", url_fetcher=Closed())
        pdf = document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=_identifier(html, attachments, language),
            attachments=files,
            xmp_metadata=[BytesIO(UNIVERSAL)],
        )
    except FatalURLFetchingError as error:
        raise _outside(refused) from error
    if refused:  # inside an SVG, WeasyPrint goes on after a refusal
        raise _outside(refused)
    return bytes(pdf)


def _outside(refused: Sequence[str]) -> CharterError:
    return CharterError(
        "Outside reference refused: %(address)s. A report holds all it shows: put images inside it as data: addresses.",
        address=refused[0],
    )


def _identifier(html: str, attachments: Sequence[Attached], language: str) -> bytes:
    """The identifier of the file follows from what is printed, so that it is the same each time."""
    parts = [language.encode(), html.encode("utf-8"), *(a.name.encode() + a.content for a in attachments)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32].encode()


def _weasyprint() -> Any:
    """The library, or one sentence with what to install. Refused without harfbuzz-subset: fonts would bear the time."""
    try:
        import weasyprint  # noqa: PLC0415 heavy
        from weasyprint.text.ffi import harfbuzz_subset  # noqa: PLC0415 heavy
    except OSError as error:
        raise _missing(str(error).splitlines()[0]) from error
    except DeprecationWarning as error:  # where warnings are errors, the absence of harfbuzz-subset is one
        raise _missing("harfbuzz-subset") from error
    if harfbuzz_subset is None:
        raise _missing("harfbuzz-subset")
    return weasyprint


def _missing(what: str) -> CharterError:
    return CharterError(
        "PDF needs system libraries that are missing (%(what)s). Install them: apt-get install %(packages)s",
        what=what,
        packages=PACKAGES,
    )


def versions() -> dict[str, str]:
    """What the bytes depend on: libraries by version, font files by SHA-256. Where these are alike, so is the PDF."""
    _weasyprint()
    from weasyprint.text.ffi import ffi, harfbuzz, pango  # noqa: PLC0415 heavy

    found = {name: version(name) for name in ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "pillow")}
    packed = int(pango.pango_version())
    found["pango"] = f"{packed // 10000}.{packed // 100 % 100}.{packed % 100}"
    parts = ffi.new("unsigned int[3]")
    ffi.cdef("void hb_version (unsigned int *major, unsigned int *minor, unsigned int *micro);", override=True)
    harfbuzz.hb_version(parts, parts + 1, parts + 2)
    found["harfbuzz"] = ".".join(str(part) for part in parts)
    return found | font_files()


def font_files() -> dict[str, str]:
    """The files that fontconfig gives for our families in regular and bold, by their SHA-256."""
    found: dict[str, str] = {}
    if which("fc-match") is None:
        return found
    for family in FONTS:
        for weight in ("regular", "bold"):
            said = subprocess.run(
                ["fc-match", "--format=%{family[0]}|%{file}", f"{family}:{weight}"],
                capture_output=True,
                text=True,
                check=False,
            )
            name, _, path = said.stdout.partition("|")
            if name == family and Path(path).is_file():
                found[f"font {family} {weight}"] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return found


def spare_collections() -> None:
    """Look for garbage less often: a page makes much that lives to its end, and this process serves nothing else."""
    gc.set_threshold(50_000, 20, 50)


def main() -> int:
    """One request on standard input, the PDF on standard output; a refusal goes to standard error, as a sentence and,
    in the last line, as JSON."""
    spare_collections()
    request = json.loads(sys.stdin.buffer.read())
    files = [
        Attached(a["name"], base64.b64decode(a["content"]), a["description"], datetime.fromisoformat(a["at"]))
        for a in request["attachments"]
    ]
    try:
        pdf = render_here(request["html"], attachments=files, language=request["language"])
    except CharterError as error:
        sys.stderr.write(f"{error}\n{json.dumps(stored(error.sentence))}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
