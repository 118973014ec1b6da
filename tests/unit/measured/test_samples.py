"""What is known of a measured sample; a row of the index and back."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured.reader import Pattern
from pdflearn.measured.samples import INDEX_COLUMNS, MeasuredSample, curve_arrays, load_samples

R = np.arange(0.0, 30.0, 0.05)
PATTERN = Pattern(R, np.sin(7 * R), header={"temperature": 300.0, "composition": "Ni"})


def test_a_label_names_the_types_of_a_mixture_as_an_answer_does():
    sample = MeasuredSample.from_pattern("a.gr", PATTERN, {"label": "rocksalt + fcc"})
    assert sample.label == "fcc+rocksalt"
    assert MeasuredSample.from_pattern("a.gr", PATTERN, {}).label == ""


def test_a_value_of_zero_is_a_value_and_goes_before_the_header():
    zeros = dict.fromkeys(("q_min", "q_damp", "q_broad"), 0.0)
    sample = MeasuredSample.from_pattern("a.gr", PATTERN, zeros)
    assert (sample.temperature, sample.q_damp, sample.q_broad) == (300.0, 0.0, 0.0)
    cold = MeasuredSample.from_pattern("a.gr", PATTERN, {"temperature": 0.0})
    assert cold.temperature == 0.0


def test_a_composition_is_relied_on_where_the_user_gives_it():
    of_header = MeasuredSample.from_pattern("a.gr", PATTERN, {})
    assert (of_header.composition, of_header.composition_given) == ("Ni", False)
    given = {"composition": "SrFe2As2"}
    assert MeasuredSample.from_pattern("a.gr", PATTERN, given).composition_given
    assert not MeasuredSample.from_pattern("a.gr", PATTERN, given, "public").composition_given
    odd = MeasuredSample.from_pattern("a.gr", PATTERN, {"composition": "nickel"})
    assert "the composition 'nickel' is no formula" in odd.warnings


def test_a_curve_that_cannot_be_fitted_says_why():
    flat = MeasuredSample.from_pattern("a.gr", replace(PATTERN, r=R[:60], g=PATTERN.g[:60]), {})
    assert flat.observation is None
    assert "are needed for a refinement" in flat.fit_error


def test_samples_come_back_from_their_files_as_they_were(tmp_path):
    given = {"radiation": "neutron", "q_max": 23.7, "series": "001", "time": 1e-3, "sample": "NA"}
    short = replace(PATTERN, r=R[:60], g=PATTERN.g[:60])
    samples = [
        MeasuredSample.from_pattern("a.gr", PATTERN, given),
        MeasuredSample.from_pattern("b.gr", short, {}, "public"),
        MeasuredSample.from_pattern("c.gr", PATTERN, {"composition": "Ni", "q_damp": 0.03}),
    ]
    rows = pd.DataFrame([sample.to_row() for sample in samples], columns=INDEX_COLUMNS)
    save_table(tmp_path / "index.csv", rows)
    save_arrays(tmp_path / "curves.npz", **curve_arrays(samples))
    loaded = load_samples(tmp_path / "index.csv", tmp_path / "curves.npz")
    assert [sample.to_row() for sample in loaded] == [sample.to_row() for sample in samples]
    assert loaded[1].observation is None
    for before, after in ((samples[0], loaded[0]), (samples[2], loaded[2])):
        assert after.observation.r.tobytes() == before.observation.r.tobytes()
        assert after.observation.g.tobytes() == before.observation.g.tobytes()
        notes = {"notes": ()}  # they stand among the sample's warnings
        seen = replace(before.observation, **notes, r=None, g=None)
        assert replace(after.observation, r=None, g=None) == seen


def test_the_index_declares_which_of_its_columns_hold_text():
    assert set(columns.MEASURED_INDEX.text) <= set(INDEX_COLUMNS)
