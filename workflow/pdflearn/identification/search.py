"""Compare a measured curve with one pattern of every known structure, whatever its stretch.

On a logarithmic axis of r a stretch is a shift. Curves are weighted by the square root of r, so
that sums over the axis are integrals over r, and the similarity c of two curves bounds what a fit
of scale and stretch alone can reach: Rw = sqrt(1 - c^2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import simulate_reference
from pdflearn.simulation.shape import spherical_shape

STEP = 0.003  # of ln r: 0.06 angstrom at 20 angstrom
LOWEST = 1.2  # angstrom
SHIFTS = 60  # to either side: stretches of 0.84 to 1.20
# Particle diameters that the patterns are also compared with; they are all of bulk.
DIAMETERS = (np.inf, 40.0, 20.0)
CHUNK = 1000  # templates at once


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
    wide = Grid(**{**grid, "r_max": max(grid["r_max"], float(axis(extended=True)[-1]))})
    rows = []
    for structure in structures:
        try:
            rows.append(simulate_reference(structure, wide, radiation))
        except SimulationError:  # an element without a neutron length, say
            rows.append(np.full(wide.points, np.nan))
    return on_axis(wide.r, np.array(rows).reshape(-1, wide.points))


def templates_of(known: Mapping[str, Structure], grid: dict[str, float]) -> dict[str, np.ndarray]:
    """The arrays of a file of templates, for structures by id: ids, and rows for each radiation."""
    curves = {
        radiation: make_templates(known.values(), grid, radiation)
        for radiation in ("xray", "neutron")
    }
    return {"ids": np.array(list(known), dtype=str), **curves}


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
    # Each shift's curve and weights stand in a column, at the place that they reach.
    shifts = np.arange(-SHIFTS, SHIFTS + 1)
    span = slice(first, last + 1 + 2 * SHIFTS)
    own = templates[:, span]
    found = np.full((len(templates), len(shifts)), -np.inf, dtype=np.float32)
    for diameter in DIAMETERS:
        shape = spherical_shape(r, diameter).astype(np.float32)
        goals = _shifted(curve * shape)
        weights = _shifted(shape**2)
        for start in range(0, len(own), CHUNK):
            part = own[start : start + CHUNK]
            size = np.sqrt(np.maximum(part**2 @ weights, 1e-30))
            rows = found[start : start + CHUNK]
            np.fmax(rows, part @ goals / size, out=rows)
    place = found.argmax(axis=1)
    best = found[np.arange(len(found)), place]
    known = np.isfinite(best)
    return np.where(known, best, -1.0), np.where(known, np.exp(STEP * shifts[place]), 1.0)


def _shifted(values: np.ndarray) -> np.ndarray:
    """A matrix whose column k holds the values from row 2 SHIFTS - k on: one shift each."""
    matrix = np.zeros((len(values) + 2 * SHIFTS, 2 * SHIFTS + 1), dtype=np.float32)
    for k in range(2 * SHIFTS + 1):
        matrix[2 * SHIFTS - k : 2 * SHIFTS - k + len(values), k] = values
    return matrix
