"""The baseline of our commands: a bare Flask application with one command that prints a word."""

import click
from flask import Flask

app = Flask(__name__)


@app.cli.command()
def hello() -> None:
    """Print a word."""
    click.echo("hello")
