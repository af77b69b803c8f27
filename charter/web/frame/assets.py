"""What pages load beside themselves: one style sheet, one script, two files of letters, kept by browsers for long.

Sheets and scripts are written as small files of one thing each and leave as one, in a fixed order, with an address
that changes when one of them does. The letters are a subset of the installed Inter, made at set-up by `bin/letters`;
where it is missing the sheet names none, and the reader's own sans serif stands in its place.
"""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Flask, Response, request, url_for

from charter.charts.svg import TEMPLATES, chart_css

FOLDER = Path(__file__).resolve().parents[1] / "static"
CHARTS = TEMPLATES / "charts/charts.css"
KEPT_FOR = 30 * 24 * 3600
FIRST_SHEETS = ("tokens", "base", "layout", "components/forms", "components/ledger", "components/status")
LAST_SHEETS = ("print",)
"""What others build upon stands first, what holds on paper overrules the rest. Between them no order counts: a test
holds that no two sheets say something of the same thing."""
WEIGHTS = {"400": "100 549", "600": "550 900"}
"""The files of letters by their weight, and the weights that each stands for."""

assets = Blueprint("assets", __name__, static_folder=FOLDER, static_url_path="/assets")
Stamped = tuple[tuple[Path, int], ...]


class Bundle(NamedTuple):
    """What leaves as one file, and the mark of its content."""

    text: str
    mark: str


def asset(filename: str) -> str:
    """The address of a file of ours, marked with its content."""
    return url_for("assets.static", filename=filename, v=_marked(filename, _second()))


def sheet_address() -> str:
    """Where the style sheet is, marked with its content."""
    return url_for("assets.sheet", v=_sheet_at(_second()).mark)


def script_address() -> str:
    """Where the script is, marked with its content."""
    return url_for("assets.script", v=_script_at(_second()).mark)


@assets.get("/assets/promesse.css")
def sheet() -> Response:
    """Every style sheet, as one."""
    return Response(_sheet_at(_second()).text, mimetype="text/css")


@assets.get("/assets/promesse.js")
def script() -> Response:
    """Every script, as one: each looks for its own marks in the page, and does nothing without them."""
    return Response(_script_at(_second()).text, mimetype="text/javascript")


def _second() -> int:
    """The files are looked at once a second at most: a page would spend more on that than on its table."""
    return int(time.monotonic())


@lru_cache(maxsize=1)
def _sheet_at(second: int) -> Bundle:
    return _sheet(_stamped(_sheets()))


@lru_cache(maxsize=1)
def _script_at(second: int) -> Bundle:
    return _script(_stamped(_scripts()))


@lru_cache(maxsize=32)
def _marked(filename: str, second: int) -> str:
    return _mark(_stamped([FOLDER / filename]))


def _sheets() -> list[Path]:
    """The sheets in their order, then the letters that there are."""
    css = FOLDER / "css"
    first, last = ([css / f"{name}.css" for name in names] for names in (FIRST_SHEETS, LAST_SHEETS))
    others = sorted({*(css / "components").glob("*.css")} - {*first, *last})
    letters = [FOLDER / f"fonts/inter-{weight}.woff2" for weight in WEIGHTS]
    return [*first, CHARTS, *others, *last, *(one for one in letters if one.exists())]


def _scripts() -> list[Path]:
    return sorted((FOLDER / "js").glob("*.js"))


def _stamped(paths: list[Path]) -> Stamped:
    return tuple((path, path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=128)
def _mark(files: Stamped) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path, _ in files)).hexdigest()[:12]


def _bundle(text: str) -> Bundle:
    return Bundle(text, hashlib.sha256(text.encode()).hexdigest()[:12])


@lru_cache(maxsize=4)
def _sheet(files: Stamped) -> Bundle:
    faces = [_face(one) for one in files if one[0].suffix == ".woff2"]
    sheets = [path for path, _ in files if path.suffix == ".css"]
    texts = [chart_css() if one == CHARTS else one.read_text("utf-8") for one in sheets]
    return _bundle("\n".join([*faces, *texts]))


def _face(file: tuple[Path, int]) -> str:
    """Letters by their address beside the sheet's, so that they are found below whatever path the site stands."""
    weight = file[0].stem.rpartition("-")[2]
    return (
        f'@font-face {{ font-family: "Inter"; font-weight: {WEIGHTS[weight]}; font-display: swap; '
        f'src: url("fonts/{file[0].name}?v={_mark((file,))}") format("woff2"); }}'
    )


@lru_cache(maxsize=4)
def _script(files: Stamped) -> Bundle:
    """Each script in a block of its own: what one names is unknown to the others."""
    return _bundle("\n".join(f"{{\n{path.read_text('utf-8')}}}" for path, _ in files))


@assets.after_request
def keep(response: Response) -> Response:
    """A marked address never changes its content."""
    if response.status_code == 200 and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def register_assets(app: Flask) -> None:
    """Let templates name them."""
    app.register_blueprint(assets)
    app.jinja_env.globals.update(asset=asset, sheet_address=sheet_address, script_address=script_address)
