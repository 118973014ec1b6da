"""Models of patterns: from G(r) on the study's grid to classes or numbers."""

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone

from pdflearn.core.errors import PdflearnError
from pdflearn.dataset.augmentation import Augmentation
from pdflearn.dataset.features import PatternFeatures
from pdflearn.models.intervals import widen
from pdflearn.models.probabilities import softmax, temper

# Share of the patterns of a model that others must learn from as well to begin together.
LEAST_COMMON = 0.5

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
        common_stages: int = 0,
        common_share: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.features = features
        self.estimator = estimator
        self.stretch_std = stretch_std
        self.truncated_fraction = truncated_fraction
        self.tta_stretches = tta_stretches
        self.common_stages = common_stages
        self.common_share = common_share
        self.random_state = random_state

    @property
    def _by_stages(self) -> bool:
        """Whether a network sees its patterns changed anew at each learning rate."""
        return bool(self.stretch_std or self.truncated_fraction)

    def _cuts(self, n: int) -> Augmentation | None:
        """How patterns that an estimator sees once are changed; None: they are not."""
        return None

    def _learned(self, y: np.ndarray) -> np.ndarray:
        """What the estimator learns of the labels."""
        return y

    def _augmentation(self, n: int, random: np.random.Generator) -> Augmentation:
        return Augmentation.draw(n, self.stretch_std, self.truncated_fraction, random)

    def _start(self, X: np.ndarray) -> None:
        self.features_ = clone(self.features).fit(X[:1])
        self.estimator_ = clone(self.estimator)

    def _fit_stage(
        self, features: np.ndarray, y: np.ndarray, stage: int, classes: np.ndarray | None
    ) -> None:
        """Train at one stage on features, which may be overwritten."""
        if not self._by_stages:
            self.estimator_.fit(features, y)
            return
        transformers, network = self.estimator_[:-1], self.estimator_[-1]
        if not stage:
            transformers.fit(features)
        network.fit_stage(transformers.transform(features), y, stage, classes)

    def _features(
        self, X: np.ndarray, rows: np.ndarray, augmentation: Augmentation | None = None
    ) -> np.ndarray:
        """Features (m, k) of m rows of the patterns, block by block."""
        r, features = self.features.grid.r, None
        for start in range(0, len(rows), BLOCK):
            part = slice(start, start + BLOCK)
            if augmentation is None:
                block = self.features_.transform(X[rows[part]])
            else:
                truncated = augmentation.truncate(X[rows[part]], part, r)
                block = self.features_.transform(truncated, augmentation.stretch[part])
            if features is None:
                features = np.empty((len(rows), block.shape[1]), dtype=np.float32)
            features[part] = block
        return features

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
    common_stages : int, default 0
        Of a network that is trained together with others, how many of its first stages are learned
        once for all of them, from the patterns that all of them learn from (see `fit_together`);
        without augmentation none.
    common_share : float, default 1
        The share of these patterns that is learned from again at each later stage, drawn anew.
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
        common_stages: int = 0,
        common_share: float = 1.0,
        temperature: float = 1.0,
        random_state: int = 0,
    ) -> None:
        super().__init__(
            features,
            estimator,
            stretch_std,
            truncated_fraction,
            tta_stretches,
            common_stages,
            common_share,
            random_state,
        )
        self.temperature = temperature

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with labels (n,) of str; "" is an unknown label."""
        fit_together([self], X, y, [np.ones(len(X), dtype=bool)])
        return self

    @property
    def classes_(self) -> np.ndarray:
        """The classes that it learned."""
        return self.estimator_.classes_

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
    features, estimator, tta_stretches, random_state
        As in `PatternClassifier`.
    truncated_fraction : float, default 0
        Fraction of the training patterns that end early, drawn once.
    stretch_std, common_stages, common_share
        Not used: a stretch would change the number, and there are no stages.
    margin : float, default 0
        Share of its width by which an interval is wider on each side than the estimator says, so
        that intervals hold the number as often as they should. Fitted on the predictions of
        cross-validation; see `pdflearn.models.intervals`.

    Attributes
    ----------
    range_ : tuple of float
        The lowest and the highest number that it learned from.
    """

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        stretch_std: float = 0.0,
        truncated_fraction: float = 0.0,
        tta_stretches: Sequence[float] = (),
        common_stages: int = 0,
        common_share: float = 1.0,
        margin: float = 0.0,
        random_state: int = 0,
    ) -> None:
        super().__init__(
            features,
            estimator,
            stretch_std,
            truncated_fraction,
            tta_stretches,
            common_stages,
            common_share,
            random_state,
        )
        self.margin = margin

    @property
    def has_intervals(self) -> bool:
        """Whether it predicts intervals beside numbers."""
        return hasattr(self.estimator_, "predict_quantiles")

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with numbers (n,)."""
        fit_together([self], X, y, [np.ones(len(X), dtype=bool)])
        return self

    def _learned(self, y: np.ndarray) -> np.ndarray:
        y = np.asarray(y, dtype=np.float64)
        self.range_ = float(y.min()), float(y.max())
        self.mean_, self.spread_ = float(y.mean()), float(y.std()) or 1.0
        return (y - self.mean_) / self.spread_

    @property
    def _by_stages(self) -> bool:
        return False

    def _cuts(self, n: int) -> Augmentation | None:
        if not self.truncated_fraction:
            return None
        random = np.random.default_rng(self.random_state)
        r_max = float(self.features.grid.r[-1])
        return Augmentation.cuts(n, self.truncated_fraction, r_max, random)

    def predict(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Numbers (n,) of patterns (n, points), in the label's unit.

        The control `PerfectNumber` alone uses `y_true`.
        """
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict(X, y_true)
        return self._by_blocks(self.estimator_.predict, X) * self.spread_ + self.mean_

    def predict_interval(self, X: np.ndarray) -> np.ndarray:
        """The number and the ends of its interval, (n, 3), of patterns (n, points)."""
        quantiles = self._by_blocks(self.estimator_.predict_quantiles, X)
        return widen(quantiles * self.spread_ + self.mean_, self.margin)


def fit_together(
    models: Sequence[PatternClassifier | PatternRegressor],
    X: np.ndarray,
    y: np.ndarray,
    subsets: Sequence[np.ndarray],
) -> None:
    """Train models of equal settings, each on its own patterns; what they share is done once.

    Folds of a cross-validation share most of their patterns. A pattern's features are made once
    for all models, so an augmented pattern looks the same to all of them at one stage. The first
    `common_stages` of networks are learned once, from the patterns that every one of the models
    learns from, unless these are few or lack a class. No model ever learns from a pattern that is
    not among its own.

    Parameters
    ----------
    models : sequence of PatternClassifier or PatternRegressor
        Untrained, with equal parameters.
    X : array (n, points)
        May be memory-mapped; only features are held.
    y : array (n,)
        Labels or numbers.
    subsets : sequence of array (n,) of bool
        The patterns that each model learns from.
    """
    y, used = np.asarray(y), np.any(subsets, axis=0)
    for model in models:
        model._start(X)
    first = models[0]
    if not first._by_stages:
        rows = np.flatnonzero(used)
        learned = [model._learned(y[subset]) for model, subset in zip(models, subsets, strict=True)]
        features = first._features(X, rows, first._cuts(len(rows)))
        _fit_each(models, features, [subset[rows] for subset in subsets], learned, 0, None)
        return
    random, common = np.random.default_rng(first.random_state), _common(first, y, subsets)
    stages, n_common = first.estimator[-1].stages, 0
    classes = None
    if common is not None:
        n_common, classes = min(first.common_stages, stages - 1), np.unique(y[used])
    for stage in range(stages):
        if stage < n_common:
            rows = np.flatnonzero(common)
        elif n_common:
            again = draw_evenly(y, np.flatnonzero(common), first.common_share, random)
            rows = np.union1d(np.flatnonzero(used & ~common), again)
        else:
            rows = np.flatnonzero(used)
        features = first._features(X, rows, first._augmentation(len(rows), random))
        if stage < n_common:
            first._fit_stage(features, y[rows], stage, classes)
        else:
            if n_common and stage == n_common:
                for model in models[1:]:
                    model.estimator_ = copy.deepcopy(first.estimator_)
            masks = [subset[rows] for subset in subsets]
            labels = (y[rows[mask]] for mask in masks)  # one at a time: they take much memory
            _fit_each(models, features, masks, labels, stage, classes)
        del features  # or the next stage's would lie beside them


def _fit_each(
    models: Sequence[PatternClassifier | PatternRegressor],
    features: np.ndarray,
    masks: Sequence[np.ndarray],
    labels: Iterable[np.ndarray],
    stage: int,
    classes: np.ndarray | None,
) -> None:
    """Train models at one stage, each on the features that its mask takes, with its labels.

    Training overwrites what it is given, so all but the last model get a copy.
    """
    for model, mask, known in zip(models, masks, labels, strict=True):
        whole = model is models[-1] and mask.all()
        model._fit_stage(features if whole else features[mask], known, stage, classes)


def _common(
    model: _PatternModel, y: np.ndarray, subsets: Sequence[np.ndarray]
) -> np.ndarray | None:
    """The patterns (n,) that all models learn from, where these are worth common stages."""
    common = np.all(subsets, axis=0)
    fewest = min(subset.sum() for subset in subsets)
    if len(subsets) == 1 or not model.common_stages or common.sum() < LEAST_COMMON * fewest:
        return None
    labels = np.unique(y[np.any(subsets, axis=0)])
    return common if np.isin(labels, y[common]).all() else None


def draw_evenly(
    y: np.ndarray, rows: np.ndarray, share: float, random: np.random.Generator
) -> np.ndarray:
    """A random share of rows, evenly over the classes; at least one of each.

    Parameters
    ----------
    y : array (n,)
        Classes.
    rows : array (m,) of int
        What is drawn from.
    share : float
        Between 0 and 1.
    random : Generator

    Examples
    --------
    >>> y = np.array(["a", "a", "a", "a", "b"])
    >>> rows = draw_evenly(y, np.arange(5), 0.5, np.random.default_rng(0))
    >>> sorted(y[rows].tolist())
    ['a', 'a', 'b']
    """
    rows = random.permutation(rows)
    codes = np.unique(y[rows], return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    rank = np.arange(len(rows)) - np.searchsorted(codes[order], codes[order])
    return rows[order[rank < share * np.bincount(codes)[codes[order]]]]


def predict(model: BaseEstimator, X: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """What a model predicts: probabilities (n, n_classes), or numbers (n, 1).

    Numbers with intervals are (n, 3): the number, the lower and the upper end.

    Parameters
    ----------
    model : PatternClassifier, PatternRegressor or an average of these
        Trained.
    X : array (n, points)
    y_true : array (n,)
        The true labels, which controls alone may use.
    """
    if getattr(model, "has_intervals", False):
        return model.predict_interval(X)
    if isinstance(model, RegressorMixin):
        return model.predict(X, y_true)[:, None]
    return model.predict_proba(X, y_true)
