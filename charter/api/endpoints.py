"""Figures pushed by programs: `POST /api/v1/indicators/KEY/measurements`.

The indicators of the charter: which take figures, and of which numbers.

The overview of a month for programs: the same value as `flask charter status --json`.

Answers to a questionnaire, with the secret of a link as the token.
"""

from __future__ import annotations

import hashlib

from flask import Response, request

from charter.api.access import (
    NOBODY,
    SESSION,
    TOKEN,
    by_token,
    link_secret,
    now,
    reader,
    reader_of,
    sender_mark,
)
from charter.api.bodies import NUMBERS, AnswersSent, AnswersTaken, Figures, Given, Indicators, Refusal, Written
from charter.api.routes import PERIOD, Operation, Parameter, as_json, described, pages
from charter.domain.figures.entries import ANSWER, STEP, Figure
from charter.domain.overview.model import Overview
from charter.domain.surveys.questionnaire import Filled
from charter.domain.vocabulary.counts import exact
from charter.domain.vocabulary.errors import Invalid
from charter.services.figures.pushes import Sending, push_figures
from charter.services.figures.worklist import indicator_lines
from charter.services.month.overview import overview
from charter.services.surveys import answers as survey_answers


@pages.get("/indicators")
@described(
    Operation(
        "The indicators of the charter in force, and the numbers that a figure of each needs.",
        {200: ("The indicators", Indicators), 401: ("Pages are not public here", Refusal)},
        lets_in=[TOKEN, SESSION, NOBODY],
    )
)
def indicators() -> Response:
    """All indicators, in the charter's order."""
    return as_json({"indicators": indicator_lines(reader())})


LARGEST_BODY = 4 * 1024 * 1024
KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A name of your own for this body: sent again with it, the body counts once and is answered the same.",
    "2026-10-crm-1",
)
INDICATOR = Parameter("key", "path", "The key of an indicator whose source is push or manual.", "welcomed", True)


@pages.post("/indicators/<key>/measurements")
@described(
    Operation(
        "Enter figures of one indicator, all or none; another number for the same place corrects and needs a reason.",
        {
            201: ("Entered, or answered as before for the same Idempotency-Key", Written),
            400: ("A body or a figure that cannot be taken", Refusal),
            401: ("No token, or one that lets nobody in", Refusal),
            403: ("A unit outside the token's", Refusal),
            404: ("No such indicator or unit", Refusal),
            409: ("A period that has not ended, cases counted twice, a key used for another body", Refusal),
            413: ("A body of more than 4 MB", Refusal),
        },
        body=Figures,
        parameters=(INDICATOR, KEY),
        lets_in=[TOKEN],
    )
)
def measurements(key: str) -> Response:
    """Take a body of figures."""
    actor, token_id = by_token()
    request.max_content_length = LARGEST_BODY
    sent = request.get_data(cache=False)
    body = Figures.model_validate_json(sent)
    figures = [_figure(key, line, given) for line, given in enumerate(body.figures, 1)]
    sending = Sending(token_id, request.headers.get("Idempotency-Key"), _hash(key, sent))
    answer, is_replayed = push_figures(actor, now(), sending, figures, reason=body.reason)
    response = as_json(answer, 201)
    if is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _figure(indicator: str, line: int, given: Given) -> Figure:
    numbers = {name: exact(value) for name in NUMBERS if (value := getattr(given, name)) is not None}
    numbers |= {STEP + delay.replace(" ", "_"): exact(value) for delay, value in given.within.items()}
    numbers |= {ANSWER + answer: exact(value) for answer, value in given.answers.items()}
    return Figure(indicator, given.period, given.unit, numbers, given.reason, given.channel, given.segment, line)


def _hash(indicator: str, body: bytes) -> str:
    return hashlib.sha256(indicator.encode() + b"\n" + body).hexdigest()


@pages.post("/answers")
@described(
    Operation(
        "One person's answers to a questionnaire; the token is the last part of its link, which works once or is open.",
        {
            201: ("Kept until the survey is closed; nothing says of whom", AnswersTaken),
            400: ("A promise that is not asked about, an answer outside 1 to 5", Refusal),
            401: ("No token", Refusal),
            404: ("A link that nobody made", Refusal),
            409: ("A link that has been used, a survey that is closed, too many from one address", Refusal),
            413: ("A body of more than 4 MB", Refusal),
        },
        body=AnswersSent,
        lets_in=[TOKEN],
    )
)
def answers() -> Response:
    """Take one person's answers."""
    secret, sender = link_secret(), sender_mark()
    request.max_content_length = LARGEST_BODY
    body = AnswersSent.model_validate_json(request.get_data(cache=False))
    asked = survey_answers.questionnaire(secret, now(), sender=sender)
    if unknown := sorted(set(body.answers) - set(asked.commitments)):
        raise Invalid("The questionnaire does not ask about %(commitment)s.", "answers", commitment=unknown[0])
    filled = Filled({key: (one.kept, one.not_kept) for key, one in body.answers.items()})
    survey_answers.answer(secret, now(), filled, language=body.language, sender=sender)
    return as_json({"counted": filled.whole}, 201)


@pages.get("/status")
@described(
    Operation(
        "What is kept, whether the floor holds, what could not be judged: one month, one unit.",
        {
            200: ("The overview", Overview),
            400: ("A period that is none", Refusal),
            401: ("No token and no session", Refusal),
            403: ("A unit outside one's own, or a token that may not read", Refusal),
            404: ("No such unit, or no charter yet", Refusal),
        },
        parameters=(
            Parameter(
                "period", "query", "2026, 2026-Q4, 2026-10 or 2026-W41; the last ended month.", "2026-10", False, PERIOD
            ),
            Parameter("unit", "query", "A unit of the tree; one's own, or else the whole.", "vannes"),
        ),
        lets_in=[TOKEN, SESSION],
    )
)
def status() -> Response:
    """The overview."""
    actor, unit = reader_of(request.args.get("unit") or None)
    return as_json(overview(actor, now(), unit=unit, period=request.args.get("period") or None))
