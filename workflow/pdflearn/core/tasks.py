"""The kinds of learning task, the metrics that judge them, and which way each metric counts.

Standard library only: Snakemake reads this while it parses.
"""

CLASSIFICATION, REGRESSION = "classification", "regression"
TASK_TYPES = (CLASSIFICATION, REGRESSION)

# The metrics that cross-validation can choose by.
METRICS = {
    CLASSIFICATION: ("accuracy", "balanced_accuracy", "top3", "macro_f1", "log_loss", "brier"),
    REGRESSION: ("rmse", "mae", "r2"),
}

# The share of patterns whose set of likely labels, or whose interval, is to hold the true one.
COVERAGE = 0.9

# The numbers (angstrom) that are stated of measured files, as tasks of these names predict them.
MEASURED_NUMBERS = ("diameter", "nearest_neighbour")
# What is stated of each: the number, and the ends of its interval.
NUMBER_COLUMNS = tuple(f"{name}{end}" for name in MEASURED_NUMBERS for end in ("", "_low", "_high"))
# Why a number is not stated, or what it rests on.
NUMBERS_NOTE = "numbers_note"

# Metrics of which less is better.
LOSSES = ("log_loss", "brier", "calibration_error", "kl_divergence", "rmse", "mae", "width")


def gain(metric: str) -> int:
    """1 where more of a metric is better, -1 where less is.

    Examples
    --------
    >>> gain("accuracy"), gain("rmse")
    (1, -1)
    """
    return -1 if metric in LOSSES else 1
