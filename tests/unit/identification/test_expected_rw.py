"""The Rw that a right structure may leave, and the noise of a curve."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identification_cases import measured

from pdflearn.identification.expected_rw import (
    REFUTED,
    expected_rw,
    highest_rw,
    noise_level,
    share_beyond,
)


def test_small_particles_may_leave_more_than_bulk():
    seen = measured(("Ni fcc", 1.0))
    limits = [
        expected_rw(replace(seen, g=seen.g * np.exp(-((seen.r / length) ** 2))))
        for length in (1e6, 12.0, 6.0)
    ]
    assert limits == sorted(limits)
    assert limits[0] == pytest.approx(0.30, abs=0.03)
    assert limits[-1] == pytest.approx(0.45, abs=0.01)
    short = replace(seen, r=seen.r[:100], g=seen.g[:100])
    assert expected_rw(short) == pytest.approx(0.30, abs=0.03)


def test_noise_raises_what_is_expected_but_not_without_end():
    seen = measured(("Ni fcc", 1.0))
    random = np.random.default_rng(0).normal(size=len(seen.r))
    limits = [
        expected_rw(replace(seen, g=seen.g + share * seen.g.std() * random))
        for share in (0.0, 0.2, 0.5, 5.0)
    ]
    assert limits == sorted(limits)
    assert limits[-1] < 0.42
    assert noise_level(replace(seen, g=random)) > 0.8


@given(st.floats(0.01, 2.0), st.floats(0.01, 2.0), st.floats(0.2, 0.5))
def test_a_higher_rw_is_always_less_probable_and_no_step_is_sharp(one, other, limit):
    low, high = sorted((one, other))
    assert 0.0 <= share_beyond(high, limit) <= share_beyond(low, limit) <= 1.0
    # 0.298 and 0.302 of 0.30 are nearly as probable.
    near = share_beyond(0.993 * low, limit) - share_beyond(1.007 * low, limit)
    assert near < 0.02


def test_one_right_structure_in_twenty_exceeds_the_limit():
    assert share_beyond(0.3, 0.3) == pytest.approx(0.05)
    assert share_beyond(highest_rw(0.3), 0.3) == pytest.approx(REFUTED)
