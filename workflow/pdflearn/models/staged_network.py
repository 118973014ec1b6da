"""What networks share: they learn in stages, one learning rate after another."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data


class StagedNetwork(ClassifierMixin, BaseEstimator):
    """A network for classes that is trained at one learning rate after another.

    A network says how its weights start and what one stage does.

    Attributes
    ----------
    classes_ : array (n_classes,)
    loss_curve_ : list of float
        Mean loss of each pass.
    n_iter_ : int
        Passes so far.
    """

    # Features of these types are used as they come: a copy of a million patterns in double
    # precision takes gigabytes. Others become the first of them.
    DTYPES: ClassVar[list[type]] = [np.float64, np.float32]

    learning_rates: Sequence[float]
    annealed: bool
    random_state: int | np.random.RandomState | None

    @property
    def stages(self) -> int:
        """How many learning rates there are: each is one stage of the training."""
        return len(self.learning_rates)

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train from the start on features (n, m) with labels (n,)."""
        self._check()
        for stage in range(self.stages):
            self.fit_stage(X, y, stage)
        return self

    def fit_stage(
        self, X: np.ndarray, y: np.ndarray, stage: int, classes: np.ndarray | None = None
    ) -> Self:
        """Train at one of the learning rates, from the weights of the stage before.

        Parameters
        ----------
        X : array (n, m)
            May differ from the features of the stage before.
        y : array (n,)
        stage : int
            Index of the learning rate; 0 starts from new weights.
        classes : array (n_classes,), optional
            All labels that any stage has, in order; without it those of the first stage.

        Raises
        ------
        ValueError
            For a parameter that is not possible.
        """
        self._check()
        X, y = validate_data(self, X, y, dtype=self.DTYPES, reset=not stage)
        check_classification_targets(y)
        seed = self.random_state  # each stage in an order of its own
        random = check_random_state((seed + stage) % 2**32 if isinstance(seed, int) else seed)
        if not stage:
            self.classes_ = np.unique(y) if classes is None else classes
            self.loss_curve_: list[float] = []
            self._start(X, random)
        rates = *self.learning_rates, 0.0
        last = rates[stage + 1] if self.annealed else rates[stage]
        codes = np.searchsorted(self.classes_, y)
        self._descend(X, codes, (rates[stage], last), random)
        if stage == self.stages - 1:
            del self._moments
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most likely class of each row."""
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]

    @abstractmethod
    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of features (n, m)."""

    @abstractmethod
    def _start(self, X: np.ndarray, random: np.random.RandomState) -> None:
        """Draw the first weights, and empty `_moments`, what the steps remember."""

    @abstractmethod
    def _descend(
        self,
        X: np.ndarray,
        codes: np.ndarray,
        rates: tuple[float, float],
        random: np.random.RandomState,
    ) -> None:
        """Train at rates from the first to the last of the two; `codes` are indices of classes."""

    def _check(self) -> None:
        """Raise where a parameter is not possible; networks check those of their own beside."""
        if not len(self.learning_rates):
            raise ValueError(f"learning_rates is {self.learning_rates!r}; expected 1 or more rates")

    def _require_positive(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if np.min(value, initial=1) < 1:
                raise ValueError(f"{name} is {value!r}; expected 1 or more")
