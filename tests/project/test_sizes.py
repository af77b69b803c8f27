"""Sizes of modules and functions: small things are read, large ones are feared."""

from statistics import median, quantiles

from tests.project.code import Source, parse, sources


def over(sizes: dict[str, int], limit: int) -> list[str]:
    return [f"{name} {size}" for name, size in sizes.items() if size > limit]


def function_sizes(found: list[Source]) -> dict[str, int]:
    return {f"{source.path} {name} ({i})": n for source in found for i, (name, n) in enumerate(source.functions())}


def module_sizes(found: list[Source]) -> dict[str, int]:
    """Without the empty modules that only mark a folder."""
    return {str(source.path): source.length for source in found if source.tree.body}


def nine_of_ten(sizes: dict[str, int]) -> float:
    return quantiles(sizes.values(), n=10)[8]


def test_modules_are_short() -> None:
    sizes = module_sizes(sources())
    assert over(sizes, 300) == []
    assert median(sizes.values()) <= 90
    assert nine_of_ten(sizes) <= 200


def test_functions_are_short() -> None:
    sizes = function_sizes(sources())
    assert over(sizes, 40) == []
    assert median(sizes.values()) <= 8
    assert nine_of_ten(sizes) <= 22


def test_planted_length_is_found() -> None:
    long_function = parse("def f():\n" + "    x = 1\n" * 40, "charter/a.py")
    assert over(function_sizes([long_function]), 40) == ["charter/a.py f (0) 41"]
    assert over(module_sizes([parse("x = 1\n" * 301, "charter/b.py")]), 300) == ["charter/b.py 301"]
    assert nine_of_ten({str(n): n for n in range(1, 101)}) > 90
