"""What is held, in pages: units, promises, measurements, editions, alerts; each page with the mark of the next."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypedDict
from urllib.parse import quote, urlencode

from flask import Response, request

from charter.api.access import SESSION, TOKEN, now, reader_of
from charter.api.bodies import Refusal
from charter.api.routes import PERIOD, Operation, Parameter, as_json, described, pages
from charter.domain.alerts.alert_rules import AlertState
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import CommitmentClass
from charter.services.desk import listing, records
from charter.services.desk.listing import MOST, USUAL, Page, Paging

CURSOR = Parameter(
    "cursor", "query", "The mark of the page before (`next`); the first page without.", "100", False, "^[0-9]{0,9}$"
)
_HOW_MANY = f"How many lines a page has, 1 to {MOST}; {USUAL} unless said."
LIMIT = Parameter("limit", "query", _HOW_MANY, "50", False, "^(|[1-9][0-9]{0,2}|1000)$")
UNIT = Parameter("unit", "query", "A unit of the tree; all that one may read unless said.", "vannes")
AT = Parameter("period", "query", "2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05.", "2026-10", False, PERIOD)


def paging() -> Paging:
    """Which page is asked for. Raises Invalid."""
    limit = request.args.get("limit") or str(USUAL)
    if not limit.isascii() or not limit.isdigit() or len(limit) > 9:
        raise Invalid("A page has 1 to %(most)s lines.", "limit", most=MOST)
    return Paging(request.args.get("cursor") or None, int(limit))


def asked(name: str) -> str | None:
    """What a query says; None where it says nothing."""
    return request.args.get(name) or None


def _words(codes: type[StrEnum]) -> str:
    """Any word of a vocabulary, or none."""
    return f"^({'|'.join(codes)})?$"


def one_of(name: str, words: type[StrEnum]) -> str | None:
    """A word of the vocabulary. Raises Invalid."""
    found = asked(name)
    if found is not None and found not in list(words):
        raise Invalid("%(word)s is none of: %(words)s.", name, word=found[:40], words=", ".join(words))
    return found


def as_page(page: Page[Any]) -> Response:
    """One page, with the address of the next where there is one (RFC 8288)."""
    answer = as_json({"items": list(page.lines), "next": page.mark})
    if page.mark is not None:
        onward = {**request.args.to_dict(), "cursor": page.mark}
        # On the same host, whatever it is called: nobody's Host is believed.
        answer.headers["Link"] = f'<{quote(request.root_path + request.path)}?{urlencode(onward)}>; rel="next"'
    return answer


def lists(what: str, shape: Any, *more: Parameter) -> Operation:
    """The description of a list."""
    return Operation(
        what,
        {
            200: ("A page", shape),
            400: ("A page, a mark or a filter that is none", Refusal),
            401: ("No token and no session", Refusal),
            403: ("A unit outside one's own, or a token that may not read", Refusal),
            404: ("No such unit, or no charter yet", Refusal),
        },
        parameters=(*more, CURSOR, LIMIT),
        lets_in=[TOKEN, SESSION],
    )


class Units(TypedDict):
    """A page of units."""

    items: list[listing.UnitLine]
    next: str | None


@pages.get("/units")
@described(
    lists(
        "The units of the charter in force, in the order of the tree.",
        Units,
        Parameter("beneath", "query", "Only this unit and those beneath it.", "west"),
        Parameter("kind", "query", "Only units of this kind.", "agency"),
    )
)
def units() -> Response:
    """Units."""
    actor, beneath = reader_of(asked("beneath"))
    return as_page(listing.units(actor, paging(), beneath=beneath, kind=asked("kind")))


class Commitments(TypedDict):
    """A page of promises."""

    items: list[listing.CommitmentLine]
    next: str | None


@pages.get("/commitments")
@described(
    lists(
        "The promises of the charter in force, with their class of today and the levels required today.",
        Commitments,
        Parameter("owner", "query", "Only those of this owner.", "Customer service"),
        Parameter("class", "query", "Only those of this class.", "confidence", False, _words(CommitmentClass)),
    )
)
def commitments() -> Response:
    """Promises."""
    actor, _ = reader_of(None)
    klass = one_of("class", CommitmentClass)
    return as_page(listing.commitments(actor, now(), paging(), owner=asked("owner"), klass=klass))


class Measurements(TypedDict):
    """A page of measurements."""

    items: list[records.MeasurementLine]
    next: str | None


@pages.get("/measurements")
@described(
    lists(
        "What was measured, as it was recorded: a correction is a further row that names the one it corrects.",
        Measurements,
        Parameter("indicator", "query", "Only of this indicator.", "billed"),
        UNIT,
        AT,
    )
)
def recorded() -> Response:
    """Measurements."""
    actor, _ = reader_of(asked("unit"))
    where = {"indicator": asked("indicator"), "unit": asked("unit"), "period": asked("period")}
    return as_page(records.measurements(actor, paging(), **where))


class Editions(TypedDict):
    """A page of editions."""

    items: list[records.EditionLine]
    next: str | None


@pages.get("/editions")
@described(lists("The reports that were approved and corrected, chained by their hashes.", Editions, AT))
def editions() -> Response:
    """Editions."""
    actor, _ = reader_of(None)
    return as_page(records.editions(actor, paging(), period=asked("period")))


class Alerts(TypedDict):
    """A page of alerts."""

    items: list[records.AlertOfUnit]
    next: str | None


@pages.get("/alerts")
@described(
    lists(
        "Alerts, oldest first.",
        Alerts,
        Parameter("state", "query", "Only those that stand so.", "open", False, _words(AlertState)),
        Parameter("commitment", "query", "Only of this promise.", "bill"),
        UNIT,
    )
)
def alerts() -> Response:
    """Alerts."""
    actor, _ = reader_of(asked("unit"))
    state = one_of("state", AlertState)
    where = {"state": state, "unit": asked("unit"), "commitment": asked("commitment")}
    return as_page(records.alerts(actor, paging(), **where))


@pages.after_request
def mark(answer: Response) -> Response:
    """What has not changed since it was read last is not sent again (If-None-Match: 304)."""
    if request.method in ("GET", "HEAD") and answer.status_code == 200 and not answer.is_streamed:
        answer.add_etag()
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.vary.update(("Authorization", "Cookie"))
        answer.make_conditional(request)
    return answer
