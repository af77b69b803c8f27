"""The charts of the report are those of the pages, and are read alike."""

from tests.charts.conftest import charts, drawn

__all__ = ["charts", "drawn"]
