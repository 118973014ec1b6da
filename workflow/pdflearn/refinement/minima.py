"""What is made of a minimum: lattice constants in their order, and sizes that a curve supports."""

from dataclasses import replace

import numpy as np

from pdflearn.refinement.least_squares import Minimum, minimize
from pdflearn.refinement.model import Model
from pdflearn.refinement.parameter import Q_DAMP_LIMITS
from pdflearn.refinement.phase import BULK
from pdflearn.refinement.uncertainty import inverse_diameter_error, misfit_variance
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.shape import spherical_shape

# Lattice constants this near to each other (relative) may change places, and nearer ones may be
# held equal by symmetry alone: slopes of their difference vanish there.
NEARLY_EQUAL, EQUAL = 0.03, 5e-4
SPLIT = 4e-3  # relative: how far apart equal ones are set to start anew
SAME_RW = 1e-3  # relative: a minimum with exchanged axes is the same one
MAX_NFEV = 25
# A size must lower the sum of squares by so many variances of an independent value: three standard
# deviations.
SUPPORT = 9.0
# With q_damp refined, a size is told where its error is less than this share of it: the split rests
# on small details of the curve, which are wrong by more than their errors if sizes are spread.
# Otherwise it is at least what it would be without any damping by the instrument.
WELL_TOLD = 0.05
# The largest diameter that is reported, over the end of the range. With q_damp refined the curve
# must show the end of the particle. With a known q_damp, an error of 0.001 1/angstrom in it looks
# like a sphere of 14 times 50 angstrom; a third of that is safe.
LARGEST = {True: 1.0, False: 5.0}
# Unless bulk leaves more than any q_damp does that damps as a sphere: from 2 to 30 angstrom, a
# Gaussian comes within 0.042 of a sphere that ends there or later, as a share of the norm of the
# phase's curve. Of a mixture, another phase may tell q_damp.
UNLIKE_Q_DAMP = 0.05
# By so much (1/angstrom) a q_damp that is known may be off, as for `LARGEST`.
# Damping of exp(-(q_damp r)^2 / 2) then changes by as much as a sphere with 1 - 1.5 r / diameter
# makes it: no limit lies above.
Q_DAMP_ERROR = 1e-3
NO_SIZE = 1e-7  # 1/angstrom: bulk itself
ONE_SIDED_95 = 1.645  # standard deviations of a normal distribution


def in_order(model: Model, minimum: Minimum) -> Minimum:
    """The minimum with its lattice constants in the order that the structures have.

    Where symmetry holds two axes apart that are nearly equal, the curve may be as well with both
    exchanged; and a fit that begins with equal ones stays there. Both are tried.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    """
    vector = model.vector
    for index in range(len(model.phases)):
        part = vector.part(index, "strain")
        free = {int(group[0]) for group in minimum.groups}
        entries = [k for k in range(part.start, part.stop) if k in free]
        for n, first in enumerate(entries):
            for second in entries[n + 1 :]:
                minimum = _ordered(model, minimum, first, second)
    return minimum


def _ordered(model: Model, minimum: Minimum, first: int, second: int) -> Minimum:
    vector = model.vector
    given = vector.lengths[second] - vector.lengths[first]
    a, b = (vector.to_user(k, minimum.values[k]) for k in (first, second))
    if abs(b - a) < EQUAL * a:
        values = minimum.values.copy()
        sign = 1.0 if given >= 0 else -1.0
        values[first] = vector.of_user(first, a * (1 - 0.5 * sign * SPLIT))
        values[second] = vector.of_user(second, b * (1 + 0.5 * sign * SPLIT))
        other = minimize(model, values, full=True, max_nfev=MAX_NFEV, known=[minimum])
        return other if other is not None and other.rw < minimum.rw else minimum
    if abs(b - a) < NEARLY_EQUAL * a and given * (b - a) < 0:
        values = minimum.values.copy()
        values[first], values[second] = vector.of_user(first, b), vector.of_user(second, a)
        try:
            rw = float(np.linalg.norm(model.scale(model.curves(values))[1]))
        except SimulationError:
            return minimum
        if rw <= minimum.rw * (1 + SAME_RW):
            return replace(minimum, values=values, rw=rw)
    return minimum


def with_supported_sizes(
    model: Model, minimum: Minimum, max_nfev: int
) -> tuple[Minimum, dict[int, float]]:
    """The minimum with bulk in place of each size that the curve does not support.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    max_nfev : int
        Of each fit of bulk.

    Returns
    -------
    minimum : Minimum
    limits : dict
        Index of a phase that is bulk now, or was -> its least diameter (95 %), angstrom.
    """
    vector, limits = model.vector, {}
    free = {int(group[0]) for group in minimum.groups}
    for index in range(len(model.phases)):
        part = vector.part(index, "inverse_diameter")
        entry = part.start
        if entry not in free:
            continue
        inverse = float(minimum.values[entry] * vector.scales[entry])
        error = inverse_diameter_error(model, minimum, entry)
        largest = 1 / (max(inverse, 0.0) + ONE_SIDED_95 * error) if error else np.inf
        if len(vector) - 1 not in free and np.isfinite(largest):
            off = Q_DAMP_ERROR * max(vector.q_damp(minimum.values), Q_DAMP_ERROR)
            largest = min(largest, 1.5 / (off * float(model.observation.r[-1])))
        if inverse <= NO_SIZE:
            limits[index] = largest
            continue
        start = minimum.values.copy()
        start[entry] = 0.0
        if len(start) - 1 in free:
            start[-1] = _q_damp_like(model, vector.q_damp(start), 1 / inverse) / vector.scales[-1]
        bulk = minimize(model, start, full=True, max_nfev=max_nfev, held=[entry])
        if bulk is not None and not _supported(model, minimum, bulk, index, inverse):
            groups = [*bulk.groups, np.array([entry])]
            minimum, limits[index] = replace(bulk, groups=groups), largest
    return minimum, {index: limit for index, limit in limits.items() if np.isfinite(limit)}


def sizes_beside_q_damp(
    model: Model, minimum: Minimum, errors: np.ndarray, max_nfev: int
) -> dict[int, float]:
    """How large particles are at least, where q_damp was refined and hardly tells from their size.

    Both damp the curve. Without any damping by the instrument all of it is the particles', and they
    are smallest: no q_damp makes them smaller.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    errors : array
        Standard errors of the vector's entries.
    max_nfev : int
        Of each fit without q_damp.

    Returns
    -------
    dict
        Index of a phase -> its least diameter (95 %), angstrom.
    """
    limits: dict[int, float] = {}
    q_damp = len(minimum.values) - 1
    if not any(q_damp in group for group in minimum.groups):
        return limits
    for index in range(len(model.phases)):
        entry = model.vector.part(index, "inverse_diameter").start
        inverse = float(minimum.values[entry] * model.vector.scales[entry])
        error = errors[entry] * model.vector.scales[entry]
        if inverse <= BULK or not error > WELL_TOLD * inverse:
            continue
        start = minimum.values.copy()
        start[q_damp] = minimum.lower[q_damp]
        undamped = minimize(model, start, full=True, max_nfev=max_nfev, held=[q_damp])
        if undamped is not None:
            smallest = float(undamped.values[entry] * model.vector.scales[entry])
            known = inverse_diameter_error(model, undamped, entry) or 0.0
            limits[index] = 1 / (smallest + ONE_SIDED_95 * known)
    return limits


def _q_damp_like(model: Model, q_damp: float, diameter: float) -> float:
    """The q_damp (1/angstrom) that damps bulk as a sphere and a q_damp do, in mid-range."""
    r = 0.5 * min(diameter, float(model.observation.r[-1]))
    left = float(spherical_shape(np.array([r]), diameter)[0])
    return float(np.clip(np.sqrt(q_damp**2 - 2 * np.log(left) / r**2), *Q_DAMP_LIMITS))


def _supported(model: Model, minimum: Minimum, bulk: Minimum, index: int, inverse: float) -> bool:
    """Whether a curve tells the size of a phase, one over `inverse` angstrom, from bulk."""
    if inverse <= BULK:
        return False
    refined = model.observation.q_damp is None and "q_damp" not in model.recipe.fixed
    # Damping beyond every instrument's is no rival of a size: particles of platinum of 37 angstrom,
    # fitted to where their signal ends, would pass for bulk at the limit of q_damp.
    q_damp = model.vector.q_damp(bulk.values)
    beyond = refined and q_damp >= Q_DAMP_LIMITS[1] * (1 - 1e-6)
    lost = bulk.rw**2 - minimum.rw**2
    curves = model.curves(minimum.values)
    part = model.scale(curves)[0][index] * float(np.linalg.norm(curves[:, index]))
    imitated = not (refined and lost > (UNLIKE_Q_DAMP * part) ** 2)
    if 1 / inverse > LARGEST[refined] * float(model.observation.r[-1]) and imitated and not beyond:
        return False
    n_free = len(minimum.groups) + len(model.phases)
    variance = misfit_variance(model, minimum.rw, n_free)
    return variance is not None and lost > SUPPORT * variance
