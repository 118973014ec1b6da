"""Search-match: compare a measured curve with the reference pattern of every known structure.

On a logarithmic axis of r a uniform stretch of the lattice is a shift of the curve. Curves are
weighted by the square root of r, so that sums over the axis are integrals over r. The similarity c
(a cosine) of two curves bounds what a fit of scale and stretch alone can reach:
Rw = sqrt(1 - c^2).
"""

import weakref
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import ReferenceCurves
from pdflearn.simulation.shape import spherical_shape
from pdflearn.simulation.simulators import Simulators
from pdflearn.structures.atoms import Atoms

RADIATIONS = ("xray", "neutron")
LOG_R_STEP = 0.003  # of ln r: 0.06 angstrom at 20 angstrom
AXIS_R_MIN = 1.2  # angstrom, where the logarithmic axis begins
N_SHIFTS = 60  # to either side: stretches of 0.84 to 1.20
# Among structures of a type with similar patterns, one that needs no stretch is better: a stretch
# of 10 % weighs as much as 0.02 in similarity.
STRETCH_WEIGHT = 0.2
# Reference patterns are of bulk. A measured curve is also compared with what they would be for
# spherical particles of these diameters, in angstrom.
SEARCH_DIAMETERS = (np.inf, 40.0, 20.0)
# A pattern that known phases explain but for this share of its squares shows nothing new: the rest
# is what their U, sizes and instruments differ by.
LEAST_NEW = 0.15
CHUNK_SIZE = 1000  # reference patterns that are compared at once, which bounds the memory
# A direction that curves of phases span with this share of their size, or less, is none: overlaps
# are known to one part in ten million.
LEAST_SPAN = 1e-4

# What `_overlaps` returned of late: the patterns, the ends of the curve, the curve, the products.
_OVERLAPS: deque[tuple[weakref.ref, int, int, bytes, np.ndarray]] = deque(maxlen=8)
# What `_inverse_norms` returned of late: the patterns, the ends of the curve, the norms.
_KEPT: deque[tuple[weakref.ref, int, int, np.ndarray]] = deque(maxlen=8)


@dataclass(frozen=True)
class ReferencePatterns:
    """One pattern of each known structure and radiation on the logarithmic axis of r.

    Parameters
    ----------
    ids : array of str (n_structures,)
    curves : dict
        Radiation -> array (n_structures, n_points), float32, as `reference_patterns` returns it;
        a row of NaN where a structure has no pattern.

    See Also
    --------
    similarities : Compares a measured curve with the patterns of one radiation.

    Examples
    --------
    Nickel with a lattice constant of 3.60 angstrom is looked up among two structures:

    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> def cubic(element, a, positions):
    ...     cell = (a, a, a, 90, 90, 90)
    ...     return make_structure(cell, [element] * len(positions), np.array(positions))
    >>> fcc_sites = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> known = {
    ...     "Ni": cubic("Ni", 3.52, fcc_sites),
    ...     "Fe": cubic("Fe", 2.87, [(0, 0, 0), (0.5, 0.5, 0.5)]),
    ... }
    >>> references = ReferencePatterns(
    ...     ids=np.array(list(known)),
    ...     curves={"xray": reference_patterns(known.values(), Grid(1.0, 30.0, 0.1), "xray")},
    ... )
    >>> r, g = simulate_pdf(cubic("Ni", 3.60, fcc_sites), r_min=1.6, r_max=20.0, r_step=0.05)
    >>> similarity, stretch = similarities(Observation(r, g), references.curves["xray"])
    >>> str(references.ids[similarity.argmax()])
    'Ni'
    >>> round(3.52 * float(stretch[0]), 2)
    3.6
    """

    ids: np.ndarray
    curves: dict[str, np.ndarray]


def log_axis(extended: bool = False) -> np.ndarray:
    """Make the logarithmic axis of r.

    Parameters
    ----------
    extended : bool, default False
        Whether the axis reaches beyond both ends by the largest shift.

    Returns
    -------
    array (n_points,)
        r in angstrom, from `AXIS_R_MIN` up to 20 angstrom where the axis is not extended.
    """
    n_steps = int(np.log(R_MAX / AXIS_R_MIN) / LOG_R_STEP)
    n_extra = N_SHIFTS if extended else 0
    return AXIS_R_MIN * np.exp(LOG_R_STEP * np.arange(-n_extra, n_steps + 1 + n_extra))


def on_log_axis(r: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Interpolate patterns to the extended logarithmic axis and weight them by sqrt(r).

    Parameters
    ----------
    r : array (n_r,)
        Distances in angstrom.
    patterns : array (n_patterns, n_r)
        G(r) at these distances.

    Returns
    -------
    array (n_patterns, n_points), float32
    """
    axis = log_axis(extended=True)
    weights = np.sqrt(axis)
    rows = [np.interp(axis, r, row, left=0.0, right=0.0) * weights for row in patterns]
    return np.array(rows, dtype=np.float32).reshape(len(patterns), len(axis))


def reference_patterns(
    structures: Iterable[Structure], grid: Grid, radiation: str = "xray"
) -> np.ndarray:
    """Simulate one reference pattern of each structure on the logarithmic axis.

    Parameters
    ----------
    structures : iterable of Structure
    grid : Grid
        The study's grid; it is extended to the end of the logarithmic axis.
    radiation : {"xray", "neutron"}, default "xray"

    Returns
    -------
    array (n_structures, n_points), float32
        A row of NaN where a structure cannot be simulated.
    """
    return _patterns_by_radiation(structures, grid, [radiation])[radiation]


def _patterns_by_radiation(
    structures: Iterable[Structure | Atoms], grid: Grid, radiations: Sequence[str]
) -> dict[str, np.ndarray]:
    """See `reference_patterns`; the pairs of a structure are counted once for all radiations."""
    extended = Grid(grid.r_min, max(grid.r_max, float(log_axis(extended=True)[-1])), grid.r_step)
    curves = ReferenceCurves(extended)
    rows: dict[str, list[np.ndarray]] = {radiation: [] for radiation in radiations}
    for structure in structures:
        simulators = Simulators(structure, extended.r_max + extended.r_step)
        for radiation in radiations:
            try:
                rows[radiation].append(curves.pattern(simulators, radiation))
            except SimulationError:  # an element without a neutron length, say
                rows[radiation].append(np.full(extended.points, np.nan))
    return {
        radiation: on_log_axis(extended.r, np.array(patterns).reshape(-1, extended.points))
        for radiation, patterns in rows.items()
    }


def reference_arrays(
    structures: Mapping[str, Structure | Atoms], grid: Grid
) -> dict[str, np.ndarray]:
    """Make the arrays of a file of reference patterns.

    Parameters
    ----------
    structures : mapping
        id -> Structure or Atoms.
    grid : Grid
        The study's grid.

    Returns
    -------
    dict
        "ids", and the rows of `reference_patterns` for each radiation.
    """
    curves = _patterns_by_radiation(structures.values(), grid, RADIATIONS)
    return {"ids": np.array(list(structures), dtype=str), **curves}


def similarities(
    observation: Observation,
    patterns: np.ndarray,
    clusters: np.ndarray | None = None,
    explained: Sequence[np.ndarray] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Find the best cosine of a measured curve with each pattern over stretches and sizes.

    With curves of phases that are known already, the cosine is that of what these leave: they are
    projected out of the measured curve and out of each pattern. So the share of the squares that
    least squares over all of them takes from the rest, with one more pattern, is the cosine
    squared.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    patterns : array (n_structures, n_points)
        As `reference_patterns` returns them.
    clusters : array (n_structures,) of bool, optional
        The patterns that have a size of their own: no shape is laid over them.
    explained : sequence of arrays (n_r,), default ()
        Curves of other phases at the points of the measured one; their scales do not matter.

    Returns
    -------
    similarity : array (n_structures,)
        Cosine, -1 to 1; -1 for a pattern of NaN.
    stretch : array (n_structures,)
        Distances in the measured sample over those in the structure.

    See Also
    --------
    ReferencePatterns : With an example.
    """
    axis = log_axis()
    measured = (axis >= observation.r[0]) & (axis <= observation.r[-1])
    first, last = np.flatnonzero(measured)[[0, -1]]
    r = axis[first : last + 1]
    curve, *others = (
        np.interp(r, observation.r, values) * np.sqrt(r) for values in (observation.g, *explained)
    )
    shares = _orthonormal(np.reshape(others, (-1, len(r))))
    basis = shares @ np.reshape(others, (-1, len(r)))
    taken = basis @ curve
    norm = np.linalg.norm(curve - taken @ basis)
    if norm == 0.0:  # a flat curve, or one whose squares are
        return np.full(len(patterns), -1.0), np.ones(len(patterns))
    shapes = _shapes(r)
    shifts = np.arange(-N_SHIFTS, N_SHIFTS + 1)
    inverse_norms = _inverse_norms(patterns, first, last)
    overlaps = _overlaps(patterns, curve, shapes, first, last)
    if len(basis):  # what holds for curves holds for their sums
        of_others = [_overlaps(patterns, other, shapes, first, last) for other in others]
        of_basis = [sum(map(np.multiply, row, of_others)) for row in shares.astype(np.float32)]
        of_taken = sum(map(np.multiply, taken.astype(np.float32), of_basis))
        overlaps = overlaps - of_taken
    cosines = overlaps * (inverse_norms * np.float32(1 / norm))
    if len(basis):
        known = sum((of_row * inverse_norms) ** 2 for of_row in of_basis)
        with np.errstate(invalid="ignore"):
            cosines = np.where(known < 1 - LEAST_NEW, cosines / np.sqrt(1 - known), -1.0)
    cosines = cosines.reshape(len(patterns), len(shapes), len(shifts))
    if clusters is not None:
        cosines[clusters, 1:] = -np.inf  # the first of the shapes is bulk
    cosines = np.fmax.reduce(cosines, axis=1)
    cosines[np.isnan(cosines)] = -np.inf
    best_shift = cosines.argmax(axis=1)
    best = cosines[np.arange(len(cosines)), best_shift]
    finite = np.isfinite(best)
    stretch = np.exp(LOG_R_STEP * shifts[best_shift])
    return np.where(finite, best, -1.0), np.where(finite, stretch, 1.0)


def _orthonormal(curves: np.ndarray) -> np.ndarray:
    """The shares of curves (n, n_points) in orthonormal ones that span them: (n_rows, n)."""
    if not len(curves):
        return np.empty((0, 0))
    turn, values, _ = np.linalg.svd(curves, full_matrices=False)
    kept = values > LEAST_SPAN * max(values[0], 1e-300)
    return (turn[:, kept] / values[kept]).T


def _overlaps(
    patterns: np.ndarray, curve: np.ndarray, shapes: np.ndarray, first: int, last: int
) -> np.ndarray:
    """Scalar products of patterns with a curve: (n_patterns, n_diameters * n_shifts), float32.

    Column k of a matrix of the product holds the curve moved by shift k. Those of the last curves
    are kept: a measured curve, and those of its phases, are compared time and again.
    """
    values = curve.astype(np.float32)
    content = values.tobytes()
    for reference, *place, overlaps in _OVERLAPS:
        if reference() is patterns and place == [first, last, content]:
            return overlaps
    reached = patterns[:, first : last + 1 + 2 * N_SHIFTS]
    overlaps = reached @ np.hstack([_shifted(values * shape) for shape in shapes])
    _OVERLAPS.append((weakref.ref(patterns), first, last, content, overlaps))
    return overlaps


def _shapes(r: np.ndarray) -> np.ndarray:
    """Shape functions of the particles that a curve is compared with: (diameters, points)."""
    return np.array([spherical_shape(r, diameter) for diameter in SEARCH_DIAMETERS], np.float32)


def _inverse_norms(patterns: np.ndarray, first: int, last: int) -> np.ndarray:
    """One over the norms of patterns under a curve between two points of the axis.

    They are kept for the next curves, which often have the same ends.

    Returns
    -------
    array (n_patterns, n_diameters * n_shifts), float32
    """
    for reference, *ends, norms in _KEPT:
        if reference() is patterns and ends == [first, last]:
            return norms
    shapes = _shapes(log_axis()[first : last + 1])
    weights = np.hstack([_shifted(shape**2) for shape in shapes])
    norms = np.empty((len(patterns), weights.shape[1]), dtype=np.float32)
    for start in range(0, len(patterns), CHUNK_SIZE):
        chunk = patterns[start : start + CHUNK_SIZE, first : last + 1 + 2 * N_SHIFTS]
        norms[start : start + CHUNK_SIZE] = np.maximum(chunk**2 @ weights, 1e-30) ** -0.5
    _KEPT.append((weakref.ref(patterns), first, last, norms))
    return norms


def _shifted(values: np.ndarray) -> np.ndarray:
    """A matrix whose column k holds the values from row 2 N_SHIFTS - k on: one shift a column."""
    matrix = np.zeros((len(values) + 2 * N_SHIFTS, 2 * N_SHIFTS + 1), dtype=np.float32)
    for k in range(2 * N_SHIFTS + 1):
        matrix[2 * N_SHIFTS - k : 2 * N_SHIFTS - k + len(values), k] = values
    return matrix
