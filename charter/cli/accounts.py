"""account: open an account, the first one included."""

from __future__ import annotations

from pathlib import Path

import click

from charter.cli.shared import as_json, instant, print_json, refusing, say
from charter.domain.permissions import COMMAND_LINE
from charter.domain.terms import Role
from charter.services.accounts import create_account


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as pages show it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ADMIN.value, show_default=True)
@click.option("--unit", "units", multiple=True, metavar="KEY", help="Scope to this unit and those below; repeatable.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from this file instead of asking.",
)
@as_json
@refusing
def account(
    email: str, name: str, role: str, units: tuple[str, ...], password_file: Path | None, as_json: bool
) -> None:
    """Open an account for EMAIL; without options the first administrator."""
    if password_file is not None:
        password = password_file.read_text(encoding="utf-8").strip()
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    made = create_account(
        COMMAND_LINE, instant(None), email=email, name=name, role=Role(role), password=password, units=units
    )
    if as_json:
        print_json({"id": made, "email": email.lower(), "role": role, "units": list(units)})
    else:
        say(f"{email} may sign in now, as {role}.")


COMMANDS = (account,)
