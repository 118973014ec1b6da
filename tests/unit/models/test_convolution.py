"""The forward pass with filters: what NumPy's own convolution gives, and windows at the ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.models.convolution import BLOCK, convolve, forward, padding


@given(length=st.integers(1, 40), size=st.integers(1, 12), stride=st.integers(1, 5))
def test_every_place_has_its_filter(length, size, stride):
    before, after = padding(length, size, stride)
    places = (length + before + after - size) // stride + 1
    if size >= stride:
        assert places == -(-length // stride)
    assert after - before in (0, 1)
    filters, values = np.ones((size, 2, 3)), np.ones((4, length, 2))
    answers = convolve(values, filters, np.zeros(3), stride)
    assert answers.shape == (4, -(-length // stride), 3)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_one_filter_is_numpys_correlation(stride):
    random = np.random.default_rng(0)
    curve, kernel = random.normal(size=31), random.normal(size=7)
    before, after = padding(31, 7, stride)
    expected = np.correlate(np.pad(curve, (before, after)), kernel, "valid")[::stride] + 0.5
    answers = convolve(curve[None, :, None], kernel[:, None, None], np.array([0.5]), stride)
    np.testing.assert_allclose(answers[0, :, 0], expected, atol=1e-12)


def test_channels_add_up():
    random = np.random.default_rng(1)
    values, filters = random.normal(size=(3, 20, 2)), random.normal(size=(5, 2, 4))
    one = convolve(values[:, :, :1], filters[:, :1], np.zeros(4), 2)
    other = convolve(values[:, :, 1:], filters[:, 1:], np.zeros(4), 2)
    np.testing.assert_allclose(convolve(values, filters, np.zeros(4), 2), one + other, atol=1e-12)


def test_blocks_change_nothing():
    random = np.random.default_rng(2)
    layers = [
        (random.normal(size=(3, 1, 2)), random.normal(size=2)),
        (random.normal(size=(8, 3)), random.normal(size=3)),
    ]
    features = random.normal(size=(BLOCK + 3, 8))
    scores = forward(features, layers, 2)
    np.testing.assert_allclose(scores[-1:], forward(features[-1:], layers, 2), atol=1e-12)
    assert forward(features[:0], layers, 2).shape == (0, 3)
