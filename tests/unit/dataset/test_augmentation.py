"""Augmentation: how many patterns are truncated, how, and that the originals stay."""

import numpy as np
import pytest

from pdflearn.dataset.augmentation import DIAMETERS, ENDS, Augmentation

R = 1.0 + 0.1 * np.arange(291)


def test_a_share_of_the_patterns_is_cut_or_small():
    augmentation = Augmentation.draw(20_000, 0.02, 0.3, np.random.default_rng(0))
    cut, small = np.isfinite(augmentation.end), np.isfinite(augmentation.diameter)
    assert not (cut & small).any()
    assert cut.mean() == pytest.approx(0.15, abs=0.01)
    assert small.mean() == pytest.approx(0.15, abs=0.01)
    for values, (low, high) in (
        (augmentation.end[cut], ENDS),
        (augmentation.diameter[small], DIAMETERS),
    ):
        assert low <= values.min() < low * 1.01
        assert high * 0.99 < values.max() <= high
        assert np.median(values) == pytest.approx(np.sqrt(low * high), rel=0.05)
    assert np.log(augmentation.stretch).std() == pytest.approx(0.02, rel=0.05)


def test_without_a_share_the_stretch_is_drawn_alone():
    plain = Augmentation.draw(50, 0.02, 0.0, np.random.default_rng(3))
    some = Augmentation.draw(50, 0.02, 0.5, np.random.default_rng(3))
    np.testing.assert_array_equal(plain.stretch, some.stretch)
    assert np.isinf(plain.end).all()
    assert np.isinf(plain.diameter).all()


def test_what_is_beyond_the_end_or_the_particle_is_cut():
    patterns = np.ones((4, len(R)), dtype=np.float32)
    inf = np.inf
    augmentation = Augmentation(np.ones(6), np.array([0, 0, inf, 12.0, inf, inf]),
                  np.array([0, 0, inf, inf, 15.0, inf]))  # fmt: skip
    truncated = augmentation.truncate(patterns, slice(2, 6), R)
    assert (patterns == 1.0).all()
    assert truncated.dtype == np.float32
    np.testing.assert_array_equal(truncated[[0, 3]], patterns[[0, 3]])
    np.testing.assert_array_equal(truncated[1], (R <= 12.0).astype(np.float32))
    assert (truncated[2, R > 15.05] == 0).all()
    # Half of a sphere's diameter: 5/16 of all pairs at that distance are left.
    assert np.interp(7.5, R, truncated[2]) == pytest.approx(5 / 16, abs=1e-3)
