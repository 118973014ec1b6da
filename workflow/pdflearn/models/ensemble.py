"""Averages of trained models, also of models that learned finer classes."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from pdflearn.core.tasks import REGRESSION
from pdflearn.dataset.targets import Target
from pdflearn.models.pattern_models import ModelError, PatternClassifier, PatternRegressor
from pdflearn.models.probabilities import merge, reweight, temper


class SummedClassifier(ClassifierMixin, BaseEstimator):
    """A trained model of finer classes, read as one of coarser classes: probabilities are summed.

    Parameters
    ----------
    model : PatternClassifier
        Trained.
    names : list of str
        The coarse class of each of the model's own classes.
    """

    def __init__(self, model: PatternClassifier, names: list[str]) -> None:
        self.model = model
        self.names = names

    @property
    def classes_(self) -> np.ndarray:
        """The coarse classes, in alphabetical order."""
        return np.unique(self.names)

    def predict_proba(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points)."""
        return merge(self.model.predict_proba(X), self.names)[0]


class AverageClassifier(ClassifierMixin, BaseEstimator):
    """The mean of the probabilities of trained models.

    Parameters
    ----------
    members : list of PatternClassifier or SummedClassifier
        All with the same classes.
    weights : array (n_classes,) or None
        Factors of the mean probabilities; see `class_weights`.
    temperature : float
        Log-probabilities are divided by it; fitted on cross-validation's predictions.

    See Also
    --------
    average_of : Makes one, or an `AverageRegressor`.
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

    def predict_proba(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points)."""
        mean = np.mean([member.predict_proba(X, y_true) for member in self.members], axis=0)
        return temper(reweight(mean, self.weights), self.temperature)


class AverageRegressor(RegressorMixin, BaseEstimator):
    """The mean of the numbers that trained models predict.

    Parameters
    ----------
    members : list of PatternRegressor
        Trained.
    """

    def __init__(self, members: list[PatternRegressor]) -> None:
        self.members = members

    def predict(self, X: np.ndarray, y_true: np.ndarray | None = None) -> np.ndarray:
        """Numbers (n,) of patterns (n, points), in the label's unit."""
        return np.mean([member.predict(X, y_true) for member in self.members], axis=0)


def average_of(
    members: list[PatternClassifier | SummedClassifier] | list[PatternRegressor],
    weights: np.ndarray | None = None,
) -> AverageClassifier | AverageRegressor:
    """The average of trained models.

    Parameters
    ----------
    members : list
        Trained models of one task.
    weights : array (n_classes,) or None
        Of classes alone; see `class_weights`.
    """
    if isinstance(members[0], PatternRegressor):
        return AverageRegressor(members)
    return AverageClassifier(members, weights)


def members_task(task: dict[str, Any], member_tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """The task as an average knows it, which has learned what its members have.

    Members of another task may have learned from more patterns than the task allows, and so know
    classes that the task's own models do not.

    Parameters
    ----------
    task : dict
        The average's entry in `tasks` of the config.
    member_tasks : list of dict
        The entries of its members' tasks.

    Examples
    --------
    >>> members_task({"label": "visible_type", "max_patterns": 100}, [{"label": "type_as_seen"}])
    {'label': 'visible_type'}
    """
    limits = [member.get("max_patterns") for member in member_tasks]
    unlimited = {key: value for key, value in task.items() if key != "max_patterns"}
    return unlimited if None in limits else {**unlimited, "max_patterns": max(limits)}


def require_same_classes(name: str, members: dict[str, np.ndarray]) -> None:
    """Raise where an average's members know different classes.

    Parameters
    ----------
    name : str
        The average's name in the config.
    members : dict
        The classes of each member, by its name.

    Raises
    ------
    ModelError
    """
    (first, classes), *others = members.items()
    for member, known_classes in others:
        different = sorted(set(classes) ^ set(known_classes))
        if different:
            raise ModelError(
                f"models.{name}.members: {first} and {member} have learned different classes, such "
                f"as {different[0]!r}. Give their tasks the same max_patterns, or none"
            )


def class_weights(name: str, spec: dict[str, Any], target: Target) -> np.ndarray | None:
    """Factors (n_classes,) of an average's class probabilities; None where there are none.

    A model leans towards classes that were frequent in training, while balanced accuracy counts
    all classes alike. Each probability is divided by the class's frequency in training to the
    power `prior_correction`. Members of another task may have learned from more patterns than
    this task's own model, so all labels that training may use count.

    Parameters
    ----------
    name : str
        The average's name in the config; errors name it.
    spec : dict
        Its entry. The only parameter is prior_correction, from 0 (probabilities as learned, the
        default) to 1 (as if all classes had been equally frequent).
    target : Target
        The labels of the task.

    Raises
    ------
    ModelError
        For any other parameter or value.

    References
    ----------
    M. Saerens, P. Latinne and C. Decaestecker, Neural Comput. 14 (2002) 21.
    """
    params = dict(spec.get("params") or {})
    correction = params.pop("prior_correction", 0.0)
    if params or not isinstance(correction, int | float) or not 0 <= correction <= 1:
        raise ModelError(
            f"models.{name}.params: {spec['params']}; an average has one parameter, "
            "prior_correction: give a number from 0 to 1, or leave params out"
        )
    if not correction or target.task_type == REGRESSION:
        return None
    _, counts = np.unique(
        target.y_visible[np.isin(target.y_visible, target.classes)], return_counts=True
    )
    return (counts / counts.mean()) ** -correction
