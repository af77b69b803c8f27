"""Below a path of a host that others use too: no link, form, asset, redirection or cookie leaves it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from charter.web.frame.responses import public_link
from tests.web.test_quality import PAGES
from tests.web.world import PASSWORD, make_empty_app, make_world, token_of

ROOT = "/charters/gas"
HOST = "promesse.example"
PUBLIC = f"https://{HOST}{ROOT}"
THROUGH = {"X-Forwarded-Prefix": ROOT, "X-Forwarded-Proto": "https", "X-Forwarded-Host": HOST}
ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "data-again", "xlink:href"})
SEEDS = (*PAGES, "/sign-in", "/account/places", "/matrix", "/charter/calendars", "/help", "/jobs")


class Addresses(HTMLParser):
    """All that a page sends its browser to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.followed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ADDRESSES and value is not None:
                self.found.append(value)
                if tag == "a":
                    self.followed.append(value)


class Below:
    """A browser that reaches the site through a proxy that cuts the path off."""

    def __init__(self, app: Flask, host: str = HOST, comes_from: str = PUBLIC) -> None:
        self.through, self.comes_from = THROUGH | {"X-Forwarded-Host": host}, comes_from
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.cookies: dict[str, str] = {}
        self.strays: list[str] = []

    def get(self, address: str) -> TestResponse:
        """The answer to a whole path. Cookies are carried as a browser does: by their path."""
        assert address.startswith(ROOT), address
        return self._looked_at(address, self.client.get(address[len(ROOT) :] or "/", headers=self._headers()))

    def post(self, address: str, form: dict[str, str]) -> TestResponse:
        headers = self._headers() | {"Referer": self.comes_from + "/sign-in"}
        answer = self.client.post(address[len(ROOT) :], data=form, headers=headers)
        return self._looked_at(address, answer)

    def _headers(self) -> dict[str, str]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.through | ({"Cookie": kept} if kept else {})

    def _looked_at(self, address: str, answer: TestResponse) -> TestResponse:
        """Note what leaves the path, and keep the cookies."""
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if f"Path={ROOT};" not in f"{line};".replace(" ", ""):
                self.strays.append(f"{address}: cookie {line}")
        told = [answer.headers[name] for name in ("Location", "Link") if name in answer.headers]
        if answer.mimetype in ("text/html", "image/svg+xml"):
            told += Addresses(answer.text).found
        if answer.mimetype == "text/css":
            told += re.findall(r"url\(['\"]?([^'\")]+)", answer.text)
        self.strays += [f"{address}: {one}" for one in told if not stays(address, one)]
        return answer


def stays(page: str, address: str) -> bool:
    """Whether an address of a page is of the site: below its path, or no page at all (data:, mailto:)."""
    if address.startswith(("data:", "mailto:", "#")):
        return True
    parts = urlsplit(urljoin(f"https://{HOST}{page}", address))
    return parts.hostname == HOST and f"{parts.path}/".startswith(f"{ROOT}/")


def walk(browser: Below, pages: Iterator[str] | list[str], most: int) -> set[str]:
    """Open the pages and what they link to, each kind of address once; the addresses that were opened."""
    waiting, seen, kinds = deque(pages), set[str](), set[str]()
    while waiting and len(seen) < most:
        address = urldefrag(waiting.popleft())[0]
        kind = re.sub(r"\d+|=[^&]*", "", address)
        if address in seen or kind in kinds or not stays(ROOT, address):
            continue
        seen.add(address)
        kinds.add(kind)
        with browser.get(address) as answer:
            if answer.mimetype == "text/html":
                parts = Addresses(answer.text)
                waiting.extend(
                    urlsplit(urljoin(f"https://{HOST}{address}", one)).path
                    + (f"?{query}" if (query := urlsplit(one).query) else "")
                    for one in parts.found
                    if stays(address, one) and not one.startswith(("data:", "mailto:", "#"))
                )
            if "Location" in answer.headers:
                waiting.append(urlsplit(urljoin(f"https://{HOST}{address}", answer.headers["Location"])).path)
    return seen


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = Path(tmp_path_factory.mktemp("below"))
    return make_world(folder, proxies=1, public_address=PUBLIC, knows_its_address=True, session_cookie_secure=True)


def signed_in(site: Flask, name: str) -> Below:
    browser = Below(site)
    token = token_of(browser.get(f"{ROOT}/sign-in").text)
    form = {"email": f"{name}@example.org", "password": PASSWORD, "csrf_token": token}
    assert browser.post(f"{ROOT}/sign-in", form).headers["Location"] == f"{ROOT}/desk"
    return browser


@pytest.mark.parametrize("name", ["mia", "adam", "eva"])
def test_nothing_leaves_the_path(site: Flask, name: str) -> None:
    browser = Below(site) if name == "eva" else signed_in(site, name)
    seen = walk(browser, [ROOT + page for page in SEEDS], most=250)
    assert browser.strays == []
    assert len(seen) > 60 or name == "eva"
    kinds = {urlsplit(one).path.removeprefix(ROOT).split("/")[1] for one in seen if one != ROOT}
    assert {"assets", "sign-in", "embed", "poster"} <= kinds


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for(site: Flask) -> None:
    browser = Below(site)
    asked = browser.get(f"{ROOT}/commitments/bill?unit=west").headers["Location"]
    assert asked.startswith(f"{ROOT}/sign-in?next={ROOT}/")
    page = browser.get(asked).text
    onward = re.search(r'name="next" value="([^"]+)"', page)
    assert onward is not None
    assert onward[1] == f"{ROOT}/commitments/bill?unit=west"
    form = {"email": "mia@example.org", "password": PASSWORD, "csrf_token": token_of(page), "next": onward[1]}
    answer = browser.post(f"{ROOT}/sign-in", form)
    assert answer.headers["Location"] == f"{ROOT}/commitments/bill?unit=west"
    assert browser.get(answer.headers["Location"]).status_code == 200
    other = Below(site)
    form |= {"next": "/other/program", "csrf_token": token_of(other.get(f"{ROOT}/sign-in").text)}
    assert other.post(f"{ROOT}/sign-in", form).headers["Location"] == f"{ROOT}/desk"


def test_a_kept_page_is_kept_for_its_path(site: Flask) -> None:
    client = site.test_client()
    for prefix in ("/one", "/two", ""):
        page = client.get("/", headers={"X-Forwarded-Prefix": prefix, "X-Forwarded-Host": HOST}).text
        found = {one for one in Addresses(page).found if one.startswith("/")}
        assert found
        assert all(one.startswith(f"{prefix}/") for one in found)


@pytest.mark.parametrize("odd", ["//elsewhere.example", "/a/../b", "/a b", "https://elsewhere.example", "/a?b", "/é"])
def test_what_cannot_be_a_path_is_refused(site: Flask, odd: str) -> None:
    answer = site.test_client().get("/", headers={"X-Forwarded-Prefix": odd, "X-Forwarded-Host": HOST})
    assert answer.status_code == 400
    assert "elsewhere" not in answer.text


def test_without_a_named_proxy_the_header_says_nothing(tmp_path: Path) -> None:
    page = make_empty_app(tmp_path).test_client().get("/sign-in", headers=THROUGH).text
    assert ROOT not in page


def test_a_server_that_knows_the_path_says_it(tmp_path: Path) -> None:
    client = make_empty_app(tmp_path).test_client()
    answer = client.get("/desk", environ_overrides={"SCRIPT_NAME": ROOT})
    assert answer.headers["Location"] == f"{ROOT}/sign-in?next={ROOT}/desk"


def test_links_that_are_carried_elsewhere_are_of_the_public_address(site: Flask) -> None:
    for root in (ROOT, ""):
        with site.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}, headers={"Host": HOST}):
            assert public_link("feeds.calendar", secret="t") == f"{PUBLIC}/calendar/t.ics"


def test_the_description_of_the_door_says_where_it_is(site: Flask) -> None:
    answer = site.test_client().get("/api/v1/openapi.json", headers=THROUGH)
    assert answer.json is not None
    assert answer.json["servers"] == [{"url": ROOT}]


@pytest.mark.parametrize("told", [HOST, HOST.upper(), f"{HOST}:8443"])
def test_a_form_is_taken_at_a_port_that_the_proxy_leaves_out(tmp_path: Path, told: str) -> None:
    """`proxy_set_header Host $host` is in most samples of nginx; a browser says the port in `Referer`."""
    public = f"https://{HOST}:8443{ROOT}"
    app = make_empty_app(tmp_path, proxies=1, public_address=public, knows_its_address=True)
    for told_from, code in ((public, "account"), (f"https://{HOST}:9443", "forged")):
        browser = Below(app, told, told_from)
        form = {"email": "nobody@example.org", "password": "a wrong one"}
        form["csrf_token"] = token_of(browser.get(f"{ROOT}/sign-in").text)
        answer = browser.post(f"{ROOT}/sign-in", form)
        assert (answer.status_code, "nobody@example.org" in answer.text) == (400, code == "account")
