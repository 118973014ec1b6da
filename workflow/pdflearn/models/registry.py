"""All estimators that a model of the config can have, from simple to complex: one entry each.

What is to be known of an estimator by name stands here and nowhere else: its class, what comes
before it, which tasks it learns, what the report says of it. To add one, write its class (or take
one of a library) and add one entry. Classes are given as text: Snakemake reads this module while it
parses, with the standard library alone; `models.build` imports them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pdflearn.core.tasks import CLASSIFICATION, REGRESSION

_SCALER = "pdflearn.dataset.scaling.BlockScaler"
_ENVELOPE = "pdflearn.dataset.envelope.Envelope"


@dataclass(frozen=True)
class EstimatorEntry:
    """One estimator by name.

    Attributes
    ----------
    name : str
        What `models.<name>.estimator` of the config says.
    description : str
        One line for the report, for readers who meet the estimator for the first time.
    classifier, regressor : str
        Class (dotted path) for each type of task; "" where it cannot learn the type. An entry
        without any class is an average of other models.
    preprocessing : tuple of str
        Classes (dotted paths) of the transformers between the features and the estimator.
    classifier_params : mapping
        Parameters that the name implies for the classifier.
    control : bool
        Bounds the scores and learns nothing: told the true labels, or blind to the patterns.
    semi_supervised : bool
        Learns from patterns without a label as well.
    weights_shown : bool
        Has a weight for each feature and class, `coef_`, that a figure shows.
    filters_shown : bool
        Has filters along the curve, `coefs_[0]`, that a figure shows.
    trained_with : tuple of str
        Packages that its training needs and its predictions do not: `train_network` trains it.
    stored_types : tuple of str
        Types beside its own class and scikit-learn's estimators that a trained one holds, and
        that may be loaded from a model file.
    """

    name: str
    description: str
    classifier: str = ""
    regressor: str = ""
    preprocessing: tuple[str, ...] = ()
    classifier_params: Mapping[str, Any] = field(default_factory=dict)
    control: bool = False
    semi_supervised: bool = False
    weights_shown: bool = False
    filters_shown: bool = False
    trained_with: tuple[str, ...] = ()
    stored_types: tuple[str, ...] = ()

    @property
    def is_average(self) -> bool:
        """Whether it averages other models and has no class of its own."""
        return not (self.classifier or self.regressor)

    @property
    def task_types(self) -> tuple[str, ...]:
        """The types of task that it can learn; an average learns what its members can."""
        classes = {CLASSIFICATION: self.classifier, REGRESSION: self.regressor}
        return tuple(name for name, path in classes.items() if path or self.is_average)

    def class_path(self, task_type: str) -> str:
        """The dotted path of its class for a type of task; "" where it has none."""
        return self.classifier if task_type == CLASSIFICATION else self.regressor


REGISTRY: dict[str, EstimatorEntry] = {
    entry.name: entry
    for entry in (
        EstimatorEntry(
            "perfect",
            "control: is told the answer, the upper bound of every score",
            classifier="pdflearn.models.controls.PerfectControl",
            regressor="pdflearn.models.controls.PerfectNumber",
            control=True,
        ),
        EstimatorEntry(
            "random",
            "control: guesses, each answer as often as it occurs in training",
            classifier="sklearn.dummy.DummyClassifier",
            regressor="pdflearn.models.controls.RandomNumber",
            classifier_params={"strategy": "stratified"},
            control=True,
        ),
        EstimatorEntry(
            "majority",
            "control: always the commonest answer",
            classifier="sklearn.dummy.DummyClassifier",
            classifier_params={"strategy": "most_frequent"},
            control=True,
        ),
        EstimatorEntry(
            "mean",
            "control: always the mean of the numbers in training",
            regressor="sklearn.dummy.DummyRegressor",
            control=True,
        ),
        EstimatorEntry(
            "perceptron",
            "a weighted sum of the pattern for each class, corrected wherever it errs",
            classifier="pdflearn.models.perceptron.PerceptronClassifier",
            preprocessing=(_SCALER,),
            weights_shown=True,
        ),
        EstimatorEntry(
            "linear_regression",
            "a weighted sum of the pattern, with the least squared error",
            regressor="pdflearn.models.linear_regression.LinearRegression",
            preprocessing=(_ENVELOPE, _SCALER),
        ),
        EstimatorEntry(
            "linear_gradient",
            "the same, found in small steps downhill (gradient descent)",
            regressor="pdflearn.models.gradient_descent.LinearGradientRegressor",
            preprocessing=(_ENVELOPE, _SCALER),
        ),
        EstimatorEntry(
            "ridge",
            "a weighted sum of the pattern, with small weights",
            regressor="sklearn.linear_model.Ridge",
            preprocessing=(_ENVELOPE, _SCALER),
        ),
        EstimatorEntry(
            "logistic_gradient",
            "weighted sums turned into probabilities, found in small steps downhill",
            classifier="pdflearn.models.gradient_descent.LogisticGradientClassifier",
            preprocessing=(_SCALER,),
        ),
        EstimatorEntry(
            "logistic_regression",
            "weighted sums turned into probabilities, found by a solver",
            classifier="sklearn.linear_model.LogisticRegression",
            preprocessing=(_SCALER,),
            weights_shown=True,
        ),
        EstimatorEntry(
            "linear_svm",
            "weighted sums that keep the classes as far apart as can be",
            classifier="sklearn.svm.LinearSVC",
            preprocessing=(_SCALER,),
            weights_shown=True,
        ),
        EstimatorEntry(
            "knn",
            "the commonest answer among the most similar patterns learned from",
            classifier="sklearn.neighbors.KNeighborsClassifier",
            regressor="sklearn.neighbors.KNeighborsRegressor",
        ),
        EstimatorEntry(
            "template",
            "the answer of the pattern that correlates best at any stretch",
            classifier="pdflearn.models.template.TemplateClassifier",
        ),
        EstimatorEntry(
            "self_training",
            "logistic regression that teaches itself on patterns without a label",
            classifier="pdflearn.models.semi_supervised.SelfTrainingClassifier",
            preprocessing=(_SCALER,),
            semi_supervised=True,
        ),
        EstimatorEntry(
            "label_spreading",
            "labels that spread to similar patterns without one",
            classifier="pdflearn.models.semi_supervised.LabelSpreadingClassifier",
            semi_supervised=True,
        ),
        EstimatorEntry(
            "extra_trees",
            "many trees of yes-or-no questions, averaged",
            classifier="sklearn.ensemble.ExtraTreesClassifier",
            regressor="sklearn.ensemble.ExtraTreesRegressor",
            stored_types=("sklearn.tree._tree.Tree",),
        ),
        EstimatorEntry(
            "gradient_boosting",
            "trees of yes-or-no questions, each on what those before left wrong",
            classifier="sklearn.ensemble.HistGradientBoostingClassifier",
            regressor="sklearn.ensemble.HistGradientBoostingRegressor",
            stored_types=(
                "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
                "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
                "sklearn._loss.link.IdentityLink",
                "sklearn._loss.link.Interval",
                "sklearn._loss.link.MultinomialLogit",
                "sklearn._loss.loss.HalfMultinomialLoss",
                "sklearn._loss.loss.HalfSquaredError",
            ),
        ),
        EstimatorEntry(
            "quantile_trees",
            "such trees for the middle and for the ends of an interval that holds the number",
            regressor="pdflearn.models.quantile_trees.QuantileTrees",
        ),
        EstimatorEntry(
            "mlp",
            "a neural network: layers of weighted sums of what the layer before found",
            classifier="pdflearn.models.mlp.MLPClassifier",
            regressor="sklearn.neural_network.MLPRegressor",
            preprocessing=(_SCALER,),
            stored_types=(
                "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
                "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
            ),
        ),
        EstimatorEntry(
            "convolutions",
            "weighted sums of how often short motifs occur, wherever they stand",
            classifier="sklearn.linear_model.RidgeClassifier",
            preprocessing=("pdflearn.dataset.minirocket.MiniRocket", _SCALER),
        ),
        EstimatorEntry(
            "cnn",
            "a neural network whose first layers lay short filters along the curve",
            classifier="pdflearn.models.convolutional.ConvolutionalClassifier",
            preprocessing=(_SCALER,),
            # A filter sees the same curve wherever it is laid: points are not scaled one by one.
            classifier_params={"with_mean": False, "with_std": False},
            filters_shown=True,
            trained_with=("jax", "optax"),
        ),
        EstimatorEntry("average", "the mean of the answers of other models"),
    )
}


def is_control(estimator: str) -> bool:
    """Whether an estimator bounds the scores and learns nothing.

    Examples
    --------
    >>> is_control("majority"), is_control("knn")
    (True, False)
    """
    return estimator in REGISTRY and REGISTRY[estimator].control


def estimators_for(task_type: str) -> list[str]:
    """The names of the estimators with a class for a type of task, from simple to complex.

    Examples
    --------
    >>> estimators_for("regression")[:3]
    ['perfect', 'random', 'mean']
    """
    return [name for name, entry in REGISTRY.items() if entry.class_path(task_type)]


def complexity(estimator: str) -> int:
    """The rank of an estimator among all, counted from the simplest."""
    return list(REGISTRY).index(estimator)


def stored_types() -> list[str]:
    """All types that the registry lets a model file hold, as dotted paths."""
    types = set()
    for entry in REGISTRY.values():
        types.update(entry.preprocessing, entry.stored_types)
        types.update({entry.classifier, entry.regressor} - {""})
    return sorted(types)
