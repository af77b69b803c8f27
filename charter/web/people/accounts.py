"""Accounts opened, changed and closed; the owners each answers for, and who comes next; everybody's own password."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.charter_file.sources import Unit
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import may_give, require_gift
from charter.domain.vocabulary.terms import Permission, Role
from charter.services.charters.versions import history_or_none
from charter.services.people import accounts
from charter.services.people import reach as reach_of
from charter.services.people.sign_on import forget_identities, identities_of
from charter.web.frame.access import begin_session, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.listing import listing
from charter.web.people.invitations import given as given_link
from charter.words.statuses import ROLES, word

owner_pages = Blueprint("accounts", __name__)


@owner_pages.get("/accounts")
@needs(Permission.MANAGE_ACCOUNTS)
def page() -> ResponseReturnValue:
    """Every account, and the owners that nobody answers for yet."""
    found = reach_of.reach_page(current_actor())
    charter = history_or_none()
    names = {key: unit.name for key, unit in charter.current.tree.by_key.items()} if charter else {}
    shown = listing(found["people"], lambda row: _searched(row, names), _groups(names))
    return render_template("accounts/accounts.html", list=shown, unit_names=names, **found)


def _searched(row: reach_of.Account, names: Mapping[str, str]) -> str:
    places = [names.get(key, key) for key in row["units"]]
    role = word(ROLES, row["role"], current_language())
    return " ".join((row["name"], row["email"], role, *places, *row["answers_for"]))


def _groups(names: Mapping[str, str]) -> dict[str, Callable[[reach_of.Account], str]]:
    language = current_language()
    return {
        "role": lambda row: word(ROLES, row["role"], language),
        "unit": lambda row: ", ".join(names.get(key, key) for key in row["units"]) or gettext("the whole organisation"),
        "open": lambda row: gettext("open") if row["is_active"] else gettext("closed"),
    }


@owner_pages.route("/accounts/<int:number>", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def reach(number: int) -> ResponseReturnValue:
    """How one account is reached."""
    actor, error = current_actor(), None
    if request.method == "POST":
        try:
            _set(number)
            flash(gettext("Kept."))
            return redirect(url_for("accounts.page"), 303)
        except Invalid as refusal:
            error = refusal
    found = reach_of.reach_page(actor)
    person = next((one for one in found["people"] if one["id"] == number), None)
    if person is None:
        raise NotFound("There is no such account.")
    shown = render_template(
        "accounts/reach.html",
        person=person,
        may_change=may_give(actor, Role(person["role"])),
        identities=identities_of(actor, number),
        has_mail=bool(current_app.extensions["settings"].smtp_host),
        error=error,
        **found,
    )
    return shown, 400 if error else 200


@owner_pages.post("/accounts/<int:number>/identities")
@needs(Permission.MANAGE_ACCOUNTS)
def forget(number: int) -> ResponseReturnValue:
    """The account is nobody's at any provider any more: who next comes with its address holds it."""
    forget_identities(current_actor(), now(), number)
    flash(gettext("Forgotten. Who signs in next at your provider with this address has this account."))
    return redirect(url_for("accounts.reach", number=number), 303)


def _set(number: int) -> None:
    next_id = request.form.get("next", "")
    reach_of.set_reach(
        current_actor(),
        now(),
        number,
        answers_for=request.form.getlist("answers_for"),
        next_id=int(next_id) if next_id.isascii() and next_id.isdigit() else None,
        language=request.form.get("language") or None,
    )


pages = Blueprint("people", __name__)


@pages.route("/accounts/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def new() -> ResponseReturnValue:
    """Open an account: its person chooses the password by a link, or is told a first one, which they then change."""
    errors: Sequence[Invalid | Conflict] = ()
    if request.method == "POST":
        try:
            given = _rights()
            number = accounts.create_account(
                current_actor(),
                now(),
                email=request.form.get("email", ""),
                password=request.form.get("password") or None,
                name=given.name,
                role=given.role,
                units=given.units,
            )
            if not request.form.get("password"):
                return given_link(number)
            flash(gettext("Account created. Tell its person the password by another way than e-mail."))
            return redirect(url_for("accounts.page"), 303)
        except (Invalid, Conflict) as refusal:
            errors = [refusal, *getattr(refusal, "others", ())]
    return _form(None, errors)


@pages.route("/accounts/<int:number>/rights", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def rights(number: int) -> ResponseReturnValue:
    """Who an account is and what it may."""
    errors: list[Invalid | Conflict] = []
    if request.method == "POST":
        try:
            given = _rights()
            accounts.change_account(
                current_actor(),
                now(),
                number,
                is_active="is_active" in request.form,
                name=given.name,
                role=given.role,
                units=given.units,
            )
            flash(gettext("Kept."))
            return redirect(url_for("accounts.reach", number=number), 303)
        except (Invalid, Conflict) as refusal:
            errors = [refusal]
    return _form(_known(number), errors)


GIVEN = tuple(role for role in Role if role is not Role.FOUNDER)
"""The founder is who opened the first account; nobody else becomes one."""


class Rights(NamedTuple):
    """What a form says of an account."""

    name: str
    role: Role
    units: list[str]


def _rights() -> Rights:
    """Name, role and units as the form says them. Raises Invalid (role)."""
    role = request.form.get("role", "")
    if role not in {one.value for one in Role}:
        raise Invalid("Choose a role.", "role")
    return Rights(request.form.get("name", ""), Role(role), request.form.getlist("units"))


def _known(number: int) -> reach_of.Account:
    people = reach_of.reach_page(current_actor())["people"]
    found = next((one for one in people if one["id"] == number), None)
    if found is None:
        raise NotFound("There is no such account.")
    require_gift(current_actor(), Role(found["role"]))
    return found


def _form(person: reach_of.Account | None, errors: Sequence[Invalid | Conflict]) -> ResponseReturnValue:
    charter = history_or_none()
    units = list(charter.current.tree.walk()) if charter else []
    given = _given(person)
    shown = render_template(
        "accounts/rights.html",
        stands_in_for=[role.value for role in current_actor().stands_in_for],
        person=person,
        given=given,
        errors=errors,
        wrong={_field(one): one for one in errors},
        units=units,
        branches=_branches(units),
        has_mail=bool(current_app.extensions["settings"].smtp_host),
        roles=[role for role in Role if may_give(current_actor(), role) and role in (*GIVEN, given["role"])],
    )
    return shown, 400 if errors else 200


def _branches(units: Sequence[tuple[Unit, int]]) -> list[list[Unit]]:
    """The whole by itself, then each unit right beneath it with all that lie beneath that."""
    found: list[list[Unit]] = []
    for unit, depth in units:
        if depth <= 1:
            found.append([])
        found[-1].append(unit)
    return found


def _given(person: reach_of.Account | None) -> Mapping[str, object]:
    """What stands in the form."""
    if request.method == "GET":
        return person or {"role": Role.CONTRIBUTOR, "units": [], "is_active": True}
    return request.form.to_dict() | {"units": request.form.getlist("units"), "is_active": "is_active" in request.form}


def _field(error: Invalid | Conflict | None) -> str:
    return getattr(error, "field", "") or ""


@pages.route("/accounts/<int:number>/password", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def password(number: int) -> ResponseReturnValue:
    """Another password for an account; whoever is signed in with the old one is signed out."""
    error: Invalid | None = None
    person = _known(number)
    if request.method == "POST":
        try:
            accounts.set_password(current_actor(), now(), number, request.form.get("password", ""))
            flash(gettext("The password is changed. Tell it by another way than e-mail."))
            return redirect(url_for("accounts.reach", number=number), 303)
        except Invalid as refusal:
            error = refusal
    shown = render_template("accounts/password.html", person=person, error=error, field=_field(error))
    return shown, 400 if error else 200


@pages.route("/account/password", methods=["GET", "POST"])
@needs(Permission.KEEP_ACCOUNT)
def own_password() -> ResponseReturnValue:
    """Another password for oneself; the other windows that are signed in are signed out."""
    actor, error = current_actor(), None
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("people.own_password")))
    if request.method == "POST":
        try:
            given = {name: request.form.get(name, "") for name in ("old", "password")}
            accounts.change_own_password(actor, now(), old=given["old"], new=given["password"])
            begin_session(actor)
            flash(gettext("Your password is changed."))
            return redirect(url_for("account.page"), 303)
        except Invalid as refusal:
            error = refusal
    shown = render_template("accounts/password.html", person=None, error=error, field=_field(error))
    return shown, 400 if error else 200
