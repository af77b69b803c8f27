"""The functions that pages and report call to draw: each returns Markup, with title and description inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from charter.charts.class_map import class_map_frame
from charter.charts.control_frames import Marks, control_frame
from charter.charts.frames import (
    bullet_frame,
    dumbbell_frame,
    effect_frame,
    funnel_frame,
    scatter_frame,
    sparkline_frame,
    stage_bars,
)
from charter.charts.house import class_of, house_plan
from charter.charts.marks import effects_on, flags_of
from charter.charts.scales import from_zero, window, wrap
from charter.domain.overview.model import CommitmentView, IndicatorView, Overview, Point, main_indicator
from charter.domain.vocabulary.periods import parse_period

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

PAPER_INK = {
    "ink": "#1C2430",
    "muted": "#56606E",
    "accent": "#22478F",
    "rule": "#E4E0D6",
    "paper": "#FFFFFF",
    "kept": "#0B6B4F",
    "near": "#7A5600",
    "missed": "#B0281B",
    "unacceptable": "#7A0B2E",
    "unproven": "#4A5A78",
    "no-data": "#5F6670",
    "not-applicable": "#56606E",
}
"""The light tokens of the product's look, on white paper."""

Link = Callable[[CommitmentView], str]


def chart_css(*, on_paper: bool = False) -> str:
    """The stylesheet of the charts. Pages keep its `var(--token)`; paper gets plain colours, which WeasyPrint needs."""
    css = (TEMPLATES / "charts" / "charts.css").read_text(encoding="utf-8")
    if not on_paper:
        return css
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"var\(--([a-z-]+)(?:, *[^)]*)?\)", lambda found: PAPER_INK[found[1]], css)
    return re.sub(r"\s+", " ", css).strip()


KEPT = 400
"""Pictures that are kept at most: of a dozen pages of promises, a megabyte or two."""

NARROW_HOUSE, WIDE_HOUSE = 5, 7
"""How many stones stand side by side at most, on a phone and beside the verdict, so that they can be read."""

READING_INK = {
    "improvement-high": "s-kept",
    "improvement-low": "s-kept",
    "concern-high": "s-missed",
    "concern-low": "s-missed",
    "will-keep": "s-kept",
    "will-miss": "s-missed",
    "hit-or-miss": "s-near",
}


class Charts:
    """The charts bound to one Jinja environment, whose gettext and filters they speak with.

    `language` gives the code of the language now: fr or en.
    `on_paper` puts the stylesheet inside every SVG, because WeasyPrint does not apply the page's to them; `is_alone`:
    of a file of its own, which tells as much as a page does.
    """

    def __init__(
        self, env: Environment, language: Callable[[], str], *, on_paper: bool = False, is_alone: bool = False
    ) -> None:
        self.env = env
        self.language = language
        self._css = Markup(chart_css(on_paper=True)) if on_paper else ""
        self._is_report = on_paper and not is_alone
        self._shapes: dict[tuple[Any, ...], Markup] = {}
        self._drawn: dict[tuple[str, str, bytes], Markup] = {}
        # Of the environment: templates import words without a context, so that these are put together once.
        env.globals.update(wrap=wrap, main_indicator=main_indicator, class_of=class_of)

    def status_shape(self, status: str, size: int = 14) -> Markup:
        """The shape of a status; hidden from screen readers, since its word stands beside."""
        return self._shape(code=status, size=size, macro="status_glyph")

    def class_shape(self, class_: str, size: int = 14) -> Markup:
        """The shape of a class; hidden from screen readers, since its word stands beside."""
        return self._shape(code=class_, size=size, macro="class_glyph")

    def reading_shape(self, code: str, size: int = 18) -> Markup:
        """The shape of a variation or an assurance that a control chart reads; its words stand beside."""
        ink = READING_INK.get(code, "k-class")
        return self._shape(code=code, size=size, macro="reading_glyph", ink=ink)

    def sparkline(
        self, view: IndicatorView, width: int = 120, height: int = 28, within: tuple[float, float] | None = None
    ) -> Markup:
        """Thirteen periods: line, dashed target, last point in the colour of its status; `within`: the axis."""
        return self._once("sparkline.svg", frame=sparkline_frame(view, width, height, within), view=view)

    def multiples(
        self, rows: Sequence[Mapping[str, Any]], view: IndicatorView, size: tuple[int, int] = (132, 34)
    ) -> list[tuple[str, Markup]]:
        """Thirteen periods of each unit on one axis, in the order given: (unit, picture)."""
        shown = [row for row in rows if row.get("series")]
        points = [point for row in shown for point in row["series"]]
        axis = window(view["kind"], [value for one in points for value in (one["value"], one["target"])])
        own = {"interval": None, "unacceptable": None}
        found = []
        for row in shown:
            of_unit: Any = view | own | {name: row[name] for name in ("value", "status", "series")}
            of_unit |= {"target": row["series"][-1]["target"]}
            found.append((row["unit"], self.sparkline(of_unit, *size, axis)))
        return found

    def funnel(
        self, funnel: Mapping[str, Any], view: IndicatorView, size: tuple[float, float] = (560.0, 240.0)
    ) -> Markup:
        """Units by their cases and value, within the limits of chance around the whole; those outside are named."""
        return self._once("funnel.svg", frame=funnel_frame(funnel, view["kind"], size), funnel=funnel, view=view)

    def scatter(
        self, pairs: Sequence[tuple[float, float]], x: str, y: str, size: tuple[float, float] = (560.0, 340.0)
    ) -> Markup:
        """Units by two shares, each a dot without a name: `x` and `y` say what lies across and up."""
        return self._once("scatter.svg", frame=scatter_frame(pairs, size), x=x, y=y)

    def bullet(self, view: IndicatorView, width: int = 140, height: int = 20) -> Markup:
        """A value bar from zero, the target as a tick, the unacceptable zone shaded, the interval as a whisker."""
        return self._once("bullet.svg", frame=bullet_frame(view, width, height), view=view)

    def dumbbell(self, row: Mapping[str, Any], width: int = 220, height: int = 24) -> Markup:
        """An estimate of staff (lozenge) and the measured share (disc), where five answers give an estimate."""
        return self._once("dumbbell.svg", frame=dumbbell_frame(row["share"], row["measured"], width, height), row=row)

    def effect_dots(self, told: Mapping[str, Any]) -> Markup:
        """Before (open) and after (full) of an action, with the interval; nothing where a side has no value."""
        frame = effect_frame(told)
        return Markup("") if frame is None else self._draw("effect.svg", frame=frame, told=told)

    def house(self, overview: Overview, link: Link | None = None) -> Markup:
        """The house: floor of stones, gables of trust. With `link`, every stone and gable is a link."""
        return self._draw("house.svg", plan=house_plan(overview), overview=overview, link=link, place="", bare=False)

    def house_places(self, overview: Overview, link: Link | None = None, *, bare: bool = False) -> Markup:
        """The house twice, for wide and for narrow places: the style sheet shows one, so that figures stay readable;
        `bare`: without the sentences above and beneath it, which stand beside it already."""
        plans = (("h-wide", house_plan(overview, WIDE_HOUSE)), ("h-narrow", house_plan(overview, NARROW_HOUSE)))
        given = {"overview": overview, "link": link, "bare": bare}
        return Markup().join(self._draw("house.svg", plan=plan, place=place, **given) for place, plan in plans)

    def house_sentence(self, overview: Overview) -> Markup:
        """What the house shows, in words."""
        return self._words("house_sentence", overview)

    def control_chart(
        self,
        series: Sequence[Point],
        reading: Any = None,
        *,
        kind: str,
        direction: str = "higher",
        unacceptable: float | None = None,
        against: Mapping[str, Any] | None = None,
        breaks: Sequence[Mapping[str, str]] = (),
        flags: Sequence[Mapping[str, str]] = (),
        effects: Sequence[Mapping[str, Any]] = (),
        title: str = "",
        size: tuple[int, int] = (640, 240),
    ) -> Markup:
        """A control chart of a series; without a drawable reading, line and target alone.

        `breaks`: {"period", "label"} of changed definitions, those of the series unless given; `flags`: likewise, what
        was done; `effects`: what it changed. No level of the series, `unacceptable` or `against` is rounded onto.
        """
        read, shared = as_reading(reading), {"kind": kind, "direction": direction, "unacceptable": unacceptable}
        frame = control_frame(
            series,
            read,
            **shared,  # type: ignore[arg-type]
            breaks=breaks or self._dated(series, "break"),
            marks=Marks(self._dated(series, "rebased"), flags, effects),
            size=size,
            language=self.language(),
            is_paper=self._is_report,
        )
        return self._once(
            "control.svg",
            frame=frame,
            reading=read,
            title=title,
            series=series,
            levels=[*dict.fromkeys(point["target"] for point in series), unacceptable, against],
            **shared,
        )

    def _dated(self, series: Sequence[Point], mark: str) -> list[dict[str, str]]:
        """The periods that bear a mark (a changed definition, limits set anew), each with the date of its first day."""
        marked = [point["period"] for point in series if point.get(mark)]
        day = self.env.filters["short_date"]
        return [{"period": period, "label": day(parse_period(period).start)} for period in marked]

    def control_sentence(self, reading: Any) -> Markup:
        """What the chart says: variation and assurance in words, or why no limits are drawn."""
        return self._words("control_sentence", as_reading(reading))

    def part_bar(self, value: float | None, status: str, kind: str, most: float | None = None) -> Markup:
        """A bar of a breakdown, from zero to `most` (the greatest of the rows)."""
        low, high = from_zero(kind, [value, most])
        share = (
            0.0
            if value is None or high == low
            else max(0.0, min(1.0, (value - max(low, 0.0)) / (high - max(low, 0.0))))
        )
        return self._once("part.svg", share=share, status=status, missing=value is None)

    def chain(self, links: Sequence[Mapping[str, Any]]) -> Markup:
        """A strip of touchpoints, each {"name", "status"} in its worst status; the weakest is named in the title."""
        return self._draw("chain.svg", links=links)

    def stages(self, chain: Mapping[str, Any], width: float = 340.0, row: float = 34.0) -> Markup:
        """Where the time of a case goes, link after link: what ran is filled, what waited is framed."""
        return self._once("stages.svg", chain=chain, bars=stage_bars(chain["links"], width, row), size=(width, row))

    def matrix(self, grid: Any) -> Markup:
        """Units down, promises across, a shape a cell: one page of a report."""
        return self._draw("matrix.svg", grid=grid)

    def class_map(
        self,
        rows: Sequence[Mapping[str, Any]],
        *,
        point: str = "point",
        cut: float | None = 0.5,
        link: Callable[[Mapping[str, Any]], str] | None = None,
        chosen: str | None = None,
        size: tuple[float, float] = (620.0, 520.0),
        scale: float = 1.0,
    ) -> Markup:
        """The map of classes: rows with a `point` (Kano) or an `effect` (marks) on the plane, others in a strip.

        With `link`, every number is a link; `chosen` is the key of the one that is looked at; `scale` makes marks and
        numbers smaller on a page that holds many.
        """
        measured = [row for row in rows if row.get(point)]
        others = [row for row in rows if not row.get(point)] if point == "point" else []
        frame = class_map_frame(measured, others, point=point, cut=cut, size=size, scale=scale)
        return self._draw("class_map.svg", frame=frame, point=point, link=link, chosen=chosen)

    def _shape(self, **given: Any) -> Markup:
        """A shape has no words: it is drawn once."""
        known = tuple(given.values())
        if known not in self._shapes:
            self._shapes[known] = self._draw("shape.svg", **given)
        return self._shapes[known]

    def _once(self, template: str, **given: Any) -> Markup:
        """A picture of these figures in this language: it is the same whenever they are."""
        told = (template, self.language(), sha256(repr(given).encode()).digest())
        found = self._drawn.get(told)
        if found is None:
            found = self._draw(template, **given)
            if len(self._drawn) >= KEPT:
                self._drawn.clear()
            self._drawn[told] = found
        return found

    def _draw(self, template: str, **given: Any) -> Markup:
        text = self.env.get_template(f"charts/{template}").render(css=self._css, **given)
        return Markup(_tight(text))

    def _words(self, macro: str, *given: Any) -> Markup:
        module = self.env.get_template("charts/_sentences.svg").module
        return Markup(_tight(str(getattr(module, macro)(*given))))


def as_reading(reading: Any) -> dict[str, Any] | None:
    """A ChartReading, or the same as a dict, as a dict."""
    if reading is None:
        return None
    return asdict(reading) if is_dataclass(reading) and not isinstance(reading, type) else dict(reading)


def _tight(text: str) -> str:
    """Template indentation out: plain spaces only, never the no-break ones."""
    text = re.sub(r"[ \t\n]+", " ", text)
    return re.sub(r"> <", "><", text).strip()


def register_charts(app_or_env: Any, language: Callable[[], str]) -> Charts:
    """Add the charts to the Jinja globals of an app or environment; its loader must see templates/charts/."""
    env: Environment = getattr(app_or_env, "jinja_env", app_or_env)
    charts = Charts(env, language)
    env.globals.update(chart_globals(charts))
    return charts


def chart_globals(charts: Charts) -> dict[str, Callable[..., Any]]:
    """The names under which templates call the charts."""
    return {
        "status_shape": charts.status_shape,
        "reading_shape": charts.reading_shape,
        "class_shape": charts.class_shape,
        "sparkline": charts.sparkline,
        "multiples": charts.multiples,
        "effect_dots": charts.effect_dots,
        "funnel": charts.funnel,
        "scatter": charts.scatter,
        "bullet": charts.bullet,
        "dumbbell": charts.dumbbell,
        "house": charts.house,
        "house_places": charts.house_places,
        "house_sentence": charts.house_sentence,
        "control_chart": charts.control_chart,
        "control_sentence": charts.control_sentence,
        "part_bar": charts.part_bar,
        "chain": charts.chain,
        "stages_chart": charts.stages,
        "class_map": charts.class_map,
        "matrix_chart": charts.matrix,
        "flags_of": flags_of,
        "effects_on": effects_on,
    }
