"""The object that an answer is: what it says, how it is shown, and what it is as JSON."""

import json

import numpy as np
import pytest
from identification_cases import measured
from matplotlib.figure import Figure

from pdflearn.measured.reader import Pattern
from pdflearn.measured.text import PatternError
from pdflearn.structures.structure import StructureError
from pdflearn.study.asked import AskedError

HEADER = {"radiation": "xray", "q_max": 25.0, "q_damp": 0.03, "q_min": 0.5}


def pattern_of(*parts, name="Cu <b>.gr"):
    observation = measured(*parts)
    return Pattern(observation.r, observation.g, header=dict(HEADER), name=name)


@pytest.fixture(scope="module")
def copper(small_study):
    return small_study.identify(pattern_of(("Cu fcc", 1.0)))


def test_an_answer_says_all(copper):
    assert copper.verdict == "accepted"
    assert "fits" in copper.reason
    assert copper.file == "Cu <b>.gr"
    assert list(copper.candidates["rank"]) == [1, 2, 3]
    assert copper.candidates.loc[0, "structure_type"] == "fcc"
    assert copper.rw == pytest.approx(copper.candidates.loc[0, "rw"], abs=1e-4)
    assert "verdict" not in copper.candidates
    assert copper.phases.loc[0, "formula"] == "Ni"
    assert copper.phases["fraction_atoms"].sum() == pytest.approx(1.0)
    assert copper.parameters.loc["a", "value"] == pytest.approx(3.615, abs=0.01)
    curves = copper.curves
    assert np.allclose(curves["measured"] - curves["calculated"], curves["difference"])
    assert list(copper.structures)[0].startswith("Cu__b_-")


def test_a_mixture_has_a_row_a_phase_and_one_candidate_a_rank(small_study):
    answer = small_study.identify(pattern_of(("Si diamond", 0.6), ("Ni fcc", 0.4)))
    assert list(answer.candidates["rank"]) == [1, 2, 3]
    assert answer.candidates.loc[0, "structure_type"] == "diamond+fcc"
    assert sorted(answer.phases["structure_type"]) == ["diamond", "fcc"]
    for share in ("atoms", "mass", "volume"):
        assert answer.phases[f"fraction_{share}"].sum() == pytest.approx(1.0)
    assert np.allclose(answer.curves["phase_1"] + answer.curves["phase_2"],
                       answer.curves["calculated"])  # fmt: skip
    assert "% of atoms" in answer._repr_html_()


def test_views_are_text_html_and_a_figure(copper):
    lines = str(copper).splitlines()
    assert lines[0].startswith("Cu <b>.gr: accepted. ")
    assert lines[2].split()[:2] == ["1", "fcc"]
    page = copper._repr_html_()
    assert "Cu &lt;b&gt;.gr" in page
    assert "<b>.gr" not in page
    assert "data:image/png;base64," in page
    figure = copper.plot()
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_title(loc="left") == "Cu <b>.gr: fcc, accepted"


def test_a_figure_leaves_the_backend_alone(copper):
    import matplotlib

    before = matplotlib.get_backend()
    copper.plot()
    assert matplotlib.get_backend() == before


def test_json_holds_numbers_and_null_alone(copper):
    document = copper.to_dict()
    again = json.loads(json.dumps(document, allow_nan=False))
    assert again == document
    diameter = next(p for p in document["parameters"] if p["parameter"] == "q_damp")
    assert (diameter["stderr"], diameter["vary"]) == (None, False)
    assert len(document["curves"]["r"]) == len(copper.curves)
    assert "curves" not in copper.to_dict(curves=False)


def test_what_is_accepted_is_saved(copper, small_study, tmp_path):
    paths = copper.save(tmp_path / "out")
    assert sorted(path.suffix for path in paths) == [".cif", ".fgr", ".py", ".stru"]
    assert all(path.is_file() for path in paths)


def test_arrays_elements_and_a_range_can_be_given(small_study):
    pattern = pattern_of(("Cu fcc", 1.0))
    answer = small_study.identify(
        (pattern.r, pattern.g), elements=["Cu"], r_range=(1.9, 15.0), radiation="xray",
        name="run 7", q_damp=0.03, q_max=25.0,
    )  # fmt: skip
    assert (answer.file, answer.verdict) == ("run 7", "accepted")
    assert answer.curves["r"].iloc[0] >= 1.9
    assert answer.curves["r"].iloc[-1] <= 15.0
    with pytest.raises(AskedError, match="Qq"):
        small_study.identify(pattern, elements="Qq")


def test_own_structures_are_tried(small_study, nickel):
    nickel.title = "mine"
    pattern = pattern_of(("Ni fcc", 1.0))
    alone = small_study.identify(pattern, structures=nickel, only=True)
    assert list(alone.candidates["structure"].replace("", None).dropna()) == ["mine"]
    with pytest.raises(StructureError, match="int is no structure"):
        small_study.identify(pattern, structures=[3])


def test_what_cannot_be_fitted_has_no_curves(small_study):
    r = np.arange(0.0, 6.0, 0.5)
    g = np.sin(r)
    with pytest.raises(PatternError, match="at least"):
        small_study.identify((r, g))
    with pytest.raises(PatternError, match="two of equal length"):
        small_study.identify((r, g[:-1]))
    r = np.arange(12.0, 30.0, 0.05)
    answer = small_study.identify((r, np.sin(r)), r_range=(1.0, 10.0))
    assert answer.verdict == "none of these"
    assert "could not be fitted" in answer.reason
    assert answer.curves.empty
    assert answer.parameters.empty
    assert answer.phases.empty
    assert np.isnan(answer.rw)
    assert answer.save("never") == []
    assert answer.to_dict()["rw"] is None
    assert "rank" in answer._repr_html_()
    with pytest.raises(ValueError, match="no fit to plot"):
        answer.plot()
