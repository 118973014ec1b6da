"""A convolutional network: settings that cannot be, and a machine without JAX."""

import sys

import numpy as np
import pytest

from pdflearn.models.convolutional import TRAINER, ConvolutionalClassifier
from pdflearn.models.pattern_models import ModelError

X, Y = np.eye(6, 12, dtype=np.float32), np.arange(6) % 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"filters": (4, 0)},
        {"filter_size": 0},
        {"stride": 0},
        {"hidden_layer_sizes": (0,)},
        {"batch_size": 0},
        {"max_iter": 0},
        {"learning_rates": []},
        {"device": "tpu"},
    ],
)
def test_impossible_settings_are_named(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=name) as caught:
        ConvolutionalClassifier(**wrong).fit(X, Y)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("library", ["jax", "optax"])
def test_without_the_library_it_says_what_to_install(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, TRAINER, raising=False)
    with pytest.raises(ModelError, match=f"needs {library}.*make deep"):
        ConvolutionalClassifier().fit(X, Y)
