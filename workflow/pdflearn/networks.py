"""A multilayer perceptron whose steps become shorter towards the end."""

import warnings
from typing import Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier


class AnnealedMLP(MLPClassifier):
    """scikit-learn's MLP, trained at one learning rate after another.

    At a constant rate the weights keep jumping about a minimum; a few last passes at smaller rates
    settle them, which is worth more than as many passes more (I. Loshchilov and F. Hutter, ICLR
    (2017), arXiv:1608.03983, anneal smoothly).

    Parameters
    ----------
    hidden_layer_sizes, activation, alpha, batch_size, learning_rate_init, max_iter, tol
        As in `sklearn.neural_network.MLPClassifier`.
    rates : list of float or None
        Learning rates, one after another: stages, each of max_iter passes over the data. None: one
        stage at learning_rate_init.
    random_state : int or None
    """

    def __init__(
        self,
        hidden_layer_sizes: tuple[int, ...] = (100,),
        activation: str = "relu",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate_init: float = 0.001,
        max_iter: int = 200,
        tol: float = 0.0001,
        rates: list[float] | None = None,
        random_state: int | None = None,
    ) -> None:
        super().__init__(
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate_init=learning_rate_init,
            max_iter=max_iter,
            tol=tol,
            random_state=random_state,
        )
        self.rates = rates

    @property
    def stages(self) -> int:
        """How many rates there are."""
        return len(self.rates or [self.learning_rate_init])

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:  # noqa: N803
        """Train from the start on features (n, m) with labels (n,)."""
        for stage in range(self.stages):
            self.learn(X, y, stage)
        return self

    def learn(self, X: np.ndarray, y: np.ndarray, stage: int) -> Self:  # noqa: N803
        """Train at one of the rates, from where the one before ended: a stage's features may be
        others than those of the stage before, the labels may not."""
        first, seed = self.learning_rate_init, self.random_state
        try:
            self.warm_start = stage > 0
            if self.rates:
                self.learning_rate_init = self.rates[stage]
            if seed is not None:
                self.random_state = (seed + stage) % 2**32  # each stage in an order of its own
            with warnings.catch_warnings():
                if self.rates:  # each is to end before its time
                    warnings.simplefilter("ignore", ConvergenceWarning)
                super().fit(X, y)
        finally:
            self.learning_rate_init, self.random_state, self.warm_start = first, seed, False
        return self
