"""A calibrant's resolution serves the files of its group, and no others."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_table
from pdflearn.measured.calibration import (
    Calibration,
    calibrants_table,
    calibrated,
    calibrations_of,
    damping_of,
)
from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample


@pytest.fixture
def curve():
    r = np.linspace(2.0, 20.0, 400)
    return Observation(r, np.sin(r), q_damp=0.03)


def q_damp_of(curve, calibrations, file="day1/a.gr", **known):
    known = {"radiation": "xray"} | known
    measured = MeasuredSample(file, observation=curve, whole=curve, **known)
    (sample,) = calibrated([measured], calibrations)
    assert sample.q_damp in (None, sample.observation.q_damp)
    assert sample.whole.q_damp == sample.observation.q_damp
    return sample.observation.q_damp


def test_a_calibrant_serves_its_group_or_its_folder(curve):
    folder = Calibration("day1/Ni.gr", "Ni", q_damp=0.041, q_broad=0.01, used=True)
    group = Calibration("x/Ni.gr", "Ni", "long", q_damp=0.052, q_broad=0.01, used=True)
    both = [folder, group]
    assert q_damp_of(curve, both) == 0.041
    assert q_damp_of(curve, both, group="long") == 0.052
    assert q_damp_of(curve, both, "day2/a.gr") == 0.03
    assert q_damp_of(curve, both, "day1/deeper/a.gr") == 0.03
    assert q_damp_of(curve, both, radiation="neutron") == 0.03
    assert q_damp_of(curve, both, q_damp_given=True) == 0.03
    assert q_damp_of(curve, [replace(folder, used=False)]) == 0.03
    first = replace(folder, file="day1/A.gr", q_damp=0.02)
    assert q_damp_of(curve, [folder, first]) == 0.02


def test_the_table_keeps_what_is_known(tmp_path):
    known = [
        Calibration("b.gr", "Si", "g", q_damp=0.04, q_broad=0.01, a=5.43, rw=0.1, used=True),
        Calibration("a.gr", "Ni", note="it could not be fitted"),
    ]
    save_table(tmp_path / "calibrants.csv", calibrants_table(known))
    again = calibrations_of(load_table(tmp_path / "calibrants.csv", columns.CALIBRANTS))
    assert [item.file for item in again] == ["a.gr", "b.gr"]
    assert (again[1].q_damp, again[1].group, again[1].used) == (0.04, "g", True)
    assert (again[0].used, again[0].note) == (False, "it could not be fitted")
    save_table(tmp_path / "none.csv", calibrants_table([]))
    assert calibrations_of(load_table(tmp_path / "none.csv", columns.CALIBRANTS)) == []


def test_the_damping_of_each_file_of_an_index():
    nickel = Calibration("day1/Ni.gr", "Ni", q_damp=0.041, q_broad=0.01, used=True)
    rows = [
        {"file": "day1/a.gr", "q_damp": 0.03, "q_damp_given": False},
        {"file": "day1/b.gr", "q_damp": 0.03, "q_damp_given": True},
        {"file": "day2/a.gr", "q_damp": 0.03, "q_damp_given": False},
        {"file": "day2/b.gr", "q_damp": np.nan, "q_damp_given": False},
    ]
    index = pd.DataFrame(rows).assign(radiation="", group="")
    np.testing.assert_array_equal(damping_of(index, [nickel]), [0.041, 0.03, 0.03, np.nan])
