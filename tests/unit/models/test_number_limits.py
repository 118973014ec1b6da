import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.models.number_limits import ENDS, Seen, condition, cut, why_no_interval, with_limits

DAMPING = (0.01, 0.06)
NAN = float("nan")


def test_what_is_not_known_is_no_reason():
    for label in ("diameter", "nearest_neighbour"):
        assert why_no_interval(label, Seen(), DAMPING) == ""
        assert why_no_interval(label, Seen(q_max=NAN, q_damp=NAN), DAMPING) == ""
    assert "at most 0.06" in condition("diameter", Seen(q_damp=NAN), DAMPING)
    assert condition("nearest_neighbour", Seen(), DAMPING) == ""


@pytest.mark.parametrize("q_damp", [0.0, 0.01, 0.06])
def test_damping_that_was_learned_and_less(q_damp):
    assert why_no_interval("diameter", Seen(q_damp=q_damp), DAMPING) == ""


def test_each_number_has_its_own_reasons():
    late = Seen(r_min=2.6, r_max=30.0)
    assert "begins at 2.6 A" in why_no_interval("nearest_neighbour", late, DAMPING)
    assert why_no_interval("diameter", late, DAMPING) == ""
    several = why_no_interval("diameter", Seen(r_max=5.0, q_damp=0.1), DAMPING)
    assert "ends at 5.0 A" in several
    assert "q_damp is 0.1" in several


@given(st.floats(1.0, 40.0), st.floats(15.5, 30.0))
def test_a_curve_that_ends_within_the_window_is_cut_and_no_other(r_max, end):
    r = np.arange(1.0, 30.0, 0.5)
    pattern = np.ones((1, len(r)), dtype=np.float32)
    (seen,) = cut(pattern, r, [Seen(r_max=r_max)], end)
    if r_max < end - 0.1:
        assert seen[r <= ENDS[1]].all()
        assert not seen[r > ENDS[1]].any()
    else:
        assert seen.all()


def test_numbers_that_hold_stay_and_nothing_is_said_of_what_was_not_stated():
    numbers = {
        "diameter": NAN, "diameter_low": NAN, "diameter_high": NAN,
        "nearest_neighbour": 2.5, "nearest_neighbour_low": 2.4, "nearest_neighbour_high": 2.6,
    }  # fmt: skip
    labels = ("diameter", "nearest_neighbour")
    stated, note = with_limits(numbers, labels, Seen(q_damp=0.1), DAMPING)
    assert note == ""
    assert stated["nearest_neighbour"] == 2.5
    stated, note = with_limits(numbers, labels, Seen(r_min=3.0), DAMPING)
    assert note.startswith("no shortest distance is stated: ")
    assert np.isnan(list(stated.values())).all()
