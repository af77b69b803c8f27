"""The charters of the trials on real data can be read; the data themselves are never in this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from charter.domain.charter_file.reading import read_charter

TRIALS = Path(__file__).resolve().parents[2] / "examples" / "trials"


@pytest.mark.parametrize(
    ("name", "units", "keys"),
    [
        ("nyc", 52, ["answered-30d", "answered-30d-year", "answered-10wd"]),
        ("nhs", 1, ["seen-4h"]),
        ("cancer", 1, ["told-28d", "treated-31d", "begun-62d"]),
        ("desk", 1, ["solved-5d", "solved-first-5d", "solved-48h"]),
        ("tgv", 133, ["trains-on-time", "trains-under-15"]),
    ],
)
def test_trial_charter_is_read(name: str, units: int, keys: list[str]) -> None:
    text = (TRIALS / f"{name}.yaml").read_text(encoding="utf-8")
    read = read_charter(text, lambda file: (TRIALS / file).read_text(encoding="utf-8"))
    assert read.findings == ()
    assert len(read.charter.units) == units
    assert [one.key for each in read.charter.commitments for one in each.indicators] == keys


def test_trials_carry_no_data() -> None:
    assert sorted(path.name for path in TRIALS.iterdir() if path.suffix == ".csv") == [
        "nyc-offices.csv",
        "tgv-routes.csv",
    ]
    for path in TRIALS.glob("*.csv"):
        assert path.read_text(encoding="utf-8").splitlines()[0] == "key,name,parent,kind"
