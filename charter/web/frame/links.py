"""The addresses of pages: what writes one out is made when the first is asked for, not for all of them at start."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class Address(Rule):
    """A rule of the map of addresses whose builder is compiled at its first use: most of what a start would take."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_it, compiled = super()._compile_builder, None

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or compile_it(append_unknown)
            return compiled(rule, **values)

        return build
