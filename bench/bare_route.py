"""The baseline of the intranet page: a bare Flask route, its bytes a constant, its language chosen, its headers set."""

import os
from pathlib import Path

from flask import Flask, Response, request

FOLDER = Path(os.environ.get("BARE_FOLDER", "."))
BODY = (FOLDER / "body").read_bytes() if (FOLDER / "body").exists() else b""
HEADERS = [
    tuple(line.split(": ", 1))
    for line in ((FOLDER / "headers").read_text(encoding="utf-8").split("\n") if BODY else [])
    if ": " in line
]
PAGES = {"fr": BODY, "en": BODY}

app = Flask(__name__)


@app.get("/")
def page() -> Response:
    """The same bytes and headers as the product's answer."""
    language = request.accept_languages.best_match(["fr", "en"]) or "fr"
    answer = Response(PAGES[language], mimetype="text/html")
    answer.headers.extend(HEADERS)
    return answer.make_conditional(request)
