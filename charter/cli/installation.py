"""version: which release, which schema, which engine; what a report of a fault begins with."""

from __future__ import annotations

import click

from charter.cli.shared import as_json, print_json, refusing
from charter.services.records.installation import installation


@click.command()
@as_json
@refusing
def version(as_json: bool) -> None:
    """The release of Promesse, the schema of its database, the engine that keeps it."""
    found = installation()
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")


COMMANDS = (version,)
