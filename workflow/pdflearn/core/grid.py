"""The study's grid of r: light to import, since every stage needs it."""

import numpy as np


def make_grid(r_min: float, r_max: float, r_step: float) -> np.ndarray:
    """The grid r_min, r_min + r_step, ... up to and with r_max where it is hit, in angstrom."""
    n = int(np.floor((r_max - r_min) / r_step + 1e-6)) + 1
    return r_min + r_step * np.arange(n)


def grid_of(settings: dict[str, float]) -> tuple[float, float, int]:
    """The grid's start, step (angstrom) and number of points, as the features want it."""
    return settings["r_min"], settings["r_step"], len(make_grid(**settings))
