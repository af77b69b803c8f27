"""Shapes, sparkline, bullet and control chart: well-formed, described, without style, gaps as gaps."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from charter.charts.control_frames import control_frame
from charter.charts.frames import bullet_frame, sparkline_frame
from charter.charts.labels import period_ticks
from charter.charts.marks import effects_on
from charter.charts.svg import PAPER_INK, Charts, chart_css, register_charts
from charter.domain.vocabulary.terms import CommitmentClass, Status
from charter.reports.render import report_environment
from tests.charts.conftest import Drawn
from tests.reports.sample_month import make_empty_month, make_indicator, make_reading, make_series, make_snapshot

EVIL = '<script>alert("x")</script>&'


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def test_every_status_and_class_has_its_own_shape(charts: Charts, drawn: Drawn) -> None:
    shapes = [charts.status_shape(status) for status in Status] + [charts.class_shape(one) for one in CommitmentClass]
    inner = {re.sub(r'class="[^"]*"', "", shape) for shape in shapes}
    assert len(inner) == len(shapes) == 12
    for shape in shapes:
        assert drawn(shape).get("aria-hidden") == "true"


def test_every_reading_of_a_chart_has_its_own_shape(charts: Charts, drawn: Drawn) -> None:
    codes = ["improvement-high", "improvement-low", "concern-high", "concern-low", "common", "none"]
    codes += ["will-keep", "will-miss", "hit-or-miss"]
    shapes = [charts.reading_shape(code) for code in codes]
    # Told apart without colour: the lines differ, not only their class.
    assert len({re.sub(r'class="[^"]*"', "", shape) for shape in shapes}) == len(codes)
    assert all(drawn(shape).get("aria-hidden") == "true" for shape in shapes)


def test_shapes_take_the_size_asked_for(charts: Charts, drawn: Drawn) -> None:
    assert drawn(charts.status_shape("kept", size=20)).get("width") == "20"


def test_a_picture_is_drawn_once_for_the_same_figures_and_language_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is kept by tells every figure: nothing in it is known by its place in memory."""
    language, told = "en", list[str]()
    charts = Charts(report_environment("en"), lambda: language)
    draw = Charts._draw

    def counted(self: Charts, template: str, **given: Any) -> Any:
        told.append(repr(given))
        return draw(self, template, **given)

    monkeypatch.setattr(Charts, "_draw", counted)
    snapshot = make_snapshot()
    view = snapshot["overview"]["commitments"][3]["indicators"][0]
    detail = snapshot["details"]["reading"]["indicators"][view["key"]]

    def draw_all(target: float) -> list[Any]:
        shown: Any = view | {"target": target}
        return [
            charts.bullet(shown),
            charts.sparkline(shown),
            charts.part_bar(target, "kept", "share"),
            charts.control_chart(detail["series"], detail["chart"], kind="share", unacceptable=target),
            charts.dumbbell({"share": target, "measured": 0.5, "nature": "observed", "n": 6}),
        ]

    first = draw_all(0.9)
    assert len(told) == 5
    assert draw_all(0.9) == first
    assert len(told) == 5
    assert all(one != other for one, other in zip(draw_all(0.7), first, strict=True))
    language = "fr"
    assert draw_all(0.9)[3] != first[3]
    assert len(told) == 15
    assert not any(" at 0x" in one for one in told)


def test_every_class_of_the_templates_is_in_the_stylesheet(charts: Charts) -> None:
    snapshot = make_snapshot()
    view = snapshot["overview"]["commitments"][3]["indicators"][0]
    detail = snapshot["details"]["reading"]["indicators"][view["key"]]
    pages = [
        charts.house(snapshot["overview"]),
        charts.bullet(view),
        charts.sparkline(view),
        charts.part_bar(0.5, "kept", "share"),
        charts.chain([{"name": "phone", "status": "missed"}, {"name": "bill", "status": "kept"}]),
        charts.control_chart(detail["series"], detail["chart"], kind="share", unacceptable=0.9),
    ]
    used = {name for page in pages for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    known = set(re.findall(r"\.([a-z][a-z-]+)", chart_css()))
    assert used - known == {"chart", "house", "bullet", "sparkline", "part", "chain", "control"}


def test_colours_are_tokens_on_pages_and_plain_on_paper() -> None:
    assert set(re.findall(r"var\(--([a-z-]+)\)", chart_css())) <= set(PAPER_INK)
    assert not re.search(r"#[0-9a-fA-F]{3}", chart_css())
    paper = chart_css(on_paper=True)
    assert "var(" not in paper
    assert ".s-missed { color: #B0281B; }" in paper


def test_sparkline_keeps_gaps_and_ends_in_its_status(charts: Charts, drawn: Drawn) -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="near")
    series[-4]["value"] = None
    view = make_indicator("x", {"en": "X"}, series)
    root = drawn(charts.sparkline(view))
    assert len(of_class(root, "c-line")) == 2
    assert len(of_class(root, "s-near")) == 1
    assert "Periods without a figure: 1." in (root[0].text or "")


def test_sparkline_draws_a_lone_point_as_a_dot() -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="kept")
    series[-3]["value"] = series[-5]["value"] = None
    assert len(sparkline_frame(make_indicator("x", {}, series)).lone) == 1


def test_sparkline_without_a_last_figure_has_no_last_point() -> None:
    series = make_series(1, 0.9, 0.02, last=None, target=0.9, status="no-data")
    assert sparkline_frame(make_indicator("x", {}, series)).last is None


@pytest.mark.parametrize(
    ("direction", "kind", "value", "target", "threshold", "bar", "tick", "zone"),
    [
        ("higher", "share", 0.5, 0.8, 0.25, (2.0, 68.0), 110.8, (2.0, 34.0)),
        ("lower", "mean", 2.0, 2.5, 3.0, (2.0, 68.0), 87.0, (104.0, 34.0)),
        ("higher", "nps", 20.0, 30.0, -50.0, (70.0, 13.6), 90.4, (2.0, 34.0)),
    ],
)
def test_bullet_is_mirrored_and_starts_at_zero(
    direction: str,
    kind: str,
    value: float,
    target: float,
    threshold: float,
    bar: tuple[float, float],
    tick: float,
    zone: tuple[float, float],
) -> None:
    series = make_series(1, value, 0.0, last=value, target=target, status="kept")
    series[-1]["target"] = target
    view = make_indicator("x", {}, series, kind=kind, direction=direction, unacceptable=threshold, interval=None)
    frame = bullet_frame(view)
    assert (frame.bar, frame.target, frame.zone) == (
        pytest.approx(bar),
        pytest.approx(tick),
        pytest.approx(zone),
    )


def test_bullet_says_its_figures(charts: Charts, drawn: Drawn) -> None:
    view = make_snapshot()["overview"]["commitments"][7]["indicators"][0]
    title = drawn(charts.bullet(view))[0].text
    assert title == "Value 68.4%. Required 65%. Interval 65.0% to 71.6%. Kept."


def frame_of(series, reading=None, **given):  # type: ignore[no-untyped-def]
    asked = {"kind": "share", "direction": "higher", "unacceptable": None, "breaks": (), "size": (640.0, 240.0)}
    return control_frame(series, reading, **{**asked, "language": "en", **given})


def test_control_chart_keeps_gaps_steps_its_target_and_rings_special_causes() -> None:
    series = make_series(3, 0.955, 0.01, last=0.88, target=0.95, status="missed")
    for point in series[:10]:
        point["target"] = 0.9
    frame = frame_of(series, make_reading(series, None))
    assert len(frame.lines) == 2
    assert frame.levels["target"].count("L") == 3
    assert [(cause.letter, cause.period) for cause in frame.causes] == [("L", "2026-10")]
    assert [mark.what for mark in frame.ends] == ["target", "mean", "upper", "lower", "newest"]
    paper = frame_of(series, make_reading(series, None), is_paper=True)
    assert [mark.what for mark in paper.ends] == ["target", "mean", "upper", "lower"], "sealed months are drawn as ever"


@pytest.mark.parametrize("level", [0.0, 0.123, 0.5, 0.9, 0.9901])
@pytest.mark.parametrize("spread", [0.0001, 0.01, 0.3])
@pytest.mark.parametrize("width", [344.0, 760.0])
def test_an_axis_has_three_ticks_and_a_phone_few_labels(level: float, spread: float, width: float) -> None:
    frame = frame_of(make_series(2, level, spread, last=level, target=level, status="kept"), size=(width, 240.0))
    assert len(frame.y_ticks) >= 3
    assert len(frame.x_ticks) <= (5 if width < 480 else 13)
    assert frame.is_narrow == (width < 480)


def test_control_chart_that_may_not_be_drawn_has_line_and_target_only(charts: Charts, drawn: Drawn) -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="kept")
    reading = {"drawable": False, "reason": "too-short", "points": [], "variation": "none", "assurance": None}
    root = drawn(charts.control_chart(series, reading, kind="share"))
    assert not of_class(root, "c-mean")
    assert not of_class(root, "c-limit")
    assert len(of_class(root, "c-target")) == 1
    assert "No limits are drawn: the series is too short." in (root[0].text or "")


def test_control_chart_breaks_before_a_changed_definition() -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="kept")
    frame = frame_of(series, breaks=[{"period": "2025-03", "label": "1 March 2025"}])
    before, after = frame.points[15][0], frame.points[16][0]
    assert frame.breaks == [(pytest.approx((before + after) / 2, abs=0.02), "1 March 2025")]


def test_control_chart_cuts_limits_where_they_are_set_anew() -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="kept")
    reading = make_reading(series, None)
    for point in reading["points"][:20]:
        point.update(mean=0.7, lower=0.6, upper=0.8)
    assert frame_of(series, reading).levels["mean"].count("M") == 2


@pytest.mark.parametrize(("threshold", "is_on_axis"), [(0.85, True), (0.2, False)])
def test_a_threshold_far_away_does_not_squeeze_the_line(threshold: float, is_on_axis: bool) -> None:
    series = make_series(1, 0.9, 0.02, last=0.92, target=0.9, status="kept")
    assert (frame_of(series, unacceptable=threshold).zone is not None) is is_on_axis


@pytest.mark.parametrize("series", [[], make_empty_month()["details"]["phone"]["indicators"]["phone-share"]["series"]])
def test_control_chart_of_nothing_is_still_a_picture(charts: Charts, drawn: Drawn, series: list[object]) -> None:
    root = drawn(charts.control_chart(series, None, kind="share"))  # type: ignore[arg-type]
    assert root[0].text
    assert not of_class(root, "c-line")


def test_words_in_charts_are_text_never_markup(charts: Charts, drawn: Drawn) -> None:
    overview = make_snapshot()["overview"]
    overview["commitments"][0]["title"] = {"en": EVIL, "fr": EVIL}
    series = make_series(1, 0.9, 0.02, last=0.92, target=0.9, status="kept")
    links = [{"name": EVIL, "status": "missed"}]
    for page in (
        charts.house(overview, link=lambda view: f"/x?{EVIL}"),
        charts.control_chart(series, None, kind="share", title=EVIL, breaks=[{"period": "2026-09", "label": EVIL}]),
        charts.chain(links),
    ):
        drawn(page)
        assert "<script" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("periods", "language", "labels"),
    [
        (["2025-12", "2026-01"], "en", [("Dec", "2025"), ("Jan", "2026")]),
        (["2025-12", "2026-01"], "fr", [("déc.", "2025"), ("janv.", "2026")]),
        (["2026-W01", "2026-W02"], "fr", [("S01", "2026"), ("S02", "")]),
        (["2026-Q4"], "fr", [("T4", "2026")]),
        (["2025", "2026"], "en", [("2025", ""), ("2026", "")]),
        (["2026-10-05"], "en", [("5 Oct", "2026")]),
    ],
)
def test_periods_have_short_names(periods: list[str], language: str, labels: list[tuple[str, str]]) -> None:
    found = period_ticks(periods, [float(i) for i in range(len(periods))], language)
    assert [(tick.label, tick.year) for tick in found] == labels


def test_at_most_thirteen_periods_are_named_and_always_the_last() -> None:
    periods = [f"{2000 + i}" for i in range(100)]
    found = period_ticks(periods, [float(i) for i in range(100)], "en")
    assert len(found) <= 13
    assert found[-1].label == "2099"


def test_registered_charts_are_called_by_name() -> None:
    env = report_environment("fr")
    register_charts(env, lambda: "fr")
    assert "<style" not in env.from_string("{{ status_shape('kept') }}").render()


def test_on_paper_every_chart_carries_its_colours() -> None:
    page = report_environment("en").from_string("{{ bullet(view) }}")
    view = make_snapshot()["overview"]["commitments"][0]["indicators"][0]
    assert ".s-kept { color: #0B6B4F; }" in page.render(view=view)


@pytest.mark.parametrize(
    ("variation", "assurance", "sentence"),
    [
        ("common", "will-keep", "Stable: nothing but its usual variation. As things stand, it will keep its level."),
        (
            "concern-low",
            "will-keep",
            "Getting worse: lower than before. Until now it kept the required level: something has changed.",
        ),
        (
            "concern-low",
            "will-miss",
            "Getting worse: lower than before. As things stand, it will keep missing its level.",
        ),
        ("none", "will-keep", "No figure for the last period."),
    ],
)
def test_a_chart_never_promises_what_has_just_changed(
    charts: Charts, variation: str, assurance: str, sentence: str
) -> None:
    reading = {"drawable": True, "reason": None, "points": [], "variation": variation, "assurance": assurance}
    assert charts.control_sentence(reading) == sentence


def test_before_and_after_of_an_action_are_dots_with_their_interval(charts: Charts, drawn: Drawn) -> None:
    told = {
        "verdict": "better", "before": {"periods": ("2025-01",), "value": 0.86}, "kind": "share", "reason": None,
        "after": {"periods": ("2026-01",), "value": 0.92}, "difference": 0.06, "interval": (0.02, 0.1),
        "method": "plain", "wanted": None, "title": {"en": "Answered"},
        "against": {"direction": "higher", "target": 0.9, "tolerance": 0.02, "unacceptable": None, "exceeds": None},
    }  # fmt: skip
    picture = drawn(charts.effect_dots(told))
    ring, disc = (one for one in picture if one.tag.endswith("circle"))
    assert float(ring.attrib["cx"]) < float(disc.attrib["cx"])
    assert charts.effect_dots(told | {"after": {"periods": (), "value": None}}) == ""


def test_before_and_after_are_dots_on_the_chart_with_their_interval(charts: Charts, drawn: Drawn) -> None:
    """The ring and the disc at the means of their periods, the bar from what it would have been; else the chart
    alone."""
    months = [f"2025-{at + 1:02}" for at in range(12)]
    series: list[Any] = [
        {"period": month, "value": 0.86 if at < 8 else 0.92, "target": 0.9, "status": "missed", "numerator": None,
         "denominator": 10}
        for at, month in enumerate(months)
    ]  # fmt: skip
    told = {
        "before": {"periods": ("2025-Q1", "2025-Q2"), "value": 0.86}, "difference": 0.06, "interval": (0.02, 0.1),
        "after": {"periods": tuple(months[9:]), "value": 0.92}, "method": "plain",
    }  # fmt: skip
    picture = drawn(charts.control_chart(series, None, kind="share", effects=[told]))
    (group,) = (one for one in picture.iter() if one.attrib.get("class") == "c-effect")
    ring, disc = (one.attrib for one in group if one.tag.endswith("circle"))
    dots = [one.attrib for one in picture if one.tag.endswith("circle")]
    assert float(ring["cy"]) == float(dots[0]["cy"])
    assert float(disc["cx"]) == float(dots[10]["cx"])
    assert float(ring["cx"]) == pytest.approx((float(dots[0]["cx"]) + float(dots[5]["cx"])) / 2, abs=0.02)
    assert "upright bar is the margin of error since" in "".join(picture.itertext())
    early = told | {"before": {"periods": ("2019-01",), "value": 0.9}}
    assert "c-effect" not in charts.control_chart(series, None, kind="share", effects=[early])


def test_the_newest_judged_action_is_drawn() -> None:
    def action(number: int, **said: object) -> dict[str, object]:
        known = {"number": number, "indicator": "fast", "unit": "west", "done_on": f"2025-0{number}-01"}
        return known | {"effect": {"method": "plain", "number": number}} | said

    actions = [action(3), action(4), action(5, effect={"method": None}), action(6, unit="all"), action(7, effect=None)]
    assert effects_on(actions, "fast", "west") == [{"method": "plain", "number": 4}]


def test_a_funnel_names_what_stands_out(charts: Charts, drawn: Drawn) -> None:
    points = [
        {"unit": str(at), "name": f"U{at}", "cases": 50.0 + at, "value": 0.9, "low": 0.8, "high": 1.0, "side": None}
        for at in range(4)
    ]
    points[2] |= {"value": 0.4, "side": "low"}
    curve = [{"cases": 50.0, "low": 0.8, "high": 1.0}, {"cases": 53.0, "low": 0.81, "high": 0.99}]
    funnel = {"centre": 0.9, "sigma": 1.0, "points": points, "curve": curve}
    text = "".join(drawn(charts.funnel(funnel, {"kind": "share"})).itertext())  # type: ignore[arg-type]
    assert "Stand out: U2 (below)." in text
    assert text.count("U2") == 2
    assert "U1" not in text


def test_units_beside_one_another_share_one_axis(charts: Charts) -> None:
    def row(unit: str, *values: float) -> dict[str, object]:
        months = [f"2026-{at + 1:02}" for at in range(len(values))]
        series = [
            {"period": month, "value": value, "target": 0.9, "status": "kept", "numerator": None, "denominator": 10}
            for month, value in zip(months, values, strict=True)
        ]
        return {"unit": unit, "series": series, "value": values[-1], "status": "kept"}

    view = {"kind": "share", "direction": "higher"}
    found = charts.multiples([row("a", 0.9, 0.95), row("b", 0.5, 0.6), {"unit": "c"}], view)  # type: ignore[arg-type]
    assert [unit for unit, _ in found] == ["a", "b"]
