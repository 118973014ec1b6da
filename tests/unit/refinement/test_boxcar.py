"""Ranges of r in a row tell where a structure changes with distance."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.measured.observation import Observation
from pdflearn.refinement.boxcar import COLUMNS, ranges, refine_boxcar
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.simulation.simulator import simulate_pdf

NICKEL = [Phase(fcc(), crystal_system="cubic")]


def curve(a):
    r, g = simulate_pdf(
        fcc(a=a), u_iso=0.006, delta2=2.0, q_max=25.0, q_damp=0.02, r_min=1.6, r_max=40.0,
        r_step=0.05,
    )  # fmt: skip
    return r, g


@pytest.fixture(scope="module")
def changing():
    """Nickel whose distances beyond 20 angstrom are those of a crystal 0.3 % larger."""
    r, near = curve(3.52)
    far = curve(3.53)[1]
    return Observation(r, np.where(r < 20.0, near, far), q_max=25.0, q_damp=0.02)


def test_a_lattice_constant_follows_the_distance(changing):
    boxcar = refine_boxcar(changing, NICKEL, width=10.0, step=5.0)
    a = {round(box.r_min): box.fit.parameters["a"].value for box in boxcar.boxes}
    assert a[2] == pytest.approx(3.52, abs=1e-3)
    assert a[7] == pytest.approx(3.52, abs=1e-3)
    assert a[30] == pytest.approx(3.53, abs=1e-3)
    assert 3.52 < boxcar.whole.parameters["a"].value < 3.53
    worst = max(boxcar.boxes, key=lambda box: box.fit.rw)
    assert worst.r_min < 20 < worst.r_max


def test_the_instrument_and_far_neighbours_are_those_of_the_whole(changing):
    unknown = replace(changing, q_damp=None)
    boxcar = refine_boxcar(unknown, NICKEL, width=12.0, step=12.0)
    whole = boxcar.whole.parameters
    for box in boxcar.boxes:
        assert box.fit.parameters["q_damp"].value == pytest.approx(whole["q_damp"].value)
        assert not box.fit.parameters["q_damp"].vary
    far = boxcar.boxes[-1].fit.parameters
    assert far["delta2"].value == pytest.approx(whole["delta2"].value)
    table = boxcar.table()
    assert list(table) == COLUMNS
    assert set(table.loc[table["parameter"] == "delta2", "r_min"].round()) == {2.0}


def test_a_range_that_is_too_short_is_a_row_with_the_reason(changing):
    boxcar = refine_boxcar(changing.between(None, 12.0), NICKEL, width=1.0, step=5.0)
    table = boxcar.table()
    assert all(box.fit is None for box in boxcar.boxes)
    assert table["note"].str.contains("only").all()
    with pytest.raises(RefinementError, match="positive"):
        refine_boxcar(changing, NICKEL, width=0.0)


@given(
    st.floats(0.5, 5.0), st.floats(6.0, 100.0), st.floats(1.0, 30.0), st.floats(0.5, 30.0)
)  # fmt: skip
def test_ranges_begin_and_end_where_the_curve_does(low, high, width, step):
    found = ranges(low, high, width, step)
    assert found[0][0] == low
    assert found[-1][1] == pytest.approx(high, abs=0.1 * step + 1e-6)
    assert all(b - a == pytest.approx(min(width, high - low)) for a, b in found)
    assert all(one[0] < other[0] for one, other in zip(found[:-1], found[1:], strict=True))
