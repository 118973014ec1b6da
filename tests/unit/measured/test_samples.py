"""What is known of a measured sample, and what samples.csv says of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pdflearn.core import columns
from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured.reader import Pattern
from pdflearn.measured.samples import (
    INDEX_COLUMNS,
    MeasuredSample,
    SampleTables,
    curve_arrays,
    load_samples,
    public_samples,
    read_sample_table,
)
from pdflearn.measured.text import PatternError

R = np.arange(0.0, 30.0, 0.05)
PATTERN = Pattern(R, np.sin(7 * R), header={"temperature": 300.0, "composition": "Ni"})


def write(folder, text):
    (folder / "samples.csv").write_text(text)


# -------------------------------------------------------------------------------- one sample


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


# -------------------------------------------------------------------------------- the tables


def test_a_table_in_a_folder_below_speaks_of_the_files_there(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "z.zip").touch()
    write(tmp_path, "file,sample\na.gr,one\nz.zip/m.gr,two\nn.gr,three\ngone.gr,four\n")
    write(tmp_path / "run", "file,sample\nb.gr,five\n")
    tables = SampleTables(tmp_path, [tmp_path / "samples.csv", tmp_path / "run" / "samples.csv"])
    assert tables.given(tmp_path / "a.gr", "a.gr") == {"sample": "one"}
    assert tables.given(tmp_path / "run" / "b.gr", "b.gr") == {"sample": "five"}
    assert tables.given(tmp_path / "z.zip", "m.gr") == {"sample": "two"}
    assert tables.given(tmp_path / "z.zip", "n.gr") == {"sample": "three"}
    assert tables.given(tmp_path / "c.gr", "c.gr") == {}
    files = ["a.gr", "run/b.gr", "z.zip/m.gr", "z.zip/n.gr"]
    assert tables.unmatched(files) == ["gone.gr"]


def test_public_files_have_their_structure_type_for_a_label(tmp_path):
    table = tmp_path / "public.csv"
    table.write_text("file,structure_type,radiation\np-1/Ni.gr,fcc,xray\n")
    assert public_samples(table)["p-1/Ni.gr"]["label"] == "fcc"


def test_the_table_of_samples(tmp_path):
    assert read_sample_table(tmp_path) == {}
    write(
        tmp_path,
        "\ufefffile;Sample;series;radiation;composition;label;q_damp\r\n"
        'a.gr;"Ni; bulk";;N;Ni;fcc;0.04\r\n'
        "b.gr;;;X-ray;;;\r\n;;;;;;\r\n",
    )
    assert read_sample_table(tmp_path) == {
        "a.gr": {
            "sample": "Ni; bulk",
            "radiation": "neutron",
            "composition": "Ni",
            "label": "fcc",
            "q_damp": 0.04,
        },
        "b.gr": {"radiation": "xray"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sample\nNi\n", "no column 'file'"),
        ("file,colour\na.gr,red\n", "'colour'"),
        ("file,file\na.gr,b.gr\n", "twice"),
        ("file,radiation\na.gr,light\n", "line 2: radiation = 'light'"),
        ("file,q_damp\na.gr,-1\n", "q_damp = '-1'"),
        ("file,q_max\na.gr,0\n", "q_max = 0; expected more than 0"),
        ("file,q_damp\na.gr,nan\n", "q_damp = 'nan'"),
        ("file,label\na.gr,x\na.gr,y\n", "line 3"),
        ("file,label\n,x\n", "missing"),
        ("file,label\na.gr,x,y\n", "too many values"),
        ("", "empty"),
        ("\0\1\2\3" * 100, "binary"),
    ],
)
def test_a_wrong_table_of_samples_is_refused(tmp_path, text, words):
    write(tmp_path, text)
    with pytest.raises(PatternError, match="^samples.csv") as caught:
        read_sample_table(tmp_path)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["/data/x.gr", "../x.gr", "a/../../x.gr"])
def test_a_table_speaks_of_files_in_its_folder_alone(tmp_path, name):
    (tmp_path / "samples.csv").write_text(f"file,sample\n{name},x\n")
    with pytest.raises(PatternError, match=r"samples.csv, line 2: .* is not below"):
        read_sample_table(tmp_path)
