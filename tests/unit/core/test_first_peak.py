"""The first peak is of neighbours, not of the ripples before it."""

import numpy as np

from pdflearn.core.first_peak import first_maxima


def test_a_ripple_below_the_share_is_passed_over():
    g = np.array([[0.0, 0.3, 0.0, 1.0, 0.0, 2.0, 0.0]])
    assert first_maxima(g, 0.1).tolist() == [1]
    assert first_maxima(g, 0.4).tolist() == [3]
    assert first_maxima(g, 0.6).tolist() == [5]


def test_each_row_has_its_own_and_a_falling_curve_none():
    g = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [3.0, 2.0, 1.0, 0.0]])
    assert first_maxima(g, 0.5).tolist() == [1, 2, -1]


def test_a_flat_top_counts_at_its_end():
    assert first_maxima(np.array([[0.0, 1.0, 1.0, 0.0]]), 0.5).tolist() == [2]
