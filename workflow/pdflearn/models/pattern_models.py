"""Models of patterns: from G(r) on the study's grid to classes or numbers."""

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone

from pdflearn.core.errors import PdflearnError
from pdflearn.dataset.augmentation import Augmentation
from pdflearn.dataset.features import PatternFeatures
from pdflearn.models.probabilities import softmax, temper

# Patterns that are turned into features at a time: they stay in the processor's cache, and the
# memory holds the features alone.
BLOCK = 2048


class ModelError(PdflearnError):
    """A model's settings or its file cannot be used."""


class _PatternModel(BaseEstimator):
    """Features of the patterns, as they are or augmented, then an estimator."""

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        stretch_std: float = 0.0,
        truncated_fraction: float = 0.0,
        tta_stretches: Sequence[float] = (),
        random_state: int = 0,
    ) -> None:
        self.features = features
        self.estimator = estimator
        self.stretch_std = stretch_std
        self.truncated_fraction = truncated_fraction
        self.tta_stretches = tta_stretches
        self.random_state = random_state

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        """Train the estimator; X may be memory-mapped, only its features are held in memory."""
        self.features_ = clone(self.features).fit(X[:1])
        self.estimator_ = clone(self.estimator)
        if not (self.stretch_std or self.truncated_fraction):
            self.estimator_.fit(self._features(X), y)
            return
        random = np.random.default_rng(self.random_state)
        transformers, network = self.estimator_[:-1], self.estimator_[-1]
        features = None
        for stage in range(network.stages):
            augmentation = Augmentation.draw(
                len(X), self.stretch_std, self.truncated_fraction, random
            )
            features = self._features(X, augmentation, features)
            if not stage:
                transformers.fit(features)
            network.fit_stage(transformers.transform(features), y, stage)

    def _features(
        self,
        X: np.ndarray,
        augmentation: Augmentation | None = None,
        out: np.ndarray | None = None,
    ) -> np.ndarray:
        """Features (n, m) of all patterns, block by block.

        Augmented features are written over those of the stage before, `out`, which saves memory.
        """
        r = self.features.grid.r
        for start in range(0, len(X), BLOCK):
            rows = slice(start, start + BLOCK)
            if augmentation is None:
                block = self.features_.transform(X[rows])
            else:
                truncated = augmentation.truncate(X[rows], rows, r)
                block = self.features_.transform(truncated, augmentation.stretch[rows])
            if out is None:
                out = np.empty((len(X), block.shape[1]), dtype=np.float32)
            out[rows] = block
        return out

    def _by_blocks(self, method: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> np.ndarray:
        """What a method of the estimator predicts for X, averaged over the stretches."""
        results = []
        for start in range(0, len(X), BLOCK):
            block = X[start : start + BLOCK]
            predictions = [method(self.features_.transform(block))]
            for stretch in self.tta_stretches:
                stretches = np.full(len(block), stretch)
                predictions.append(method(self.features_.transform(block, stretches)))
            results.append(np.mean(predictions, axis=0) if self.tta_stretches else predictions[0])
        return np.concatenate(results)


class PatternClassifier(ClassifierMixin, _PatternModel):
    """Patterns to class probabilities: features, estimator, calibration.

    Parameters
    ----------
    features : PatternFeatures
        What the estimator sees of a pattern.
    estimator : classifier
        Works on the features; a pipeline where transformers come before it.
    stretch_std : float, default 0
        Standard deviation of the logarithm of a random stretch of every training pattern, drawn
        anew at each learning rate of a network (see `Augmentation`); 0 for no stretch. Other
        estimators than `MLPClassifier` have no stages, and so no augmentation.
    truncated_fraction : float, default 0
        Fraction of the training patterns that end early or are damped like those of small
        particles, drawn anew at each learning rate as well.
    tta_stretches : sequence of float, default ()
        Further stretches (factors of r) at which a pattern is predicted; all predictions are
        averaged (test-time augmentation).
    temperature : float, default 1
        Log-probabilities are divided by it [1]_. Fitted on the predictions of cross-validation.
    random_state : int, default 0
        Seed of the augmentation.

    Attributes
    ----------
    classes_ : array (n_classes,)
    features_, estimator_
        The fitted parts.

    See Also
    --------
    pdflearn.models.build.build_model : Makes one from an entry of the config.

    References
    ----------
    .. [1] C. Guo et al., Proc. ICML 70 (2017) 1321.
    """

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        stretch_std: float = 0.0,
        truncated_fraction: float = 0.0,
        tta_stretches: Sequence[float] = (),
        temperature: float = 1.0,
        random_state: int = 0,
    ) -> None:
        super().__init__(
            features, estimator, stretch_std, truncated_fraction, tta_stretches, random_state
        )
        self.temperature = temperature

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with labels (n,) of str; "" is an unknown label."""
        self._fit(X, y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points).

        The scores of an estimator without probabilities go through the softmax: they are no
        probabilities before calibration. The control `PerfectControl` alone uses `y_true`.
        """
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict_proba(X, y_true)
        if hasattr(self.estimator_, "predict_proba"):
            return temper(self._by_blocks(self.estimator_.predict_proba, X), self.temperature)
        scores = self._by_blocks(self.estimator_.decision_function, X)
        if scores.ndim == 1:
            scores = np.column_stack([-scores, scores])
        return softmax(scores / self.temperature)


class PatternRegressor(RegressorMixin, _PatternModel):
    """Patterns to a number: features, estimator; numbers are learned in units of their spread.

    Parameters
    ----------
    features, estimator, stretch_std, truncated_fraction, tta_stretches, random_state
        As in `PatternClassifier`.
    """

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with numbers (n,)."""
        y = np.asarray(y, dtype=np.float64)
        self.mean_, self.spread_ = float(y.mean()), float(y.std()) or 1.0
        self._fit(X, (y - self.mean_) / self.spread_)
        return self

    def predict(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Numbers (n,) of patterns (n, points), in the label's unit.

        The control `PerfectNumber` alone uses `y_true`.
        """
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict(X, y_true)
        return self._by_blocks(self.estimator_.predict, X) * self.spread_ + self.mean_


def predict(model: BaseEstimator, X: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """What a model predicts of patterns: probabilities (n, n_classes), or numbers (n, 1).

    Parameters
    ----------
    model : PatternClassifier, PatternRegressor or an average of these
        Trained.
    X : array (n, points)
    y_true : array (n,)
        The true labels, which controls alone may use.
    """
    if isinstance(model, RegressorMixin):
        return model.predict(X, y_true)[:, None]
    return model.predict_proba(X, y_true)
