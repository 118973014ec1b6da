"""Sizes of particles in curves that are refined together: only those that a curve supports."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pdflearn.refinement.fit import Fit
from pdflearn.refinement.model import Model


class LinkedSizes(NamedTuple):
    """What is done about the sizes of each curve.

    Parameters
    ----------
    held : list of set of int
        Entries of each model's vector that stay at bulk.
    least : list of dict
        For each curve: index of a phase without a size, or with one that is hardly told from
        q_damp -> its least diameter (95 %), angstrom.
    """

    held: list[set[int]]
    least: list[dict[int, float]]


def sizes_of(
    models: Sequence[Model], single: Sequence[Fit], links: Mapping[str, str]
) -> LinkedSizes:
    """Decide from the fits of each curve by itself; a size that is linked has one answer.

    It is refined where some curve tells it from bulk, and where it is not linked, where most curves
    do. A lower limit of a linked size is the largest that a curve gives.

    Parameters
    ----------
    models : sequence of Model
    single : sequence of Fit
        Each curve by itself.
    links : mapping
        Names of the parameters that are linked.
    """
    held: list[set[int]] = [set() for _ in models]
    least: list[dict[int, float]] = [{} for _ in models]
    for index in range(len(models[0].phases)):
        entries = [model.vector.part(index, "inverse_diameter").start for model in models]
        names = [m.vector.names[k] for m, k in zip(models, entries, strict=True)]
        free = [
            any(k in group for group in model.vector.free_groups(True))
            for model, k in zip(models, entries, strict=True)
        ]
        sizes = [_parameter(f, name) for f, name in zip(single, names, strict=True)]
        limits = [_parameter(f, f"{name}_min") for f, name in zip(single, names, strict=True)]
        if names[0] in links:
            sizes = [min(sizes)] * len(models)  # infinite where no curve tells one
            known = [limit for limit in limits if np.isfinite(limit)]
            told = len(known) < len(models) and np.isfinite(sizes[0])
            limits = [np.inf if told else max(known, default=np.inf)] * len(models)
        elif not np.isfinite(np.median(sizes)):
            # one sample along a series: a size that the fewer curves tell is chance
            sizes = [np.inf] * len(models)
        for k, entry in enumerate(entries):
            if not free[k]:
                continue
            if not np.isfinite(sizes[k]):
                held[k].add(entry)
            if np.isfinite(limits[k]):
                least[k][index] = limits[k]
    return LinkedSizes(held, least)


def _parameter(fit: Fit, name: str) -> float:
    return fit.parameters[name].value if name in fit.parameters else np.inf
