"""The ladder of models by name: from simple to complex, and what kind of task each can learn.

Read while Snakemake parses, so nothing but names stands here; `models` says what is behind them.
"""

from pdflearn.core.tasks import CLASSIFICATION, KINDS, REGRESSION

# From simple to complex.
LADDER: dict[str, tuple[str, ...]] = {
    "perfect": KINDS,
    "random": KINDS,
    "majority": (CLASSIFICATION,),
    "mean": (REGRESSION,),
    "perceptron": (CLASSIFICATION,),
    "linear_regression": (REGRESSION,),
    "linear_gradient": (REGRESSION,),
    "ridge": (REGRESSION,),
    "logistic_gradient": (CLASSIFICATION,),
    "logistic_regression": (CLASSIFICATION,),
    "linear_svm": (CLASSIFICATION,),
    "knn": KINDS,
    "template": (CLASSIFICATION,),
    "self_training": (CLASSIFICATION,),
    "label_spreading": (CLASSIFICATION,),
    "extra_trees": KINDS,
    "gradient_boosting": KINDS,
    "mlp": KINDS,
    "convolutions": (CLASSIFICATION,),
    "average": KINDS,
}

# Bounds of every score: what is told the truth, and what knows nothing.
CONTROLS = ("perfect", "random", "majority", "mean")

# These learn from patterns without a label as well; all others from those with one alone.
SEMI_SUPERVISED = ("self_training", "label_spreading")


def complexity(estimator: str) -> int:
    """The place of an estimator on the ladder, counted from the simplest."""
    return list(LADDER).index(estimator)
