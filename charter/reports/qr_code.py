"""A link as a QR code: black on white whatever the page's colours, so that every telephone reads it."""

from __future__ import annotations

from markupsafe import Markup


def qr_svg(link: str) -> Markup:
    """The code as inline SVG, without any style of its own. Its words stand beside it: the link in letters."""
    import segno  # noqa: PLC0415

    code = segno.make(link, error="m", micro=False)
    return Markup(
        code.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=False, svgclass="qr", lineclass=None)
    )
