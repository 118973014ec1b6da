"""The ladder of models: from an entry in the config to a classifier of patterns."""

import itertools
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from pdflearn.convolutions import Convolutions
from pdflearn.estimators import PerceptronClassifier, PerfectControl
from pdflearn.features import PatternFeatures
from pdflearn.templates import TemplateClassifier

# From simple to complex. Name in the config: (estimator, what stands before it).
ESTIMATORS: dict[str, tuple[type[BaseEstimator], tuple[type[BaseEstimator], ...]]] = {
    "perfect": (PerfectControl, ()),
    "random": (DummyClassifier, ()),
    "majority": (DummyClassifier, ()),
    "perceptron": (PerceptronClassifier, (StandardScaler,)),
    "logistic_regression": (LogisticRegression, (StandardScaler,)),
    "linear_svm": (LinearSVC, (StandardScaler,)),
    "knn": (KNeighborsClassifier, ()),
    "template": (TemplateClassifier, ()),
    "extra_trees": (ExtraTreesClassifier, ()),
    "gradient_boosting": (HistGradientBoostingClassifier, ()),
    "mlp": (MLPClassifier, (StandardScaler,)),
    "convolutions": (RidgeClassifier, (Convolutions, StandardScaler)),
}
FIXED = {"random": {"strategy": "stratified"}, "majority": {"strategy": "most_frequent"}}
CONTROLS = ("perfect", "random", "majority")


class ModelError(ValueError):
    """A model's settings or file cannot be used."""


class PatternClassifier(ClassifierMixin, BaseEstimator):
    """Patterns to class probabilities: features, estimator, calibration.

    Parameters
    ----------
    features : PatternFeatures
    estimator : classifier
        Works on the features.
    copies : int
        How many jittered copies of the training patterns are learned beside the originals.
    jitter : float
        Standard deviation of the copies' random stretch (relative).
    temperature : float
        Log-probabilities are divided by it (C. Guo et al., Proc. ICML 70 (2017) 1321). Fitted on
        predictions of cross-validation.
    random_state : int
    """

    def __init__(
        self,
        features: PatternFeatures,
        estimator: BaseEstimator,
        copies: int = 0,
        jitter: float = 0.02,
        temperature: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.features = features
        self.estimator = estimator
        self.copies = copies
        self.jitter = jitter
        self.temperature = temperature
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:  # noqa: N803
        """Train on patterns (n, points) with labels (n,)."""
        self.features_ = clone(self.features).fit(X)
        self.estimator_ = clone(self.estimator)
        parts = [self.features_.transform(X)]
        random = np.random.default_rng(self.random_state)
        for _ in range(self.copies):
            stretch = np.exp(random.normal(0.0, self.jitter, len(X)))
            parts.append(self.features_.transform(X, stretch))
        self.estimator_.fit(np.concatenate(parts), np.tile(y, len(parts)))
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:  # noqa: N803
        """Class probabilities (n, n_classes).

        The perfect control alone is shown the truth. For an estimator without probabilities its
        scores go through the softmax: they are no probabilities before calibration.
        """
        if getattr(self.estimator_, "knows_truth", False):
            return self.estimator_.predict_proba(X, truth)
        features = self.features_.transform(X)
        if hasattr(self.estimator_, "predict_proba"):
            return temper(self.estimator_.predict_proba(features), self.temperature)
        scores = self.estimator_.decision_function(features)
        if scores.ndim == 1:
            scores = np.column_stack([-scores, scores])
        return softmax(scores / self.temperature)


class AverageClassifier(ClassifierMixin, BaseEstimator):
    """The mean of the probabilities of models that are trained already.

    Parameters
    ----------
    members : list of PatternClassifier
        All with the same classes.
    temperature : float
    """

    def __init__(self, members: list[PatternClassifier], temperature: float = 1.0) -> None:
        self.members = members
        self.temperature = temperature

    @property
    def classes_(self) -> np.ndarray:
        """The members' classes."""
        return self.members[0].classes_

    def predict_proba(self, X: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:  # noqa: N803
        """Class probabilities (n, n_classes)."""
        mean = np.mean([member.predict_proba(X, truth) for member in self.members], axis=0)
        return temper(mean, self.temperature)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(scores) with rows that sum to one."""
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


def temper(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (n, n_classes) at another temperature: above one less sure, below one surer."""
    if temperature == 1.0:
        return probabilities
    return softmax(np.log(np.clip(probabilities, 1e-12, 1.0)) / temperature)


def candidates(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every combination of a model's search space, in the order of the config."""
    search = spec.get("search") or {}
    return [
        dict(zip(search, values, strict=True)) for values in itertools.product(*search.values())
    ]


def build(
    name: str,
    spec: dict[str, Any],
    chosen: dict[str, Any],
    grid: tuple[float, float, int],
    window: tuple[float, float],
    seed: int,
) -> PatternClassifier:
    """Make the untrained classifier of a model.

    Parameters
    ----------
    name : str
        The model's name in the config; errors speak of it.
    spec : dict
        Its entry: estimator, params (fixed), search (name -> values).
    chosen : dict
        One of `candidates(spec)`. The keys features, copies and jitter are the classifier's; the
        others its estimator's.
    grid : tuple (r_min, r_step, points)
    window : tuple (low, high), angstrom
    seed : int

    Raises
    ------
    ModelError
        For an estimator or a parameter that does not exist.
    """
    kind = spec["estimator"]
    if kind not in ESTIMATORS:
        raise ModelError(
            f"models.{name}.estimator is {kind!r}; expected one of {', '.join(ESTIMATORS)}"
        )
    settings = {**FIXED.get(kind, {}), **(spec.get("params") or {}), **chosen}
    features = PatternFeatures(settings.pop("features", "raw"), grid, window)
    training = {key: settings.pop(key) for key in ("copies", "jitter") if key in settings}
    estimator_class, before = ESTIMATORS[kind]
    steps = [step() for step in before] + [estimator_class()]
    known = {key for step in steps for key in step.get_params()} - {"random_state"}
    unknown = sorted(set(settings) - known)
    if unknown:
        raise ModelError(
            f"models.{name}: {kind} has no parameter {', '.join(unknown)}; it has features, "
            f"copies, jitter, {', '.join(sorted(known))}"
        )
    for step in steps:
        own = {key: settings[key] for key in step.get_params() if key in settings}
        if "random_state" in step.get_params():
            own["random_state"] = seed % 2**32
        step.set_params(**own)
    estimator = make_pipeline(*steps) if len(steps) > 1 else steps[0]
    return PatternClassifier(features, estimator, **training, random_state=seed % 2**32)
