"""An address is written as the library writes it, though its builder is compiled only when it is asked for."""

from flask import Flask
from werkzeug.routing import Map, Rule

from charter.web.frame.links import Address

WITH = {"int": 7, "path": "a/b c", "default": "é"}


def values_of(app: Flask, rule: Rule) -> dict[str, object]:
    kinds = {app.url_map.converters[name]: value for name, value in WITH.items()}
    return {name: kinds.get(type(one), "é") for name, one in rule._converters.items()}


def test_each_address_is_what_the_library_writes(app: Flask) -> None:
    ours = [rule for rule in app.url_map.iter_rules() if isinstance(rule, Address)]
    assert len(ours) > 150
    for rule in ours:
        plain = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        Map([plain], converters=app.url_map.converters)
        values = values_of(app, rule)
        for append_unknown in (False, True, True):
            assert rule.build(values | {"more": "x y"}, append_unknown) == plain.build(
                values | {"more": "x y"}, append_unknown
            )


def test_nothing_is_compiled_before_it_is_asked_for() -> None:
    compiled = []

    class Told(Rule):
        def _compile_builder(self, append_unknown=True):  # type: ignore[no-untyped-def]
            compiled.append(append_unknown)
            return super()._compile_builder(append_unknown)

    class Ours(Address, Told):
        pass

    addresses = Map([Ours("/months/<period>", endpoint="month")]).bind("example.org")
    assert compiled == []
    assert addresses.match("/months/2026-10") == ("month", {"period": "2026-10"})
    assert (addresses.build("month", {"period": "x"}), compiled) == ("/months/x", [True])
    assert (addresses.build("month", {"period": "y", "more": "1"}), compiled) == ("/months/y?more=1", [True])
