"""Following links: whoever reads a page is led nowhere that answers with a refusal or a fault."""

from __future__ import annotations

import re
from collections import Counter

from flask.testing import FlaskClient

HREF = re.compile(r'href="(/[^"#]*)')
LEFT = ("/static/", "/sign-out", "/mail/stop")


def shape(address: str) -> str:
    """Addresses of one kind: those that differ only in a number or in what is asked."""
    return re.sub(r"=[^&]*", "=", re.sub(r"\d+", "#", address))


def dead_links(client: FlaskClient, start: str, each: int = 2) -> tuple[list[str], int]:
    """The links that are refused or fail, with the page that offers them, and how many were followed: `each` of a kind,
    from page to page until nothing new comes."""
    todo, seen, kinds = [(start, "")], {start}, Counter[str]()
    dead: list[str] = []
    for address, page in todo:
        with client.get(address, follow_redirects=True) as answer:
            if answer.status_code >= 400:
                dead.append(f"{answer.status_code} {address} on {page}")
                continue
            text = answer.text if answer.mimetype == "text/html" else ""
        for found in HREF.findall(text):
            link = found.replace("&amp;", "&")
            if link not in seen and not link.startswith(LEFT) and kinds[shape(link)] < each:
                seen.add(link)
                kinds[shape(link)] += 1
                todo.append((link, address))
    return dead, len(todo)
