"""Scaling by blocks is scikit-learn's scaling."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.dataset import scaling


def test_blocks_give_scikit_learns_mean_and_variance(monkeypatch):
    monkeypatch.setattr(scaling, "BLOCK", 64)
    x = (100 + np.random.default_rng(0).normal(size=(1000, 5))).astype(np.float32)
    x[:, 2] = 7.0  # a feature that never changes
    peer = StandardScaler().fit(x)
    ours = scaling.BlockScaler(copy=False).fit(np.zeros((200, 5))).fit(x)  # forgets the first
    np.testing.assert_allclose(ours.mean_, peer.mean_, rtol=1e-6)
    np.testing.assert_allclose(ours.scale_, peer.scale_, rtol=1e-5)
    expected = peer.transform(x)
    changed = x.copy()
    assert np.shares_memory(ours.transform(changed), changed)
    np.testing.assert_allclose(changed, expected, atol=1e-4)


# No check fails.
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks_generator(scaling.BlockScaler(), mark=None)),
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
