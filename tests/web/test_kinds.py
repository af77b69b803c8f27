"""What the commitment page says of steps, rates, percentiles and weighted surveys."""

from __future__ import annotations

import re
import warnings

import pytest

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.checks.running import run_due
from charter.services.people import accounts
from charter.services.records.access import Access
from tests.services.kinds_world import NOW, text, write_all
from tests.services.world import apply
from tests.web.world import PASSWORD, make_empty_app, sign_in


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the pages of a commitment with an indicator of every kind say, one for each, in plain words."""
    folder = tmp_path_factory.mktemp("kinds")
    write_all(folder)
    app = make_empty_app(folder)
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        apply(text(), folder, NOW)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            run_due(COMMAND_LINE, NOW, Access())
        email = "ana@example.org"
        accounts.create_account(COMMAND_LINE, NOW, email=email, name="Ana", role=Role.DIRECTOR, password=PASSWORD)
    client, told = sign_in(app.test_client(), "ana"), []
    first = client.get("/commitments/all?period=2026-10&lang=en").text
    keys = re.findall(r'indicator=([a-z0-9-]+)#measured"', first)
    assert len(keys) > 5
    for key in keys:
        answer = client.get(f"/commitments/all?period=2026-10&indicator={key}")
        assert answer.status_code == 200
        # What a term means stands beside it, for whoever asks.
        plain = re.sub(r'<span class="tip".*?</a></span></span>', "", answer.text)
        told.append(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain)))
    return " ".join(told)


@pytest.mark.parametrize(
    "words",
    [
        "Step by step: the worst decides",
        "within 10 days at least 50% 45.5% Missed",
        "within 20 days at least 85% 72.7% Missed",
        "beyond 30 days at most 10% 22.7% Missed",
        "required 50% (10 days)",
        "2.75 per 100,000",
        "22 cases of a volume of 800,000",
        "The volume of these units is not known, and their cases still count above: Agence B.",
        "Not told by channel",
        "weighted by unit",
        "are worth 122 equal ones",
    ],
)
def test_page_says(page: str, words: str) -> None:
    assert words in page
