"""From an entry in the config to a model of patterns: a classifier, or a regressor."""

import itertools
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from pdflearn.core.errors import PdflearnError
from pdflearn.core.seeds import seed_of
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION
from pdflearn.dataset.augmentation import Augmentation
from pdflearn.dataset.envelope import Envelope
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.minirocket import MiniRocket
from pdflearn.dataset.scaling import BlockScaler
from pdflearn.dataset.targets import Target, known
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models.controls import PerfectControl, PerfectNumber, RandomNumber
from pdflearn.models.gradient_descent import LinearGradientRegressor, LogisticGradientClassifier
from pdflearn.models.linear_regression import LinearRegression
from pdflearn.models.mlp import MLPClassifier
from pdflearn.models.perceptron import PerceptronClassifier
from pdflearn.models.probabilities import merge, reweight, softmax, temper
from pdflearn.models.registry import SEMI_SUPERVISED
from pdflearn.models.semi_supervised import LabelSpreadingClassifier, SelfTrainingClassifier
from pdflearn.models.template import TemplateClassifier

# What is behind the names of the ladder: (estimator, what stands before it), by kind of task.
Parts = tuple[type[BaseEstimator], tuple[type[BaseEstimator], ...]]
ESTIMATORS: dict[str, dict[str, Parts]] = {
    CLASSIFICATION: {
        "perfect": (PerfectControl, ()),
        "random": (DummyClassifier, ()),
        "majority": (DummyClassifier, ()),
        "perceptron": (PerceptronClassifier, (BlockScaler,)),
        "logistic_gradient": (LogisticGradientClassifier, (BlockScaler,)),
        "logistic_regression": (LogisticRegression, (BlockScaler,)),
        "linear_svm": (LinearSVC, (BlockScaler,)),
        "knn": (KNeighborsClassifier, ()),
        "template": (TemplateClassifier, ()),
        "self_training": (SelfTrainingClassifier, (BlockScaler,)),
        "label_spreading": (LabelSpreadingClassifier, ()),
        "extra_trees": (ExtraTreesClassifier, ()),
        "gradient_boosting": (HistGradientBoostingClassifier, ()),
        "mlp": (MLPClassifier, (BlockScaler,)),
        "convolutions": (RidgeClassifier, (MiniRocket, BlockScaler)),
    },
    REGRESSION: {
        "perfect": (PerfectNumber, ()),
        "random": (RandomNumber, ()),
        "mean": (DummyRegressor, ()),
        "linear_regression": (LinearRegression, (Envelope, BlockScaler)),
        "linear_gradient": (LinearGradientRegressor, (Envelope, BlockScaler)),
        "ridge": (Ridge, (Envelope, BlockScaler)),
        "knn": (KNeighborsRegressor, ()),
        "extra_trees": (ExtraTreesRegressor, ()),
        "gradient_boosting": (HistGradientBoostingRegressor, ()),
        "mlp": (MLPRegressor, (BlockScaler,)),
    },
}
FIXED = {"random": {"strategy": "stratified"}, "majority": {"strategy": "most_frequent"}}

# Settings of a model beside its features; all others are its estimator's.
TRAINING = ("jitter", "shortened", "views")

# Patterns that are turned into features at a time: they stay in the cache, and the rest of the
# memory is the features' own.
BLOCK = 2048


class ModelError(PdflearnError):
    """A model's settings or file cannot be used."""


class _PatternModel(BaseEstimator):
    """Patterns to answers: features, as they are or with other looks, then an estimator."""

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        jitter: float = 0.0,
        shortened: float = 0.0,
        views: Sequence[float] = (),
        random_state: int = 0,
    ) -> None:
        self.features = features
        self.estimator = estimator
        self.jitter = jitter
        self.shortened = shortened
        self.views = views
        self.random_state = random_state

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        """Train the estimator; X may be memory-mapped, its features alone are held."""
        self.features_ = clone(self.features).fit(X[:1])
        self.estimator_ = clone(self.estimator)
        if not (self.jitter or self.shortened):
            self.estimator_.fit(self._features(X), y)
            return
        random = np.random.default_rng(self.random_state)
        before, network = self.estimator_[:-1], self.estimator_[-1]
        features = None
        for stage in range(network.stages):
            looks = Augmentation.draw(len(X), self.jitter, self.shortened, random)
            features = self._features(X, looks, features)
            if not stage:
                before.fit(features)
            network.learn(before.transform(features), y, stage)

    def _features(
        self,
        X: np.ndarray,
        looks: Augmentation | None = None,
        features: np.ndarray | None = None,
    ) -> np.ndarray:
        """Features (n, m) of all patterns, block by block; of each pattern at its own look, written
        over those of the look before."""
        r = self.features.grid.r
        for first in range(0, len(X), BLOCK):
            rows = slice(first, first + BLOCK)
            if looks is None:
                part = self.features_.transform(X[rows])
            else:
                seen = looks.shorten(X[rows], rows, r)
                part = self.features_.transform(seen, looks.stretch[rows])
            if features is None:
                features = np.empty((len(X), part.shape[1]), dtype=np.float32)
            features[rows] = part
        return features

    def _by_blocks(self, ask: Any, X: np.ndarray) -> np.ndarray:
        """The answers of one of the estimator's methods to the features of X, over all views."""
        found = []
        for start in range(0, len(X), BLOCK):
            part = X[start : start + BLOCK]
            said = [ask(self.features_.transform(part))]
            for view in self.views:
                said.append(ask(self.features_.transform(part, np.full(len(part), view))))
            found.append(np.mean(said, axis=0) if self.views else said[0])
        return np.concatenate(found)


class PatternClassifier(ClassifierMixin, _PatternModel):
    """Patterns to class probabilities: features, estimator, calibration.

    Parameters
    ----------
    features : PatternFeatures
    estimator : classifier
        Works on the features.
    jitter : float
        Standard deviation of a random stretch (relative) of every training pattern, drawn anew for
        each stage of a network. Zero: none; other estimators than a network have none.
    shortened : float
        Share of the training patterns that are cut short or those of small particles, drawn anew
        for each stage of a network as well: see `augmentation.Augmentation`.
    views : sequence of float
        Further stretches at which a pattern is looked at; the answers are averaged.
    temperature : float
        Log-probabilities are divided by it (C. Guo et al., Proc. ICML 70 (2017) 1321). Fitted on
        predictions of cross-validation.
    random_state : int
    """

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        jitter: float = 0.0,
        shortened: float = 0.0,
        views: Sequence[float] = (),
        temperature: float = 1.0,
        random_state: int = 0,
    ) -> None:
        super().__init__(features, estimator, jitter, shortened, views, random_state)
        self.temperature = temperature

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with labels (n,); "" is a label that is not known."""
        self._fit(X, y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes).

        The perfect control alone is shown the truth. For an estimator without probabilities its
        scores go through the softmax: they are no probabilities before calibration.
        """
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict_proba(X, truth)
        if hasattr(self.estimator_, "predict_proba"):
            return temper(self._by_blocks(self.estimator_.predict_proba, X), self.temperature)
        scores = self._by_blocks(self.estimator_.decision_function, X)
        if scores.ndim == 1:
            scores = np.column_stack([-scores, scores])
        return softmax(scores / self.temperature)


class PatternRegressor(RegressorMixin, _PatternModel):
    """Patterns to a number: features, estimator; the number is learned in units of its spread.

    Parameters
    ----------
    features, estimator, jitter, shortened, views, random_state
        As in `PatternClassifier`.
    """

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on patterns (n, points) with numbers (n,)."""
        y = np.asarray(y, dtype=np.float64)
        self.mean_, self.spread_ = float(y.mean()), float(y.std()) or 1.0
        self._fit(X, (y - self.mean_) / self.spread_)
        return self

    def predict(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
        """Numbers (n,) in the label's unit. The perfect control alone is shown the truth."""
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict(X, truth)
        return self._by_blocks(self.estimator_.predict, X) * self.spread_ + self.mean_


class SummedClassifier(ClassifierMixin, BaseEstimator):
    """A trained model of finer classes, read as one of coarser ones.

    Parameters
    ----------
    model : PatternClassifier
    names : list of str
        The coarse class of each of the model's own.
    """

    def __init__(self, model: PatternClassifier, names: list[str]) -> None:
        self.model = model
        self.names = names

    @property
    def classes_(self) -> np.ndarray:
        """The coarse classes, in alphabetical order."""
        return np.unique(self.names)

    def predict_proba(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes)."""
        return merge(self.model.predict_proba(X), self.names)[0]


class AverageClassifier(ClassifierMixin, BaseEstimator):
    """The mean of the probabilities of models that are trained already.

    Parameters
    ----------
    members : list of PatternClassifier or SummedClassifier
        All with the same classes.
    weights : array (n_classes,) or None
        See `class_weights`.
    temperature : float
    """

    def __init__(
        self,
        members: list[PatternClassifier | SummedClassifier],
        weights: np.ndarray | None = None,
        temperature: float = 1.0,
    ) -> None:
        self.members = members
        self.weights = weights
        self.temperature = temperature

    @property
    def classes_(self) -> np.ndarray:
        """The members' classes."""
        return self.members[0].classes_

    def predict_proba(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes)."""
        mean = np.mean([member.predict_proba(X, truth) for member in self.members], axis=0)
        return temper(reweight(mean, self.weights), self.temperature)


class AverageRegressor(RegressorMixin, BaseEstimator):
    """The mean of the numbers that models predict which are trained already.

    Parameters
    ----------
    members : list of PatternRegressor
    """

    def __init__(self, members: list[PatternRegressor]) -> None:
        self.members = members

    def predict(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
        """Numbers (n,)."""
        return np.mean([member.predict(X, truth) for member in self.members], axis=0)


def average_of(
    members: list[PatternClassifier | SummedClassifier] | list[PatternRegressor],
    weights: np.ndarray | None = None,
) -> BaseEstimator:
    """The average of trained models; weights of classes as `class_weights` makes them."""
    if isinstance(members[0], PatternRegressor):
        return AverageRegressor(members)
    return AverageClassifier(members, weights)


def class_weights(name: str, spec: dict[str, Any], target: Target) -> np.ndarray | None:
    """What an average multiplies its probabilities of classes (n_classes,) by; None: by nothing.

    A model leans towards classes that it saw often, and balanced accuracy counts all alike: each
    class is divided by its frequency in training to the power `balance`, an entry of the average's
    params between 0 (as learned) and 1 (as if all had been equally frequent). Members of another
    task may have learned from more patterns than this task's own: all that training may be told
    count.

    Notes
    -----
    M. Saerens, P. Latinne and C. Decaestecker, Neural Comput. 14 (2002) 21.
    """
    params = dict(spec.get("params") or {})
    balance = params.pop("balance", 0.0)
    if params or not isinstance(balance, int | float) or not 0 <= balance <= 1:
        raise ModelError(
            f"models.{name}.params: {spec['params']}; an average has one, balance, between 0 and 1"
        )
    if not balance or target.task_type == REGRESSION:
        return None
    _, counts = np.unique(target.y_visible[known(target.y_visible)], return_counts=True)
    return (counts / counts.mean()) ** -balance


def answers(model: BaseEstimator, X: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """What a model says of patterns: probabilities (n, n_classes), or numbers (n, 1)."""
    if isinstance(model, PatternRegressor | AverageRegressor):
        return model.predict(X, truth)[:, None]
    return model.predict_proba(X, truth)


def teachable(estimator: str, taught: np.ndarray) -> np.ndarray:
    """The patterns (n,) that a model learns from: those with a label, or all where it can."""
    return np.ones(len(taught), dtype=bool) if estimator in SEMI_SUPERVISED else known(taught)


def candidates(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every combination of a model's search space, in the order of the config."""
    search = spec.get("param_grid") or {}
    return [
        dict(zip(search, values, strict=True)) for values in itertools.product(*search.values())
    ]


def build(
    name: str,
    spec: dict[str, Any],
    params: dict[str, Any],
    preprocessing: Preprocessing,
    seed: int,
    kind: str = CLASSIFICATION,
) -> PatternClassifier | PatternRegressor:
    """Make the untrained model.

    Parameters
    ----------
    name : str
        The model's name in the config; errors speak of it.
    spec : dict
        Its entry: estimator, params (fixed), search (name -> values).
    params : dict
        One of `candidates(spec)`. The keys features, jitter, shortened and views are the
        model's; the others its estimator's.
    preprocessing : Preprocessing
        The grid of the patterns and the window of r that the model sees.
    seed : int
    kind : {"classification", "regression"}

    Raises
    ------
    ModelError
        For an estimator or a parameter that does not exist.
    """
    estimators = ESTIMATORS[kind]
    if spec["estimator"] not in estimators:
        raise ModelError(
            f"models.{name}.estimator is {spec['estimator']!r}; expected one of "
            f"{', '.join(estimators)}"
        )
    fixed = FIXED.get(spec["estimator"], {}) if kind == CLASSIFICATION else {}
    settings = {**fixed, **(spec.get("params") or {}), **params}
    grid, window = preprocessing.grid, preprocessing.window
    features = PatternFeatures(settings.pop("features", "raw"), grid, window)
    training = {key: settings.pop(key) for key in TRAINING if key in settings}
    estimator_class, before = estimators[spec["estimator"]]
    steps = [step() for step in before] + [estimator_class()]
    parameters = {key for step in steps for key in step.get_params()} - {"random_state"}
    unknown = sorted(set(settings) - parameters)
    if unknown:
        raise ModelError(
            f"models.{name}: {spec['estimator']} has no parameter {', '.join(unknown)}; it has "
            f"features, {', '.join(TRAINING)}, {', '.join(sorted(parameters))}"
        )
    for key in ("jitter", "shortened"):
        if training.get(key) and not issubclass(estimator_class, MLPClassifier):
            raise ModelError(
                f"models.{name}: {spec['estimator']} sees its patterns once, as they are. Leave "
                f"{key} out; a mlp that tells classes apart has it"
            )
    random_state = seed_of(seed, name) % 2**32  # two models of one kind start apart
    for step in steps:
        own = {key: settings[key] for key in step.get_params() if key in settings}
        if "random_state" in step.get_params():
            own["random_state"] = random_state
        if isinstance(step, BlockScaler):
            own["copy"] = False  # the features are the model's own
        step.set_params(**own)
    estimator = make_pipeline(*steps) if len(steps) > 1 else steps[0]
    model = PatternClassifier if kind == CLASSIFICATION else PatternRegressor
    return model(features, estimator, **training, random_state=random_state)
