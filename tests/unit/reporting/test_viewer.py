"""What the viewer of the report is given: curves in 16 bits, candidates, phases, series."""

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from pdflearn.identification.answer_rows import FIT_CURVES
from pdflearn.measured.index import pack_curves
from pdflearn.reporting import report, viewer

REPORT = Path(viewer.__file__).parents[2] / "report"
R = np.arange(2.0, 5.0, 0.1)


def unpacked(packed):
    return packed["unit"] * np.frombuffer(base64.b64decode(packed["text"]), dtype="<i2")


def fits(**given_curves):
    curves = {name: np.full(len(R), np.nan) for name in FIT_CURVES}
    curves |= {"r": R, "measured": np.sin(R), "calculated": 0.9 * np.sin(R)} | given_curves
    packed = pack_curves([tuple(curves[name] for name in FIT_CURVES)], FIT_CURVES)
    return {"files": np.array(["a.gr"]), **packed}


def answers(**changes):
    row = {
        "file": "a.gr", "rank": 1, "phase": 1, "structure_type": "fcc", "structure": "Ni fcc",
        "rw": 0.1, "phase_type": "fcc", "fraction_atoms": 1.0, "fraction_atoms_stderr": np.nan,
    } | changes  # fmt: skip
    return row


def rows(*files):
    about = {"verdict": "accepted", "reason": "It fits.", "link": ""}
    return [{"file": file, **about} for file in files]


@given(
    st_numpy.arrays(float, st.integers(1, 50), elements=st.floats(-1e6, 1e6, allow_subnormal=False))
)
def test_a_curve_is_kept_to_the_stated_precision(values):
    error = np.abs(unpacked(viewer.pack_curve(values)) - values).max()
    assert error <= 1.001 * viewer.PRECISION * np.abs(values).max() + 1e-12


def test_uneven_r_is_kept_as_it_is():
    r = np.array([1.0, 1.1, 1.3, 1.7])
    packed = viewer.pack_axis(r)
    assert np.allclose(np.frombuffer(base64.b64decode(packed["floats"]), dtype="<f4"), r)
    even = viewer.pack_axis(R)
    assert np.allclose(even["start"] + even["step"] * np.arange(even["points"]), R)


def test_each_candidate_has_its_curve_where_one_was_kept():
    table = pd.DataFrame(
        [answers(), answers(rank=2, structure_type="bcc", rw=0.4),
         answers(rank=3, structure_type="hcp", rw=0.5), answers(rank=4, rw=np.nan)]
    )  # fmt: skip
    samples = rows("a.gr", "unfitted.gr")
    (text,) = viewer.sample_blocks(fits(rank_2=np.cos(R)), table, samples)
    assert [row["block"] for row in samples] == [0, None]
    sample = json.loads(text)
    assert [one["label"] for one in sample["candidates"]] == ["fcc", "bcc", "hcp"]
    assert [one["rw"] for one in sample["candidates"]] == [0.1, 0.4, 0.5]
    assert np.allclose(unpacked(sample["candidates"][0]["curve"]), 0.9 * np.sin(R), atol=1e-4)
    assert np.allclose(unpacked(sample["candidates"][1]["curve"]), np.cos(R), atol=1e-4)
    assert sample["candidates"][2]["curve"] is None
    assert sample["phases"] == []


def test_phases_of_a_mixture_have_their_curves_and_shares():
    table = pd.DataFrame(
        [answers(structure_type="fcc+bcc", fraction_atoms=0.7, fraction_atoms_stderr=0.01),
         answers(structure_type="fcc+bcc", phase=2, phase_type="bcc", fraction_atoms=0.3)]
    )  # fmt: skip
    arrays = fits(phase_1=np.sin(R), phase_2=np.cos(R))
    sample = json.loads(viewer.sample_blocks(arrays, table, rows("a.gr"))[0])
    labels = [phase["label"] for phase in sample["phases"]]
    assert labels == ["fcc, 70 ± 1 % of the atoms", "bcc, 30 % of the atoms"]
    assert np.allclose(unpacked(sample["phases"][1]["curve"]), np.cos(R), atol=1e-4)
    assert len(sample["candidates"]) == 1


def test_a_series_names_the_blocks_of_its_fitted_files_in_order():
    index = pd.DataFrame(
        {"series": "heating", "file": ["a", "b", "c", "d"], "composition": "", "time": "",
         "temperature": ["300", "100", "200", "400"], "fraction": ""}
    )  # fmt: skip
    samples = [
        {"file": file, "block": block} for file, block in zip("abcd", [0, 1, None, 2], strict=True)
    ]
    (series,) = json.loads(viewer.series_block(index, samples))
    assert series["x_name"] == "temperature (K)"
    assert series["members"] == [
        {"block": 1, "x": 100.0}, {"block": 0, "x": 300.0}, {"block": 2, "x": 400.0},
    ]  # fmt: skip


def test_no_name_ends_the_block_that_it_stands_in():
    name = "</script><script>alert(1)</script>\udcff.gr"
    text = viewer.as_json({"file": name})
    assert "<" not in text
    assert json.loads(text)["file"] == name
    text.encode()


def test_a_script_that_would_end_its_block_is_refused(tmp_path):
    (tmp_path / "bad.js").write_text('const a = "</SCRIPT>";')
    with pytest.raises(ValueError, match="bad.js"):
        report.program(tmp_path / "bad.js")


def test_the_files_of_the_plotting_library_are_unchanged():
    folder = REPORT / "vendor" / "uplot"
    hashes = dict(
        re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (folder / "README.md").read_text())
    )
    assert set(hashes) == {"uPlot.iife.min.js", "uPlot.min.css", "LICENSE"}
    for name, expected in hashes.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected
