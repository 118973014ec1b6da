"""Where least squares begins: usual values, and a scan over stretches, axis ratios and sizes."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from pdflearn.measured.observation import R_MAX
from pdflearn.refinement.model import Model
from pdflearn.refinement.phase import Phase, reach
from pdflearn.refinement.vector import SCALES
from pdflearn.simulation.shape import spherical_shape

U_START = 0.008  # angstrom^2
DELTA2_START = 1.0  # angstrom^2; at most a quarter of the shortest distance squared
DELTA1_START = 0.4  # angstrom; at most a quarter of the shortest distance
CORE_START = 0.5  # of the particle's diameter
Q_DAMP_START = 0.03  # 1/angstrom, where it is not known
# What is scanned: stretches of the lattice, changes of c/a and b/a, diameters in angstrom.
STRETCHES = np.arange(-0.06, 0.0601, 0.0025)
AXIS_RATIOS = (0.0, -0.03, 0.03, -0.06, 0.06)
START_DIAMETERS = (np.inf, 50.0, 25.0)
START_ASPECT = float(np.log(1.6))  # of spheroids, drawn out or pressed flat
MAX_TRIALS = 20  # of one phase, the best of its scan
MIN_APART = 1.0  # in units of the vector: starts that are closer count as one


def usual_start(model: Model) -> np.ndarray:
    """Return the vector of usual values: no strain, no displacement, bulk."""
    known = model.observation.q_damp
    vector = model.vector
    usual = {
        "log_u": np.log(U_START),
        "q_damp": Q_DAMP_START if known is None else known,
        "core": CORE_START,
    }
    values = [usual.get(entry.quantity, 0.0) for entry in vector.entries]
    for index, phase in enumerate(model.phases):
        shortest = phase.shortest_distance
        starts = {
            "delta2": [min(DELTA2_START, 0.25 * shortest**2)],
            "delta1": [min(DELTA1_START, 0.25 * shortest)],
            "occupancy": [site.value for site in phase.mixed],
        }
        for quantity, start in starts.items():
            part = vector.part(index, quantity)
            values[part] = start[: part.stop - part.start]
        part = vector.part(index, "log_tensor")
        values[part] = [
            np.log(U_START) if name.endswith("_1") else 0.0 for name in vector.names[part]
        ]
    return vector.with_fixed(np.array(values) / vector.scales)


def long_and_flat(model: Model, starts: list[np.ndarray]) -> list[np.ndarray]:
    """Return starts with spheroids drawn out and pressed flat at the same volume.

    From a sphere a descent ends at one of the two, which may be the wrong one. Starts without
    spheroids are returned as they are.
    """
    for index in range(len(model.phases)):
        aspect = model.vector.part(index, "aspect")
        size = model.vector.part(index, "inverse_diameter")
        if aspect.stop == aspect.start:
            continue
        variants = []
        for values in starts:
            known = values[aspect] * SCALES["aspect"]
            for wanted in (START_ASPECT, -START_ASPECT):
                other = values.copy()
                other[aspect] = wanted / SCALES["aspect"]
                other[size] *= np.exp((wanted - known) / 3)
                variants.append(model.vector.with_fixed(other))
        starts = variants
    return starts


def scan(
    model: Model,
    n_starts: int,
    start: np.ndarray | None = None,
    unknown: Collection[int] | None = None,
) -> list[np.ndarray]:
    """Find the best stretches, axis ratios and sizes; of a mixture for one phase after the other.

    Parameters
    ----------
    model : Model
    n_starts : int
        How many starts are returned at most.
    start : array (n_entries,), optional
        The vector that phases have which are known. None: usual values.
    unknown : collection of int, optional
        Indices of the phases that are looked for, beside those that are known. None: all.

    Returns
    -------
    list of array (n_entries,)
        Vectors, the best one first.
    """
    indices = range(len(model.phases))
    starts = [usual_start(model) if start is None else start]
    unknown = indices if unknown is None else sorted(unknown)
    known = [index for index in indices if index not in unknown]
    for index in unknown:
        trials = [trial for values in starts for trial in _scan_phase(model, values, index, known)]
        trials.sort(key=lambda trial: trial[0])
        starts = _distinct(trials, model.vector.slices[index], n_starts)
        known.append(index)
    return starts


def _distinct(
    trials: list[tuple[float, np.ndarray]], entries: slice, n_starts: int
) -> list[np.ndarray]:
    """The first trials that differ enough in these entries."""
    kept: list[np.ndarray] = []
    for _, values in trials:
        if all(np.abs(values[entries] - other[entries]).max() > MIN_APART for other in kept):
            kept.append(values)
        if len(kept) == n_starts:
            break
    return kept


def _scan_phase(
    model: Model, values: np.ndarray, index: int, known: Collection[int]
) -> list[tuple[float, np.ndarray]]:
    """The best trials of one phase beside known ones: squared residual and vector."""
    phase = model.phases[index]
    lattice = model.vector.part(index, "strain")
    size = model.vector.part(index, "inverse_diameter")
    r = model.observation.r
    # peaks are as wide at any r, and a stretch moves those at high r farther
    stretches = STRETCHES
    if reach(model.observation) > R_MAX:
        n = int(np.ceil((len(STRETCHES) - 1) * reach(model.observation) / R_MAX)) + 1
        stretches = np.linspace(STRETCHES[0], STRETCHES[-1], n)
    target = model.target
    if known:
        others = [model.phase_curve(values, k) for k in known]
        target = -model.scale(np.column_stack(others))[1]
    params = model.vector.phase_parameters(values, index)
    q_damp = model.vector.q_damp(values)
    diameters = START_DIAMETERS if _has_size(model, phase) else (np.inf,)
    shapes = np.array([spherical_shape(r, diameter) for diameter in diameters])
    minima: list[tuple[float, float, np.ndarray, float]] = []
    for ratios in _axis_ratios(phase.n_lattice):
        middle = phase.stretch * (1 + np.array(ratios)) - 1
        farthest = reach(model.observation) / (1 + stretches[0])
        fine, g = phase.curve(replace(params, strain=middle), q_damp, model.observation, farthest)
        points = np.maximum(r / (1 + stretches)[:, None], fine[0])
        stretched = model.interpolation(fine, points.ravel()).of(g).reshape(points.shape)
        overlaps = np.maximum(shapes * target @ stretched.T, 0.0)
        norms = np.maximum(shapes**2 @ (stretched**2).T, 1e-300)
        residuals = target @ target - overlaps**2 / norms
        before, after = np.roll(residuals, 1, axis=1), np.roll(residuals, -1, axis=1)
        rows, columns = np.nonzero((residuals <= before) & (residuals <= after))
        rests = residuals[rows, columns].tolist()
        minima += [
            (rest, stretches[k], middle, diameters[row])
            for rest, row, k in zip(rests, rows.tolist(), columns.tolist(), strict=True)
        ]
    trials = []
    for rest, stretch, middle, diameter in sorted(minima, key=lambda trial: trial[0])[:MAX_TRIALS]:
        trial = values.copy()
        trial[lattice] = ((1 + stretch) * (1 + middle) - 1) / SCALES["strain"]
        trial[size] = 1.0 / diameter / SCALES["inverse_diameter"]
        trials.append((rest, model.vector.with_fixed(trial)))
    return trials


def _has_size(model: Model, phase: Phase) -> bool:
    """Whether the size of a phase varies."""
    return phase.periodic and model.recipe.shape != "bulk"


def _axis_ratios(n_lattice: int) -> list[tuple[float, ...]]:
    """Changes of the axes' ratios that are scanned, as strains of the free lattice constants."""
    if n_lattice == 1:
        return [(0.0,)]
    if n_lattice == 2:
        return [(0.0, ratio) for ratio in AXIS_RATIOS]
    return [(0.0, b, c) for b in AXIS_RATIOS[:3] for c in AXIS_RATIOS[:3]]
