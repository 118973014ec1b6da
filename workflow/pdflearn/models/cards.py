"""The card of a model: what it was made from, how well it does, and what it must not be asked."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.provenance import file_hash, installed
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.targets import Target, known

# What reads a model file back, and so must not differ much from what wrote it.
PACKAGES = ("numpy", "scikit-learn", "scipy", "skops")


def card(
    task: str,
    settings: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    best: dict[str, Any],
    files: dict[str, str | Path],
    index: pd.DataFrame,
    target: Target,
    context: dict[str, Any],
) -> dict[str, Any]:
    """Gather a model's card.

    Parameters
    ----------
    task : str
    settings : dict
        The task's entry in the config.
    name, spec
        The model's name and its entry in the config.
    best : dict
        What cross-validation chose: params, metric, mean, standard_error.
    files : dict
        Paths of the model's own file and of those that it learned from: model, patterns, index.
    index : DataFrame
        One row a pattern learned from: id, group, radiation and drawn parameters.
    target : Target
    context : dict
        What else it was made with: seed, grid, features.

    Returns
    -------
    dict of plain values
    """
    taught = known(target.y_train)
    rows = index[taught]
    return {
        "model": name,
        "task": {"name": task, **settings},
        "estimator": spec["estimator"],
        "settings": {**(spec.get("params") or {}), **best["params"]},
        "members": list(spec.get("members") or []),
        "context": context,
        "sha256": {what: file_hash(Path(path)) for what, path in files.items()},
        "data": {
            "patterns": int(taught.sum()),
            "structures": int(rows["id"].nunique()),
            "groups": int(rows["group"].nunique()),
        },
        "learned": _learned(target, taught),
        "scores": {
            "cross_validation": {
                "metric": best["metric"],
                "mean": best["mean"],
                "standard_error": best["standard_error"],
            },
            "vault": f"results/evaluation/{task}.csv",
        },
        "known_limits": _limits(rows, target, context),
        "versions": installed(PACKAGES),
    }


def _learned(target: Target, taught: np.ndarray) -> dict[str, Any]:
    values = target.y_train[taught]
    if target.task_type == CLASSIFICATION:
        names, counts = np.unique(values, return_counts=True)
        return {"classes": {str(k): int(n) for k, n in zip(names, counts, strict=True)}}
    return {"lowest": float(values.min()), "highest": float(values.max())}


def _limits(rows: pd.DataFrame, target: Target, context: dict[str, Any]) -> list[str]:
    """What the model has not seen, and so cannot be trusted with."""
    low, high = context["window"]
    limits = [
        f"reads G(r) from {low:g} to {high:g} angstrom on the grid of its study alone",
        "learned from simulated patterns of single phases: mixtures, stacking faults and amorphous "
        "parts were not among them",
        f"radiation: {', '.join(sorted(rows['radiation'].unique()))}",
    ]
    for name, unit in (("q_max", "1/angstrom"), ("q_damp", "1/angstrom"), ("noise", "of the rms")):
        limits.append(f"{name} from {rows[name].min():.3g} to {rows[name].max():.3g} {unit}")
    sizes = rows["diameter"].dropna()
    if len(sizes):
        limits.append(f"particles of {sizes.min():.3g} angstrom and more")
    if target.task_type == CLASSIFICATION:
        limits.append("always names one of its classes: whether it is any of them is another test")
        few = sorted(set(target.classes) - set(target.y_true[target.evaluated]))
        if few:
            limits.append(f"never evaluated, too few groups: {', '.join(few)}")
    else:
        limits.append("numbers beyond those learned are extrapolated")
    return limits
