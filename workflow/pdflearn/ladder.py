"""The ladder of models by name: from simple to complex, and what kind of task each can learn.

Read while Snakemake parses, so nothing but names stands here; `models` says what is behind them.
"""

CLASSIFICATION, REGRESSION = "classification", "regression"
KINDS = (CLASSIFICATION, REGRESSION)

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

# What cross-validation can choose by.
METRICS = {
    CLASSIFICATION: ("accuracy", "balanced_accuracy", "top3", "macro_f1", "log_loss", "brier"),
    REGRESSION: ("rmse", "mae", "r2"),
}

# Share of patterns whose set of likely labels is to hold the true one.
COVERAGE = 0.9

# The smaller the better.
LOSSES = ("log_loss", "brier", "calibration_error", "kl_divergence", "rmse", "mae")


def complexity(estimator: str) -> int:
    """The place of an estimator on the ladder, counted from the simplest."""
    return list(LADDER).index(estimator)


def gain(metric: str) -> int:
    """1 where more of a metric is better, -1 where less is."""
    return -1 if metric in LOSSES else 1
