"""The ladder of models: from an entry in the config to a pipeline, and to a file and back."""

import io
import itertools
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from pdflearn.estimators import PerceptronClassifier, PerfectControl
from pdflearn.features import PatternFeatures
from pdflearn.storage import replacing

# From simple to complex. Name in the config: (estimator, whether its input is standardised).
ESTIMATORS: dict[str, tuple[type[BaseEstimator], bool]] = {
    "perfect": (PerfectControl, False),
    "random": (DummyClassifier, False),
    "majority": (DummyClassifier, False),
    "perceptron": (PerceptronClassifier, True),
    "logistic_regression": (LogisticRegression, True),
    "knn": (KNeighborsClassifier, False),
    "mlp": (MLPClassifier, True),
}
FIXED = {"random": {"strategy": "stratified"}, "majority": {"strategy": "most_frequent"}}
CONTROLS = ("perfect", "random", "majority")

# What a model file may hold beside scikit-learn's and NumPy's own types.
TRUSTED = [
    "pdflearn.estimators.PerceptronClassifier",
    "pdflearn.estimators.PerfectControl",
    "pdflearn.features.PatternFeatures",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
]


class ModelError(ValueError):
    """A model's settings or file cannot be used."""


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
) -> Pipeline:
    """Make the untrained pipeline of a model.

    Parameters
    ----------
    name : str
        The model's name in the config; errors speak of it.
    spec : dict
        Its entry: estimator, params (fixed), search (name -> values).
    chosen : dict
        One of `candidates(spec)`. The key `features` names the kind of features.
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
    estimator_class, standardise = ESTIMATORS[kind]
    estimator = estimator_class()
    unknown = sorted(set(settings) - set(estimator.get_params()))
    if unknown:
        raise ModelError(
            f"models.{name}: {estimator_class.__name__} has no parameter {', '.join(unknown)}; "
            f"it has features, {', '.join(estimator.get_params())}"
        )
    if "random_state" in estimator.get_params():
        settings["random_state"] = seed % 2**32
    estimator.set_params(**settings)
    steps = [features, StandardScaler(), estimator] if standardise else [features, estimator]
    return make_pipeline(*steps)


def probabilities(model: Pipeline, patterns: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Class probabilities, or what stands for them, of shape (n, n_classes).

    The perfect control alone is shown the truth. For a model without probabilities its scores go
    through the softmax: they rank the classes, and are no probabilities before calibration.
    """
    final = model[-1]
    if getattr(final, "knows_truth", False):
        return final.predict_proba(patterns, truth)
    if hasattr(model, "predict_proba"):
        return model.predict_proba(patterns)
    scores = model.decision_function(patterns)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    scores = scores / max(np.std(scores), 1e-12)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


def save_model(path: str | Path, model: Pipeline) -> None:
    """Write a model with skops; the same model gives the same bytes.

    skops names parts by their address in memory and stamps the time; both are replaced by the
    order in which they come.
    """
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match.group(), str(len(numbers) + 1))

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))) as archive:
        schema = re.sub(r"\d{9,}", number, archive.read("schema.json").decode())
        members = {
            re.sub(r"\d{9,}", number, name): archive.read(name)
            for name in archive.namelist()
            if name != "schema.json"
        }
    members["schema.json"] = json.dumps(json.loads(schema), sort_keys=True).encode()
    with replacing(path) as handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name), members[name])


def load_model(path: str | Path) -> Pipeline:
    """Read a model; a file that holds anything but known types is refused.

    Raises
    ------
    ModelError
        For a file that is no model or holds an untrusted type.
    """
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED))
        if unknown:
            raise ModelError(
                f"{path} holds types that no model of this workflow has: {', '.join(unknown)}. It "
                "was not loaded, since loading could run foreign code; train the model again"
            )
        return skops.io.load(path, trusted=TRUSTED)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} is no model file ({error}); train the model again") from error
