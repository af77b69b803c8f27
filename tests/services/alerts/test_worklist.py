"""What needs a person: by role, by what they answer for; the navigation counts what the page lists."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.services.actions.actions import Planned, change_action, close_action, plan_action
from charter.services.actions.comments import explain_miss
from charter.services.alerts.worklist import What, worklist
from charter.services.charters.versions import history
from charter.services.people import accounts
from charter.services.people.reach import set_reach
from charter.services.reports.editions import approve_month
from charter.services.reports.snapshots import freeze_month
from tests.services.databases import statements
from tests.services.world import NOW

OCTOBER = "2026-10"
DIRECTOR = Actor("Chief", Role.DIRECTOR)


def somebody(name: str, role: Role, *, units: tuple[str, ...] = (), answers_for: str = "") -> Actor:
    email = f"{name.split()[0]}@example.org".lower()
    given = {"email": email, "name": name, "role": role, "password": "correct horse battery", "units": units}
    number = accounts.create_account(COMMAND_LINE, NOW, **given)
    if answers_for:
        set_reach(COMMAND_LINE, NOW, number, answers_for=[answers_for])
    found = accounts.person(number)
    assert found is not None
    return found


def asked(actor: Actor, days: int = 0) -> list[tuple[str, int, int]]:
    return [(one.what.value, one.number, one.count) for one in worklist(actor, NOW + timedelta(days=days)).needs]


def test_the_month_asks_its_director_and_whoever_answers_for_a_miss(world: Flask) -> None:
    (missed,) = [one for one in history().current.charter.commitments if one.key == "answer"]
    ana, mia = somebody("Ana", Role.DIRECTOR), somebody("Mia", Role.MANAGER)
    assert asked(ana) == asked(mia) == []
    freeze_month(COMMAND_LINE, NOW, period=OCTOBER)
    assert asked(ana) == [("approve", 1, 1)]
    (need,) = worklist(mia, NOW).needs
    assert (need.what, need.commitment, need.unit, need.period) == (What.EXPLAIN, "answer", "company", OCTOBER)
    assert worklist(mia, NOW).counts == {"desk": 1}
    owner = somebody("Olga", Role.CONTRIBUTOR, answers_for=missed.owner)
    assert asked(mia) == [], "somebody answers for it now"
    assert [one.what for one in worklist(owner, NOW).needs] == [What.EXPLAIN]
    explain_miss(owner, NOW, commitment="answer", period=OCTOBER, text="Deux guichets fermés.")
    assert asked(owner) == []
    assert asked(ana) == [("approve", 0, 1)]
    approve_month(ana, NOW, period=OCTOBER, reason="Relu.")
    assert asked(ana) == []


def test_an_action_is_whose_name_it_bears_now(world: Flask) -> None:
    mia, carl = somebody("Mia", Role.MANAGER), somebody("Carl", Role.CONTRIBUTOR)
    number = plan_action(mia, NOW, Planned("answer", OCTOBER, "Rouvrir", "80 %", "Carl", date(2026, 12, 1)))
    assert asked(carl) == [("mine", number, 1)]
    assert worklist(carl, NOW).counts == {"actions": 1}
    assert asked(carl, days=40) == [("late", number, 1)]
    assert asked(mia) == [], "who planned it is not who does it"
    change_action(mia, NOW, number=number, owner="mia@example.org", reason="Carl est parti.")
    assert (asked(carl), asked(mia)) == ([], [("mine", number, 1)])
    close_action(mia, NOW, number=number)
    assert asked(mia) == []


def test_alerts_ask_those_who_were_told_and_may_answer(world: Flask) -> None:
    mia, nice = somebody("Mia", Role.MANAGER), somebody("Nils", Role.CONTRIBUTOR, units=("nice",))
    before = worklist(mia, NOW).alerts_open
    for unit, told in (("vannes", [mia.user_id, nice.user_id]), ("nice", [nice.user_id]), ("brest", [])):
        about = {"kind": "status", "subject": "x", "commitment_key": "answer", "owner": "Accueil", "code": "missed"}
        db.session.add(
            Alert(**about, facts={}, state="open", unit_key=unit, opened_at=NOW, changed_at=NOW, told_to=told)
        )
    db.session.commit()
    assert asked(mia) == [("alerts", 0, 1)]
    assert asked(nice) == [("alerts", 0, 1)], "vannes is not theirs to answer, nor to see"
    assert (worklist(mia, NOW).alerts_open, worklist(nice, NOW).alerts_open) == (before + 3, 1)


def test_it_is_one_statement_and_nothing_for_visitors(world: Flask) -> None:
    mia = somebody("Mia", Role.MANAGER)
    worklist(mia, NOW)
    with statements() as sent:
        worklist(mia, NOW, with_alarm=True)
    assert len(sent) == 1
    with statements() as sent:
        assert worklist(VISITOR, NOW).needs == worklist(DIRECTOR, NOW).needs == []
    assert sent == []
