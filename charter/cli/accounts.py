"""account: open an account, the first one included; or say which owners it answers for and who comes next.

token: let a program in, or out again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from charter.cli.shared import as_json, instant, print_json, refusing, say
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role, Scope
from charter.services.people.accounts import account_id, create_account
from charter.services.people.reach import set_reach
from charter.services.people.tokens import create_token, revoke_token


@click.command()
@click.argument("email")
@click.option("--name", help="The person's name, as pages show it; needed for a new account.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role if role is not Role.FOUNDER]),
    default=Role.ADMIN.value,
    show_default=True,
)
@click.option("--unit", "units", multiple=True, metavar="KEY", help="Scope to this unit and those below; repeatable.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from this file instead of asking.",
)
@click.option("--answers-for", multiple=True, metavar="OWNER", help="An owner that it answers for; repeatable.")
@click.option("--next", "following", metavar="EMAIL", help="Who comes next when an alert is not acknowledged.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="The language of its mails and pages.")
@click.option("--change", is_flag=True, help="Change owners, next and language of an account that is there.")
@as_json
@refusing
def account(
    email: str,
    name: str | None,
    role: str,
    units: tuple[str, ...],
    password_file: Path | None,
    answers_for: tuple[str, ...],
    following: str | None,
    language: str | None,
    change: bool,
    as_json: bool,
) -> None:
    """Open an account for EMAIL; without options the first administrator. With --change: how it is reached."""
    now = instant(None)
    found = _there(email) if change else _opened(email, name, Role(role), units, password_file)
    reach: dict[str, Any] = {"answers_for": answers_for or None, "language": language}
    if answers_for or following or language:
        next_id = _there(following) if following else None
        set_reach(COMMAND_LINE, now, found, **reach, next_id=next_id, is_next_given=following is not None)
    if as_json:
        facts = {"id": found, "email": email.strip().lower(), "role": role, "units": list(units)}
        told = {"answers_for": list(answers_for), "next": following, "language": language}
        print_json(facts | {name: value for name, value in told.items() if value})
    elif change:
        say(f"{email} is changed.")
    else:
        say(f"{email} may sign in now, as {role}.")


def _opened(email: str, name: str | None, role: Role, units: tuple[str, ...], password_file: Path | None) -> int:
    if not name:
        raise Invalid("A new account needs --name; to change one that is there, say --change.", "name")
    if password_file is not None:
        password = password_file.read_text(encoding="utf-8").strip()
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    now = instant(None)
    return create_account(COMMAND_LINE, now, email=email, name=name, role=role, password=password, units=units)


def _there(email: str) -> int:
    found = account_id(email)
    if found is None:
        raise NotFound("There is no account for %(email)s.", email=email)
    return found


@click.command()
@click.argument("name")
@click.option("--unit", "units", multiple=True, metavar="KEY", help="Scope to this unit and those below; repeatable.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([one.value for one in Scope]),
    help="What it is for; default: both.",
)
@click.option("--expires", metavar="ISO", help="The instant from which it lets nobody in; default: never.")
@click.option("--revoke", is_flag=True, help="End the token NAME instead of making it.")
@as_json
@refusing
def token(
    name: str, units: tuple[str, ...], scopes: tuple[str, ...], expires: str | None, revoke: bool, as_json: bool
) -> None:
    """Make the token NAME with which a program reads or pushes figures; its secret is shown this once."""
    now = instant(None)
    if revoke:
        revoke_token(COMMAND_LINE, now, name)
        say(f"The token {name} lets nobody in any more.")
        return
    expires_at = instant(expires) if expires else None
    given = [Scope(one) for one in scopes] or list(Scope)
    secret = create_token(COMMAND_LINE, now, name=name, units=units, scopes=given, expires_at=expires_at)
    if as_json:
        print_json({"name": name, "units": list(units), "scopes": given, "expires_at": expires_at, "token": secret})
    else:
        say(f"The token {name}, shown this once. Send it as: Authorization: Bearer …")
        click.echo(secret)


COMMANDS = (account, token)
