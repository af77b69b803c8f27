"""token: let a program in, or out again."""

from __future__ import annotations

import click

from charter.cli.shared import as_json, instant, print_json, refusing, say
from charter.domain.permissions import COMMAND_LINE
from charter.services.tokens import create_token, revoke_token


@click.command()
@click.argument("name")
@click.option("--unit", "units", multiple=True, metavar="KEY", help="Scope to this unit and those below; repeatable.")
@click.option("--expires", metavar="ISO", help="The instant from which it lets nobody in; default: never.")
@click.option("--revoke", is_flag=True, help="End the token NAME instead of making it.")
@as_json
@refusing
def token(name: str, units: tuple[str, ...], expires: str | None, revoke: bool, as_json: bool) -> None:
    """Make the token NAME with which a program pushes figures; its secret is shown this once."""
    now = instant(None)
    if revoke:
        revoke_token(COMMAND_LINE, now, name)
        say(f"The token {name} lets nobody in any more.")
        return
    expires_at = instant(expires) if expires else None
    secret = create_token(COMMAND_LINE, now, name=name, units=units, expires_at=expires_at)
    if as_json:
        print_json({"name": name, "units": list(units), "expires_at": expires_at, "token": secret})
    else:
        say(f"The token {name}, shown this once. Send it as: Authorization: Bearer …")
        click.echo(secret)


COMMANDS = (token,)
