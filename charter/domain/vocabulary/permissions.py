"""Who may do what, on which units: one table, asked by every service and every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from charter.domain.vocabulary.errors import NotAllowed, Sentence
from charter.domain.vocabulary.terms import Permission, Role, Scope

P = Permission

READERS = frozenset({P.READ_PAGES, P.READ_DESK, P.READ_CARDS, P.KEEP_ACCOUNT})
"""What everybody may who reads the desk."""

RIGHTS: Mapping[Role, frozenset[Permission]] = {
    Role.DIRECTOR: frozenset(
        {
            P.READ_PAGES,
            P.SEND_OBSERVATION,
            P.READ_DESK,
            P.READ_CARDS,
            P.KEEP_ACCOUNT,
            P.READ_AUDIT,
            P.WAIVE_CHECK,
            P.FREEZE_MONTH,
            P.MAKE_REPORT,
            P.EXPLAIN_MISS,
            P.PLAN_ACTION,
            P.REBASE_CHART,
            P.APPROVE_REPORT,
            P.SEND_REPORT,
            P.SEND_AGAIN,
            P.HANDLE_ALERT,
            P.DECIDE_CLASS,
            P.RECORD_EVIDENCE,
            P.READ_SURVEYS,
        }
    ),
    Role.MANAGER: frozenset(
        {
            P.READ_PAGES,
            P.READ_DESK,
            P.READ_CARDS,
            P.KEEP_ACCOUNT,
            P.READ_AUDIT,
            P.APPLY_CHARTER,
            P.MANAGE_ACCOUNTS,
            P.RUN_CHECK,
            P.WAIVE_CHECK,
            P.ENTER_FIGURE,
            P.CORRECT_FIGURE,
            P.FREEZE_MONTH,
            P.MAKE_REPORT,
            P.SEND_OBSERVATION,
            P.MODERATE_OBSERVATION,
            P.ERASE_TEXT,
            P.EXPLAIN_MISS,
            P.PLAN_ACTION,
            P.REBASE_CHART,
            P.SEND_REPORT,
            P.SEND_AGAIN,
            P.HANDLE_ALERT,
            P.DECIDE_CLASS,
            P.RECORD_EVIDENCE,
            P.READ_SURVEYS,
            P.RUN_SURVEY,
        }
    ),
    Role.CONTRIBUTOR: frozenset(
        {
            P.READ_PAGES,
            P.READ_DESK,
            P.READ_CARDS,
            P.KEEP_ACCOUNT,
            P.ENTER_FIGURE,
            P.SEND_OBSERVATION,
            P.MODERATE_OBSERVATION,
            P.EXPLAIN_MISS,
            P.PLAN_ACTION,
            P.REBASE_CHART,
            P.HANDLE_ALERT,
        }
    ),
    Role.FRONTLINE: frozenset({P.READ_PAGES, P.KEEP_ACCOUNT, P.SEND_OBSERVATION}),
    Role.ADMIN: READERS | {P.READ_AUDIT, P.MANAGE_ACCOUNTS, P.MANAGE_TOKENS, P.SEND_AGAIN},
    Role.AUDITOR: READERS | {P.READ_AUDIT, P.READ_SURVEYS},
    Role.FOUNDER: READERS | {P.READ_AUDIT, P.READ_SURVEYS, P.SEND_OBSERVATION},
}
"""What each role may ask, within its units. An auditor changes nothing; an admin holds accounts, not figures."""

STOOD_IN_FOR = (Role.DIRECTOR, Role.MANAGER, Role.ADMIN)
"""The roles whose rights the founder, who opened the first account, has too as long as nobody else holds them."""

SCOPES: Mapping[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({P.READ_PAGES, P.READ_DESK, P.READ_CARDS}),
    Scope.PUSH: frozenset({P.READ_PAGES, P.ENTER_FIGURE}),
}
"""What a token lets a program do, within the rights of a contributor: read figures, enter them. The list of indicators
is for both."""

GIVEN_BY_MANAGERS = frozenset({Role.CONTRIBUTOR, Role.FRONTLINE})
"""The accounts that a charter manager opens and changes; others are an administrator's: nobody rises alone."""

OF_VISITORS = frozenset({P.READ_PAGES, P.SEND_OBSERVATION})
"""What anybody may where pages are public."""

ON_ANY_UNIT = OF_VISITORS | {P.KEEP_ACCOUNT}
"""Asked without regard to units: the intranet page of every site is for everyone who may read pages, and so is telling
what happened there."""

OF_PROVIDERS = frozenset({P.READ_CARDS, P.ENTER_FIGURE, P.KEEP_ACCOUNT})
"""What is left to an account whose units all lie in a provider, whatever its role lets others do: its own card, the
figures of what it promises, and its account. Pages for staff are read there by accounts of frontline staff alone."""

WHOLE_ONLY = frozenset(
    {
        P.APPLY_CHARTER,
        P.FREEZE_MONTH,
        P.READ_AUDIT,
        P.MANAGE_ACCOUNTS,
        P.MANAGE_TOKENS,
        P.APPROVE_REPORT,
        P.SEND_REPORT,
        P.SEND_AGAIN,
        P.DECIDE_CLASS,
        P.RECORD_EVIDENCE,
        P.RUN_SURVEY,
    }
)
"""These bear on the whole organisation: they need a person whose scope is the whole organisation."""


@dataclass(frozen=True)
class Actor:
    """Who asks. `units` are the keys in scope, the granted ones first, then all those beneath; None is everywhere.

    `last_unit` is the one whose desk this person looked at last. `scopes` are those of a token; None is no token.
    `stands_in_for`: the roles that the founder fills until others are named.
    `is_provider`: somebody of a provider, who sees what it owes and is owed, and nothing else.
    `role` None is nobody in particular: a visitor without an account, or the operator at the machine's own keyboard.
    """

    name: str
    role: Role | None
    units: tuple[str, ...] | None = None
    user_id: int | None = None
    language: str | None = None
    reads_pages: bool = False
    is_operator: bool = False
    last_unit: str | None = None
    scopes: frozenset[Scope] | None = None
    stands_in_for: tuple[Role, ...] = ()
    is_provider: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles whose rights this person has: their own, and those that the founder stands in for."""
        return (self.role, *self.stands_in_for) if self.role is not None else ()

    @property
    def home(self) -> str | None:
        """The unit that opens first for this person; None is the whole organisation."""
        return self.units[0] if self.units else None


ANONYMOUS = Actor(name="", role=None)
VISITOR = Actor(name="", role=None, reads_pages=True)
COMMAND_LINE = Actor(name="command line", role=None, is_operator=True)
SCHEDULER = Actor(name="scheduler", role=None, is_operator=True)


def visitor(*, public_pages: bool) -> Actor:
    """A person without an account reads the intranet page where pages are public, and may report from there."""
    return VISITOR if public_pages else ANONYMOUS


def may(actor: Actor, permission: Permission, unit: str | None = None) -> bool:
    """True if the actor's role has the right, and the unit (None: the whole organisation) is in its scope."""
    if actor.is_operator:
        return True
    if permission in OF_VISITORS and actor.reads_pages:
        return True
    if actor.role is None or (actor.is_provider and permission not in OF_PROVIDERS):
        return False
    if not any(permission in RIGHTS[role] for role in actor.roles):
        return False
    if actor.scopes is not None and not any(permission in SCOPES[scope] for scope in actor.scopes):
        return False
    if actor.units is None or permission in ON_ANY_UNIT:
        return True
    return permission not in WHOLE_ONLY and unit is not None and unit in actor.units


def may_somewhere(actor: Actor, permission: Permission) -> bool:
    """True if there is at least one unit on which the actor may."""
    return may(actor, permission) or any(may(actor, permission, unit) for unit in (actor.units or ())[:1])


def require(actor: Actor, permission: Permission, unit: str | None = None) -> None:
    """Go on only if the actor may. Raises NotAllowed with what is missing and whom to ask."""
    if may(actor, permission, unit):
        return
    raise NotAllowed(
        "%(who)s may not %(deed)s on %(where)s. Ask your Promesse administrator.",
        who=actor.name or Sentence("A visitor without an account"),
        deed=permission,
        where=_place(actor, unit),
    )


def _place(actor: Actor, unit: str | None) -> Sentence:
    """What was asked for; to somebody of a provider the units of others have no name."""
    if unit is None:
        return Sentence("the whole organisation")
    if actor.is_provider and unit not in (actor.units or ()):
        return Sentence("a unit that is not yours")
    return Sentence("the unit %(unit)s", unit=unit)


def may_give(actor: Actor, role: Role) -> bool:
    """True if the actor may open, change and close accounts of this role."""
    is_free = actor.is_operator or Role.ADMIN in actor.roles
    return is_free or (Role.MANAGER in actor.roles and role in GIVEN_BY_MANAGERS)


def require_gift(actor: Actor, *roles: Role) -> None:
    """Go on only if the actor may give and take each of these roles. Raises NotAllowed."""
    for role in roles:
        if not may_give(actor, role):
            raise NotAllowed("The role %(role)s is given and taken by an administrator only.", role=role)
