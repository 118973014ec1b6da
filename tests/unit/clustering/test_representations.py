"""Distances, envelopes and components are what a representation asks for."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from pdflearn.clustering.representations import flatten, standardise, transform, window_of


def test_pearsons_distance_is_what_is_clustered():
    patterns = np.random.default_rng(2).normal(size=(12, 40))
    squares = pdist(standardise(patterns)) ** 2
    assert squares == pytest.approx(2 * pdist(patterns, "correlation"))


def test_flattening_takes_the_envelope_away():
    random = np.random.default_rng(7)
    inner = random.normal(size=(5, 400))
    damped = inner * np.exp(-np.arange(400) / 120)
    plain, flat = flatten(inner), flatten(damped)
    for one, other in zip(plain, flat, strict=True):
        assert np.corrcoef(one, other)[0, 1] > np.corrcoef(inner[0], damped[0])[0, 1]
    ended = np.where(np.arange(400) < 150, 1e3 * inner, 0.0)
    assert np.isfinite(flatten(ended)).all()
    assert np.isfinite(flatten(np.zeros((2, 30)))).all()


# Noise is not worth more passes here.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_reduced_representations_have_the_components_asked_for(groups, preprocessing):
    patterns, _ = groups
    for reduce in ("pca", "nmf"):
        representation = {"features": "raw", "reduce": reduce, "components": 4}
        assert transform(patterns, representation, preprocessing, 0).shape == (75, 4)
    weights = transform(patterns, representation, preprocessing, 0)
    assert weights.min() >= 0
    assert weights.sum(axis=1) == pytest.approx(1.0)


def test_r_max_cuts_the_window_and_never_widens_it(groups, preprocessing):
    assert window_of({"r_max": 8.0}, (1.5, 20.0)) == (1.5, 8.0)
    assert window_of({"r_max": 30.0}, (1.5, 20.0)) == (1.5, 20.0)
    cut = transform(groups[0], {"features": "raw", "r_max": 2.0}, preprocessing, 0)
    assert cut.shape == (75, 6)
