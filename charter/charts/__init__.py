"""Charts as SVG: shapes, sparkline, bullet, house and control chart, the same on pages and on paper.

    register_charts(app, language)  in the web's factory: adds the functions below to the app's Jinja environment
    {{ house(overview, link=…) }}  in a template

Python lays out (frames.py, house_plan.py, scales.py), templates/charts/*.svg print, charts.css colours by class alone.
"""

from charter.charts.svg import Charts, chart_css, register_charts

__all__ = ["Charts", "chart_css", "register_charts"]
