"""Templates are found again at any stretch, of the class that they came from."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models.template import TemplateClassifier

# Correlations forget a sample's mean and length, which tell the classes of these checks apart;
# products of matrices of another size differ in the last digits, and so may equal correlations.
UNFIT = {
    "check_classifiers_train": "needs differences of the mean",
    "check_methods_subset_invariance": "ties of correlations of few points",
}


@pytest.fixture(scope="module")
def waves():
    """Three classes (90, 200): waves that differ in shape, each with noise."""
    random = np.random.default_rng(0)
    t = np.linspace(0.0, 6.0, 200)
    shapes = np.array([np.sin(9.0 * t), np.sin(t**2), np.sin(5.0 * t) * np.exp(-t / 2)])
    label = np.repeat(["wave", "chirp", "damped"], 30)
    return np.repeat(shapes, 30, axis=0) + 0.1 * random.normal(size=(90, 200)), label


@pytest.mark.parametrize("shift", [-6, 0, 6])
def test_a_shifted_pattern_of_any_scale_is_recognised(waves, shift):
    x, label = waves
    model = TemplateClassifier(shifts=8, per_class=5).fit(x, label)
    shifted = 40.0 * np.roll(x, shift, axis=1) + 3.0
    assert np.mean(model.predict(shifted) == label) == 1.0
    assert (model.correlations(shifted).max(axis=1) > 0.8).all()


def test_templates_are_even_and_at_most_as_many_as_asked(waves):
    x, label = waves
    model = TemplateClassifier(per_class=4).fit(x, label)
    assert np.bincount(model.labels_).tolist() == [4, 4, 4]
    np.testing.assert_allclose(np.linalg.norm(model.templates_, axis=1), 1.0, rtol=1e-5)


def test_probabilities_are_sharper_where_asked(waves):
    x, label = waves
    soft, sharp = (TemplateClassifier(sharpness=s).fit(x, label).predict_proba(x) for s in (3, 30))
    np.testing.assert_allclose(soft.sum(axis=1), 1.0)
    assert (sharp.max(axis=1) > soft.max(axis=1)).all()


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pair
        for pair in estimator_checks_generator(TemplateClassifier(), mark=None)
        if pair[1].func.__name__ not in UNFIT
    ],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
