"""From an entry of the config to an untrained model of patterns."""

import importlib
import itertools
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline

from pdflearn.core.seeds import seed_of
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.scaling import BlockScaler
from pdflearn.dataset.targets import known
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models.pattern_models import ModelError, PatternClassifier, PatternRegressor
from pdflearn.models.registry import REGISTRY, estimators_for

# The classes that the registry names are imported here. Code hashes and environments of rules
# follow them as if they stood in `import` statements; see `core.codehash`.
DYNAMIC_IMPORTS = "pdflearn.models.registry"

# Parameters of a model beside its features; all others are those of its estimator.
AUGMENTATION_PARAMS = ("stretch_std", "truncated_fraction", "common_stages", "common_share")
PATTERN_PARAMS = (*AUGMENTATION_PARAMS, "tta_stretches")


def import_class(path: str) -> type[BaseEstimator]:
    """The class at a dotted path, such as "sklearn.svm.LinearSVC"."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def param_grid(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every combination of the values in a model's `param_grid`, in the order of the config.

    Examples
    --------
    >>> param_grid({"param_grid": {"n_neighbors": [3, 10], "features": ["raw"]}})
    [{'n_neighbors': 3, 'features': 'raw'}, {'n_neighbors': 10, 'features': 'raw'}]
    >>> param_grid({})
    [{}]
    """
    grid = spec.get("param_grid") or {}
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def training_rows(estimator: str, y_train: np.ndarray) -> np.ndarray:
    """Patterns (n,) that an estimator learns from: those with a label, or all if semi-supervised.

    Parameters
    ----------
    estimator : str
        A name of the registry.
    y_train : array (n,)
        See `targets.Target`.
    """
    if REGISTRY[estimator].semi_supervised:
        return np.ones(len(y_train), dtype=bool)
    return known(y_train)


def build_model(
    name: str,
    spec: dict[str, Any],
    params: dict[str, Any],
    preprocessing: Preprocessing,
    seed: int,
    task_type: str = CLASSIFICATION,
) -> PatternClassifier | PatternRegressor:
    """Make an untrained model from its entry in the config.

    Parameters
    ----------
    name : str
        The model's name in the config; errors name it, and its random numbers follow from it.
    spec : dict
        Its entry: estimator and params.
    params : dict
        Further parameters, which win over those of the entry: one of `param_grid(spec)`. The keys
        features and those of `PATTERN_PARAMS` are the model's (see `PatternClassifier`); all others
        are its estimator's or its transformers'.
    preprocessing : Preprocessing
        The grid of the patterns and the window of r that the model sees.
    seed : int
        The study's.
    task_type : {"classification", "regression"}

    Returns
    -------
    PatternClassifier or PatternRegressor
        Untrained.

    Raises
    ------
    ModelError
        For an estimator or a parameter that does not exist.

    See Also
    --------
    pdflearn.models.registry : The estimators by name.
    pdflearn.models.persistence.save_model : Writes a trained model.

    Examples
    --------
    Two kinds of waves are told apart:

    >>> from pdflearn.core.grid import Grid
    >>> grid = Grid(r_min=1.0, r_max=20.0, r_step=0.1)
    >>> patterns = np.array([np.sin(2.0 * grid.r), np.sin(3.0 * grid.r)])
    >>> spec = {"estimator": "knn", "params": {"features": "raw", "n_neighbors": 1}}
    >>> model = build_model("nearest", spec, {}, Preprocessing(grid, (1.5, 20.0)), seed=0)
    >>> _ = model.fit(patterns, np.array(["slow", "fast"]))
    >>> model.predict_proba(np.sin(2.01 * grid.r)[None])
    array([[0., 1.]])
    >>> model.classes_.tolist()
    ['fast', 'slow']
    """
    known_estimators = estimators_for(task_type)
    if spec["estimator"] not in known_estimators:
        raise ModelError(
            f"models.{name}.estimator is {spec['estimator']!r}; expected one of "
            f"{', '.join(known_estimators)}"
        )
    entry = REGISTRY[spec["estimator"]]
    implied = entry.classifier_params if task_type == CLASSIFICATION else {}
    settings = {**implied, **(spec.get("params") or {}), **params}
    grid, window = preprocessing.grid, preprocessing.window
    features = PatternFeatures(settings.pop("features", "raw"), grid, window)
    of_patterns = {key: settings.pop(key) for key in PATTERN_PARAMS if key in settings}
    steps = [import_class(path)() for path in (*entry.preprocessing, entry.class_path(task_type))]
    available = {key for step in steps for key in step.get_params()} - {"random_state"}
    unknown = sorted(set(settings) - available)
    if unknown:
        raise ModelError(
            f"models.{name}: {spec['estimator']} has no parameter {', '.join(unknown)}; it has "
            f"features, {', '.join(PATTERN_PARAMS)}, {', '.join(sorted(available))}"
        )
    for key in AUGMENTATION_PARAMS:
        may_be_cut = key == "truncated_fraction" and task_type != CLASSIFICATION
        if of_patterns.get(key) and not (may_be_cut or hasattr(steps[-1], "stages")):
            raise ModelError(
                f"models.{name}: {spec['estimator']} sees its patterns once, as they are. Leave "
                f"{key} out; a mlp or cnn that tells classes apart has it"
            )
    random_state = seed_of(seed, name) % 2**32  # two models of one estimator start apart
    for step in steps:
        step_params = {key: settings[key] for key in step.get_params() if key in settings}
        if "random_state" in step.get_params():
            step_params["random_state"] = random_state
        if isinstance(step, BlockScaler):
            step_params["copy"] = False  # the features are the model's own
        step.set_params(**step_params)
    estimator = make_pipeline(*steps) if len(steps) > 1 else steps[0]
    model = PatternClassifier if task_type == CLASSIFICATION else PatternRegressor
    return model(features, estimator, **of_patterns, random_state=random_state)
