"""The card of a model: what it was made from, its scores, and what it cannot be trusted with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from pdflearn.core.provenance import file_hash, installed
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.targets import Target, known
from pdflearn.models.registry import REGISTRY

# What reads a model file back, and so must not differ much from what wrote it.
PACKAGES = ("numpy", "scikit-learn", "scipy", "skops")


@dataclass(frozen=True)
class Origin:
    """What a model was made from and with.

    Attributes
    ----------
    files : dict
        Paths of the model's own file and of those that it learned from: model, patterns, index.
    seed : int
    grid : dict
        The grid of the patterns: r_min, r_max, r_step in angstrom.
    window : list of float
        Lowest and highest r that the model sees, in angstrom.
    """

    files: dict[str, str | Path]
    seed: int
    grid: dict[str, float]
    window: list[float]

    @classmethod
    def from_settings(cls, files: dict[str, str | Path], settings: dict[str, Any]) -> Self:
        """From the settings of a rule: seed, and the sections `simulate/grid` and `features`."""
        window = list(settings["features"]["window"])
        return cls(files, settings["seed"], settings["simulate/grid"], window)


def model_card(
    name: str,
    spec: dict[str, Any],
    task: dict[str, Any],
    best: dict[str, Any],
    index: pd.DataFrame,
    target: Target,
    origin: Origin,
) -> dict[str, Any]:
    """The card of a trained model.

    Parameters
    ----------
    name, spec
        The model's name and its entry in the config.
    task : dict
        The task's entry in the config, with its name.
    best : dict
        What cross-validation selected: params, metric, mean, standard_error.
    index : DataFrame
        One row for each pattern of development: id, group, radiation and drawn parameters.
    target : Target
        The labels of these patterns.
    origin : Origin

    Returns
    -------
    dict of plain values
    """
    trained = known(target.y_train)
    rows = index[trained]
    return {
        "model": name,
        "task": task,
        "estimator": spec["estimator"],
        "settings": {**(spec.get("params") or {}), **best["params"]},
        "members": list(spec.get("members") or []),
        "context": {"seed": origin.seed, "grid": origin.grid, "window": origin.window},
        "sha256": {what: file_hash(Path(path)) for what, path in origin.files.items()},
        "data": {
            "patterns": int(trained.sum()),
            "structures": int(rows["id"].nunique()),
            "groups": int(rows["group"].nunique()),
        },
        "learned": _learned(target, trained),
        "scores": {
            "cross_validation": {
                "metric": best["metric"],
                "mean": best["mean"],
                "standard_error": best["standard_error"],
            },
            "vault": f"results/evaluation/{task['name']}.csv",
        },
        "known_limits": _limits(rows, target, origin.window),
        "versions": installed((*PACKAGES, *REGISTRY[spec["estimator"]].trained_with)),
    }


def _learned(target: Target, trained: np.ndarray) -> dict[str, Any]:
    """How many patterns of each class were learned from, or the range of the numbers."""
    values = target.y_train[trained]
    if target.task_type == CLASSIFICATION:
        names, counts = np.unique(values, return_counts=True)
        return {"classes": {str(k): int(n) for k, n in zip(names, counts, strict=True)}}
    return {"lowest": float(values.min()), "highest": float(values.max())}


def _limits(rows: pd.DataFrame, target: Target, window: list[float]) -> list[str]:
    """What the model has not seen, and so cannot be trusted with."""
    low, high = window
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
