"""A convolutional network: trained by JAX, asked with NumPy alone."""

import importlib
from collections.abc import Sequence
from types import ModuleType
from typing import ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from pdflearn.models.convolution import Layer, forward
from pdflearn.models.pattern_models import ModelError
from pdflearn.models.probabilities import softmax
from pdflearn.models.staged_network import StagedNetwork

# What trains it. It imports JAX, so it stands as text: the scripts that train import it by name,
# and neither the code hash nor the environment of any other rule follows it.
TRAINER = "pdflearn.models.network_training"

DEVICES = ("cpu", "gpu")


class ConvolutionalClassifier(StagedNetwork):
    """Layers of short filters along a curve, then layers of weighted sums, for classes.

    Minimises what `MLPClassifier` minimises, in the same steps at one learning rate after another;
    without filters it is that network, with the same losses to three digits.

    Parameters
    ----------
    filters : sequence of int, default (16, 32, 64)
        How many filters each convolutional layer has; none for a multilayer perceptron.
    filter_size : int, default 8
        Points of a filter.
    stride : int, default 2
        Points from one place of a filter to the next, in every layer: each keeps so much less of
        the curve's length.
    hidden_layer_sizes : sequence of int, default (128,)
        Units of each layer of weighted sums after the filters.
    alpha : float, default 0.0001
        Strength of the penalty, see `MLPClassifier`.
    batch_size : int, default 200
    max_iter : int, default 20
        Passes over the data at each rate.
    learning_rates : sequence of float, default (0.001,)
        Rates one after another, each a stage.
    annealed : bool, default False
        Whether each stage goes in even steps from its rate to that of the next one, and the last
        one to zero.
    device : {"cpu", "gpu"}, default "cpu"
        What trains it. "gpu" is a GPU where JAX finds one, else the CPU. The same inputs give the
        same bytes on the CPU, on any number of its cores; a GPU's weights differ in late digits.
    random_state : int, RandomState or None
        First weights and the order of the samples.

    Attributes
    ----------
    classes_ : array (n_classes,)
    coefs_ : list of arrays
        Of each layer with filters (points, channels before, channels after), then of each layer of
        weighted sums (units before, units after).
    intercepts_ : list of arrays
    loss_curve_ : list of float
        Mean loss of each pass.
    n_iter_ : int
        Passes over the data, at all rates together.

    See Also
    --------
    pdflearn.models.mlp.MLPClassifier : The perceptron, by hand-written backpropagation.
    pdflearn.models.pattern_models.PatternClassifier : Augments the patterns at each stage.

    Notes
    -----
    Convolutional networks [1]_; first weights as in [2]_, steps by Adam [3]_. `fit` needs JAX and
    Optax (`make deep` installs them); `predict_proba` does not.

    References
    ----------
    .. [1] Y. LeCun et al., Proc. IEEE 86 (1998) 2278.
    .. [2] X. Glorot and Y. Bengio, Proc. AISTATS (2010) 249.
    .. [3] D. P. Kingma and J. Ba, ICLR (2015), arXiv:1412.6980.
    """

    DTYPES: ClassVar[list[type]] = [np.float32]

    def __init__(
        self,
        filters: Sequence[int] = (16, 32, 64),
        filter_size: int = 8,
        stride: int = 2,
        hidden_layer_sizes: Sequence[int] = (128,),
        alpha: float = 0.0001,
        batch_size: int = 200,
        max_iter: int = 20,
        learning_rates: Sequence[float] = (0.001,),
        annealed: bool = False,
        device: str = "cpu",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.filters = filters
        self.filter_size = filter_size
        self.stride = stride
        self.hidden_layer_sizes = hidden_layer_sizes
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.learning_rates = learning_rates
        self.annealed = annealed
        self.device = device
        self.random_state = random_state

    @property
    def layers(self) -> list[Layer]:
        """Weights and intercepts of each layer, as `convolution.forward` takes them."""
        return list(zip(self.coefs_, self.intercepts_, strict=True))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of features (n, m)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=self.DTYPES)
        return softmax(forward(X, self.layers, self.stride))

    def _start(self, X: np.ndarray, random: np.random.RandomState) -> None:
        """First weights, with a spread that keeps the values of all layers at one scale."""
        shapes: list[tuple[int, ...]] = []
        points, channels = X.shape[1], 1
        for n_filters in self.filters:
            shapes.append((self.filter_size, channels, n_filters))
            channels, points = n_filters, -(-points // self.stride)
        sizes = [points * channels, *self.hidden_layer_sizes, len(self.classes_)]
        shapes += zip(sizes, sizes[1:], strict=False)
        self.coefs_, self.intercepts_ = [], []
        self._moments = None
        for *field, below, above in shapes:
            # An output is summed over the whole field of a filter.
            bound = np.sqrt(6.0 / (np.prod(field) * (below + above)))
            weights = random.uniform(-bound, bound, (*field, below, above))
            self.coefs_.append(weights.astype(np.float32))
            self.intercepts_.append(random.uniform(-bound, bound, above).astype(np.float32))

    def _descend(
        self,
        X: np.ndarray,
        codes: np.ndarray,
        rates: tuple[float, float],
        random: np.random.RandomState,
    ) -> None:
        """Train by JAX; `ModelError` where it or Optax is not installed."""
        trainer = _trainer()
        descent = trainer.Descent(
            rates, self.batch_size, self.max_iter, self.alpha, self.stride, self.device
        )
        layers, self._moments, losses = trainer.train_stage(
            self.layers, self._moments, X, codes, descent, random
        )
        self.coefs_, self.intercepts_ = (list(parts) for parts in zip(*layers, strict=True))
        self.loss_curve_ += losses

    def _check(self) -> None:
        super()._check()
        self._require_positive(
            "filter_size", "stride", "batch_size", "max_iter", "filters", "hidden_layer_sizes"
        )
        if self.device not in DEVICES:
            raise ValueError(f"device is {self.device!r}; expected one of {', '.join(DEVICES)}")


def _trainer() -> ModuleType:
    """The module that trains, which imports JAX."""
    try:
        return importlib.import_module(TRAINER)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in ("jax", "jaxlib", "optax"):
            raise
        raise ModelError(
            f"training a convolutional network needs {library}, which is not installed here; "
            "install it by `make deep`"
        ) from error
