"""Our own style sheets and scripts, with addresses that change when they do, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

from charter.reports.charts import chart_css

FOLDER = Path(__file__).parent / "static"
KEPT_FOR = 30 * 24 * 3600

assets = Blueprint("assets", __name__, static_folder="static", static_url_path="/assets")


@lru_cache(maxsize=128)
def _mark(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of a file of ours, marked with its content."""
    path = FOLDER / filename
    return url_for("assets.static", filename=filename, v=_mark(path, path.stat().st_mtime_ns))


@assets.get("/assets/charts.css")
def charts() -> Response:
    """The style sheet of the charts, which the report puts inside its own."""
    return Response(chart_css(), mimetype="text/css")


def charts_asset() -> str:
    """Its address, marked with its content."""
    return url_for("assets.charts", v=hashlib.sha256(chart_css().encode()).hexdigest()[:12])


@assets.after_request
def keep(response: Response) -> Response:
    """A marked address never changes its content."""
    if response.status_code == 200 and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def register_assets(app: Flask) -> None:
    app.register_blueprint(assets)
    app.jinja_env.globals.update(asset=asset, charts_asset=charts_asset)
