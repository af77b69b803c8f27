"""Who may open what: one table, a line per address, a column per person of the cast."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from charter.web.frame.access import is_local
from tests.web.world import make_empty_app, sign_in

WHO = ("eva", "clara", "carl", "boris", "dan", "adam", "mia", "ana")
# eva: a stranger; clara: frontline of Vannes; carl: contributor of Vannes; boris: manager of the west; dan: auditor.
# 302: asked to sign in, or (sign-in, account) sent where the person belongs.
MATRIX = {
    #                                  eva  clara carl boris  dan  adam  mia  ana
    "/":                              (200, 200, 200, 200, 200, 200, 200, 200),
    "/?unit=nice":                    (200, 200, 200, 200, 200, 200, 200, 200),
    "/?unit=nowhere":                 (404, 404, 404, 404, 404, 404, 404, 404),
    "/look.css":                      (200, 200, 200, 200, 200, 200, 200, 200),
    "/look/logo":                     (404, 404, 404, 404, 404, 404, 404, 404),
    "/embed":                         (200, 200, 200, 200, 200, 200, 200, 200),
    "/site?unit=vannes":              (303, 303, 303, 303, 303, 303, 303, 303),
    "/observe?unit=nice":             (200, 200, 200, 200, 403, 403, 200, 200),
    "/incident":                      (404, 404, 404, 404, 403, 403, 404, 404),
    "/thank":                         (200, 200, 200, 200, 403, 403, 200, 200),
    "/sent":                          (200, 200, 200, 200, 403, 403, 200, 200),
    "/estimate":                      (200, 200, 200, 200, 403, 403, 200, 200),
    "/observations":                  (302, 403, 200, 200, 403, 403, 200, 403),
    "/poster?unit=vannes":            (200, 200, 200, 200, 200, 200, 200, 200),
    "/poster.pdf?unit=vannes&period=2026-10&paper=A4": (404, 404, 404, 404, 404, 404, 404, 404),
    "/badge.svg":                     (200, 200, 200, 200, 200, 200, 200, 200),
    "/health":                        (200, 200, 200, 200, 200, 200, 200, 200),
    "/health/live":                   (200, 200, 200, 200, 200, 200, 200, 200),
    "/health/ready":                  (200, 200, 200, 200, 200, 200, 200, 200),
    "/desk":                          (302, 403, 200, 200, 200, 200, 200, 200),
    "/desk?unit=vannes":              (302, 403, 200, 200, 200, 200, 200, 200),
    "/desk?unit=brest":               (302, 403, 403, 200, 200, 200, 200, 200),
    "/desk?unit=nice":                (302, 403, 403, 403, 200, 200, 200, 200),
    "/desk?unit=company":             (302, 403, 403, 403, 200, 200, 200, 200),
    "/matrix":                        (302, 403, 200, 200, 200, 200, 200, 200),
    "/matrix?unit=nice":              (302, 403, 403, 403, 200, 200, 200, 200),
    "/matrix?show=odd":               (302, 403, 400, 400, 400, 400, 400, 400),
    "/matrix.csv":                    (302, 403, 200, 200, 200, 200, 200, 200),
    "/matrix.csv?unit=nice":          (302, 403, 403, 403, 200, 200, 200, 200),
    "/parties":                       (302, 403, 200, 200, 200, 200, 200, 200),
    "/parties?unit=nice":             (302, 403, 403, 403, 200, 200, 200, 200),
    "/parties?period=odd":            (302, 403, 400, 400, 400, 400, 400, 400),
    "/parties/card.pdf?unit=nice&period=2026-10": (302, 403, 403, 403, 404, 404, 404, 404),
    "/effort":                        (302, 403, 200, 200, 200, 200, 200, 200),
    "/effort?unit=nice":              (302, 403, 403, 403, 200, 200, 200, 200),
    "/effort/billed/words?unit=nice&period=2026-10": (302, 403, 403, 403, 403, 403, 409, 403),
    "/symmetry":                      (302, 403, 200, 200, 200, 200, 200, 200),
    "/symmetry?unit=nice":            (302, 403, 403, 403, 200, 200, 200, 200),
    "/symmetry?staff=absent":         (302, 403, 400, 400, 400, 400, 400, 400),
    "/our-work":                      (200, 200, 200, 200, 403, 403, 200, 200),
    "/search":                        (200, 200, 200, 200, 200, 200, 200, 200),
    "/search?q=nice":                 (200, 200, 200, 200, 200, 200, 200, 200),
    "/help/":                         (200, 200, 200, 200, 200, 200, 200, 200),
    "/help/terms":                    (200, 200, 200, 200, 200, 200, 200, 200),
    "/help/guessed":                  (404, 404, 404, 404, 404, 404, 404, 404),
    "/units":                         (200, 200, 200, 200, 200, 200, 200, 200),
    "/units?of=sites":                (200, 200, 200, 200, 200, 200, 200, 200),
    "/units/choose?unit=nice":        (404, 404, 404, 404, 303, 303, 303, 303),
    "/units/choose?unit=nice&of=sites": (303, 303, 303, 303, 303, 303, 303, 303),
    "/commitments":                   (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments?unit=nice":         (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill":              (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill?unit=nice":    (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill/replies":      (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill/replies?unit=nice": (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill/history":      (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill/history?unit=nice": (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill/why":          (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill/why?unit=nice": (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill/billed.csv":   (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill/billed.svg":   (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/bill/billed.svg?unit=nice": (302, 403, 403, 403, 200, 200, 200, 200),
    "/commitments/bill/absent.svg":   (302, 403, 404, 404, 404, 404, 404, 404),
    "/commitments/bill/absent.csv":   (302, 403, 404, 404, 404, 404, 404, 404),
    "/commitments/bill/evidence.json": (302, 403, 200, 200, 200, 200, 200, 200),
    "/commitments/absent/history":    (302, 403, 404, 404, 404, 404, 404, 404),
    "/commitments/absent":            (302, 403, 404, 404, 404, 404, 404, 404),
    "/commitments/bill/comment":       (302, 403, 200, 200, 403, 403, 200, 200),
    "/commitments/bill/comment?unit=nice": (302, 403, 403, 403, 403, 403, 200, 200),
    "/commitments/bill/action":        (302, 403, 200, 200, 403, 403, 200, 200),
    "/commitments/bill/action?unit=nice": (302, 403, 403, 403, 403, 403, 200, 200),
    "/commitments/bill/limits":        (302, 403, 200, 200, 403, 403, 200, 200),
    "/commitments/bill/limits?unit=nice": (302, 403, 403, 403, 403, 403, 200, 200),
    "/actions":                        (302, 403, 200, 200, 200, 200, 200, 200),
    "/actions?unit=nice":              (302, 403, 403, 403, 200, 200, 200, 200),
    "/actions?show=secret":            (302, 403, 400, 400, 400, 400, 400, 400),
    "/actions/1":                      (302, 403, 403, 403, 200, 200, 200, 200),
    "/actions/99":                     (302, 403, 404, 404, 404, 404, 404, 404),
    "/checks":                        (302, 403, 200, 200, 200, 200, 200, 200),
    "/checks?state=done&owner=x":     (302, 403, 200, 200, 200, 200, 200, 200),
    "/checks/billed/2026-10":         (302, 403, 200, 200, 200, 200, 200, 200),
    "/calendar/nothing.ics":          (404, 404, 404, 404, 404, 404, 404, 404),
    "/metrics":                       (404, 404, 404, 404, 404, 404, 404, 404),
    "/jobs":                          (302, 403, 200, 200, 200, 200, 200, 200),
    "/jobs/99":                       (302, 403, 404, 404, 404, 404, 404, 404),
    "/figures":                       (302, 403, 200, 200, 403, 403, 200, 403),
    "/figures/upload":                (302, 403, 200, 200, 403, 403, 200, 403),
    "/figures/choose":                (302, 403, 403, 302, 403, 403, 302, 403),
    "/classification":                (302, 403, 200, 200, 200, 200, 200, 200),
    "/classification?commitment=bill": (302, 403, 200, 200, 200, 200, 200, 200),
    "/classification?commitment=absent": (302, 403, 404, 404, 404, 404, 404, 404),
    "/classification/bill/decision":  (302, 403, 403, 403, 403, 403, 200, 200),
    "/classification/bill/sector":    (302, 403, 403, 403, 403, 403, 200, 200),
    "/classification/bill/experts":   (302, 403, 403, 403, 403, 403, 200, 200),
    "/opinions/7":                    (302, 404, 404, 404, 404, 404, 404, 404),
    "/opinion/guessed":               (404, 404, 404, 404, 404, 404, 404, 404),
    "/charter":                       (302, 403, 200, 200, 200, 200, 200, 200),
    "/charter/calendars":             (302, 403, 200, 200, 200, 200, 200, 200),
    "/charter/versions/1":            (302, 403, 200, 200, 200, 200, 200, 200),
    "/charter/versions/1.yaml":       (302, 403, 200, 200, 200, 200, 200, 200),
    "/charter/versions/9":            (302, 403, 404, 404, 404, 404, 404, 404),
    "/charter/draft":                  (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/head":             (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/units":            (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/file":             (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/charter.yaml":     (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/units/new":        (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/draft/units/vannes":     (302, 403, 403, 403, 403, 403, 404, 403),
    "/first":                         (302, 403, 403, 403, 403, 403, 303, 403),
    "/first/promise":                 (302, 403, 403, 403, 403, 403, 404, 403),
    "/first/file":                    (302, 403, 403, 403, 403, 403, 404, 403),
    "/first/columns":                 (302, 403, 403, 403, 403, 403, 404, 403),
    "/first/figure/99":               (302, 403, 403, 403, 403, 403, 404, 403),
    "/charter/files":                 (302, 403, 403, 200, 403, 403, 200, 403),
    "/charter/files/0":               (302, 403, 403, 403, 403, 403, 404, 403),
    "/welcome/guessed":               (404, 404, 404, 404, 404, 404, 404, 404),
    "/surveys":                       (302, 403, 403, 200, 200, 403, 200, 200),
    "/words":                         (302, 403, 403, 200, 200, 403, 200, 200),
    "/words?unit=nice":               (302, 403, 403, 403, 200, 403, 200, 200),
    "/words/letters?expression=fr+x": (302, 403, 403, 404, 404, 403, 404, 404),
    "/surveys/new":                   (302, 403, 403, 403, 403, 403, 200, 403),
    "/surveys/import":                (302, 403, 403, 403, 403, 403, 200, 403),
    "/answer/absent":                 (404, 404, 404, 404, 404, 404, 404, 404),
    "/told/99":                       (404, 404, 404, 404, 404, 404, 404, 404),
    "/accounts/new":                  (302, 403, 403, 403, 403, 200, 200, 403),
    "/accounts/1/rights":             (302, 403, 403, 403, 403, 200, 403, 403),
    "/invitation/1-1-1":              (404, 404, 404, 404, 404, 404, 404, 404),
    "/accounts/1/password":           (302, 403, 403, 403, 403, 200, 403, 403),
    "/account/password":              (302, 200, 200, 200, 200, 200, 200, 200),
    "/reports":                       (302, 403, 200, 200, 200, 200, 200, 200),
    "/reports/2026-10":                (302, 403, 200, 200, 200, 200, 200, 200),
    "/reports/2026-10/approve":        (302, 403, 403, 403, 403, 403, 403, 200),
    "/reports/2026-10?unit=nice":      (302, 403, 403, 403, 200, 200, 200, 200),
    "/reports/2026-13":                (302, 403, 400, 400, 400, 400, 400, 400),
    "/reports/2026-10.csv":            (302, 403, 200, 200, 200, 200, 200, 200),
    "/reports/2026-10.csv?unit=nice":  (302, 403, 403, 403, 200, 200, 200, 200),
    "/reports/2026-10.xlsx?unit=nice": (302, 403, 403, 403, 200, 200, 200, 200),
    "/reports/2026-10.pdf?unit=nice": (302, 403, 403, 403, 404, 404, 404, 404),
    "/alerts":                        (302, 403, 200, 200, 200, 200, 200, 200),
    "/alerts/answer/guessed":          (404, 404, 404, 404, 404, 404, 404, 404),
    "/attachment/guessed":           (404, 404, 404, 404, 404, 404, 404, 404),
    "/mail/stop/guessed":              (404, 404, 404, 404, 404, 404, 404, 404),
    "/account/mail":                  (302, 200, 200, 200, 200, 200, 200, 200),
    "/post":                          (302, 403, 403, 403, 200, 200, 200, 200),
    "/accounts":                      (302, 403, 403, 403, 403, 200, 200, 403),
    "/accounts/1":                    (302, 403, 403, 403, 403, 200, 200, 403),
    "/accounts/999":                  (302, 403, 403, 403, 403, 404, 404, 403),
    "/audit":                         (302, 403, 403, 403, 200, 200, 200, 200),
    "/audit.csv":                     (302, 403, 403, 403, 200, 200, 200, 200),
    "/account/places":                (302, 200, 200, 200, 200, 200, 200, 200),
    "/api/v1/openapi.json":           (200, 200, 200, 200, 200, 200, 200, 200),
    "/api/v1/indicators":             (200, 200, 200, 200, 200, 200, 200, 200),
    "/api/v1/status":                 (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/status?unit=vannes":     (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/status?unit=brest":      (401, 403, 403, 200, 200, 200, 200, 200),
    "/api/v1/status?unit=nice":       (401, 403, 403, 403, 200, 200, 200, 200),
    "/api/v1/status?unit=company":    (401, 403, 403, 403, 200, 200, 200, 200),
    "/api/v1/units":                  (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/commitments":            (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/measurements":           (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/measurements?unit=nice": (401, 403, 403, 403, 200, 200, 200, 200),
    "/api/v1/editions":               (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/alerts":                 (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/indicators/billed/series": (401, 403, 200, 200, 200, 200, 200, 200),
    "/api/v1/indicators/billed/series?unit=nice": (401, 403, 403, 403, 200, 200, 200, 200),
    "/api/v1/series.csv":             (401, 403, 200, 200, 200, 200, 200, 200),
    "/account":                       (302, 200, 200, 200, 200, 200, 200, 200),
    "/sign-in":                       (200, 302, 302, 302, 302, 302, 302, 302),
    "/sign-in/absent":                (404, 404, 404, 404, 404, 404, 404, 404),
    "/sign-in/absent/back":           (404, 404, 404, 404, 404, 404, 404, 404),
    "/nowhere":                       (404, 404, 404, 404, 404, 404, 404, 404),
}  # fmt: skip


NOT_HERE = {
    "api.nowhere", "assets.sheet", "assets.script", "assets.static", "figures.form", "static", "answering.preview",
    "survey_files.preview", "surveys.wave", "trying.look", "trying.page", "uploads.preview",
}  # fmt: skip
"""What needs more than an address: tried by tests of their own."""


@pytest.mark.parametrize("name", WHO)
def test_each_person_opens_what_the_table_says(as_person: Callable[[str], FlaskClient], name: str) -> None:
    client = as_person(name)
    column = WHO.index(name)
    answers = {address: client.get(address).status_code for address in MATRIX}
    assert answers == {address: codes[column] for address, codes in MATRIX.items()}


ODD = "endpoint=x&_external=1&_anchor=a&_method=POST&_scheme=x&values=1&self=1&app=1&name=x&template=x&key=a&key=b"


@pytest.mark.parametrize("name", ["eva", "mia", "adam"])
def test_what_is_asked_is_never_taken_for_something_else(as_person: Callable[[str], FlaskClient], name: str) -> None:
    """Arguments of an address that bear the names of what our own functions take change no answer."""
    client = as_person(name)
    plain = {address: client.get(address).status_code for address in MATRIX}
    odd = {address: client.get(f"{address}{'&' if '?' in address else '?'}{ODD}").status_code for address in MATRIX}
    assert odd == plain


def test_a_number_larger_than_any_row_has_is_no_page(as_person: Callable[[str], FlaskClient]) -> None:
    """In an address it names nothing, in a query it is as if it were not written: never a fault of the database."""
    client, large = as_person("mia"), str(10**25)
    rules = [rule for rule in client.application.url_map.iter_rules() if "<int:" in rule.rule]
    addresses = {re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", large, rule.rule)) for rule in rules}
    assert len(addresses) > 20
    assert {client.open(address, method="GET").status_code for address in addresses} <= {404, 405}
    for name in ("action", "edition", "number", "read", "before", "year"):
        for address in ("/actions", "/reports/2026-10.pdf", "/commitments/bill", "/audit", "/observe", "/charter"):
            assert client.get(f"{address}?{name}={large}").status_code < 500, (address, name)


def test_every_page_has_a_line_in_the_table(client: FlaskClient) -> None:
    app = client.application
    opened = set()
    for address in MATRIX:
        with app.test_request_context(address):
            opened.add(request.endpoint)
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert sorted(pages - opened - NOT_HERE) == []


@pytest.mark.parametrize("name", [who for who in WHO if who != "eva"])
def test_the_menu_offers_nothing_that_is_refused(as_person: Callable[[str], FlaskClient], name: str) -> None:
    client = as_person(name)
    page = client.get("/account").text
    offered = [address for address in MATRIX if f'href="{address}"' in page]
    assert "/account" in offered
    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)


def test_a_stranger_is_sent_back_to_the_page_asked_for(client: FlaskClient) -> None:
    answer = client.get("/commitments/bill?period=2026-09")
    assert answer.headers["Location"] == "/sign-in?next=/commitments/bill?period%3D2026-09"


def test_closed_pages_ask_strangers_to_sign_in(tmp_path: Path) -> None:
    client = make_empty_app(tmp_path, public_pages=False).test_client()
    assert client.get("/").headers["Location"] == "/sign-in?next=/"
    assert [client.get(address).status_code for address in ("/embed", "/badge.svg")] == [403, 403]
    closed = ("/search", "/observe", "/incident", "/thank", "/sent", "/estimate", "/our-work", "/poster")
    closed += ("/poster.pdf", "/site")
    assert [client.get(address).status_code for address in closed] == [302] * len(closed)


def test_every_address_is_in_the_table(app: object) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}  # type: ignore[attr-defined]
    known = {address.partition("?")[0] for address in MATRIX}
    one_job = {
        "/first/figure/<int:number>",
        "/welcome/<token>",
        "/charter/files/<key>",
        "/jobs/<int:number>",
        "/checks/<indicator>/<period>",
        "/calendar/<secret>.ics",
    }
    intake = {"/figures/<indicator>/<period>", "/figures/uploads/<int:number>"}
    rights = {"/accounts/<int:number>", "/accounts/<int:number>/rights", "/accounts/<int:number>/password"}
    drafts = {
        "/charter/draft/<address>/<key>",
        "/charter/draft/<address>/new",
        "/charter/draft/indicators/<key>/try/<int:number>",
        "/charter/draft/sources/<key>/look/<int:number>",
    }
    classes = {f"/classification/<key>/{name}" for name in ("decision", "sector", "experts")}
    classes |= {"/opinions/<int:seat>", "/opinion/<secret>"}
    versions = {"/charter/versions/<int:number>", "/charter/versions/<int:number>.yaml"}
    asked = {
        "/surveys/<int:number>",
        "/surveys/uploads/<int:number>",
        "/answer/<token>",
        "/alerts/answer/<token>",
        "/mail/stop/<token>",
        "/attachment/<token>",
        "/invitation/<token>",
    }
    asked |= {"/sign-in/<key>", "/sign-in/<key>/back"}
    asked |= {"/words/<key>", "/surveys/<int:number>/questionnaire", "/told/<int:number>"}
    patterns = asked | {f"/reports/<period>{ending}" for ending in ("", ".csv", ".xlsx", "/approve")}
    patterns |= {
        f"/commitments/<key>/{name}" for name in ("comment", "replies", "action", "limits", "history", "why")
    } | {
        "/actions/<int:number>",
        "/commitments/<key>/<indicator>.csv",
        "/commitments/<key>/<indicator>.svg",
        "/commitments/<key>/evidence.json",
    }
    patterns |= {
        "/commitments/<key>",
        "/reports/<period>.pdf",
        "/assets/<path:filename>",
        "/assets/promesse.css",
        "/assets/promesse.js",
    }
    patterns |= {"/help/<name>", "/effort/<indicator>/words"}
    ours = {rule for rule in rules if not rule.startswith(("/static", "/bootstrap", "/api"))}
    assert ours - known - patterns - intake - drafts - classes - versions - one_job - rights == set()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/desk", True),
        ("/desk?unit=vannes", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("https://elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("/\tx", False),
        ("desk", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_this_site_are_followed(address: str | None, expected: bool) -> None:
    assert is_local(address) is expected


def test_a_scoped_person_opens_their_own_unit_first(app: object, as_person: Callable[[str], FlaskClient]) -> None:
    assert "</span>Région Ouest ·" in sign_in(app.test_client(), "boris").get("/desk").text  # type: ignore[attr-defined]
    offered = as_person("carl").get("/desk").text
    assert "Agence de Vannes" in offered
    assert "Agence de Nice" not in offered
