"""`make bench`: runs every bench/bench_*.py and prints its ratios. ARGS="--rounds 3 counts" for fewer, or for some."""

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path

from bench.comparison import Comparison


def comparisons(names: list[str]) -> Iterator[Comparison]:
    """Each bench_*.py gives its own from `comparisons()`."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if not names or any(name in path.stem for name in names):
            yield from importlib.import_module(f"bench.{path.stem}").comparisons()


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Prints ratios against a baseline in the same run.")
    parser.add_argument("names", nargs="*", help="only the bench files whose name holds one of these")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    outside = 0
    for comparison in comparisons(asked.names):
        ratio = comparison.ratio(asked.rounds)
        limit = "" if comparison.at_most is None else f"  at most {comparison.at_most:g}"
        outside += not comparison.is_within(ratio)
        print(
            f"{ratio:8.2f} x  {comparison.name}{limit}{'' if comparison.is_within(ratio) else '  TOO DEAR'}", flush=True
        )
    return 1 if outside else 0


if __name__ == "__main__":
    raise SystemExit(main())
