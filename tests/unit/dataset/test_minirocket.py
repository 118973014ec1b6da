"""MiniRocket's features: against the convolutions written out, wherever a motif stands."""

import numpy as np
import pytest

from pdflearn.dataset.minirocket import KERNELS, LENGTH, MiniRocket


@pytest.fixture(scope="module")
def patterns():
    return np.random.default_rng(0).normal(size=(12, 80)).astype(np.float32)


def test_kernels_sum_to_zero_and_are_all_there_are():
    assert len(KERNELS) == 84
    weights = np.full((84, LENGTH), -1)
    np.put_along_axis(weights, KERNELS, 2, axis=1)
    assert (weights.sum(axis=1) == 0).all()
    assert len(np.unique(weights, axis=0)) == 84


def test_fractions_are_those_of_the_convolutions_written_out(patterns):
    model = MiniRocket(biases=3, random_state=0).fit(patterns)
    features = model.transform(patterns)
    assert features.shape == (12, len(model.dilations_) * 84 * 3)
    for d, k in ((0, 0), (1, 40), (len(model.dilations_) - 1, 83)):
        dilation, kernel = model.dilations_[d], np.full(LENGTH, -1.0)
        kernel[KERNELS[k]] = 2.0
        padded = np.pad(patterns[5], 4 * dilation)
        values = sum(w * padded[j * dilation : j * dilation + 80] for j, w in enumerate(kernel))
        index = d * 84 + k
        expected = [(values > bias).mean() for bias in model.biases_[index]]
        np.testing.assert_allclose(features[5, 3 * index : 3 * index + 3], expected, atol=0.026)


def test_the_place_of_a_motif_does_not_matter(patterns):
    motif = np.array([1.0, -2.0, 3.0, -1.0])
    curves = np.zeros((2, 80))
    curves[0, 30:34] = curves[1, 45:49] = motif
    features = MiniRocket(random_state=0).fit(patterns).transform(curves)
    np.testing.assert_allclose(features[0], features[1], atol=1e-6)


def test_the_same_seed_gives_the_same_thresholds(patterns):
    first, again, other = (MiniRocket(random_state=s).fit(patterns).biases_ for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_too_short_and_other_lengths_are_named(patterns):
    with pytest.raises(ValueError, match="minimum of 9"):
        MiniRocket().fit(patterns[:, :8])
    with pytest.raises(ValueError, match="80 features"):
        MiniRocket().fit(patterns).transform(patterns[:, :70])
