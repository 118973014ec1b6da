"""Models: built from the config, stored without pickle, the same bytes each time."""

import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.tree import DecisionTreeClassifier

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION, TASK_TYPES
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.targets import Target
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, ensemble, pattern_models, persistence, probabilities
from pdflearn.models.mlp import MLPClassifier
from pdflearn.models.registry import estimators_for

GRID = Grid(1.0, 20.0, 0.1)
WINDOW = (1.5, 18.0)
PREPROCESSING = Preprocessing(GRID, WINDOW)
SPECS = {
    "perceptron": {"max_epochs": 5},
    "logistic_gradient": {"max_epochs": 5},
    "linear_gradient": {"max_epochs": 5},
    "logistic_regression": {"max_iter": 20},
    "knn": {"n_neighbors": 3},
    "mlp": {"max_iter": 3, "hidden_layer_sizes": [8], "tta_stretches": [0.98, 1.02]},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"max_iter": 3},
    "convolutions": {"biases": 2},
}
EVERY = [(task_type, name) for task_type in TASK_TYPES for name in estimators_for(task_type)]


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_estimator_is_built_stored_and_read_back(kind, name, data, tmp_path):
    patterns, label = data
    if kind == REGRESSION:
        label = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)
    files = []
    for attempt in (1, 2):
        spec = {"estimator": name, "params": SPECS.get(name, {})}
        model = build.build_model(
            name, spec, {"features": "raw"}, PREPROCESSING, seed=2**40, task_type=kind
        )
        model.fit(patterns, label)
        files.append(tmp_path / f"{attempt}.skops")
        persistence.save_model(files[-1], model)
    assert files[0].read_bytes() == files[1].read_bytes()
    again = persistence.load_model(files[0])
    expected = pattern_models.predict(model, patterns, label)
    np.testing.assert_array_equal(pattern_models.predict(again, patterns, label), expected)
    if kind == CLASSIFICATION:
        np.testing.assert_allclose(expected.sum(axis=1), 1.0, atol=1e-6)
    else:
        assert expected.shape == (60, 1)


def test_an_average_of_numbers_is_stored_and_read_back(data, tmp_path):
    patterns, label = data
    number = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)
    members = [
        build.build_model(name, {"estimator": name}, {}, PREPROCESSING, 0, REGRESSION).fit(
            patterns, number
        )
        for name in ("mean", "knn")
    ]
    persistence.save_model(tmp_path / "model.skops", ensemble.average_of(members))
    again = persistence.load_model(tmp_path / "model.skops")
    expected = (number.mean() + members[1].predict(patterns)) / 2
    np.testing.assert_allclose(again.predict(patterns), expected)


def test_a_sum_of_finer_classes_is_stored_and_read_back(data, tmp_path):
    patterns, label = data
    fine = np.char.add(label, np.tile(["1", "2"], 30))
    model = build.build_model("knn", {"estimator": "knn"}, {}, PREPROCESSING, 0).fit(patterns, fine)
    summed = ensemble.SummedClassifier(model, [name[0] for name in model.classes_])
    persistence.save_model(tmp_path / "model.skops", ensemble.average_of([summed]))
    again = persistence.load_model(tmp_path / "model.skops")
    assert list(again.classes_) == sorted(set(label))
    expected = model.predict_proba(patterns).reshape(60, -1, 2).sum(axis=2)
    np.testing.assert_allclose(again.predict_proba(patterns), expected, atol=1e-6)


def test_blocks_change_nothing(data, monkeypatch):
    patterns, label = data
    params = {
        "features": "first_peak",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001],
        "max_iter": 1,
        "stretch_std": 0.02,
    }
    spec = {"estimator": "mlp", "params": params}
    said = []
    for block in (7, 20_000):
        monkeypatch.setattr(pattern_models, "BLOCK", block)
        model = build.build_model("mlp", spec, {}, PREPROCESSING, 0).fit(patterns, label)
        said.append(model.predict_proba(patterns))
    # The products of matrices of other sizes may differ in their last digits, as the kernel of BLAS
    # pleases; another random draw would differ by far more.
    np.testing.assert_allclose(*said, rtol=0.0, atol=1e-5)


def test_each_stage_sees_the_patterns_at_another_stretch(data, monkeypatch):
    patterns, label = data
    seen = []
    fit_stage = MLPClassifier.fit_stage

    def watch(self, X, y, stage):
        seen.append(X.copy())
        return fit_stage(self, X, y, stage)

    monkeypatch.setattr(MLPClassifier, "fit_stage", watch)
    params = {
        "features": "log_r",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001, 0.0001],
        "max_iter": 1,
    }
    for stretch_std, apart in ((0.0, False), (0.02, True)):
        seen.clear()
        spec = {"estimator": "mlp", "params": {**params, "stretch_std": stretch_std}}
        model = build.build_model("mlp", spec, {}, PREPROCESSING, 0).fit(patterns, label)
        assert len(seen) == 3
        assert np.allclose(seen[0], seen[1]) != apart
        assert len(model.estimator_[-1].loss_curve_) == 3


@pytest.mark.parametrize("key", ["stretch_std", "truncated_fraction"])
def test_other_looks_are_for_networks_alone(key):
    spec = {"estimator": "knn", "params": {key: 0.02}}
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.near: knn sees its patterns once"
    ):
        build.build_model("near", spec, {}, PREPROCESSING, 0)


def test_a_file_with_foreign_types_is_refused(tmp_path):
    class Foreign(DecisionTreeClassifier):
        pass

    path = tmp_path / "foreign.skops"
    skops.io.dump(Foreign(), path)
    with pytest.raises(pattern_models.ModelError, match="Foreign.*not loaded"):
        persistence.load_model(path)


@pytest.mark.parametrize("content", [b"", b"no archive", "empty archive"])
def test_a_file_that_is_no_model_is_refused(content, tmp_path):
    path = tmp_path / "model.skops"
    if content == "empty archive":
        zipfile.ZipFile(path, "w").close()
    else:
        path.write_bytes(content)
    with pytest.raises(pattern_models.ModelError, match="is no model file"):
        persistence.load_model(path)


def test_faults_in_the_config_are_named():
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.x\.estimator is 'forest'; expected one"
    ):
        build.build_model("x", {"estimator": "forest"}, {}, PREPROCESSING, 0)
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.x: .* has no parameter neighbours"
    ):
        build.build_model("x", {"estimator": "knn"}, {"neighbours": 3}, PREPROCESSING, 0)


def test_candidates_are_every_combination():
    spec = {"param_grid": {"a": [1, 2], "b": ["x", "y", "z"]}}
    found = build.param_grid(spec)
    assert len(found) == 6
    assert found[0] == {"a": 1, "b": "x"}
    assert build.param_grid({}) == [{}]


def test_views_average_the_answers_to_stretched_patterns(data):
    patterns, label = data
    spec = {"estimator": "logistic_regression", "params": {"features": "log_r"}}
    plain = build.build_model("a", spec, {}, PREPROCESSING, 0).fit(patterns, label)
    viewed = build.build_model("a", spec, {"tta_stretches": [0.97, 1.02]}, PREPROCESSING, 0).fit(
        patterns, label
    )
    features = PatternFeatures("log_r", GRID, WINDOW).fit(patterns)
    expected = [
        plain.estimator_.predict_proba(features.transform(patterns, np.full(60, view)))
        for view in (1.0, 0.97, 1.02)
    ]
    np.testing.assert_allclose(viewed.predict_proba(patterns), np.mean(expected, 0), atol=1e-6)


def test_weights_take_back_what_frequent_classes_gain(data):
    taught = np.repeat(["a", "b"], [90, 10])
    target = Target(CLASSIFICATION, taught, taught, taught, np.ones(100, bool))
    spec = {"estimator": "average", "members": ["x", "y"], "params": {"prior_correction": 1.0}}
    weights = ensemble.class_weights("average", spec, target)
    np.testing.assert_allclose(
        probabilities.reweight(np.array([[0.9, 0.1]]), weights), [[0.5, 0.5]]
    )
    assert ensemble.class_weights("average", {**spec, "params": {}}, target) is None
    with pytest.raises(pattern_models.ModelError, match="models.average.params.*prior_correction"):
        ensemble.class_weights("average", {**spec, "params": {"correction": 1}}, target)
