"""Learning from few labels and many patterns without one; "" is an unknown label."""

from typing import Self

import numpy as np
from sklearn import semi_supervised
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from pdflearn.dataset.targets import known


class _SemiSupervised(ClassifierMixin, BaseEstimator):
    """Labels of str for scikit-learn's semi-supervised estimators, which want numbers."""

    def _learn(self, learner: BaseEstimator, X: np.ndarray, y: np.ndarray) -> Self:
        y = np.asarray(y)
        labelled = known(y)
        self.classes_ = np.unique(y[labelled])
        codes = np.where(labelled, np.searchsorted(self.classes_, y), -1)
        self.learner_ = learner.fit(X, codes)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes); all equal where no label came near."""
        check_is_fitted(self)
        with np.errstate(invalid="ignore"):  # 0 / 0 where no label came near
            proba = self.learner_.predict_proba(X)
        return np.where(np.isnan(proba), 1.0 / len(self.classes_), proba)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class of each sample, (n,)."""
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]


class SelfTrainingClassifier(_SemiSupervised):
    """Logistic regression that learns again from its own confident predictions [1]_.

    Parameters
    ----------
    threshold : float, default 0.9
        Lowest probability of a prediction that becomes a label.
    rounds : int, default 5
        Most repetitions.
    C : float, default 0.01
        Inverse of the penalty of the logistic regression.
    max_iter : int, default 100
        Most iterations of the logistic regression's solver.

    Attributes
    ----------
    classes_ : array (n_classes,)
    learner_
        scikit-learn's SelfTrainingClassifier.

    References
    ----------
    .. [1] D. Yarowsky, Proc. ACL 33 (1995) 189.

    Examples
    --------
    >>> x = np.array([[-2.0], [-1.5], [-1.0], [1.0], [1.5], [2.0]])
    >>> y = np.array(["low", "", "", "", "", "high"])
    >>> SelfTrainingClassifier(threshold=0.6, C=10.0).fit(x, y).predict(x).tolist()
    ['low', 'low', 'low', 'high', 'high', 'high']
    """

    def __init__(
        self, threshold: float = 0.9, rounds: int = 5, C: float = 0.01, max_iter: int = 100
    ) -> None:
        self.threshold = threshold
        self.rounds = rounds
        self.C = C
        self.max_iter = max_iter

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from samples X (n, m) with labels y (n,) of str; "" is an unknown label."""
        base = LogisticRegression(C=self.C, max_iter=self.max_iter)
        learner = semi_supervised.SelfTrainingClassifier(
            base, threshold=self.threshold, max_iter=self.rounds
        )
        return self._learn(learner, X, y)


class LabelSpreadingClassifier(_SemiSupervised):
    """Labels that spread from each sample to its nearest neighbours until nothing changes [1]_.

    Parameters
    ----------
    n_neighbors : int, default 10
    alpha : float, default 0.9
        Weight of the neighbours' labels against a sample's own, from 0 to 1.
    max_iter : int, default 300
        Most steps; in each, labels spread by one neighbour.

    Attributes
    ----------
    classes_ : array (n_classes,)
    learner_
        scikit-learn's LabelSpreading.

    References
    ----------
    .. [1] D. Zhou et al., Advances in Neural Information Processing Systems 16 (2004) 321.

    Examples
    --------
    >>> x = np.array([[-2.0], [-1.5], [-1.0], [1.0], [1.5], [2.0]])
    >>> y = np.array(["low", "", "", "", "", "high"])
    >>> LabelSpreadingClassifier(n_neighbors=2).fit(x, y).predict(x).tolist()
    ['low', 'low', 'low', 'high', 'high', 'high']
    """

    def __init__(self, n_neighbors: int = 10, alpha: float = 0.9, max_iter: int = 300) -> None:
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.max_iter = max_iter

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from samples X (n, m) with labels y (n,) of str; "" is an unknown label."""
        learner = semi_supervised.LabelSpreading(
            kernel="knn", n_neighbors=self.n_neighbors, alpha=self.alpha, max_iter=self.max_iter
        )
        return self._learn(learner, X, y)
