"""The derivatives of a phase's G(r) by all that varies."""

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.changes import tilts
from pdflearn.refinement.phase_parameters import PhaseParameters
from pdflearn.simulation.directions import Directions
from pdflearn.simulation.gradients import curve_gradient

if TYPE_CHECKING:
    from pdflearn.refinement.phase import Phase

# Steps of the differences that give the derivatives of particle shapes, and of what needs a curve
# of its own, in their own units.
_SHAPE_STEPS = {"inverse_diameter": 1e-5, "aspect": 1e-4, "core": 1e-4}
_CURVE_STEPS = {"log_tensor": 0.03, "occupancy": 0.01}


def phase_slopes(
    phase: "Phase", params: PhaseParameters, q_damp: float, observation: Observation
) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of a phase's curve, see `Phase.slopes`."""
    instrument, sample, grid = phase.request(params, q_damp, observation)
    by_delta1 = phase.recipe.correlation == "delta1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        gradient = curve_gradient(
            phase.simulator_for(params),
            instrument,
            sample,
            grid,
            _directions(phase, params),
            by_delta1,
        )
    r = gradient.r
    rows = {
        "strain": gradient.lengths / (1.0 + params.strain)[:, None],
        "angle": gradient.tilts,
        "displacement": gradient.modes,
        "log_u": gradient.log_u[: len(params.u_iso)],
        phase.recipe.correlation: gradient.delta[None],
        "inverse_diameter": gradient.inverse_diameter[None],
        "q_damp": gradient.q_damp[None],
    }
    shape = phase.shape(r, params)
    if shape is not None:
        rows = {name: slopes * shape for name, slopes in rows.items()}
        for name, step in _SHAPE_STEPS.items():
            sides = [
                phase.shape(r, replace(params, **{name: getattr(params, name) + x}))
                for x in (step, -step)
            ]
            rows[name] = (gradient.g * (sides[0] - sides[1]) / (2 * step))[None]
    for name in _CURVE_STEPS:
        if len(getattr(params, name)):
            rows[name] = _differences(phase, name, params, q_damp, observation)
    names = [*phase.free_quantities(), "q_damp"]
    return r, np.vstack([rows[name] for name in names])


def _directions(phase: "Phase", params: PhaseParameters) -> Directions | None:
    """What changes distances each by its own share; None where all lengths change alike."""
    if phase.n_lattice == 1 and not phase.n_modes and not phase.angles:
        return None
    modes = np.empty((0, len(phase.structure), 3))
    if phase.n_modes:
        modes = phase.modes @ np.linalg.inv(phase.structure.lattice.base)
    return Directions(phase.axes, modes, tilts(phase, params))


def _differences(
    phase: "Phase", name: str, params: PhaseParameters, q_damp: float, observation: Observation
) -> np.ndarray:
    """Derivatives by values that have no analytic ones, from one more curve each."""
    values, step = getattr(params, name), _CURVE_STEPS[name]
    base = phase.curve(params, q_damp, observation)[1]
    rows = []
    for k in range(len(values)):
        moved = values.copy()
        moved[k] += step
        other = replace(params, **{name: moved})
        rows.append((phase.compute(other, q_damp, observation)[1] - base) / step)
    return np.array(rows)
