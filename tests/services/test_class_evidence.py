"""What people add to the evidence: the sector's register, experts blind to each other; the part that the law owes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.classes import ExpertOpinion, SectorEntry
from charter.models.jobs import Post
from charter.models.records import AuditEntry
from charter.post.templates import write_mail
from charter.services.checks.running import run_due
from charter.services.classes.deciding import remind_reviews
from charter.services.classes.experts import answer, ask_experts, people_to_ask, questions_to, seat_form
from charter.services.classes.register import record_promise
from charter.services.desk.classes_page import page
from charter.services.month.overview import overview
from charter.services.people.accounts import create_account
from charter.services.records.access import Access
from tests.services.world import ANSWER, BILL, HEAD, NOW, TEXT, apply

MIA = Actor("Mia", Role.MANAGER)
LATER = datetime(2026, 12, 20, 9, tzinfo=UTC)
SAID = {"floor": "yes", "earns": "no", "because": "It is owed"}


def row(key: str = "care", now: datetime = NOW) -> dict[str, Any]:
    found: dict[str, Any] = page(MIA, now, commitment=key)["chosen"]
    return found


def promise(company: str, promised: str = "yes", seen_on: str = "2026-11-01", **given: str) -> None:
    source = given.get("source", f"https://{company}.example/charter")
    record_promise(MIA, NOW, commitment="care", company=company, promised=promised, source=source, seen_on=seen_on)


def sector(key: str = "care", now: datetime = NOW) -> dict[str, Any]:
    found: dict[str, Any] = row(key, now)["ladder"][2]
    return found


def person(name: str) -> Actor:
    given = {"email": f"{name}@example.org", "name": name.capitalize(), "password": "correct horse battery"}
    return Actor(
        name.capitalize(), Role.FRONTLINE, user_id=create_account(COMMAND_LINE, NOW, role=Role.FRONTLINE, **given)
    )


def test_the_register_counts_companies_by_their_newest_entry(charted: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve", "fay", "gil"):
        promise(name)
    promise("hal", "no")
    assert (row()["class"], row()["strength"]) == ("confidence", "weak")
    assert row()["because"] == [{"code": "sector-norm", "k": 7, "n": 8, "date": "2026-11-01"}]
    promise("Ada", "no", "2026-11-05", source="Charter of 2026, page 3")
    promise("bel", "gone", "2026-11-06")
    assert [(one["company"], one["promised"]) for one in sector()["companies"]][:3] == [
        ("Ada", False),
        ("cyr", True),
        ("dov", True),
    ]
    assert sector()["sources"][0]["warnings"][0] | {"date": ""} == {"code": "sector-open", "k": 5, "n": 7, "date": ""}
    assert len(db.session.execute(select(SectorEntry.id)).all()) == 10


def test_an_entry_counts_from_the_day_it_is_recorded(world: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve"):
        promise(name, seen_on="2026-08-01")
    views = overview(COMMAND_LINE, NOW, period="2026-10")["commitments"]
    assert [one["because"] for one in views if one["key"] == "care"] == [[{"code": "held-as-floor"}]]
    assert row()["class"] == "confidence"


def test_an_entry_expires_and_is_left_out(charted: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve"):
        promise(name)
    promise("old", seen_on="2025-11-09")
    source = sector()["sources"][0]
    assert [one["code"] for one in source["because"] + source["warnings"]] == ["sector-norm", "sector-entries-expired"]
    assert (source["dated"], source["expires_on"]) == ("2026-11-01", "2027-11-01")
    gone = sector(now=datetime(2027, 11, 2, 12, tzinfo=UTC))["sources"][0]
    assert (gone["is_expired"], [one["code"] for one in gone["warnings"]]) == (True, ["expired"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"company": " "}, "company"),
        ({"company": "x" * 201}, "company"),
        ({"promised": "maybe"}, "promised"),
        ({"promised": ""}, "promised"),
        ({"source": ""}, "source"),
        ({"seen_on": "2026-11-11"}, "seen_on"),
        ({"seen_on": "yesterday"}, "seen_on"),
        ({"seen_on": " "}, "seen_on"),
        ({"promised": "gone"}, "company"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_refused(charted: Flask, given: dict[str, str], field: str) -> None:
    whole = {"company": "ada", "promised": "yes", "source": "x", "seen_on": "2026-11-01"} | given
    with pytest.raises(Invalid) as refused:
        record_promise(MIA, NOW, commitment="care", **whole)
    assert refused.value.field == field
    assert db.session.execute(select(SectorEntry.id)).all() == []


def test_the_same_entry_twice_is_one(charted: Flask) -> None:
    promise("ada")
    with pytest.raises(Conflict, match="in the register already"):
        promise("ada")
    with pytest.raises(NotAllowed):
        record_promise(
            Actor("c", Role.CONTRIBUTOR),
            NOW,
            commitment="care",
            company="a",
            promised="yes",
            source="x",
            seen_on="2026-11-01",
        )


def test_companies_of_the_file_join_the_register(charted: Flask) -> None:
    entries = ", ".join(
        f"{{company: {name}, promised: true, source: https://{name}.example, date: 2026-10-01}}" for name in "abcde"
    )
    owner = "    owner: Direction\n"
    apply(TEXT.replace(owner, f"{owner}    evidence: {{sector: {{companies: [{entries}]}}}}\n"), now=NOW)
    assert row()["because"] == [{"code": "sector-norm", "k": 5, "n": 5, "date": "2026-10-01"}]
    promise("A", "no", "2026-11-02")
    assert sector()["sources"][0]["warnings"][0]["k"] == 4


def test_experts_see_their_own_form_only_until_all_have_answered(charted: Flask) -> None:
    ida, jon = person("ida"), person("jon")
    (invited,) = ask_experts(
        MIA,
        NOW,
        commitment="care",
        people=[ida.user_id, jon.user_id],
        names=["Kim"],
        closes_on="2026-12-01",
        note="Why?",
    )  # type: ignore[list-item]
    (asked,) = questions_to(ida, NOW)
    assert asked["title"]["en"] == "Some care"
    form = seat_form(ida, NOW, seat=asked["seat"])
    assert (form["expert"], form["own"], form["note"]) == ("Ida", None, "Why?")
    with pytest.raises(NotAllowed, match="put to somebody else"):
        seat_form(jon, NOW, seat=asked["seat"])
    answer(ida, NOW, seat=asked["seat"], given=SAID)
    answer(ANONYMOUS, NOW, secret=invited.secret, given=SAID | {"earns": "unknown"})
    assert questions_to(ida, NOW) == []
    rung = row()["ladder"][3]
    assert (rung["experts"], rung["sources"]) == ([], [])
    assert rung["rounds"] == [
        {
            "state": "open",
            "opened_on": "2026-11-10",
            "closes_on": "2026-12-01",
            "asked": ["Ida", "Jon", "Kim"],
            "answered": 2,
        }
    ]
    log = json.dumps([[one.subject, one.after] for one in db.session.execute(select(AuditEntry)).scalars()])
    assert "It is owed" not in log
    answer(jon, NOW, seat=questions_to(jon, NOW)[0]["seat"], given=SAID | {"floor": "no", "because": "Nobody asks"})
    rung = row()["ladder"][3]
    assert [(one["name"], one["floor"]) for one in rung["experts"]] == [("Ida", "yes"), ("Jon", "no"), ("Kim", "yes")]
    assert (rung["sources"][0]["floor"], rung["sources"][0]["earns"], rung["rounds"]) == ("yes", "no", [])
    assert row()["class"] == "confidence"


def test_a_round_with_one_answer_missing_is_told_when_it_has_closed(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea", "Max"], closes_on="2026-12-01")
    for one in invited[:2]:
        answer(ANONYMOUS, NOW, secret=one.secret, given=SAID)
    assert row()["ladder"][3]["experts"] == []
    assert [one["name"] for one in row(now=LATER)["ladder"][3]["experts"]] == ["Kim", "Lea"]
    with pytest.raises(Conflict, match="closed on 2026-12-01"):
        answer(ANONYMOUS, LATER, secret=invited[2].secret, given=SAID)


def test_a_lone_answer_is_never_told(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    rung = row(now=LATER)["ladder"][3]
    assert (rung["experts"], rung["rounds"][0]["state"]) == ([], "void")


def test_an_invitation_answers_once_and_its_secret_is_not_kept(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    with pytest.raises(Conflict, match="answers once"):
        answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    with pytest.raises(NotFound):
        answer(ANONYMOUS, NOW, secret="guessed", given=SAID)
    with pytest.raises(NotAllowed):
        answer(ANONYMOUS, NOW, seat=2, given=SAID)
    assert len(db.session.execute(select(ExpertOpinion.id)).all()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": ["Kim"]}, "people"),
        ({"names": ["Kim", "kim "]}, "names"),
        ({"names": [str(n) for n in range(13)]}, "names"),
        ({"names": ["Kim", "x" * 201]}, "name"),
        ({"people": [99], "names": ["Kim"]}, "people"),
        ({"closes_on": "2026-11-09"}, "closes_on"),
        ({"closes_on": "never"}, "closes_on"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_a_round_that_cannot_be_opened_is_refused(charted: Flask, given: dict[str, Any], field: str) -> None:
    whole: dict[str, Any] = {"names": ["Kim", "Lea"], "closes_on": "2026-12-01"} | given
    with pytest.raises(Invalid) as refused:
        ask_experts(MIA, NOW, commitment="care", **whole)
    assert refused.value.field == field


def test_one_round_at_a_time(charted: Flask) -> None:
    ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    with pytest.raises(Conflict, match="is open"):
        ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    ask_experts(MIA, LATER, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-31")
    with pytest.raises(NotAllowed):
        people_to_ask(Actor("d", Role.AUDITOR))


@pytest.mark.parametrize("given", [{"floor": ""}, {"earns": "perhaps"}, {"because": " "}])
def test_an_opinion_needs_both_answers_and_a_reason(charted: Flask, given: dict[str, str]) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    with pytest.raises(Invalid):
        answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID | given)


PART = """    evidence:
      law:
        owed: part
        reference: Code
        date: 2020
        minimum: {fr: Une réponse en 9 jours, en: An answer in 9 days}
        surplus: {fr: En 5 jours, en: In 5 days}
"""


def with_part(indicator: str = "", decided: str = "trust") -> str:
    """The answer commitment, of which the law owes a part; decided as trust."""
    law = PART + (f"        minimum_indicator: {indicator}\n" if indicator else "")
    decision = f"    class: {{decided: {decided}, by: Comité, because: Vu, date: 2026-06-01}}\n"
    return HEAD + ANSWER.replace("    evidence: {law: {owed: full, reference: Code}}\n", law + decision) + BILL


MEASURED = """      - key: answered-by-law
        title: {fr: Réponses en 9 jours, en: Answers in 9 days}
        mandatory: false
        source: cases
        kind: share-within
        start: opened
        stop: closed
        within: 9 days
        distinct: id
        unit: agency
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.95}]
"""


def test_a_legal_minimum_is_floor_whatever_the_class_of_the_rest(empty: Flask) -> None:
    text = with_part("answered-by-law").replace("  - key: bill", MEASURED + "  - key: bill", 1)
    apply(text)
    run_due(COMMAND_LINE, NOW, Access())
    july, august = (overview(COMMAND_LINE, NOW, period=month) for month in ("2026-07", "2026-08"))
    assert july["commitments"][0]["minimum"] == {
        "text": {"fr": "Une réponse en 9 jours", "en": "An answer in 9 days"},
        "surplus": {"fr": "En 5 jours", "en": "In 5 days"},
        "indicator": "answered-by-law",
        "status": "kept",
        "reference": "Code",
    }
    assert july["headline"]["floor"] == {"state": "held", "kept": 0, "of": 0, "broken_by": [], "near": []}
    assert july["headline"]["trust"]["credited"] == 2
    # In August Nice records no answer: the promise is missed, and the legal minimum with it breaks the floor.
    assert august["headline"]["floor"] == {
        "state": "broken", "kept": 0, "of": 0, "broken_by": ["answer"], "near": [], "minima": ["answer"]
    }  # fmt: skip


def test_a_legal_minimum_that_nothing_measures_is_unproven_where_the_whole_is_missed(empty: Flask) -> None:
    apply(with_part())
    run_due(COMMAND_LINE, NOW, Access())
    floors = [
        overview(COMMAND_LINE, NOW, period=month)["headline"]["floor"]["state"] for month in ("2026-07", "2026-10")
    ]
    assert floors == ["held", "unproven"]


def test_choices_of_the_charter_place_what_is_not_known_and_credit_trust(world: Flask) -> None:
    choices = "  choices: {undetermined: apart, trust_without_floor: credited}\nunits:"
    apply(TEXT.replace("units:", choices, 1), now=NOW)
    found = overview(COMMAND_LINE, NOW, period="2026-10")
    assert [one["place"] for one in found["commitments"]] == ["floor", "trust", "apart"]
    assert found["headline"]["floor"]["of"] == 1
    assert found["headline"]["trust"] == {"earned": 1, "of": 1, "credited": 1, "suspended": 0}
    told = {one["name"]: (one["value"], one["is_ours"]) for one in page(MIA, NOW)["choices"]}
    assert told["undetermined"] == ("apart", False)
    assert told["sector_expiry"] == ("12 months", True)
    assert told["majority"] == (0.5, True)


def test_a_class_near_its_term_is_told_once_to_those_who_decide(charted: Flask) -> None:
    person("ida")
    given = {"email": "mia@example.org", "name": "Mia", "password": "correct horse battery"}
    create_account(COMMAND_LINE, NOW, role=Role.MANAGER, **given)
    for name in ("ada", "bel", "cyr", "dov", "eve"):
        promise(name)
    soon = datetime(2027, 9, 20, 9, tzinfo=UTC)
    assert remind_reviews(COMMAND_LINE, NOW) == 0
    assert remind_reviews(COMMAND_LINE, soon) == 1
    assert remind_reviews(COMMAND_LINE, soon) == 0
    (mail,) = db.session.execute(select(Post)).scalars()
    assert (mail.recipient, mail.template) == ("mia@example.org", "class_review")
    assert mail.params["review"] == {"on": "2027-11-01", "why": "sector", "state": "soon"}
    written = write_mail(
        mail.template,
        "fr",
        {"timezone": "Europe/Paris", "address": "https://p", "name": "Mia", "is_example": False, **mail.params},
    )
    assert "À revoir d’ici au 1er" in str(written)
    with pytest.raises(NotAllowed):
        remind_reviews(Actor("c", Role.CONTRIBUTOR), soon)
