"""The envelope forgets signs and keeps sizes."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.dataset.envelope import FLOOR, Envelope


def test_envelope_by_hand():
    x = np.array([[3.0, -4.0, 0.0, 0.0, 1.0, -1.0, 7.0]])
    found = Envelope(2).fit(x).transform(x)
    local = np.log(np.sqrt([12.5, 0.0, 1.0]) + FLOOR)  # the seventh point fills no window
    np.testing.assert_allclose(found, [[3, 4, 0, 0, 1, 1, 7, *local]])
    np.testing.assert_array_equal(found, Envelope(2).fit(x).transform(-x))


def test_no_width_leaves_patterns_as_they_are():
    x = np.random.default_rng(0).normal(size=(4, 9))
    np.testing.assert_array_equal(Envelope().fit(x).transform(x), x)


def test_a_width_beyond_the_pattern_is_named():
    with pytest.raises(ValueError, match="envelope_width is 9; expected 0 to 4"):
        Envelope(9).fit(np.zeros((2, 4)))


@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks_generator(Envelope(), mark=None)),
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
