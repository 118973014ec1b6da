"""The sine transform agrees with SciPy's, and its lengths are SciPy's."""

import numpy as np
import pytest
import scipy.fft

from pdflearn.simulation import fft


@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (1023,), (3, 1079), (2, 3, 124)])
def test_the_transform_is_that_of_scipy(shape):
    x = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(fft.dst(x), scipy.fft.dst(x, type=1), rtol=0, atol=1e-11)


def test_lengths_are_those_of_scipy():
    lengths = [*range(1, 3000), 65_537, 100_001]
    assert list(map(fft.next_fast_len, lengths)) == [
        scipy.fft.next_fast_len(n, real=True) for n in lengths
    ]
