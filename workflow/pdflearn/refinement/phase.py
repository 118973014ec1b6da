"""One structure as a phase of a refinement: what symmetry leaves free of it, and its G(r)."""

import warnings
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.refinement.changes import changed_structure, refined_structure, tensor_names
from pdflearn.refinement.fractions import mean_length
from pdflearn.refinement.freedom import (
    equal_axes,
    free_angles,
    on_one_site,
    shared_sites,
    site_names,
)
from pdflearn.refinement.phase_parameters import PhaseParameters
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.shapes import particle_shape
from pdflearn.refinement.slopes import phase_slopes
from pdflearn.simulation.parameters import InstrumentParameters, SampleParameters
from pdflearn.simulation.scatterers import scatterer_label
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import shortest_distance
from pdflearn.structures.tensors import symmetric_tensors

BULK = 1e-3  # 1/angstrom: a particle larger than 1000 angstrom is bulk on 20 angstrom
N_CURVES = 5  # curves that a phase keeps
N_SIMULATORS = 3  # simulators of changed structures that a phase keeps
_ANGLES = ("alpha", "beta", "gamma")


def reach(observation: Observation) -> float:
    """Up to where curves are computed for an observation: its end, or 20 angstrom at least."""
    return max(R_MAX, float(observation.r[-1]))


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
    recipe : Recipe, optional
        What else varies, and how atoms scatter.
    q_min : float, optional
        Of a cluster, from which Q on the curve holds its small-angle scattering, 1/angstrom. None:
        the observation's.
    square : float, optional
        Square of the mean scattering length that the phase's share of the atoms counts with, where
        a recipe limits shares. None: that at Q = 0.

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
    recipe: Recipe = field(default=USUAL_RECIPE, repr=False)
    q_min: float | None = None
    square: float | None = None
    _curves: dict = field(default_factory=dict, init=False, repr=False)
    _simulators: dict = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._range = R_MAX * 1.1 / min(self.stretch, 1.0)
        recipe, structure = self.recipe, self.structure
        by_site = recipe.displacements == "site"
        self.site_labels = site_names(structure) if by_site else None
        self.simulator = self._simulator_of(structure)
        self.periodic = self.simulator.atoms.periodic
        self.axes = equal_axes(structure, self.crystal_system) if self.periodic else (0, 0, 0)
        self.species = self.simulator.species
        self.shortest_distance = self._shortest_distance()
        self.angles: tuple[tuple[int, ...], ...] = ()
        if recipe.angles and self.periodic:
            self.angles = free_angles(structure, self.crystal_system)
        self.mixed = shared_sites(structure) if recipe.occupancies and self.periodic else []
        self.tensors = np.empty((0, len(structure), 3, 3))
        self._tensor_names: list[str] = []
        if recipe.displacements == "anisotropic" and self.periodic:
            self.tensors, orbit = symmetric_tensors(structure)
            self._tensor_names = tensor_names(self.tensors, orbit, site_names(structure))

    def _shortest_distance(self) -> float:
        """Shortest distance between two atoms, angstrom: what limits the motion of neighbours.

        X-rays see next to nothing of hydrogen, so its short bonds do not count for them.
        """
        seen = shortest_distance(self.structure, self.riding) if self.riding else np.inf
        return seen if np.isfinite(seen) else self.simulator.minimum_distance

    @property
    def riding(self) -> tuple[str, ...]:
        """Elements that move with their neighbours: hydrogen where X-rays are measured."""
        hydrogen = self.radiation == "xray" and "H" in self.species
        return ("H",) if hydrogen and len(self.species) > 1 else ()

    def free_modes(self) -> np.ndarray:
        """The displacements that symmetry leaves free and that the radiation sees."""
        return symmetric_modes(self.structure, self.riding)

    def _simulator_of(self, structure: Structure) -> PDFSimulator:
        form_factor = "constant" if self.recipe.scattering == "f(0)" else "q"
        return PDFSimulator(
            structure,
            radiation=self.radiation,
            form_factor=form_factor,
            r_max=self._range,
            sites=self.site_labels,
        )

    def fresh(self, recipe: Recipe | None = None) -> "Phase":
        """Return the same phase, with a recipe, and a simulator that has computed no curve yet.

        See `pdflearn.simulation.simulator.PDFSimulator.fresh`.
        """
        if recipe is not None and recipe != self.recipe:
            return replace(self, recipe=recipe)
        phase = copy(self)
        phase._curves, phase._simulators = {}, {}
        phase.simulator = self.simulator.fresh()
        return phase

    def free_quantities(self) -> dict[str, list[str]]:
        """The kinds of values that a refinement may vary, and the names of each kind's values."""
        lengths = ["strain"]
        if self.periodic:
            lengths = ["abc"[self.axes.index(k)] for k in range(self.n_lattice)]
        quantities = {"strain": lengths}
        if self.angles:
            quantities["angle"] = [_ANGLES[group[0]] for group in self.angles]
        if self.n_modes:
            quantities["displacement"] = [f"mode_{k + 1}" for k in range(self.n_modes)]
        anisotropic = len(self.tensors) > 0
        species = () if anisotropic else self.species
        quantities["log_u"] = [f"u_iso_{label}" for label in species]
        if anisotropic:
            quantities["log_tensor"] = self._tensor_names
        if self.mixed:
            quantities["occupancy"] = [site.name for site in self.mixed]
        quantities[self.recipe.correlation] = [self.recipe.correlation]
        quantities["inverse_diameter"] = ["diameter"]
        if self.periodic and self.recipe.shape == "spheroid":
            quantities["aspect"] = ["aspect"]
        if self.periodic and self.recipe.shape == "core-shell":
            quantities["core"] = ["core"]
        return quantities

    @property
    def free_lengths(self) -> list[float]:
        """The free lattice constants, angstrom; 0 for a cluster."""
        if not self.periodic:
            return [0.0]
        cell = self.structure.lattice.abcABG()
        return [cell[self.axes.index(k)] for k in range(self.n_lattice)]

    @property
    def cell_angles(self) -> list[float]:
        """The free angles, degrees."""
        angles = self.structure.lattice.abcABG()[3:]
        return [angles[group[0]] for group in self.angles]

    @cached_property
    def tied_species(self) -> list[set[str]]:
        """Species that share a site with others, and so their U."""
        if not self.periodic:
            return []
        return on_one_site(self.structure, self.labels)

    @cached_property
    def site_numbers(self) -> list[str]:
        """The name of each atom's site, see `freedom.site_names`."""
        return site_names(self.structure)

    @property
    def labels(self) -> list[str]:
        """The species of each atom: what may have a U of its own."""
        if self.site_labels is not None:
            return self.site_labels
        return [scatterer_label(atom.element, self.radiation) for atom in self.structure]

    def with_modes(self, modes: np.ndarray | None) -> "Phase":
        """Return the same phase with these displacements to refine, or with none."""
        phase = self.fresh()
        phase.modes = modes
        return phase

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
        return self.n_lattice + sites + len(self.free_modes())

    @property
    def mean_square(self) -> float:
        """<b>^2 of the phase, on the scale that all phases of a mixture have."""
        if self.square is not None:
            return self.square
        return float(mean_length(self.structure, self.radiation) ** 2)

    def displaced(self, displacement: np.ndarray) -> Structure:
        """Return the structure with its atoms moved along each mode by these angstrom."""
        return changed_structure(self, PhaseParameters(np.empty(0), displacement, np.empty(0)))

    def refined_structure(self, params: PhaseParameters) -> Structure:
        """Return the structure with the lattice, the positions and the U of these parameters."""
        return refined_structure(self, params)

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
            params.of_structure,
            *params.u_iso,
            params.delta1,
            params.delta2,
            params.inverse_diameter,
            params.aspect,
            params.core,
            q_damp,
            r_max,
            observation.q_min,
            observation.q_max,
            observation.q_broad,
        )
        if key not in self._curves:
            if len(self._curves) >= N_CURVES:
                self._curves.pop(next(iter(self._curves)))
            self._curves[key] = self.compute(params, q_damp, observation, r_max)
        return self._curves[key]

    def compute(
        self,
        params: PhaseParameters,
        q_damp: float,
        observation: Observation,
        r_max: float | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute a curve anew, see `curve`."""
        instrument, sample, grid = self.request(params, q_damp, observation, r_max)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            r, g = self.simulator_for(params).pdf(**vars(instrument), **vars(sample), **vars(grid))
        shape = self.shape(r, params)
        return r, g if shape is None else g * shape

    def shape(self, r: np.ndarray, params: PhaseParameters) -> np.ndarray | None:
        """What the particle leaves of the bulk's curve; None for spheres, which are simulated."""
        if not self.periodic or self.recipe.shape in ("sphere", "bulk"):
            return None
        return particle_shape(
            r, self.recipe.shape, params.inverse_diameter, params.aspect, params.core
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
            By what `free_quantities` lists, in their own units (angles in degrees, U by its
            logarithm, the diameter by its inverse), and by q_damp (per 1/angstrom).
        """
        return phase_slopes(self, params, q_damp, observation)

    def request(
        self,
        params: PhaseParameters,
        q_damp: float,
        observation: Observation,
        r_max: float | None = None,
    ) -> tuple[InstrumentParameters, SampleParameters, Grid]:
        """What the simulator is asked for."""
        r_max = reach(observation) if r_max is None else r_max
        u_iso, inverse = params.u_iso, params.inverse_diameter
        equal_u = len(set(u_iso)) == 1
        step = 0.4 / observation.q_max  # a grid of its multiples is summed by a fast transform
        q_min = observation.q_min if self.q_min is None else self.q_min
        instrument = InstrumentParameters(q_min, observation.q_max, q_damp, observation.q_broad)
        u_of: float | dict[str, float] | None = None
        if not len(params.log_tensor):
            u_of = float(u_iso[0]) if equal_u else dict(zip(self.species, u_iso, strict=True))
        is_sphere = self.periodic and self.recipe.shape == "sphere"
        sample = SampleParameters(
            u_iso=u_of,
            delta1=params.delta1,
            delta2=params.delta2,
            diameter=1.0 / inverse if inverse > 1e-7 and is_sphere else None,
            strain=self._simulator_strain(params.strain),
        )
        return instrument, sample, Grid(step * int(1.0 / step), r_max + 0.2, step)

    def simulator_for(self, params: PhaseParameters) -> PDFSimulator:
        key = params.of_structure
        if not any(any(values) for values in key):
            return self.simulator
        if key not in self._simulators:
            if len(self._simulators) >= N_SIMULATORS:
                self._simulators.pop(next(iter(self._simulators)))
            self._simulators[key] = self._simulator_of(changed_structure(self, params))
        return self._simulators[key]

    def _simulator_strain(self, strain: np.ndarray) -> float | tuple[float, float, float]:
        """Strain as the simulator takes it, from one value for each free lattice constant."""
        if self.n_lattice == 1:
            return float(strain[0])
        return tuple(float(strain[k]) for k in self.axes)
