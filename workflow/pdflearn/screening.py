"""Compare a measured curve with one pattern of every known structure, whatever its stretch.

On a logarithmic axis of r a stretch is a shift. Curves are weighted by the square root of r, so
that sums over the axis are integrals over r, and the similarity c of two curves bounds what a fit
of scale and stretch alone can reach: Rw = sqrt(1 - c^2).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from diffpy.structure import Structure

from pdflearn.grids import make_grid
from pdflearn.observation import R_MAX, Observation
from pdflearn.patterns import simulate_reference
from pdflearn.scattering import SimulationError

STEP = 0.003  # of ln r: 0.06 angstrom at 20 angstrom
LOWEST = 1.2  # angstrom
SHIFTS = 60  # to either side: stretches of 0.84 to 1.20
# Particle diameters that the patterns are also compared with; they are all of bulk.
DIAMETERS = (np.inf, 40.0, 20.0)


@dataclass(frozen=True)
class Templates:
    """One pattern of each structure and radiation on the logarithmic axis.

    Attributes
    ----------
    ids : array of str (n,)
    curves : dict
        Radiation -> array (n, points), float32; NaN rows where there is no pattern.
    """

    ids: np.ndarray
    curves: dict[str, np.ndarray]


def axis(extended: bool = False) -> np.ndarray:
    """The logarithmic axis of r, angstrom; extended by what the shifts reach."""
    n = int(np.log(R_MAX / LOWEST) / STEP)
    extra = SHIFTS if extended else 0
    return LOWEST * np.exp(STEP * np.arange(-extra, n + 1 + extra))


def on_axis(r: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Patterns (n, points of r) on the extended logarithmic axis, weighted: float32."""
    where = axis(extended=True)
    weights = np.sqrt(where)
    rows = [np.interp(where, r, row, left=0.0, right=0.0) * weights for row in patterns]
    return np.array(rows, dtype=np.float32).reshape(len(patterns), len(where))


def make_templates(
    structures: Iterable[Structure], grid: dict[str, float], radiation: str
) -> np.ndarray:
    """One reference pattern of each structure on the axis; NaN where it cannot be simulated."""
    wide = {**grid, "r_max": max(grid["r_max"], float(axis(extended=True)[-1]))}
    r = make_grid(**wide)
    rows = []
    for structure in structures:
        try:
            rows.append(simulate_reference(structure, wide, radiation))
        except SimulationError:  # an element without a neutron length, say
            rows.append(np.full(len(r), np.nan))
    return on_axis(r, np.array(rows).reshape(-1, len(r)))


def similarities(observation: Observation, templates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best cosine of a measured curve with each template over stretches and sizes.

    Parameters
    ----------
    observation : Observation
    templates : array (n, points)
        Of `on_axis`.

    Returns
    -------
    similarity : array (n,)
        -1 for a template of NaN.
    stretch : array (n,)
        Lengths of the measured sample over those of the structure.
    """
    where = axis()
    inside = (where >= observation.r[0]) & (where <= observation.r[-1])
    first, last = np.flatnonzero(inside)[[0, -1]]
    r = where[first : last + 1]
    curve = np.interp(r, observation.r, observation.g) * np.sqrt(r)
    curve = (curve / np.linalg.norm(curve)).astype(np.float32)
    best = np.full(len(templates), -1.0, dtype=np.float32)
    stretch = np.ones(len(templates))
    shapes = []
    for diameter in DIAMETERS:
        x = np.minimum(r / diameter, 1.0)
        shape = (1 - 1.5 * x + 0.5 * x**3).astype(np.float32)
        shapes.append((curve * shape, shape**2))
    goals = np.column_stack([goal for goal, _ in shapes])
    squares = np.column_stack([square for _, square in shapes])
    for shift in range(-SHIFTS, SHIFTS + 1):
        start = first + SHIFTS - shift
        window = templates[:, start : start + len(r)]
        size = np.sqrt(np.maximum(window**2 @ squares, 1e-30))
        found = (window @ goals / size).max(axis=1)
        better = found > best  # never for NaN
        best[better] = found[better]
        stretch[better] = np.exp(STEP * shift)
    return best, stretch
