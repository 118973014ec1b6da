"""The registry of estimators: every list of them follows from it, and a new one is one entry."""

import importlib.util
import inspect
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted, validate_data

from pdflearn.core import codehash
from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION, TASK_TYPES
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, pattern_models, persistence, registry
from pdflearn.models.registry import REGISTRY, EstimatorEntry, estimators_for
from pdflearn.reporting.tables import model_rows
from pdflearn.study.config import ConfigError, check_config
from pdflearn.study.task_models import compatible_models

ROOT = Path(__file__).resolve().parents[3]
NAMES = [(task_type, name) for task_type in TASK_TYPES for name in estimators_for(task_type)]
# Small settings, for speed.
PARAMS = {
    "perceptron": {"max_epochs": 5},
    "logistic_gradient": {"max_epochs": 5},
    "linear_gradient": {"max_epochs": 5},
    "logistic_regression": {"max_iter": 20},
    "knn": {"n_neighbors": 3},
    "mlp": {"max_iter": 60, "hidden_layer_sizes": [16]},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"max_iter": 3},
    "convolutions": {"biases": 2},
    "cnn": {
        "max_iter": 15,
        "filters": [4],
        "hidden_layer_sizes": [16],
        "batch_size": 30,
        "learning_rates": [0.01],
    },
}
# JAX has no wheel for some machines.
MISSING = {
    name
    for name, entry in REGISTRY.items()
    if not all(importlib.util.find_spec(package) for package in entry.trained_with)
}
EVERY = [
    pytest.param(*pair, marks=pytest.mark.skipif(pair[1] in MISSING, reason="not installed"))
    for pair in NAMES
]
QUIET = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:y contains no unlabeled samples"
)


class NearestMean(ClassifierMixin, BaseEstimator):
    """The class whose mean pattern is nearest: small, but a real estimator."""

    def __init__(self, power: float = 2.0) -> None:
        self.power = power

    def fit(self, X, y):
        X, y = validate_data(self, X, y)
        self.classes_ = np.unique(y)
        self.means_ = np.array([X[y == name].mean(axis=0) for name in self.classes_])
        return self

    def decision_function(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return -(np.abs(X[:, None] - self.means_[None]) ** self.power).mean(axis=2)

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]


@pytest.fixture(scope="module")
def data():
    """Features of three classes (90, 40), their labels, and numbers that follow from them."""
    random = np.random.default_rng(0)
    label = np.repeat(["a", "b", "c"], 30)
    centre = random.normal(size=(3, 40))
    x = np.repeat(centre, 30, axis=0) + 0.1 * random.normal(size=(90, 40))
    return x.astype(np.float32), label, x[:, 0] - 2 * x[:, 1]


def pipeline_of(name, task_type):
    """What `build_model` makes of an entry, without the features of patterns."""
    preprocessing = Preprocessing(Grid(1.0, 4.9, 0.1), (1.0, 4.9))
    spec = {"estimator": name, "params": PARAMS.get(name, {})}
    return build.build_model(name, spec, {}, preprocessing, 0, task_type).estimator


@pytest.mark.parametrize(("task_type", "name"), EVERY)
def test_every_estimator_keeps_its_parameters_and_clones(task_type, name):
    estimator = pipeline_of(name, task_type)
    steps = [step for _, step in estimator.steps] if hasattr(estimator, "steps") else [estimator]
    for step in steps:
        params = step.get_params(deep=False)
        assert set(params) <= set(inspect.signature(type(step)).parameters)
        copy = clone(step)
        assert copy is not step
        assert str(copy.get_params(deep=False)) == str(params)
        assert copy.set_params(**params).get_params(deep=False) == params
        fresh = type(step)()  # the constructor sets what it is given, and nothing else
        assert not [key for key in vars(fresh) if key.endswith("_")]


@QUIET
@pytest.mark.parametrize(("task_type", "name"), EVERY)
def test_every_estimator_fits_and_predicts_one_value_a_sample(task_type, name, data):
    x, label, number = data
    y = label if task_type == CLASSIFICATION else number
    estimator = pipeline_of(name, task_type)
    before = x.copy()
    assert estimator.fit(x.copy(), y) is estimator
    if REGISTRY[name].control:
        return  # they do not look at x, or are told the truth
    if task_type == REGRESSION:
        assert estimator.predict(before.copy()).shape == (90,)
        return
    assert list(estimator.classes_) == ["a", "b", "c"]
    method = "predict_proba" if hasattr(estimator, "predict_proba") else "decision_function"
    scores = getattr(estimator, method)(before.copy())
    assert scores.shape == (90, 3)
    assert np.isfinite(scores).all()
    predicted = estimator.classes_[scores.argmax(axis=1)]
    np.testing.assert_array_equal(predicted, estimator.predict(before.copy()))
    assert np.mean(predicted == label) > 0.9


@QUIET
@pytest.mark.parametrize(("task_type", "name"), EVERY)
def test_every_estimator_learns_the_same_from_the_same(task_type, name, data):
    x, label, number = data
    y = label if task_type == CLASSIFICATION else number
    once, again = (pipeline_of(name, task_type).fit(x.copy(), y) for _ in range(2))
    assert pickle.dumps(once) == pickle.dumps(again)


def test_the_registry_is_whole():
    for name, entry in REGISTRY.items():
        assert entry.name == name
        assert entry.description
        for path in (entry.classifier, entry.regressor, *entry.preprocessing):
            assert not path or issubclass(build.import_class(path), BaseEstimator)
        assert entry.is_average == (name == "average")
        if entry.weights_shown:
            assert CLASSIFICATION in entry.task_types
    assert registry.complexity("perfect") == 0
    assert registry.complexity("average") == len(REGISTRY) - 1
    assert [name for name in REGISTRY if registry.is_control(name)] == [
        "perfect", "random", "majority", "mean",
    ]  # fmt: skip


def test_the_readme_of_the_config_names_all_estimators_in_their_order():
    text = (ROOT / "config" / "README.md").read_text()
    row, *_ = re.findall(r"\| `models\.<name>\.estimator` \| (.*) \|", text)
    classes, numbers = re.search(r"for classes: (.*?); for numbers: (.*?); `average`", row).groups()
    for task_type, part in ((CLASSIFICATION, classes), (REGRESSION, numbers)):
        names = [name for name in estimators_for(task_type) if not registry.is_control(name)]
        assert re.findall(r"`(\w+)`", part) == names
    assert set(re.findall(r"`(\w+)`", row)) >= {n for n in REGISTRY if registry.is_control(n)}


def test_code_hashes_follow_the_classes_of_the_registry():
    workflow = ROOT / "workflow"
    for module in ("build", "persistence"):
        files, _ = codehash.dependencies(workflow / "pdflearn" / "models" / f"{module}.py")
        reached = {file.relative_to(workflow).as_posix() for file in files}
        for entry in REGISTRY.values():
            for path in (entry.classifier, entry.regressor, *entry.preprocessing):
                if path.startswith("pdflearn."):
                    assert path.rpartition(".")[0].replace(".", "/") + ".py" in reached


def test_a_new_estimator_is_one_entry_and_its_class(monkeypatch, tmp_path):
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    config["models"]["mean_pattern"] = {"estimator": "nearest_mean", "params": {"power": 1.0}}
    with pytest.raises(ConfigError, match=r"models\.mean_pattern\.estimator: 'nearest_mean'"):
        check_config(config)
    entry = EstimatorEntry(
        "nearest_mean",
        "the class whose mean pattern is nearest",
        classifier=f"{__name__}.NearestMean",
    )
    monkeypatch.setitem(REGISTRY, "nearest_mean", entry)
    check_config(config)
    assert "mean_pattern" in compatible_models(config, "structure_type")
    assert "mean_pattern" not in compatible_models(config, "diameter")
    grid = Grid(1.0, 20.0, 0.1)
    patterns = np.array([np.sin(2.0 * grid.r), np.sin(3.0 * grid.r)] * 5)
    label = np.array(["slow", "fast"] * 5)
    preprocessing = Preprocessing(grid, (1.5, 20.0))
    spec = config["models"]["mean_pattern"]
    model = build.build_model("mean_pattern", spec, {}, preprocessing, seed=0)
    assert model.estimator.power == 1.0
    model.fit(patterns, label)
    expected = pattern_models.predict(model, patterns, label)
    assert list(model.classes_[expected.argmax(axis=1)]) == list(label)
    files = [tmp_path / "1.skops", tmp_path / "2.skops"]
    for file in files:
        persistence.save_model(file, model)
    assert files[0].read_bytes() == files[1].read_bytes()
    again = persistence.load_model(files[0])
    np.testing.assert_array_equal(pattern_models.predict(again, patterns, label), expected)
    (row,) = [row for row in model_rows(config["models"]) if row["model"] == "mean pattern"]
    assert row["meaning"] == entry.description
    assert registry.complexity("nearest_mean") == len(REGISTRY) - 1
