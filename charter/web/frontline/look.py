"""The company's own look as a browser takes it: a style sheet of one colour, and the logo as a picture."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, abort

from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline import intranet
from charter.web.frame.access import current_actor, needs, now

pages = Blueprint("look", __name__)

KEPT = "private, max-age=86400"
"""The address bears what it shows, so that another logo is another address; closed pages are in no shared cache."""


def _found() -> intranet.Look:
    actor: Actor = current_actor()
    return intranet.look(actor, now())


@pages.get("/look.css")
@needs(Permission.READ_PAGES)
def sheet() -> Response:
    """The accent of the charter, for the band at the head of the page and its rules."""
    accent = _found()["accent"]
    text = f":root {{ --own: {accent}; --on-own: #ffffff; }}\n" if accent else ""
    return Response(text, mimetype="text/css", headers={"Cache-Control": KEPT})


@pages.get("/look/logo")
@needs(Permission.READ_PAGES)
def logo() -> Response:
    """The logo, as the kind of picture that its content is."""
    found = _found()["logo"]
    if found is None:
        abort(404)
    content = base64.b64decode(found["data"])
    return Response(content, mimetype=found["type"], headers={"Cache-Control": KEPT})
