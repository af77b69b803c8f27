"""Benchmarks: every file gives comparisons, and a ratio beyond its limit is seen."""

import importlib
import time
from pathlib import Path

from bench.comparison import Comparison


def test_each_bench_file_gives_comparisons(project: Path) -> None:
    names = [path.stem for path in (project / "bench").glob("bench_*.py")]
    assert names != []
    for name in names:
        found = list(importlib.import_module(f"bench.{name}").comparisons())
        assert found != []
        assert all(isinstance(comparison, Comparison) for comparison in found)


def test_ratio_tells_slow_from_fast() -> None:
    slow = Comparison("slow", work=lambda: time.sleep(0.02), baseline=lambda: time.sleep(0.002), at_most=2)
    assert slow.ratio(3) > 2
    assert slow.is_within(slow.ratio(1)) is False
    assert Comparison("free", work=int, baseline=int).is_within(1000) is True
