"""The multilayer perceptron: layers of weighted sums, learned by backpropagation."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numba import njit
from scipy.special import expit
from sklearn.utils import gen_batches
from sklearn.utils.extmath import softmax
from sklearn.utils.validation import check_is_fitted, validate_data

from pdflearn.models.staged_network import StagedNetwork

# By name: the activation of a hidden unit, in place, and its slope as a function of its value.
Slope = Callable[[np.ndarray], np.ndarray]
ACTIVATIONS: dict[str, tuple[Callable[..., np.ndarray], Slope]] = {
    "relu": (lambda z, out: np.maximum(z, 0, out=out), lambda a: a > 0),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "logistic": (expit, lambda a: a * (1 - a)),
}

# Adam's decay rates of the mean gradient and of the mean square, and its guard against zero.
BETAS = (0.9, 0.999)
EPSILON = 1e-8

# Rows that are predicted at a time: their hidden units stay in the processor's cache.
BLOCK = 2048


class MLPClassifier(StagedNetwork):
    """A multilayer perceptron for classes, trained at one learning rate after another.

    Minimises the mean of -log p(true class), where p is the softmax of the last layer, plus
    alpha / 2 times the squared weights over the batch size. With the same parameters the weights
    are those of scikit-learn's MLPClassifier to the last digits of single precision; this class
    takes about half the time, and accepts other features at each stage.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, or int, default (100,)
        Units of each hidden layer; a single number is one layer.
    activation : {"relu", "tanh", "logistic"}, default "relu"
    alpha : float, default 0.0001
        Strength of the penalty.
    batch_size : int, default 200
        Samples in a step; at most as many as there are.
    max_iter : int, default 200
        Passes over the data at each rate.
    learning_rates : sequence of float, default (0.001,)
        Rates one after another, each a stage. At a constant rate the weights keep jumping around a
        minimum; smaller rates at the end settle them, which is worth more than as many further
        passes.
    annealed : bool, default False
        Whether each stage goes in even steps from its rate to that of the next one, and the last
        one to zero [4]_, [5]_.
    random_state : int, RandomState or None
        First weights and the order of the samples.

    Attributes
    ----------
    classes_ : array (n_classes,)
    coefs_ : list of arrays (units of a layer, units of the next)
    intercepts_ : list of arrays (units of the next layer,)
    loss_curve_ : list of float
        Mean loss of each pass.
    n_iter_ : int
        Passes over the data, at all rates together.

    See Also
    --------
    pdflearn.models.pattern_models.PatternClassifier : Augments the patterns at each stage.

    Notes
    -----
    Gradients by backpropagation [1]_, first weights as in [2]_, steps by Adam [3]_.

    References
    ----------
    .. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature 323 (1986) 533.
    .. [2] X. Glorot and Y. Bengio, Proc. AISTATS (2010) 249.
    .. [3] D. P. Kingma and J. Ba, ICLR (2015), arXiv:1412.6980.
    .. [4] I. Loshchilov and F. Hutter, ICLR (2017), arXiv:1608.03983.
    .. [5] L. N. Smith and N. Topin, Proc. SPIE 11006 (2019) 1100612, arXiv:1708.07120.

    Examples
    --------
    Which side of a circle: no single plane can tell.

    >>> random = np.random.default_rng(0)
    >>> x = random.normal(size=(300, 2))
    >>> y = np.where((x**2).sum(axis=1) < 1.5, "inside", "outside")
    >>> model = MLPClassifier((16,), learning_rates=[0.01, 0.001], max_iter=50, random_state=0)
    >>> bool((model.fit(x, y).predict(x) == y).mean() > 0.95)
    True
    """

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] | int = (100,),
        activation: str = "relu",
        alpha: float = 0.0001,
        batch_size: int = 200,
        max_iter: int = 200,
        learning_rates: Sequence[float] = (0.001,),
        annealed: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.learning_rates = learning_rates
        self.annealed = annealed
        self.random_state = random_state

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of features (n, m)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=self.DTYPES)
        proba = np.empty((len(X), len(self.classes_)), dtype=self.coefs_[0].dtype)
        for rows in gen_batches(len(X), BLOCK):
            proba[rows] = self._forward(X[rows])[-1]
        return proba

    def _check(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation is {self.activation!r}; expected one of {', '.join(ACTIVATIONS)}"
            )
        super()._check()
        self._require_positive("batch_size", "max_iter")
        if not self._hidden or min(self._hidden) < 1:
            raise ValueError(
                f"hidden_layer_sizes is {self.hidden_layer_sizes!r}; expected 1 or more of each"
            )

    @property
    def _hidden(self) -> list[int]:
        return np.atleast_1d(self.hidden_layer_sizes).tolist()

    def _start(self, X: np.ndarray, random: np.random.RandomState) -> None:
        """First weights, with a spread that keeps the values of all layers at one scale."""
        sizes = [X.shape[1], *self._hidden, len(self.classes_)]
        factor = 2.0 if self.activation == "logistic" else 6.0
        self.coefs_, self.intercepts_ = [], []
        for below, above in zip(sizes, sizes[1:], strict=False):
            bound = np.sqrt(factor / (below + above))
            self.coefs_.append(random.uniform(-bound, bound, (below, above)).astype(X.dtype))
            self.intercepts_.append(random.uniform(-bound, bound, above).astype(X.dtype))
        n = sum(part.size for part in (*self.coefs_, *self.intercepts_))
        self._moments = np.zeros(n, X.dtype), np.zeros(n, X.dtype), 0

    def _forward(self, X: np.ndarray) -> list[np.ndarray]:
        """Values of every layer: the features, the hidden units, the probabilities."""
        act = ACTIVATIONS[self.activation][0]
        values = [X]
        for weights, bias in zip(self.coefs_, self.intercepts_, strict=True):
            z = values[-1] @ weights
            z += bias
            last = len(values) == len(self.coefs_)
            values.append(softmax(z, copy=False) if last else act(z, out=z))
        return values

    def _descend(
        self,
        X: np.ndarray,
        codes: np.ndarray,
        rates: tuple[float, float],
        random: np.random.RandomState,
    ) -> None:
        """Passes of Adam's steps, from the first rate to the last.

        All weights are views of one vector, all gradients of another.
        """
        shapes = [part.shape for part in (*self.coefs_, *self.intercepts_)]
        weights = np.concatenate([part.ravel() for part in (*self.coefs_, *self.intercepts_)])
        gradient = np.empty_like(weights)
        parts, slopes = list(_views(weights, shapes)), list(_views(gradient, shapes))
        layers = len(self.coefs_)
        self.coefs_, self.intercepts_ = parts[:layers], parts[layers:]
        mean, square, before = self._moments
        penalised = sum(part.size for part in self.coefs_)
        order, size = np.arange(len(X)), min(self.batch_size, len(X))
        n_steps, step = self.max_iter * -(-len(X) // size), 0
        for _ in range(self.max_iter):
            random.shuffle(order)
            loss_sum = 0.0
            for rows in gen_batches(len(X), size):
                chosen = order[rows]
                loss_sum += self._backpropagate(
                    X[chosen], codes[chosen], slopes[:layers], slopes[layers:]
                )
                loss_sum += 0.5 * self.alpha * float(weights[:penalised] @ weights[:penalised])
                rate = rates[0] + (rates[1] - rates[0]) * step / n_steps
                step += 1
                pull = self.alpha / len(chosen)
                _adam_step(
                    weights, gradient, (mean, square), (rate, pull), penalised, before + step
                )
            self.loss_curve_.append(loss_sum / len(X))
        self._moments = mean, square, before + step

    def _backpropagate(
        self,
        X: np.ndarray,
        codes: np.ndarray,
        coef_slopes: list[np.ndarray],
        intercept_slopes: list[np.ndarray],
    ) -> float:
        """Sum of the losses; the gradient of the mean loss is written into the slopes."""
        slope_of = ACTIVATIONS[self.activation][1]
        values, rows = self._forward(X), np.arange(len(X))
        error = values.pop()
        tiny = np.finfo(error.dtype).tiny
        loss = -float(np.log(np.maximum(error[rows, codes], tiny)).sum())
        error[rows, codes] -= 1.0
        error /= len(X)
        for layer in reversed(range(len(values))):
            np.matmul(values[layer].T, error, out=coef_slopes[layer])
            error.sum(axis=0, out=intercept_slopes[layer])
            if layer:
                error = error @ self.coefs_[layer].T
                error *= slope_of(values[layer])
        return loss


@njit(cache=True, error_model="numpy")
def _adam_step(
    weights: np.ndarray,
    gradient: np.ndarray,
    moments: tuple[np.ndarray, np.ndarray],
    factors: tuple[float, float],
    penalised: int,
    steps: int,
) -> None:
    """One step of Adam, in place: against the gradient, scaled by the gradients before.

    The factors are the rate and the pull of the penalty on the first weights, `penalised` many.
    """
    (mean, square), (rate, pull) = moments, factors
    one = weights.dtype.type(1.0)
    first, second = weights.dtype.type(BETAS[0]), weights.dtype.type(BETAS[1])
    scale = weights.dtype.type(rate * np.sqrt(1 - BETAS[1] ** steps) / (1 - BETAS[0] ** steps))
    least = weights.dtype.type(EPSILON)
    factor = weights.dtype.type(pull)
    for i in range(penalised):
        gradient[i] += factor * weights[i]
    for i in range(len(weights)):
        mean[i] = first * mean[i] + (one - first) * gradient[i]
        square[i] = second * square[i] + (one - second) * gradient[i] * gradient[i]
        weights[i] -= scale * mean[i] / (np.sqrt(square[i]) + least)


def _views(vector: np.ndarray, shapes: list[tuple[int, ...]]) -> Iterator[np.ndarray]:
    """The parts of a vector, each in its shape."""
    start = 0
    for shape in shapes:
        size = int(np.prod(shape))
        yield vector[start : start + size].reshape(shape)
        start += size
