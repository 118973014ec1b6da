"""A phase's structure with other atoms, angles, occupancies, displacements and lengths."""

from typing import TYPE_CHECKING, Any

import numpy as np
from diffpy.structure import Lattice, Structure

from pdflearn.refinement.phase_parameters import PhaseParameters
from pdflearn.structures.structure import make_structure
from pdflearn.structures.tensors import tensor_exponential

if TYPE_CHECKING:
    from pdflearn.refinement.phase import Phase

LEAST_OCCUPANCY = 1e-4  # an element that is nearly gone keeps so much, so that it stays a species


def changed_structure(phase: "Phase", params: PhaseParameters) -> Structure:
    """Return the structure with the atoms, angles, occupancies and tensors of parameters.

    Its lengths and isotropic U are those of the structure itself.
    """
    structure = phase.structure
    changes: dict[str, Any] = {}
    if phase.n_modes and np.any(params.displacement):
        to_fractional = np.linalg.inv(structure.lattice.base)
        move = np.tensordot(params.displacement, phase.modes, axes=1) @ to_fractional
        changes["xyz"] = structure.xyz + move
    if len(params.angle):
        changes["lattice"] = changed_cell(phase, params)
    if len(params.occupancy):
        changes["occupancy"] = _occupancy(phase, params)
    if len(params.log_tensor):
        logarithms = np.tensordot(params.log_tensor, phase.tensors, axes=1)
        inverse = np.linalg.inv(Lattice(*changed_cell(phase, params)).normbase)
        changes["u"] = inverse.T @ tensor_exponential(logarithms) @ inverse
    return _remade(structure, **changes)


def changed_cell(phase: "Phase", params: PhaseParameters) -> tuple[float, ...]:
    """The cell (angstrom, degrees) with its lengths as they are and the angles of parameters."""
    a, b, c, *angles = phase.structure.lattice.abcABG()
    for group, change in zip(phase.angles, params.angle, strict=True):
        for k in group:
            angles[k] += change
    return (a, b, c, *angles)


def tilts(phase: "Phase", params: PhaseParameters) -> tuple[np.ndarray, ...]:
    """The strains that a change of each free angle by one degree makes: arrays (3, 3)."""
    if not phase.angles:
        return ()
    result = []
    base = Lattice(*changed_cell(phase, params)).base
    for k in range(len(phase.angles)):
        sides = []
        for x in (0.01, -0.01):
            cell = list(changed_cell(phase, params))
            for angle in phase.angles[k]:
                cell[3 + angle] += x
            sides.append(Lattice(*cell).base)
        strain = np.linalg.inv(base) @ (sides[0] - sides[1]) / 0.02
        result.append(0.5 * (strain + strain.T))
    return tuple(result)


def _occupancy(phase: "Phase", params: PhaseParameters) -> np.ndarray:
    occupancy = np.array([atom.occupancy for atom in phase.structure], dtype=float)
    for site, value in zip(phase.mixed, params.occupancy, strict=True):
        occupancy[site.atoms] = max(value, LEAST_OCCUPANCY)
        if len(site.others):
            occupancy[site.others] = max(site.total - value, LEAST_OCCUPANCY)
    return occupancy


def refined_structure(phase: "Phase", params: PhaseParameters) -> Structure:
    """Return the structure with the lattice, the positions and the U of these parameters."""
    changed = changed_structure(phase, params)
    factors = 1 + np.array([params.strain[k] for k in phase.axes])
    if len(params.log_tensor):
        u = np.array([atom.U for atom in changed])
    else:
        u_of_species = dict(zip(phase.species, params.u_iso, strict=True))
        mean = params.u_iso.mean()
        u = np.array([u_of_species.get(label, mean) for label in phase.labels])
    if not phase.periodic:
        return _remade(changed, xyz=changed.xyz * factors, u=u)
    a, b, c, *angles = changed.lattice.abcABG()
    cell = (a * factors[0], b * factors[1], c * factors[2], *angles)
    return _remade(changed, lattice=cell, u=u)


def tensor_names(tensors: np.ndarray, orbit: np.ndarray, names: list[str]) -> list[str]:
    """A name for each tensor of `symmetric_tensors`: its site's, and a number from 1 on."""
    result: list[str] = []
    for tensor in tensors:
        first = int(np.flatnonzero(np.any(tensor, axis=(1, 2)))[0])
        site = names[int(np.flatnonzero(orbit == orbit[first])[0])]
        k = 1 + sum(name.startswith(f"tensor_{site}_") for name in result)
        result.append(f"tensor_{site}_{k}")
    return result


def _remade(structure: Structure, **changes: Any) -> Structure:
    """A copy with another lattice, xyz, occupancy or u."""
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
