"""Control charts: what is ordinary variation, what is a signal, and whether the process can keep its target.

`plot_the_dots` is the published method as it stands; `read_chart` adds when a chart must not be drawn; `analyse`
reads a table of periods and values for the command line.
"""

from charter.domain.spc.chart import (
    CHART_PERIODS,
    MINIMUM_MOVES,
    MINIMUM_POINTS,
    ChartPoint,
    ChartReading,
    bounds_of,
    likely_misses_in_12,
    read_chart,
    touched,
)
from charter.domain.spc.end import ChartEnd, assurance_of, chart_end, variation_of
from charter.domain.spc.rules import Dots, plot_the_dots
from charter.domain.spc.table import analyse

__all__ = [
    "CHART_PERIODS",
    "MINIMUM_MOVES",
    "MINIMUM_POINTS",
    "ChartEnd",
    "ChartPoint",
    "ChartReading",
    "Dots",
    "analyse",
    "assurance_of",
    "bounds_of",
    "chart_end",
    "likely_misses_in_12",
    "plot_the_dots",
    "read_chart",
    "touched",
    "variation_of",
]
