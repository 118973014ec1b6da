"""Results from the future are refused, and brought back in their order."""

import os
import time

import pytest

from pdflearn.study import timestamps


@pytest.fixture
def results(tmp_path):
    """Three files, written at 0, 10 and 20 s after half an hour before now."""
    first = time.time() - 1800.0
    for number, name in enumerate(["a/b", "c", "d e"]):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.utime(file, (first, first + 10.0 * number))
    return tmp_path


def shift(folder, seconds):
    for file in folder.rglob("*"):
        if file.is_file():
            os.utime(file, (0, file.stat().st_mtime + seconds))


def test_the_past_and_a_little_ahead_are_no_fault(results):
    timestamps.check(results)
    timestamps.check(results / "none")
    shift(results, 1800.0)
    timestamps.check(results)
    assert timestamps.move_back(results / "none") == 0.0


def test_the_youngest_is_named_and_order_is_kept(results):
    shift(results, 86_400.0)
    with pytest.raises(
        timestamps.TimestampError, match=r"d e has a timestamp 23\.5\d hours in the future"
    ):
        timestamps.check(results)
    assert timestamps.move_back(results) == pytest.approx(86_400.0 - 1780.0, abs=5.0)
    timestamps.check(results)
    times = [(results / name).stat().st_mtime for name in ("a/b", "c", "d e")]
    assert times[2] <= time.time()
    assert [times[1] - times[0], times[2] - times[1]] == pytest.approx([10.0, 10.0], abs=1e-3)
    assert timestamps.move_back(results) == 0.0
