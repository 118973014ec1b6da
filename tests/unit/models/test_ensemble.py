"""Averages of models: means, sums of finer classes, weights of classes."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION
from pdflearn.dataset import targets
from pdflearn.dataset.targets import Target
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, ensemble, pattern_models, persistence, probabilities

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


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


def test_an_average_knows_the_classes_that_its_members_of_another_task_learned():
    """Of a task that learns from few patterns, these can lack a type that nobody evaluates."""
    index = pd.DataFrame(
        {"type": ["a", "b"] * 10 + ["c"] * 5, "evaluated": [True] * 20 + [False] * 5}
    )
    task = {"label": "type", "max_patterns": 20}
    spec = {"estimator": "average", "params": {"prior_correction": 0.5}}
    for members, classes in (
        ([task, task], ["a", "b"]),
        ([task, {"label": "type"}], ["a", "b", "c"]),
    ):
        target = targets.target(index, ensemble.members_task(task, members), seed=0)
        assert target.classes.tolist() == classes
        assert len(ensemble.class_weights("average", spec, target)) == len(classes)


def test_members_that_learned_different_classes_are_refused():
    alike = {"x": np.array(["a", "b"]), "t/y": np.array(["a", "b"])}
    ensemble.require_same_classes("average", alike)
    with pytest.raises(pattern_models.ModelError, match=r"models.average.members: x and z.*'c'"):
        ensemble.require_same_classes("average", {**alike, "z": np.array(["a", "b", "c"])})
