"""Calibrants: curves of a well-known powder, which tell the resolution of the instrument.

The powder's crystallites are large, so that all damping of its curve is the instrument's: q_damp,
by which peaks lose height with r, and q_broad, by which they grow wider (C. L. Farrow et al., J.
Phys.: Condens. Matter 19 (2007) 335219). Both belong to the set-up, so they serve every sample that
was measured alike: the files of the calibrant's group.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from diffpy.structure import Structure

from pdflearn.measured.calibration import Calibration
from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.parameter import Q_DAMP_LIMITS
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import Fit, refine
from pdflearn.structures.library import Library
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import describe

# The library's compounds that serve as calibrants.
COMPOUNDS = {
    "Ni": "Ni fcc", "Si": "Si diamond", "CeO2": "CeO2 fluorite", "LaB6": "LaB6 CaB6",
}  # fmt: skip
MAX_Q_BROAD = 0.06  # 1/angstrom; instruments in use have 0.03 at most
# A calibrant that is fitted worse is not what the table says, or its curve is spoilt: public curves
# of Ni and Si leave 0.05 to 0.15.
MAX_RW = 0.3
# A lattice constant that is off by more than thermal expansion over 300 kelvin (Ni: 0.4 %) shows an
# error of the wavelength or of the distance to the detector.
MAX_STRAIN = 0.004


def fit_resolution(observation: Observation, phase: Phase) -> tuple[Fit, float, float]:
    """Fit a calibrant with q_damp and q_broad free.

    Parameters
    ----------
    observation : Observation
        Over as long a range of r as there is: the resolution shows at long distances.
    phase : Phase
        The calibrant; it is taken as bulk.

    Returns
    -------
    fit : Fit
        At the best q_broad; its q_damp is refined.
    q_broad, stderr : float
        1/angstrom. The standard error is where Rw^2 grows by Rw^2 / n, for n independent points.

    Examples
    --------
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> positions = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    >>> nickel = make_structure((3.524, 3.524, 3.524, 90, 90, 90), ["Ni"] * 4, positions)
    >>> r, g = simulate_pdf(nickel, u_iso=0.006, q_damp=0.04, q_broad=0.02, r_min=1.6, r_max=50.0)
    >>> observation = Observation(r, g, q_max=25.0)
    >>> fit, q_broad, _ = fit_resolution(observation, Phase(nickel, crystal_system="cubic"))
    >>> round(fit.parameters["q_damp"].value, 3), round(q_broad, 3)
    (0.04, 0.02)
    """
    from scipy.optimize import minimize_scalar  # takes as long to import as a fit takes

    recipe = Recipe(shape="bulk")
    start: Mapping[str, float] | None = None
    fits: dict[float, Fit] = {}

    def squares(square: float) -> float:
        nonlocal start
        free = replace(observation, q_damp=None, q_broad=float(np.sqrt(square)))
        fits[square] = refine(free, [phase], recipe=recipe, start=start)
        start = fits[square].start
        return fits[square].rw ** 2

    # The curve changes with the square of q_broad.
    result = minimize_scalar(
        squares, bounds=(0.0, MAX_Q_BROAD**2), method="bounded", options={"xatol": 1e-7}
    )
    squares(0.0)
    best = min(fits, key=lambda square: fits[square].rw)
    fit, q_broad = fits[best], float(np.sqrt(best))
    if best == 0.0 or not result.success:
        return fit, q_broad, np.nan
    # A parabola through three points around the minimum.
    step = max(0.2 * best, 2e-5)
    around = [squares(max(best - step, 0.0)), fit.rw**2, squares(best + step)]
    low = min(step, best)
    bend = ((around[2] - around[1]) / step + (around[0] - around[1]) / low) / (step + low)
    if bend <= 0:
        return fit, q_broad, np.nan
    error = np.sqrt(fit.rw**2 / observation.independent / bend)
    slope = (fits[best + step].parameters["q_damp"].value - fit.parameters["q_damp"].value) / step
    q_damp = fit.parameters["q_damp"]
    stderr = float(np.hypot(q_damp.stderr, slope * error))
    parameters = {**fit.parameters, "q_damp": replace(q_damp, stderr=stderr)}
    return replace(fit, parameters=parameters), q_broad, float(error / (2 * q_broad))


def calibrate(sample: MeasuredSample, structure: Structure) -> tuple[Calibration, Fit | None]:
    """Fit one calibrant.

    Parameters
    ----------
    sample : MeasuredSample
        Its `calibrant` says what it is.
    structure : Structure
        The calibrant's, see `calibrant_structure`.

    Returns
    -------
    calibration : Calibration
    fit : Fit or None
        None where its curve cannot be fitted; the calibration says why.
    """
    known = Calibration(
        sample.file, sample.calibrant, sample.group, sample.radiation or "xray",
        a_library=float(structure.lattice.a),
    )  # fmt: skip
    if sample.whole is None:
        return replace(known, note=f"it could not be fitted: {sample.fit_error}"), None
    modes = symmetric_modes(structure)
    phase = Phase(
        structure,
        known.radiation,
        str(describe(structure)["crystal_system"]),
        sample.calibrant,
        modes=modes if len(modes) else None,
    )
    try:
        fit, q_broad, q_broad_error = fit_resolution(sample.whole, phase)
    except RefinementError as error:
        return replace(known, note=f"it could not be fitted: {error}"), None
    q_damp, a = fit.parameters["q_damp"], fit.parameters["a"]
    notes = []
    used = fit.rw <= MAX_RW and q_damp.value < Q_DAMP_LIMITS[1] * (1 - 1e-6)
    if fit.rw > MAX_RW:
        notes.append(
            f"not used: its fit leaves Rw {fit.rw:.2f}, more than {MAX_RW:g}; is it "
            f"{sample.calibrant}?"
        )
    elif not used:
        notes.append(
            f"not used: q_damp ended at its upper limit of {Q_DAMP_LIMITS[1]:g} 1/A; is its grain "
            "size large?"
        )
    strain = a.value / known.a_library - 1
    if abs(strain) > MAX_STRAIN:
        notes.append(
            f"its lattice constant is {100 * strain:+.2f} % off the library's: check wavelength "
            "and distance"
        )
    return (
        replace(
            known, q_damp=q_damp.value, q_damp_stderr=q_damp.stderr, q_broad=q_broad,
            q_broad_stderr=q_broad_error, a=a.value, a_stderr=a.stderr, rw=fit.rw,
            r_max=float(fit.r[-1]), used=bool(used), note="; ".join(notes),
        ),
        fit,
    )  # fmt: skip


def calibrant_structure(library: Library, calibrant: str) -> Structure:
    """The library's structure of a calibrant.

    Raises
    ------
    LibraryError
        Where a study's own library has no such compound.
    """
    return library.build(COMPOUNDS[calibrant])
