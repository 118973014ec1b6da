"""G(r), F(Q) and S(Q) of a structure.

    G(r) = 1 / (N <b>^2) sum_ij b_i b_j / r_ij  P(r - r_ij; s_ij) - 4 pi rho0 r

over ordered pairs i != j of N atoms, P a normal distribution of variance

    s_ij^2 = u_ij (1 - delta1 / r_ij - delta2 / r_ij^2 + q_broad^2 r_ij^2)

(T. Proffen and S. J. L. Billinge, J. Appl. Cryst. 32 (1999) 572; I.-K. Jeong et al., Phys. Rev. B
67 (2003) 104301; C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007) 335219), seen through a
window in Q and damped by exp(-(q_damp r)^2 / 2). With form factors that depend on Q, each class
of pairs is weighted by f_a(Q) f_b(Q) / <f(Q)>^2 before the window.
"""

from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.simulation.pair_peaks import PairPeaks
from pdflearn.simulation.parameters import (
    InstrumentParameters,
    SampleParameters,
    SimulationError,
    points_below_r_max,
    require_number,
    require_one_of,
    require_positive,
)
from pdflearn.simulation.scatterers import Scatterers
from pdflearn.simulation.shape import spherical_shape
from pdflearn.simulation.spectrum import Spectrum
from pdflearn.simulation.transform import plan_transform, sine_series, transform_fq
from pdflearn.structures import elements

__all__ = ["PDFSimulator", "SimulationError", "simulate_pdf", "transform_fq"]

_USUAL_R_MAX = "angstrom; usual are 20 to 60"


class PDFSimulator:
    """One structure seen with one radiation; pair histograms are kept and reused by every draw.

    Parameters
    ----------
    structure : diffpy.structure.Structure
        Its conventional cell, or the atoms of a cluster. Two optional attributes are used:
        `periodic` (bool) and `orbits` (one label per atom, equal for symmetry-equivalent atoms).
    radiation : {"xray", "neutron"}
    form_factor : {"q", "constant"}
        X-ray form factors f(Q), or f(0) as in PDFgui and srreal's PDFCalculator.
    r_max : float
        Distances prepared for, angstrom; a longer range asked for later is added then.
    periodic : bool, optional
        None: as the structure says; without its saying, every lattice but diffpy's default one
        (1 x 1 x 1 angstrom) repeats. False: a finite cluster, without a baseline.

    Raises
    ------
    SimulationError
        Names the value and what to do about it.
    """

    def __init__(
        self,
        structure: Structure,
        *,
        radiation: str = "xray",
        form_factor: str = "q",
        r_max: float = 30.0,
        periodic: bool | None = None,
    ) -> None:
        require_one_of("radiation", radiation, ("xray", "neutron"))
        require_one_of("form_factor", form_factor, ("q", "constant"))
        require_positive("r_max", r_max, _USUAL_R_MAX)
        self.radiation = radiation
        self.form_factor = form_factor if radiation == "xray" else "constant"
        self.atoms = Scatterers(structure, radiation, periodic)
        self._peaks = PairPeaks(self.atoms, float(r_max), split=self.form_factor == "q")
        self._spectrum = Spectrum(self.atoms, self.form_factor)

    @property
    def minimum_distance(self) -> float:
        """Shortest distance between two atoms, angstrom; inf where there is no pair."""
        return self._peaks.shortest

    @property
    def species(self) -> tuple[str, ...]:
        """The kinds of atoms told apart, in alphabetical order."""
        return self.atoms.species

    # -- curves ----------------------------------------------------------------------------------

    def pdf(
        self,
        *,
        q_min: float = 0.5,
        q_max: float = 25.0,
        q_damp: float = 0.03,
        q_broad: float = 0.0,
        u_iso: float | dict[str, float] | None = 0.005,
        delta1: float = 0.0,
        delta2: float = 0.0,
        diameter: float | None = None,
        r_min: float = 0.0,
        r_max: float = 30.0,
        r_step: float = 0.01,
        window: str = "exact",
        scale: float = 1.0,
        strain: float | tuple[float, float, float] = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute G(r); the parameters are those of `simulate_pdf`.

        Returns
        -------
        r, g : arrays (points,)
            r in angstrom on r_min, r_min + r_step, ... below r_max; G in angstrom^-2.
        """
        instrument = InstrumentParameters(q_min, q_max, q_damp, q_broad)
        sample = SampleParameters(u_iso, delta1, delta2, diameter, strain)
        grid = Grid(r_min, r_max, r_step)
        r, g = self._curves(instrument, sample, grid, window, scale, split=False)
        return r, g[0]

    def partials(
        self,
        *,
        q_min: float = 0.5,
        q_max: float = 25.0,
        q_damp: float = 0.03,
        q_broad: float = 0.0,
        u_iso: float | dict[str, float] | None = 0.005,
        delta1: float = 0.0,
        delta2: float = 0.0,
        diameter: float | None = None,
        r_min: float = 0.0,
        r_max: float = 30.0,
        r_step: float = 0.01,
        window: str = "exact",
        scale: float = 1.0,
        strain: float | tuple[float, float, float] = 0.0,
    ) -> dict[tuple[str, str], np.ndarray]:
        """What each pair of elements adds to G(r), baseline included; together they are `pdf`.

        Returns
        -------
        dict
            G(r) in angstrom^-2 on the grid of `pdf` by two symbols in alphabetical order.
        """
        instrument = InstrumentParameters(q_min, q_max, q_damp, q_broad)
        sample = SampleParameters(u_iso, delta1, delta2, diameter, strain)
        grid = Grid(r_min, r_max, r_step)
        _, g = self._curves(instrument, sample, grid, window, scale, split=True)
        names = self.atoms.species
        return {(names[a], names[b]): g[k] for k, (a, b) in enumerate(zip(*self.atoms.pairs))}  # noqa: B905

    def fq(
        self,
        *,
        q_max: float = 25.0,
        q_damp: float = 0.0,
        q_broad: float = 0.0,
        u_iso: float | dict[str, float] | None = 0.005,
        delta1: float = 0.0,
        delta2: float = 0.0,
        diameter: float | None = None,
        r_max: float = 30.0,
        strain: float | tuple[float, float, float] = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """F(Q) = Q [S(Q) - 1] from the same pairs as G(r).

        A crystal's pairs are faded out beyond r_max, so Bragg peaks have a width of about
        pi / r_max; q_damp adds an instrument's. Forward scattering is not included. To make a
        G(r) of a changed F(Q), for example one with noise, leave q_damp at 0 here and give it to
        `transform_fq`, which then agrees with `pdf`.

        Parameters
        ----------
        r_max : float
            Longest r for which `transform_fq` is wanted, angstrom.
        q_max, q_damp, q_broad, u_iso, delta1, delta2, diameter, strain
            As for `simulate_pdf`.

        Returns
        -------
        q, f : arrays (n,)
            Q = 0, dq, ... up to the cell that holds q_max, 1/angstrom; F in 1/angstrom.
        """
        instrument = InstrumentParameters(0.0, q_max, q_damp, q_broad)
        sample = SampleParameters(u_iso, delta1, delta2, diameter, strain)
        self._require_form_factors(q_max)
        require_positive("r_max", r_max, _USUAL_R_MAX)
        peaks = self._peaks.of_sample(sample, q_broad, r_max)
        plan = plan_transform(0.0, 0.1, 1, q_max)
        f, period = self._spectrum.fq(peaks, instrument, r_max, plan)
        return np.pi / period * np.arange(f.shape[1]), f[0]

    def sq(self, **parameters: Any) -> tuple[np.ndarray, np.ndarray]:
        """S(Q) = 1 + F(Q) / Q; the parameters are those of `fq`.

        Returns
        -------
        q, s : arrays (n,)
            Q above zero in 1/angstrom; S without unit.
        """
        q, f = self.fq(**parameters)
        return q[1:], 1.0 + f[1:] / q[1:]

    def _require_form_factors(self, q_max: float) -> None:
        if self.form_factor == "q" and q_max > elements.FORM_FACTOR_Q_MAX:
            raise SimulationError(
                f"q_max = {q_max:g} 1/angstrom is beyond {elements.FORM_FACTOR_Q_MAX:.1f}, where "
                "the tabulated form factors end; choose a smaller q_max or form_factor='constant'"
            )

    # -- from peaks to curves --------------------------------------------------------------------

    def _curves(
        self,
        instrument: InstrumentParameters,
        sample: SampleParameters,
        grid: Grid,
        window: str,
        scale: float,
        split: bool,
    ) -> tuple[np.ndarray, np.ndarray]:
        """r (points,), and G (partials or 1, points) with one row for each partial if split."""
        require_one_of("window", window, ("exact", "srreal"))
        self._require_form_factors(instrument.q_max)
        require_number("scale", scale, "1 is usual")
        r = points_below_r_max(grid)
        r_max, q_damp = grid.r_max, instrument.q_damp
        peaks = self._peaks.of_sample(
            sample, instrument.q_broad, r_max, split, fade=window == "exact"
        )
        if window == "srreal":
            f, dq = self._spectrum.srreal_fq(peaks, sample, instrument, grid, split)
            g = np.array([scale * sine_series(row, dq, r, q_damp) for row in f])
            if sample.diameter is not None:
                g *= spherical_shape(r, sample.diameter)
            return r, g
        plan = plan_transform(grid.r_min, grid.r_step, r.size, instrument.q_max)
        f, period = self._spectrum.windowed_fq(peaks, instrument, r_max, plan, scale, split)
        if plan is None:
            return r, np.array([sine_series(row, np.pi / period, r, q_damp) for row in f])
        return r, plan.sum(f, period, q_damp)


def simulate_pdf(
    structure: Structure,
    radiation: str = "xray",
    q_min: float = 0.5,
    q_max: float = 25.0,
    q_damp: float = 0.03,
    q_broad: float = 0.0,
    u_iso: float | dict[str, float] | None = 0.005,
    delta1: float = 0.0,
    delta2: float = 0.0,
    diameter: float | None = None,
    r_min: float = 0.0,
    r_max: float = 30.0,
    r_step: float = 0.01,
    form_factor: str = "q",
    window: str = "exact",
    periodic: bool | None = None,
    scale: float = 1.0,
    strain: float | tuple[float, float, float] = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate the pair distribution function G(r) of a structure.

    Parameters
    ----------
    structure : diffpy.structure.Structure
    radiation : {"xray", "neutron"}
    q_min, q_max : float
        Window of the measurement, 1/angstrom.
    q_damp : float
        Resolution in Q, 1/angstrom; damps G(r) by exp(-(q_damp r)^2 / 2).
    q_broad : float
        Broadening of peaks that grows with r, dimensionless as in PDFfit.
    u_iso : float, dict or None
        Mean squared displacement of every atom (angstrom^2), or one for each element; None takes
        the structure's own, anisotropic ones included.
    delta1, delta2 : float
        Correlated motion of neighbours, angstrom and angstrom^2. Peaks that they leave less than
        0.5 % of their variance fade out, with a warning; where that takes a neighbour from every
        atom it is an error.
    diameter : float, optional
        Of a spherical particle cut from the crystal, angstrom (shape function of K. Kodama et
        al., Acta Cryst. A62 (2006) 444). None: bulk.
    r_min, r_max, r_step : float
        Grid r_min, r_min + r_step, ... below r_max, angstrom. A coarse step only leaves points
        out: nothing is computed on it.
    form_factor : {"q", "constant"}
        X-ray form factors f(Q), or f(0) as PDFgui and srreal's PDFCalculator do.
    window : {"exact", "srreal"}
        "srreal" follows the grids in r and Q of diffpy.srreal's PDFCalculator.
    periodic : bool, optional
        None: as the structure says. False: a finite cluster.
    scale : float
    strain : float or three floats
        Relative change of all lengths, or of those along a, b and c.

    Returns
    -------
    r, g : arrays (points,)
        In angstrom and angstrom^-2.

    Raises
    ------
    SimulationError
        Names the value and what to do about it.
    """
    require_positive("r_max", r_max, _USUAL_R_MAX)
    simulator = PDFSimulator(
        structure, radiation=radiation, form_factor=form_factor, r_max=r_max, periodic=periodic
    )
    return simulator.pdf(
        q_min=q_min, q_max=q_max, q_damp=q_damp, q_broad=q_broad, u_iso=u_iso, delta1=delta1,
        delta2=delta2, diameter=diameter, r_min=r_min, r_max=r_max, r_step=r_step, window=window,
        scale=scale, strain=strain,
    )  # fmt: skip
