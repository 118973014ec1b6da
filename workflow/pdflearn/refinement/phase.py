"""One structure as a phase of a refinement: its free lattice constants, elements and curve."""

import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures import elements
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

BULK = 1e-3  # 1/angstrom: a particle larger than 1000 angstrom is bulk on 20 angstrom


def equal_axes(structure: Structure, crystal_system: str) -> tuple[int, int, int]:
    """The number of the free lattice constant that each of a, b, c is.

    Cubic (0, 0, 0); tetragonal, hexagonal, trigonal (0, 0, 1); else (0, 1, 2). A rhombohedral cell
    (a = b = c, angles that are not 90) keeps its angle: (0, 0, 0).
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


@dataclass
class Phase:
    """One structure in a refinement.

    Parameters
    ----------
    structure : Structure
    radiation : {"xray", "neutron"}
    crystal_system : str
        Which lattice constants are equal: "cubic", "tetragonal", ... ; what the lattice itself
        does not fulfil is not imposed.
    name : str
    stretch : float
        Where the scan for a start has its middle: lengths of the sample over the structure's.
    modes : array (modes, atoms, 3), optional
        Displacements that are refined as well, see `symmetric_modes`.
    """

    structure: Structure
    radiation: str = "xray"
    crystal_system: str = "triclinic"
    name: str = ""
    stretch: float = 1.0
    modes: np.ndarray | None = field(default=None, repr=False)
    _cache: dict = field(default_factory=dict, repr=False)
    _moved: dict = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._reach = R_MAX * 1.1 / min(self.stretch, 1.0)
        self.simulator = PDFSimulator(self.structure, radiation=self.radiation, r_max=self._reach)
        self.periodic = self.simulator.atoms.periodic
        self.axes = equal_axes(self.structure, self.crystal_system) if self.periodic else (0, 0, 0)
        self.species = self.simulator.species
        self.shortest = self.simulator.minimum_distance

    def fresh(self) -> "Phase":
        """The same phase with a simulator that has drawn no curve yet.

        A simulator keeps the pairs of the longest range that was asked for, and what lies beyond a
        particle's diameter reaches a little into it. So curves of two simulators agree to the last
        bit only if both were asked for the same before.
        """
        return replace(self, _cache={}, _moved={})

    def moving(self, modes: np.ndarray | None) -> "Phase":
        """The same phase with these displacements, or with none."""
        own = self.fresh()
        own.modes = modes
        return own

    @property
    def mean_length(self) -> float:
        """Mean scattering length of an atom, in electrons or fm."""
        atoms = self.simulator.atoms
        return float(atoms.fraction @ atoms.lengths)

    def refined(self, strain: np.ndarray, shift: np.ndarray, u_iso: np.ndarray) -> Structure:
        """The structure with its lattice stretched, its atoms moved and its U replaced."""
        moved = self.displaced(shift) if self.shifts else self.structure
        factors = 1 + np.array([strain[k] for k in self.axes])
        of_species = dict(zip(self.species, u_iso, strict=True))
        u = []
        for atom in self.structure:
            species = elements.parse_symbol(atom.element)
            label = species.label if self.radiation == "neutron" else species.element
            u.append(of_species.get(label, u_iso.mean()))
        if not self.periodic:
            return _rebuilt(moved, xyz=moved.xyz * factors, u=np.array(u))
        a, b, c, *angles = self.structure.lattice.abcABG()
        cell = (a * factors[0], b * factors[1], c * factors[2], *angles)
        return _rebuilt(moved, lattice=cell, u=np.array(u))

    @property
    def lengths(self) -> int:
        """How many lattice constants are free."""
        return max(self.axes) + 1

    @cached_property
    def freedom(self) -> int:
        """How many numbers symmetry leaves free: lattice constants, sites and coordinates."""
        orbits = getattr(self.structure, "orbits", None)
        sites = len(self.species) if orbits is None else len(np.unique(orbits))
        coordinates = len(symmetric_modes(self.structure)) if self.periodic else 0
        return self.lengths + sites + coordinates

    @property
    def shifts(self) -> int:
        """How many displacements of atoms are free."""
        return 0 if self.modes is None else len(self.modes)

    def displaced(self, shift: np.ndarray) -> Structure:
        """The structure with its atoms moved by so many angstrom along each mode."""
        move = np.tensordot(shift, self.modes, axes=1) @ np.linalg.inv(self.structure.lattice.base)
        return _rebuilt(self.structure, xyz=self.structure.xyz + move)

    def _simulator_for(self, shift: np.ndarray) -> PDFSimulator:
        if not np.any(shift):
            return self.simulator
        key = tuple(shift)
        if key not in self._moved:
            if len(self._moved) > 2:
                self._moved.pop(next(iter(self._moved)))
            self._moved[key] = PDFSimulator(
                self.displaced(shift), radiation=self.radiation, r_max=self._reach
            )
        return self._moved[key]

    def strain(self, values: np.ndarray) -> float | tuple[float, float, float]:
        """Strain as the simulator wants it from one value for each free lattice constant."""
        if self.lengths == 1:
            return float(values[0])
        return tuple(float(values[k]) for k in self.axes)

    def curve(
        self, strain: np.ndarray, shift: np.ndarray, u_iso: np.ndarray, delta2: float,
        inverse: float, q_damp: float, observation: Observation, end: float = R_MAX,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """G on a grid fine enough for cubic interpolation: r, G. Kept for equal parameters."""
        key = (
            *strain,
            *shift,
            *u_iso,
            delta2,
            inverse,
            q_damp,
            end,
            observation.q_min,
            observation.q_max,
        )
        if key not in self._cache:
            if len(self._cache) > 4:
                self._cache.pop(next(iter(self._cache)))
            same = len(set(u_iso)) == 1
            step = 0.4 / observation.q_max  # a grid of its multiples is summed by a fast transform
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                self._cache[key] = self._simulator_for(shift).pdf(
                    q_min=observation.q_min,
                    q_max=observation.q_max,
                    q_damp=q_damp,
                    q_broad=observation.q_broad,
                    u_iso=float(u_iso[0]) if same else dict(zip(self.species, u_iso, strict=True)),
                    delta2=delta2,
                    diameter=1.0 / inverse if inverse > 1e-7 and self.periodic else None,
                    r_min=step * int(1.0 / step),
                    r_max=end + 0.2,
                    r_step=step,
                    strain=self.strain(strain),
                )
        return self._cache[key]


def _rebuilt(structure: Structure, **changes: Any) -> Structure:
    """A copy with some of its lattice, xyz and u replaced."""
    known = {
        "lattice": structure.lattice.abcABG(),
        "symbols": [atom.element for atom in structure],
        "xyz": structure.xyz,
        "occupancy": [atom.occupancy for atom in structure],
        "periodic": getattr(structure, "periodic", True),
        "title": structure.title,
        "orbits": getattr(structure, "orbits", None),
    }
    return make_structure(**{**known, **changes})
