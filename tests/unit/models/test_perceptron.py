"""The perceptron: by hand, on separable data, against scikit-learn's contract."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models.perceptron import PerceptronClassifier, perceptron_steps


def test_steps_match_a_calculation_by_hand():
    # Weights: bias, w1, w2. Worked on paper, w starting at zero, each sample with a leading 1 for
    # the bias; w . x = 0 counts as wrong.
    x = np.array([[2.0, 1.0], [-1.0, 1.0], [0.0, -2.0]])
    y = np.array([1.0, -1.0, -1.0])
    by_hand = [
        (0, [1.0, 2.0, 1.0]),  # 0 * 1 <= 0: wrong, w = 0 + (1, 2, 1)
        (1, [0.0, 3.0, 0.0]),  # w . x = 1 - 2 + 1 = 0: wrong, w = (1, 2, 1) - (1, -1, 1)
        (2, [-1.0, 3.0, 2.0]),  # w . x = 0: wrong, w = (0, 3, 0) - (1, 0, -2)
        (0, [-1.0, 3.0, 2.0]),  # w . x = -1 + 6 + 2 = 7: right
        (1, [-1.0, 3.0, 2.0]),  # w . x = -1 - 3 + 2 = -2: right
        (2, [-1.0, 3.0, 2.0]),  # w . x = -1 - 4 = -5: right, all are right
    ]
    weights = np.zeros(3)
    for sample, expected in by_hand:
        weights, _, _ = perceptron_steps(x, y, np.array([sample]), weights)
        np.testing.assert_array_equal(weights, expected)
    order = np.array([sample for sample, _ in by_hand])
    weights, total, updates = perceptron_steps(x, y, order, np.zeros(3))
    np.testing.assert_array_equal(weights, [-1.0, 3.0, 2.0])
    np.testing.assert_array_equal(total, np.sum([step for _, step in by_hand], axis=0))
    assert updates == 3


@pytest.mark.parametrize("variant", ["last", "pocket"])
@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), n_classes=st.integers(2, 5))
def test_separable_data_are_separated(variant, seed, n_classes):
    random = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(n_classes) / n_classes
    centres = 5 * np.column_stack([np.cos(angle), np.sin(angle)])
    truth = np.repeat(np.arange(n_classes), 10)
    x = centres[truth] + random.uniform(-0.5, 0.5, (len(truth), 2))
    model = PerceptronClassifier(max_epochs=2000, variant=variant, random_state=0).fit(x, truth)
    assert model.separated_.all()
    np.testing.assert_array_equal(model.predict(x), truth)


def test_data_that_no_plane_separates_end_at_the_limit():
    x = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    model = PerceptronClassifier(max_epochs=50, random_state=0).fit(x, [0, 0, 1, 1])
    assert not model.separated_.any()
    assert model.n_updates_[0] > 50


def test_pocket_keeps_the_fewest_errors_and_average_differs_from_last():
    random = np.random.default_rng(3)
    x = random.normal(size=(300, 2))
    y = (x[:, 0] + 0.8 * random.normal(size=300) > 0).astype(int)
    fits = {
        variant: PerceptronClassifier(max_epochs=40, variant=variant, random_state=0).fit(x, y)
        for variant in ("last", "pocket", "averaged")
    }
    assert fits["pocket"].score(x, y) >= fits["last"].score(x, y)
    assert not np.allclose(fits["averaged"].coef_, fits["last"].coef_)


def test_single_precision_takes_the_same_way():
    random = np.random.default_rng(7)
    x = random.normal(size=(200, 30)).astype(np.float32)
    y = (x @ random.normal(size=30) > 0).astype(int)
    fits = [PerceptronClassifier(random_state=0).fit(x.astype(kind), y) for kind in ("f4", "f8")]
    np.testing.assert_array_equal(fits[0].n_updates_, fits[1].n_updates_)
    np.testing.assert_allclose(fits[0].coef_, fits[1].coef_, rtol=1e-6)


def test_last_weights_are_those_of_scikit_learn_on_the_same_way():
    # scikit-learn's goes through the samples in their order; its ties count as wrong as well.
    random = np.random.default_rng(5)
    x = random.normal(size=(60, 4))
    y = np.where(x @ [1.0, -2.0, 0.5, 1.0] + 0.3 > 0, 1.0, -1.0)
    peer = Perceptron(max_iter=4, shuffle=False, tol=None).fit(x, y)
    weights = np.zeros(5)
    weights, _, _ = perceptron_steps(x, y, np.tile(np.arange(60), 4), weights)
    np.testing.assert_allclose(weights, [*peer.intercept_, *peer.coef_[0]], atol=1e-12)


def test_the_same_seed_gives_the_same_weights():
    x = np.random.default_rng(0).normal(size=(100, 4))
    y = np.random.default_rng(1).integers(3, size=100)
    first, second = (PerceptronClassifier(random_state=5).fit(x, y) for _ in range(2))
    np.testing.assert_array_equal(first.coef_, second.coef_)


def test_unknown_variant_is_named():
    with pytest.raises(ValueError, match="variant is 'best'; expected 'last', 'pocket'"):
        PerceptronClassifier(variant="best").fit([[0.0], [1.0]], [0, 1])


# No check fails: the checks' data are separable enough for the rule within its limit.
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks_generator(PerceptronClassifier(random_state=0), mark=None)),
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
