"""Patterns without a label help where the classes lie apart."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from pdflearn.models.semi_supervised import LabelSpreadingClassifier, SelfTrainingClassifier


@pytest.fixture(scope="module")
def moons():
    """Two long clouds; the only labels stand at one end of each."""
    random = np.random.default_rng(0)
    place = random.uniform(0, 10, 400)
    label = np.repeat(["a", "b"], 200)
    x = np.column_stack([place, np.where(label == "a", 0.0, 2.5)])
    x += 0.25 * random.normal(size=x.shape)
    x[:, 1] += 0.6 * x[:, 0]
    taught = np.where(place < 0.8, label, "")
    return x, label, taught


def test_spreading_follows_the_clouds_where_the_nearest_label_misleads(moons):
    x, label, taught = moons
    shown = taught != ""
    nearest = KNeighborsClassifier(1).fit(x[shown], taught[shown]).predict(x)
    spread = LabelSpreadingClassifier(n_neighbors=15).fit(x, taught)
    found = spread.classes_[spread.predict_proba(x).argmax(axis=1)]
    assert np.mean(found == label) > 0.95
    assert np.mean(found == label) > np.mean(nearest == label) + 0.1


def test_where_no_label_comes_near_all_classes_are_alike(moons):
    x, _, taught = moons
    far = np.vstack([x, x[:20] + 1000.0])
    model = LabelSpreadingClassifier().fit(far, np.concatenate([taught, np.full(20, "")]))
    np.testing.assert_allclose(model.predict_proba(far[-20:]), 0.5)


def test_self_training_takes_its_sure_answers(moons):
    x, label, taught = moons
    model = SelfTrainingClassifier(threshold=0.8, rounds=20, C=10.0).fit(x, taught)
    assert (model.learner_.transduction_ >= 0).sum() > 2 * (taught != "").sum()
    np.testing.assert_allclose(model.predict_proba(x).sum(axis=1), 1.0)
    assert list(model.classes_) == ["a", "b"]
