"""A chart as a file of its own: on white, with what it shows above it and where it comes from beneath it, so that a
picture that leaves the product still says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup

from charter.charts.scales import wrap

EDGE, ROW, LETTER = 20.0, 17.0, 12.0
ACROSS = 4
"""So many small charts side by side."""


@dataclass(frozen=True)
class Told:
    """The title of a picture, the line beneath it (what, where, when), and the lines at its foot."""

    title: str
    under: str
    foot: Sequence[str]


@dataclass(frozen=True)
class Placed:
    """A chart, and where it stands in the file; with a name above it where several stand side by side."""

    drawn: Markup
    x: float
    y: float
    name: str = ""


def picture(env: Environment, told: Told, drawn: Markup, size: tuple[float, float]) -> str:
    """One chart of this size as a file."""
    return _file(env, told, [Placed(drawn, 0.0, 0.0)], size)


def pictures(env: Environment, told: Told, drawn: Sequence[tuple[str, Markup]], size: tuple[float, float]) -> str:
    """Small charts of one size and their names, in rows, as one file."""
    wide, tall = size[0] + 24, size[1] + 30
    placed = [Placed(one, at % ACROSS * wide, at // ACROSS * tall + 18, name) for at, (name, one) in enumerate(drawn)]
    rows = (len(drawn) + ACROSS - 1) // ACROSS
    return _file(env, told, placed, (ACROSS * wide, rows * tall))


def _file(env: Environment, told: Told, placed: Sequence[Placed], size: tuple[float, float]) -> str:
    """The lines above and beneath are broken where the chart ends."""
    width = max(size[0], 360.0)
    head = [*wrap(told.title, width, LETTER + 3), *wrap(told.under, width, LETTER)]
    foot = [line for said in told.foot for line in _broken(said, width)]
    top = EDGE + len(head) * ROW + 10
    return env.get_template("charts/alone.svg").render(
        width=width + 2 * EDGE,
        height=top + size[1] + len(foot) * ROW + EDGE + 8,
        titles=wrap(told.title, width, LETTER + 3),
        unders=wrap(told.under, width, LETTER),
        foot=foot,
        placed=[(one, _moved(one, top)) for one in placed],
        edge=EDGE,
        row=ROW,
        top=top,
        bottom=top + size[1] + 8,
    )


def _broken(said: str, width: float) -> list[str]:
    """Lines that fit; an address without a space is broken where it must be."""
    most = int(width / (LETTER * 0.6))
    return [line[at : at + most] for line in wrap(said, width, LETTER) for at in range(0, len(line), most)]


def _moved(one: Placed, top: float) -> Markup:
    return Markup(str(one.drawn).replace("<svg ", f'<svg x="{round(EDGE + one.x, 2)}" y="{round(top + one.y, 2)}" ', 1))
