"""Controls know what they are said to know."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models.controls import PerfectControl, PerfectNumber, RandomNumber


def test_perfect_control_is_right_and_gives_nothing_to_labels_it_never_saw():
    control = PerfectControl().fit(None, ["a", "b", "a"])
    np.testing.assert_array_equal(
        control.predict_proba(None, np.array(["b", "c"])), [[0.0, 1.0], [0.0, 0.0]]
    )


def test_perfect_number_is_the_truth():
    truth = np.array([1.5, -2.0])
    np.testing.assert_array_equal(PerfectNumber().fit(None, truth).predict(None, truth), truth)


def test_random_number_has_the_frequencies_of_training():
    x = np.zeros((3000, 1))
    model = RandomNumber(random_state=0).fit(x[:4], [1.0, 1.0, 1.0, 9.0])
    drawn = model.predict(x)
    assert set(drawn) == {1.0, 9.0}
    assert np.mean(drawn == 9.0) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        (estimator, check)
        for estimator, check in estimator_checks_generator(RandomNumber(0), mark=None)
        # What is drawn for a sample depends on its place alone, by intent.
        if check.func.__name__
        not in ("check_methods_subset_invariance", "check_methods_sample_order_invariance")
    ],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
