"""Sizes of modules, functions and folders: small things are read, large ones are feared."""

from collections import Counter
from statistics import median, quantiles

from tests.project.code import Source, parse, sources


def over(sizes: dict[str, int], limit: int) -> list[str]:
    return [f"{name} {size}" for name, size in sizes.items() if size > limit]


def function_sizes(found: list[Source]) -> dict[str, int]:
    return {f"{source.path} {name} ({i})": n for source in found for i, (name, n) in enumerate(source.functions())}


def module_sizes(found: list[Source]) -> dict[str, int]:
    """Without the empty modules that only mark a folder."""
    return {str(source.path): source.length for source in found if source.tree.body}


def folder_counts(found: list[Source]) -> dict[str, int]:
    """How many modules each folder holds; what only marks a folder is not counted."""
    return dict(Counter(str(source.path.parent) for source in found if source.path.name != "__init__.py"))


def nine_of_ten(sizes: dict[str, int]) -> float:
    return quantiles(sizes.values(), n=10)[8]


def test_modules_are_short() -> None:
    sizes = module_sizes(sources())
    assert over(sizes, 350) == []
    assert nine_of_ten(sizes) <= 260


def test_folders_hold_few_modules() -> None:
    counts = folder_counts(sources("charter"))
    assert len(counts) > 30
    assert over(counts, 15) == []


def test_functions_are_short() -> None:
    sizes = function_sizes(sources())
    assert over(sizes, 40) == []
    assert median(sizes.values()) <= 8
    assert nine_of_ten(sizes) <= 22


def test_planted_length_is_found() -> None:
    long_function = parse("def f():\n" + "    x = 1\n" * 40, "charter/a.py")
    assert over(function_sizes([long_function]), 40) == ["charter/a.py f (0) 41"]
    assert over(module_sizes([parse("x = 1\n" * 351, "charter/b.py")]), 350) == ["charter/b.py 351"]
    crowd = [parse("x = 1", f"charter/a/m{n}.py") for n in range(16)]
    assert over(folder_counts(crowd), 15) == ["charter/a 16"]
    assert nine_of_ten({str(n): n for n in range(1, 101)}) > 90
