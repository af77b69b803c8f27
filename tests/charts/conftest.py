"""What the tests of charts and report share: environments in both languages, a reader of SVG."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from charter.charts.svg import Charts
from charter.reports.render import report_environment

Drawn = Callable[[Markup], ElementTree.Element]


@pytest.fixture(scope="session")
def charts() -> Charts:
    """The charts as pages use them, in English."""
    return Charts(report_environment("en"), lambda: "en")


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """An SVG read as XML, checked for what no chart may hold."""

    def read(markup: Markup) -> ElementTree.Element:
        assert isinstance(markup, Markup)
        root = ElementTree.fromstring(markup)
        for element in root.iter():
            assert "style" not in element.attrib
            assert not any(name.startswith("on") for name in element.attrib)
            assert element.tag not in ("script", "foreignObject", "style")
        return root

    return read
