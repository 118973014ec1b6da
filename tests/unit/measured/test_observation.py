"""A measured curve as it is fitted: its range of r, and the Q range that it was made from."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc

from pdflearn.measured.observation import ObservationError, lowest_r, observe, transform_end
from pdflearn.measured.reader import Pattern
from pdflearn.simulation.simulator import simulate_pdf


@pytest.mark.parametrize("q_max", [14.0, 19.0, 25.0, 32.0, 50.0])
def test_the_curve_itself_tells_its_q_max(q_max):
    r, g = simulate_pdf(diamond(), q_max=q_max, u_iso=0.004, r_min=0.02, r_max=50.0, r_step=0.02)
    assert transform_end(r, g) == pytest.approx(q_max, abs=0.5)


def test_no_sharp_end_gives_none():
    r = np.arange(0.02, 50.0, 0.02)
    assert transform_end(r, np.random.default_rng(1).normal(size=len(r))) is None


def test_table_goes_before_curve_and_curve_before_header():
    r, g = simulate_pdf(diamond(), q_max=21.0, r_min=0.02, r_max=40.0, r_step=0.02)
    pattern = Pattern(r, g, header={"q_max": 40.0, "q_min": 2.0, "q_damp": 0.02})
    seen = observe(pattern, {}, "xray")
    assert seen.q_max == pytest.approx(21.0, abs=0.5)
    assert "the header says q_max 40" in seen.notes[0]
    assert (seen.q_damp, seen.q_min) == (0.02, 1.0)
    assert observe(pattern, {"q_max": 24.0, "q_damp": 0.05}, "neutron").q_max == 24.0
    zeros = dict.fromkeys(("q_min", "q_damp", "q_broad"), 0.0)  # from the user they are values
    told = observe(pattern, zeros, "xray")
    assert (told.q_min, told.q_damp, told.q_broad) == (0.0, 0.0, 0.0)
    unset = replace(pattern, header={"q_damp": 0.0, "q_min": 0.0})
    assert observe(unset, {}, "xray").q_damp is None
    assert 1.2 <= seen.r[0] <= 2.0
    assert seen.r[-1] <= 20.0 + 1e-6
    assert np.diff(seen.r).max() <= np.pi / 21.0


def test_no_q_range_of_the_header_is_dropped_without_a_word():
    r = np.arange(0.02, 30.0, 0.02)
    noise = np.random.default_rng(1).normal(size=len(r))
    for stated in (30.0, 50.0, 60.0):
        seen = observe(Pattern(r, noise, header={"q_max": stated, "q_min": 0.6}), {}, "neutron")
        assert (seen.q_max, seen.q_min, seen.notes) == (stated, 0.6, ())
    seen = observe(Pattern(r, noise, header={"q_max": 90.0, "q_min": 2.0}), {}, "neutron")
    assert (seen.q_max, seen.q_min) == (25.0, 1.0)
    assert "q_max 90 of the header is outside 8 to 60 and not used" in seen.notes[0]
    assert "the header says q_min 2" in seen.notes[1]


def test_the_range_begins_before_the_first_peak():
    r, g = simulate_pdf(diamond("C", 3.567), r_max=20.0)
    assert lowest_r(r, g) < 1.45
    r, g = simulate_pdf(fcc(), r_max=20.0)
    assert lowest_r(r, g) == pytest.approx(2.0, abs=0.02)
    assert lowest_r(r[r > 9], g[r > 9]) == 2.0  # the first peak was not measured


def test_too_short_a_curve_is_refused():
    r = np.arange(1.0, 4.0, 0.05)
    with pytest.raises(ObservationError, match="are needed for a refinement"):
        observe(Pattern(r, np.sin(r)), {}, "xray")
