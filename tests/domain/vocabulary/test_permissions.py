"""Rights: the whole table of roles and permissions, written out once and compared cell by cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import (
    ANONYMOUS,
    COMMAND_LINE,
    OF_PROVIDERS,
    RIGHTS,
    SCHEDULER,
    STOOD_IN_FOR,
    Actor,
    may,
    may_somewhere,
    require,
    visitor,
)
from charter.domain.vocabulary.terms import Permission, Role

#                    director manager contributor frontline auditor admin founder (who stands in for nobody any more)
EXPECTED = {
    "read-pages":      (1, 1, 1, 1, 1, 1, 1),
    "read-desk":       (1, 1, 1, 0, 1, 1, 1),
    "read-cards":      (1, 1, 1, 0, 1, 1, 1),
    "keep-account":    (1, 1, 1, 1, 1, 1, 1),
    "read-audit":      (1, 1, 0, 0, 1, 1, 1),
    "apply-charter":   (0, 1, 0, 0, 0, 0, 0),
    "run-check":       (0, 1, 0, 0, 0, 0, 0),
    "waive-check":     (1, 1, 0, 0, 0, 0, 0),
    "enter-figure":    (0, 1, 1, 0, 0, 0, 0),
    "correct-figure":  (0, 1, 0, 0, 0, 0, 0),
    "freeze-month":    (1, 1, 0, 0, 0, 0, 0),
    "make-report":     (1, 1, 0, 0, 0, 0, 0),
    "manage-accounts": (0, 1, 0, 0, 0, 1, 0),
    "manage-tokens":   (0, 0, 0, 0, 0, 1, 0),
    "send-observation": (1, 1, 1, 1, 0, 0, 1),
    "moderate-observation": (0, 1, 1, 0, 0, 0, 0),
    "erase-text": (0, 1, 0, 0, 0, 0, 0),
    "explain-miss":    (1, 1, 1, 0, 0, 0, 0),
    "plan-action":     (1, 1, 1, 0, 0, 0, 0),
    "rebase-chart":    (1, 1, 1, 0, 0, 0, 0),
    "approve-report":  (1, 0, 0, 0, 0, 0, 0),
    "send-report":     (1, 1, 0, 0, 0, 0, 0),
    "send-again":      (1, 1, 0, 0, 0, 1, 0),
    "handle-alert":    (1, 1, 1, 0, 0, 0, 0),
    "decide-class":    (1, 1, 0, 0, 0, 0, 0),
    "record-evidence": (1, 1, 0, 0, 0, 0, 0),
    "read-surveys": (1, 1, 0, 0, 1, 0, 1),
    "run-survey": (0, 1, 0, 0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize(("column", "role"), list(enumerate(Role)))
def test_rights_match_the_table(permission: Permission, column: int, role: Role) -> None:
    assert may(Actor("x", role), permission) is bool(EXPECTED[permission.value][column])


def test_the_founder_has_the_rights_of_the_roles_that_are_stood_in_for() -> None:
    standing = Actor("zoe", Role.FOUNDER, stands_in_for=STOOD_IN_FOR)
    filled = set().union(*(RIGHTS[role] for role in (Role.FOUNDER, *STOOD_IN_FOR)))
    assert {permission for permission in Permission if may(standing, permission)} == filled
    without = Actor("zoe", Role.FOUNDER, stands_in_for=(Role.ADMIN,))
    assert not may(without, Permission.APPROVE_REPORT)
    assert may(without, Permission.MANAGE_TOKENS)


def test_rights_name_every_role() -> None:
    assert set(RIGHTS) == set(Role)


def test_scope_is_the_granted_units_and_nothing_else() -> None:
    boris = Actor("boris", Role.MANAGER, ("west", "vannes"))
    assert boris.home == "west"
    assert may(boris, Permission.READ_DESK, "vannes")
    assert not may(boris, Permission.READ_DESK, "lyon")
    assert not may(boris, Permission.READ_DESK), "the whole organisation is not his"
    assert may_somewhere(boris, Permission.READ_DESK)


def test_scope_never_reaches_what_bears_on_the_whole_organisation() -> None:
    boris = Actor("boris", Role.MANAGER, ("west",))
    for permission in (Permission.APPLY_CHARTER, Permission.FREEZE_MONTH, Permission.READ_AUDIT):
        assert not may(boris, permission, "west")
        assert not may_somewhere(boris, permission)


def test_no_unit_at_all_is_nowhere_but_the_pages() -> None:
    nowhere = Actor("x", Role.CONTRIBUTOR, ())
    assert not may(nowhere, Permission.READ_DESK, "west")
    assert not may_somewhere(nowhere, Permission.READ_DESK)
    assert may(nowhere, Permission.READ_PAGES, "west")


def test_frontline_reads_the_page_of_any_site() -> None:
    clara = Actor("clara", Role.FRONTLINE, ("vannes",))
    assert may(clara, Permission.READ_PAGES, "lyon")


@pytest.mark.parametrize("permission", list(Permission))
def test_visitor_reads_pages_and_reports_only_when_they_are_public(permission: Permission) -> None:
    open_to_all = (Permission.READ_PAGES, Permission.SEND_OBSERVATION)
    assert may(visitor(public_pages=True), permission) is (permission in open_to_all)
    assert not may(visitor(public_pages=False), permission)
    assert not may(ANONYMOUS, permission)


@pytest.mark.parametrize("permission", list(Permission))
def test_the_operator_of_the_machine_may_do_everything(permission: Permission) -> None:
    assert may(COMMAND_LINE, permission)
    assert may(SCHEDULER, permission, "west")


def test_require_says_who_may_not_do_what_where() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(Actor("clara", Role.FRONTLINE, ("vannes",)), Permission.READ_DESK, "vannes")
    assert str(refusal.value) == ("clara may not read the desk on the unit vannes. Ask your Promesse administrator.")
    with pytest.raises(NotAllowed, match="A visitor without an account may not freeze a month on the whole"):
        require(ANONYMOUS, Permission.FREEZE_MONTH)
    require(Actor("ana", Role.DIRECTOR), Permission.FREEZE_MONTH)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_somebody_of_a_provider_has_its_card_its_figures_and_an_account(role: Role, permission: Permission) -> None:
    vera = Actor("vera", role, ("voice",), is_provider=True)
    left = permission in OF_PROVIDERS and permission in RIGHTS[role]
    assert may(vera, permission, "voice") is left
    assert may(vera, permission, "other") is (left and permission is Permission.KEEP_ACCOUNT)
    public = replace(vera, reads_pages=True)
    open_to_all = permission in (Permission.READ_PAGES, Permission.SEND_OBSERVATION)
    assert may(public, permission, "voice") is (left or open_to_all), "what anybody may, they may too"


def test_to_somebody_of_a_provider_the_units_of_others_have_no_name() -> None:
    vera = Actor("vera", Role.CONTRIBUTOR, ("voice",), is_provider=True)
    with pytest.raises(NotAllowed, match="on a unit that is not yours"):
        require(vera, Permission.READ_CARDS, "other")
    with pytest.raises(NotAllowed, match="on the unit voice"):
        require(vera, Permission.READ_DESK, "voice")
