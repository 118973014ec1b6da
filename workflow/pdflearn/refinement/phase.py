"""One structure as a phase of a refinement: what symmetry leaves free of it, and its G(r)."""

import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.simulation.directions import Directions
from pdflearn.simulation.gradients import curve_gradient
from pdflearn.simulation.parameters import InstrumentParameters, SampleParameters
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures import elements
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

BULK = 1e-3  # 1/angstrom: a particle larger than 1000 angstrom is bulk on 20 angstrom
N_CURVES = 5  # curves that a phase keeps
N_SIMULATORS = 3  # simulators of displaced atoms that a phase keeps


def reach(observation: Observation) -> float:
    """Up to where curves are computed for an observation: its end, or 20 angstrom at least."""
    return max(R_MAX, float(observation.r[-1]))


def equal_axes(structure: Structure, crystal_system: str) -> tuple[int, int, int]:
    """Tell which of the lattice constants a, b and c are equal by symmetry.

    Parameters
    ----------
    structure : Structure
    crystal_system : str
        "cubic", "tetragonal", ...

    Returns
    -------
    tuple of three int
        For a, b and c the index of its free lattice constant. Cubic (0, 0, 0); tetragonal,
        hexagonal, trigonal (0, 0, 1); else (0, 1, 2). A rhombohedral cell (a = b = c, angles other
        than 90 degrees) keeps its angle: (0, 0, 0).
    """
    a, b, c, *angles = structure.lattice.abcABG()
    ab, bc, ac = (
        np.isclose(a, b, rtol=1e-3),
        np.isclose(b, c, rtol=1e-3),
        np.isclose(a, c, rtol=1e-3),
    )
    if crystal_system == "cubic" and ab and bc:
        return (0, 0, 0)
    if crystal_system == "trigonal" and ab and bc and not np.isclose(angles[2], 120.0, atol=0.1):
        return (0, 0, 0)
    if crystal_system in ("tetragonal", "hexagonal", "trigonal"):
        if ab:
            return (0, 0, 1)
        if bc:
            return (1, 0, 0)
        if ac:
            return (0, 1, 0)
    return (0, 1, 2)


@dataclass(frozen=True)
class PhaseParameters:
    """The values of a phase's free parameters.

    Parameters
    ----------
    strain : array (n_lattice,)
        Relative change of each free lattice constant.
    displacement : array (n_modes,)
        Displacement of the atoms along each mode, in angstrom.
    u_iso : array (n_species,)
        Mean squared displacement of each element along one direction, in angstrom^2.
    delta2 : float
        Correlated motion of neighbours, in angstrom^2.
    inverse_diameter : float
        One over the diameter of a spherical particle, in 1/angstrom; 0 for bulk.
    """

    strain: np.ndarray
    displacement: np.ndarray
    u_iso: np.ndarray
    delta2: float
    inverse_diameter: float


@dataclass
class Phase:
    """One structure in a refinement.

    Parameters
    ----------
    structure : Structure
    radiation : {"xray", "neutron"}, default "xray"
    crystal_system : str, default "triclinic"
        Which lattice constants are equal: "cubic", "tetragonal", ...; an equality that the
        lattice itself does not fulfil is not imposed.
    name : str, default ""
    stretch : float, default 1.0
        Distances in the sample over those in the structure, where the scan for a start has its
        middle.
    modes : array (n_modes, n_atoms, 3), optional
        Displacements of the atoms that are refined as well, as `symmetric_modes` returns them.

    See Also
    --------
    pdflearn.refinement.refinement.refine : Refines one phase, or a mixture.
    pdflearn.structures.modes.symmetric_modes : The displacements that symmetry allows.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> positions = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    >>> nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, positions)
    >>> phase = Phase(nickel, crystal_system="cubic")
    >>> phase.n_lattice, phase.species
    (1, ('Ni',))
    >>> round(phase.shortest_distance, 3)
    2.489
    """

    structure: Structure
    radiation: str = "xray"
    crystal_system: str = "triclinic"
    name: str = ""
    stretch: float = 1.0
    modes: np.ndarray | None = field(default=None, repr=False)
    _curves: dict = field(default_factory=dict, init=False, repr=False)
    _simulators: dict = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._range = R_MAX * 1.1 / min(self.stretch, 1.0)
        self.simulator = PDFSimulator(self.structure, radiation=self.radiation, r_max=self._range)
        self.periodic = self.simulator.atoms.periodic
        self.axes = equal_axes(self.structure, self.crystal_system) if self.periodic else (0, 0, 0)
        self.species = self.simulator.species
        self.shortest_distance = self.simulator.minimum_distance

    def fresh(self) -> "Phase":
        """Return the same phase with a simulator that has computed no curve yet.

        A simulator keeps the pairs of the longest range that was asked for, and pairs beyond a
        particle's diameter contribute a little. So the curves of two simulators are equal to the
        last bit only if both were asked for the same before.
        """
        return replace(self)

    def with_modes(self, modes: np.ndarray | None) -> "Phase":
        """Return the same phase with these displacements to refine, or with none."""
        return replace(self, modes=modes)

    @property
    def mean_scattering_length(self) -> float:
        """Mean scattering length of an atom, in electrons (X-rays) or fm (neutrons)."""
        atoms = self.simulator.atoms
        return float(atoms.fraction @ atoms.lengths)

    @property
    def n_lattice(self) -> int:
        """Number of free lattice constants."""
        return max(self.axes) + 1

    @property
    def n_modes(self) -> int:
        """Number of displacements that are refined."""
        return 0 if self.modes is None else len(self.modes)

    @cached_property
    def degrees_of_freedom(self) -> int:
        """Number of values that symmetry leaves free: lattice constants, sites and coordinates.

        A cluster has its strain, its elements and its size, which was chosen.
        """
        if not self.periodic:
            return self.n_lattice + len(self.species) + 1
        orbits = getattr(self.structure, "orbits", None)
        sites = len(self.species) if orbits is None else len(np.unique(orbits))
        return self.n_lattice + sites + len(symmetric_modes(self.structure))

    def displaced(self, displacement: np.ndarray) -> Structure:
        """Return the structure with its atoms moved along each mode by these angstrom."""
        to_fractional = np.linalg.inv(self.structure.lattice.base)
        move = np.tensordot(displacement, self.modes, axes=1) @ to_fractional
        return _changed(self.structure, xyz=self.structure.xyz + move)

    def refined_structure(self, params: PhaseParameters) -> Structure:
        """Return the structure with the lattice, the positions and the U of these parameters."""
        moved = self.displaced(params.displacement) if self.n_modes else self.structure
        factors = 1 + np.array([params.strain[k] for k in self.axes])
        u_of_species = dict(zip(self.species, params.u_iso, strict=True))
        u = []
        for atom in self.structure:
            species = elements.parse_symbol(atom.element)
            label = species.label if self.radiation == "neutron" else species.element
            u.append(u_of_species.get(label, params.u_iso.mean()))
        if not self.periodic:
            return _changed(moved, xyz=moved.xyz * factors, u=np.array(u))
        a, b, c, *angles = self.structure.lattice.abcABG()
        cell = (a * factors[0], b * factors[1], c * factors[2], *angles)
        return _changed(moved, lattice=cell, u=np.array(u))

    def curve(
        self,
        params: PhaseParameters,
        q_damp: float,
        observation: Observation,
        r_max: float | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute G(r) on a grid that is fine enough to interpolate; equal requests are kept.

        Parameters
        ----------
        params : PhaseParameters
        q_damp : float
            Damping by the instrument, in 1/angstrom.
        observation : Observation
            The measured curve, whose q_min, q_max and q_broad are used.
        r_max : float, optional
            Where the curve ends, in angstrom. None: at `reach`.

        Returns
        -------
        r, g : arrays (n_r,)
            Distances in angstrom and G in angstrom^-2.
        """
        r_max = reach(observation) if r_max is None else r_max
        key = (
            *params.strain,
            *params.displacement,
            *params.u_iso,
            params.delta2,
            params.inverse_diameter,
            q_damp,
            r_max,
            observation.q_min,
            observation.q_max,
            observation.q_broad,
        )
        if key not in self._curves:
            if len(self._curves) >= N_CURVES:
                self._curves.pop(next(iter(self._curves)))
            self._curves[key] = self._compute(params, q_damp, observation, r_max)
        return self._curves[key]

    def _compute(
        self, params: PhaseParameters, q_damp: float, observation: Observation, r_max: float
    ) -> tuple[np.ndarray, np.ndarray]:
        instrument, sample, grid = self._request(params, q_damp, observation, r_max)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return self._simulator_for(params.displacement).pdf(
                **vars(instrument), **vars(sample), **vars(grid)
            )

    def slopes(
        self, params: PhaseParameters, q_damp: float, observation: Observation
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute the derivatives of G(r) by every parameter.

        Parameters
        ----------
        params, q_damp, observation
            As for `curve`.

        Returns
        -------
        r : array (n_r,)
            The grid of `curve`, angstrom.
        slopes : array (n_parameters + 1, n_r)
            By each strain, each displacement (per angstrom), ln U of each species, delta2 (per
            angstrom^2), one over the diameter (per 1/angstrom) and q_damp (per 1/angstrom).
        """
        instrument, sample, grid = self._request(params, q_damp, observation, reach(observation))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            gradient = curve_gradient(
                self._simulator_for(params.displacement), instrument, sample, grid, self._directions
            )
        rows = (
            gradient.lengths / (1.0 + params.strain)[:, None],
            gradient.modes,
            gradient.log_u,
            gradient.delta2,
            gradient.inverse_diameter,
            gradient.q_damp,
        )
        return gradient.r, np.vstack(rows)

    @cached_property
    def _directions(self) -> Directions | None:
        """What changes distances each by its own share; None where all lengths change alike."""
        if self.n_lattice == 1 and not self.n_modes:
            return None
        modes = np.empty((0, len(self.structure), 3))
        if self.n_modes:
            modes = self.modes @ np.linalg.inv(self.structure.lattice.base)
        return Directions(self.axes, modes)

    def _request(
        self, params: PhaseParameters, q_damp: float, observation: Observation, r_max: float
    ) -> tuple[InstrumentParameters, SampleParameters, Grid]:
        """What the simulator is asked for."""
        u_iso, inverse = params.u_iso, params.inverse_diameter
        equal_u = len(set(u_iso)) == 1
        step = 0.4 / observation.q_max  # a grid of its multiples is summed by a fast transform
        instrument = InstrumentParameters(
            observation.q_min, observation.q_max, q_damp, observation.q_broad
        )
        sample = SampleParameters(
            u_iso=float(u_iso[0]) if equal_u else dict(zip(self.species, u_iso, strict=True)),
            delta2=params.delta2,
            diameter=1.0 / inverse if inverse > 1e-7 and self.periodic else None,
            strain=self._simulator_strain(params.strain),
        )
        return instrument, sample, Grid(step * int(1.0 / step), r_max + 0.2, step)

    def _simulator_for(self, displacement: np.ndarray) -> PDFSimulator:
        if not np.any(displacement):
            return self.simulator
        key = tuple(displacement)
        if key not in self._simulators:
            if len(self._simulators) >= N_SIMULATORS:
                self._simulators.pop(next(iter(self._simulators)))
            self._simulators[key] = PDFSimulator(
                self.displaced(displacement), radiation=self.radiation, r_max=self._range
            )
        return self._simulators[key]

    def _simulator_strain(self, strain: np.ndarray) -> float | tuple[float, float, float]:
        """Strain as the simulator takes it, from one value for each free lattice constant."""
        if self.n_lattice == 1:
            return float(strain[0])
        return tuple(float(strain[k]) for k in self.axes)


def _changed(structure: Structure, **changes: Any) -> Structure:
    """A copy with another lattice, xyz or u."""
    periodic = getattr(structure, "periodic", True)
    known = {
        "lattice": structure.lattice.abcABG() if periodic else None,
        "symbols": [atom.element for atom in structure],
        "xyz": structure.xyz,
        "occupancy": [atom.occupancy for atom in structure],
        "title": structure.title,
        "orbits": getattr(structure, "orbits", None),
    }
    return make_structure(**{**known, **changes})
