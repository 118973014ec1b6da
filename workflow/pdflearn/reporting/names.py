"""Names of the config and of the tables in plain words, with units, for figures and the report."""

METRIC_WORDS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "top3": "top-3 accuracy",
    "macro_f1": "macro F1",
    "log_loss": "log loss",
    "brier": "Brier score",
    "error": "error (share of wrong answers)",
    "rmse": "root mean square error",
    "mae": "mean absolute error",
    "r2": "R² (share of the variance explained)",
}
# The conditions under which the vault is scored.
CONDITION_WORDS = {
    "all": "all patterns like training",
    "xray": "X-ray alone",
    "neutron": "neutron alone",
    "parent types": "parent types count as right",
    "number of elements known": "number of elements known",
    "below 60 angstrom": "particles below 60 Å",
}
# Units of labels that have one; a label of the user's own says its unit in its name.
UNITS = {"diameter": "Å", "nearest_neighbour": "Å", "volume_per_atom": "Å³", "u_iso": "Å²"}


def words(name: str) -> str:
    """A name of the config as words."""
    return name.replace("_", " ")


def metric_words(metric: str) -> str:
    """A metric in words.

    Examples
    --------
    >>> metric_words("rmse")
    'root mean square error'
    """
    return METRIC_WORDS.get(metric, words(metric))


def condition_words(condition: str) -> str:
    """A condition that the vault is scored under, in words."""
    return CONDITION_WORDS.get(condition, words(condition))


def unit_of(label: str) -> str:
    """The unit of a label in brackets, for an axis; an empty string for one without a unit.

    Examples
    --------
    >>> unit_of("diameter")
    ' (Å)'
    >>> unit_of("space_group")
    ''
    """
    return f" ({UNITS[label]})" if label in UNITS else ""


def shorten(name: str, max_length: int = 34) -> str:
    """A name of at most so many characters; a longer one ends in an ellipsis.

    Examples
    --------
    >>> shorten("filled_skutterudite", 10)
    'filled_sk…'
    """
    return name if len(name) <= max_length else name[: max_length - 1] + "…"
