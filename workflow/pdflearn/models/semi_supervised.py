"""Learning from a few labels and many patterns without one; "" marks a label that is not known."""

from typing import Self

import numpy as np
from sklearn import semi_supervised
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from pdflearn.dataset.targets import known


class _SemiSupervised(ClassifierMixin, BaseEstimator):
    """Classes as numbers, -1 for none, around scikit-learn's estimators."""

    def _learn(self, learner: BaseEstimator, X: np.ndarray, y: np.ndarray) -> Self:
        y = np.asarray(y)
        labelled = known(y)
        self.classes_ = np.unique(y[labelled])
        codes = np.where(labelled, np.searchsorted(self.classes_, y), -1)
        self.learner_ = learner.fit(X, codes)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes); all alike where no label came near."""
        check_is_fitted(self)
        with np.errstate(invalid="ignore"):  # 0 / 0 where no label came near
            found = self.learner_.predict_proba(X)
        return np.where(np.isnan(found), 1.0 / len(self.classes_), found)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class of each sample, (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class SelfTrainingClassifier(_SemiSupervised):
    """Logistic regression that takes its own sure answers as labels and learns again.

    Parameters
    ----------
    threshold : float
        Probability from which an answer is taken.
    rounds : int
        How often at most.
    C, max_iter
        Of the logistic regression.

    Notes
    -----
    D. Yarowsky, Proc. ACL 33 (1995) 189; scikit-learn's SelfTrainingClassifier.
    """

    def __init__(
        self, threshold: float = 0.9, rounds: int = 5, C: float = 0.01, max_iter: int = 100
    ) -> None:
        self.threshold = threshold
        self.rounds = rounds
        self.C = C
        self.max_iter = max_iter

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from all samples (n, m); labels (n,) of str, "" where not known."""
        base = LogisticRegression(C=self.C, max_iter=self.max_iter)
        learner = semi_supervised.SelfTrainingClassifier(
            base, threshold=self.threshold, max_iter=self.rounds
        )
        return self._learn(learner, X, y)


class LabelSpreadingClassifier(_SemiSupervised):
    """Labels spread from each sample to its nearest neighbours until nothing changes.

    Parameters
    ----------
    n_neighbors : int
    alpha : float
        How far a sample gives way to its neighbours, 0 to 1.
    max_iter : int
        Steps; in each, labels come one neighbour further.

    Notes
    -----
    D. Zhou et al., Advances in Neural Information Processing Systems 16 (2004) 321; scikit-learn's
    LabelSpreading.
    """

    def __init__(self, n_neighbors: int = 10, alpha: float = 0.9, max_iter: int = 300) -> None:
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.max_iter = max_iter

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from all samples (n, m); labels (n,) of str, "" where not known."""
        learner = semi_supervised.LabelSpreading(
            kernel="knn", n_neighbors=self.n_neighbors, alpha=self.alpha, max_iter=self.max_iter
        )
        return self._learn(learner, X, y)
