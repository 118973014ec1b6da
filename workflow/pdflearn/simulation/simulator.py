"""G(r), F(Q) and S(Q) of a structure.

    G(r) = 1 / (N <b>^2) sum_ij b_i b_j / r_ij  P(r - r_ij; s_ij) - 4 pi rho0 r

over ordered pairs i != j of N atoms of number density rho0 with scattering lengths b. P is a normal
distribution of variance

    s_ij^2 = u_ij (1 - delta1 / r_ij - delta2 / r_ij^2 + q_broad^2 r_ij^2)

with u_ij the mean squared relative displacement along the pair. G(r) is seen through a window in Q
and damped by exp(-(q_damp r)^2 / 2). With form factors that depend on Q, each partial is weighted
by f_a(Q) f_b(Q) / <f(Q)>^2 before the window.

References
----------
T. Proffen and S. J. L. Billinge, J. Appl. Cryst. 32 (1999) 572. I.-K. Jeong et al., Phys. Rev. B 67
(2003) 104301. C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007) 335219.
"""

from collections.abc import Sequence
from copy import copy
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
from pdflearn.simulation.spectrum import Spectrum
from pdflearn.simulation.transform import plan_transform, transform_fq
from pdflearn.structures.atoms import Atoms

__all__ = ["PDFSimulator", "SimulationError", "simulate_pdf", "transform_fq"]

_USUAL_R_MAX = "angstrom; usual are 20 to 60"


class PDFSimulator:
    """Simulates one structure with one radiation; its pair distances are kept for every curve.

    Parameters
    ----------
    structure : diffpy.structure.Structure or Atoms
        The conventional cell of a crystal, or the atoms of a cluster. Two optional attributes are
        used: `periodic` (bool) and `orbits` (one label for each atom, equal for atoms that are
        equivalent by symmetry).
    radiation : {"xray", "neutron"}, default "xray"
    form_factor : {"q", "constant"}
        X-ray form factors f(Q) (default), or f(0) as in PDFgui and the PDFCalculator of
        diffpy.srreal. Neutron scattering lengths are constant in any case.
    r_max : float
        Distances prepared for, angstrom (default 30); a longer range asked for later is added then.
    periodic : bool, optional
        False: a finite cluster, without a baseline. None (default): as the structure says; where
        it does not say, every lattice but the default one of diffpy (1 x 1 x 1 angstrom) repeats.
    counted : PDFSimulator, optional
        Of the same structure and another radiation; pairs are counted once for both.
    sites : sequence of str, optional
        A name for the site of each atom, such as "Fe1": u_iso may then be given by these names.

    Attributes
    ----------
    atoms : Scatterers
        The atoms as arrays, and their scattering lengths.
    pairs : PairPeaks
    spectrum : Spectrum

    Raises
    ------
    SimulationError
        Names the value, what was expected and what to do.

    Examples
    --------
    Nickel at two temperatures: its displacements grow, so its peaks get lower.

    >>> from diffpy.structure import Atom, Lattice, Structure
    >>> lattice = Lattice(3.524, 3.524, 3.524, 90, 90, 90)
    >>> sites = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> nickel = Structure([Atom("Ni", xyz) for xyz in sites], lattice)
    >>> simulator = PDFSimulator(nickel)
    >>> simulator.minimum_distance
    2.4918
    >>> heights = [simulator.pdf(u_iso=u)[1].max() for u in (0.004, 0.012)]
    >>> bool(heights[1] < heights[0])
    True
    """

    def __init__(
        self,
        structure: Structure | Atoms,
        *,
        radiation: str = "xray",
        form_factor: str = "q",
        r_max: float = 30.0,
        periodic: bool | None = None,
        counted: "PDFSimulator | None" = None,
        sites: Sequence[str] | None = None,
    ) -> None:
        require_one_of("radiation", radiation, ("xray", "neutron"))
        require_one_of("form_factor", form_factor, ("q", "constant"))
        require_positive("r_max", r_max, _USUAL_R_MAX)
        self.radiation = radiation
        self.form_factor = form_factor if radiation == "xray" else "constant"
        seen = counted and counted.atoms.with_radiation(radiation)
        self.atoms = seen or Scatterers(structure, radiation, periodic, sites)
        known = counted and counted.pairs
        self.pairs = PairPeaks(self.atoms, float(r_max), self.form_factor == "q", known)
        self.spectrum = Spectrum(self.atoms, self.form_factor)

    def fresh(self) -> "PDFSimulator":
        """Return the same simulator as if it had computed no curve; what is costly is shared.

        A simulator keeps the pairs of the longest range that was asked for, and pairs beyond r_max
        contribute a little. So the curves of two simulators are equal to the last bit only if both
        were asked for the same before.
        """
        other = copy(self)
        other.pairs = self.pairs.fresh()
        return other

    @property
    def minimum_distance(self) -> float:
        """Shortest distance between two atoms, angstrom; inf where there is no pair."""
        return self.pairs.shortest

    @property
    def species(self) -> tuple[str, ...]:
        """The species of atoms, in alphabetical order; isotopes only with neutrons."""
        return self.atoms.species

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
        """Simulate G(r); the parameters are those of `simulate_pdf`.

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
        """What each pair of elements adds to G(r); the parameters are those of `simulate_pdf`.

        Returns
        -------
        dict
            Two symbols in alphabetical order -> array (points,) in angstrom^-2, baseline included,
            on the grid of `pdf`. They are weighted by concentrations and scattering lengths, so
            that their sum is `pdf`.

        Examples
        --------
        In caesium chloride the nearest neighbours are unlike, at sqrt(3) / 2 of the lattice
        constant.

        >>> from diffpy.structure import Atom, Lattice, Structure
        >>> lattice = Lattice(4.123, 4.123, 4.123, 90, 90, 90)
        >>> atoms = [Atom("Cs", (0, 0, 0)), Atom("Cl", (0.5, 0.5, 0.5))]
        >>> simulator = PDFSimulator(Structure(atoms, lattice))
        >>> partials = simulator.partials(r_max=4.0)
        >>> r, g = simulator.pdf(r_max=4.0)
        >>> float(r[partials["Cl", "Cs"].argmax()].round(1))
        3.6
        >>> np.allclose(sum(partials.values()), g, atol=1e-6)
        True
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
        """Simulate F(Q) = Q [S(Q) - 1] from the same pairs as G(r).

        The pairs of a crystal are faded out beyond r_max, so Bragg peaks have a width of about
        pi / r_max; q_damp adds that of an instrument. Small-angle scattering is not included. To
        make a G(r) of a changed F(Q), for example one with noise, leave q_damp at 0 here and give
        it to `transform_fq`, which then agrees with `pdf`.

        Parameters
        ----------
        r_max : float
            Longest r for which `transform_fq` is wanted, angstrom (default 30).
        q_max, q_damp, q_broad, u_iso, delta1, delta2, diameter, strain
            As for `simulate_pdf`, but the default of q_damp is 0.

        Returns
        -------
        q, f : arrays (n,)
            Q = 0, dq, ... up to the cell that holds q_max, 1/angstrom; F in 1/angstrom.

        See Also
        --------
        sq : S(Q).
        transform.transform_fq : G(r) from F(Q).

        Examples
        --------
        Two gold atoms 2.9 angstrom apart: F(Q) is nearly sin(Q r) / r, damped by displacements.

        >>> from diffpy.structure import Atom, Structure
        >>> pair = Structure([Atom("Au", (0, 0, 0)), Atom("Au", (0, 0, 2.9))])
        >>> q, f = PDFSimulator(pair).fq(u_iso=0.005)
        >>> expected = np.sin(q * 2.9) / 2.9 * np.exp(-0.005 * q**2)
        >>> np.allclose(f, expected, atol=0.01)
        True
        """
        instrument = InstrumentParameters(0.0, q_max, q_damp, q_broad)
        sample = SampleParameters(u_iso, delta1, delta2, diameter, strain)
        self.spectrum.require_form_factors(q_max)
        require_positive("r_max", r_max, _USUAL_R_MAX)
        peaks = self.pairs.of_sample(sample, q_broad, r_max)
        plan = plan_transform(0.0, 0.1, 1, q_max)
        f, period = self.spectrum.fq(peaks, instrument, r_max, plan)
        return np.pi / period * np.arange(f.shape[1]), f[0]

    def sq(self, **parameters: Any) -> tuple[np.ndarray, np.ndarray]:
        """Simulate the structure factor S(Q) = 1 + F(Q) / Q; the parameters are those of `fq`.

        Returns
        -------
        q, s : arrays (n,)
            Q above zero in 1/angstrom; S without unit.
        """
        q, f = self.fq(**parameters)
        return q[1:], 1.0 + f[1:] / q[1:]

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
        self.spectrum.require_form_factors(instrument.q_max)
        require_number("scale", scale, "1 is usual")
        r = points_below_r_max(grid)
        peaks = self.pairs.of_sample(
            sample, instrument.q_broad, grid.r_max, split, fade=window == "exact"
        )
        if window == "srreal":
            return r, self.spectrum.srreal_g(peaks, sample, instrument, grid, r, scale, split)
        return r, self.spectrum.exact_g(peaks, instrument, grid, r, scale, split)


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
        See `PDFSimulator`.
    radiation : {"xray", "neutron"}, default "xray"
    q_min, q_max : float
        Window of the measurement, 1/angstrom (default 0.5 and 25).
    q_damp : float
        Resolution in Q, 1/angstrom (default 0.03); damps G(r) by exp(-(q_damp r)^2 / 2).
    q_broad : float
        Broadening of peaks that grows with r, 1/angstrom (default 0).
    u_iso : float, dict or None
        Mean squared displacement of every atom, angstrom^2 (default 0.005), or one for each
        element by its symbol; None takes the structure's own, anisotropic ones included.
    delta1, delta2 : float
        Correlated motion of neighbours, angstrom and angstrom^2 (default 0). Peaks that they leave
        less than 0.5 % of their variance fade out, with a warning; where that takes a neighbour
        from every atom it is an error.
    diameter : float, optional
        Of a spherical particle cut from the crystal, angstrom. None (default): bulk.
    r_min, r_max, r_step : float
        Grid r_min, r_min + r_step, ... below r_max, angstrom (default 0, 30 and 0.01). A coarse
        step only leaves points out: nothing is calculated on it.
    form_factor : {"q", "constant"}
        X-ray form factors f(Q) (default), or f(0) as in PDFgui and the PDFCalculator of
        diffpy.srreal.
    window : {"exact", "srreal"}
        "exact" (default) cuts F(Q) sharply at q_min and q_max; "srreal" follows the grids in r and
        Q of the PDFCalculator of diffpy.srreal.
    periodic : bool, optional
        None (default): as the structure says. False: a finite cluster.
    scale : float
        Factor of G(r) (default 1).
    strain : float or three floats
        Relative change of all lengths, or of those along a, b and c (default 0).

    Returns
    -------
    r, g : arrays (points,)
        In angstrom and angstrom^-2.

    Raises
    ------
    SimulationError
        Names the value, what was expected and what to do.

    See Also
    --------
    PDFSimulator : many curves of one structure, partials and F(Q).

    References
    ----------
    K. Kodama et al., Acta Cryst. A62 (2006) 444, for the shape function of the particle.

    Examples
    --------
    >>> from diffpy.structure import Atom, Lattice, Structure
    >>> lattice = Lattice(3.524, 3.524, 3.524, 90, 90, 90)
    >>> sites = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> nickel = Structure([Atom("Ni", xyz) for xyz in sites], lattice)
    >>> r, g = simulate_pdf(nickel, q_max=22.0, u_iso=0.006, r_max=20.0)
    >>> r.shape, g.shape
    ((2000,), (2000,))
    >>> float(r[:300][g[:300].argmax()].round(1))  # the distance of nearest neighbours
    2.5

    A particle of 20 angstrom has no pairs beyond its diameter:

    >>> r, g = simulate_pdf(nickel, diameter=20.0)
    >>> bool(abs(g[r > 22.0]).max() < 0.1)
    True
    """
    simulator = PDFSimulator(
        structure, radiation=radiation, form_factor=form_factor, r_max=r_max, periodic=periodic
    )
    return simulator.pdf(
        q_min=q_min, q_max=q_max, q_damp=q_damp, q_broad=q_broad, u_iso=u_iso, delta1=delta1,
        delta2=delta2, diameter=diameter, r_min=r_min, r_max=r_max, r_step=r_step, window=window,
        scale=scale, strain=strain,
    )  # fmt: skip
