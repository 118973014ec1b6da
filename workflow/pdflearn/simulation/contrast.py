"""Scattering contrast: how much of a pattern tells a structure from one of a simpler type.

An ordered alloy such as L1_2 differs from fcc only in which element is on which site; the cations
of fluorite alone are fcc; a perovskite may be distorted by a hundredth of an angstrom. Where the
elements scatter alike, where some of them hardly scatter or where atoms hardly move, no PDF can
tell the type from the simpler one, and a model that is asked to can only guess. The contrast says
how much of the pattern makes the difference.
"""

from collections.abc import Callable, Iterable

import numpy as np
import spglib
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import simulate_reference
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import arrays, make_structure

# How far (angstrom) atoms may be from their positions in the simpler type; whether the difference
# can be seen is for the contrast to say. The first tolerance that finds the type is taken, since a
# wide one may find too high a symmetry.
TOLERANCES = (0.25, 0.5, 0.1, 0.02)
# Contrasts are those of the patterns from here on (angstrom), where there are peaks.
R_MIN = 1.5
CONTRAST_COLUMNS = ["id", "radiation", "position", "simpler_type", "contrast"]


def as_simpler_type(structure: Structure, simpler: SimplerType) -> Structure | None:
    """A structure as one of a simpler type: sites averaged or left out, atoms moved.

    Parameters
    ----------
    structure : Structure
        Built from the library's table: `orbits` are the indices of its sites.
    simpler : SimplerType

    Returns
    -------
    Structure or None
        None where the atoms are too far from the positions of the simpler type.
    """
    symbols, xyz, occupancy, base = arrays(structure)
    group_of = {site - 1: n for n, group in enumerate(simpler.groups) for site in group}
    groups = np.array([group_of.get(int(orbit), -1) for orbit in structure.orbits])
    # Atoms that share a site follow each other; one row stands for all of them.
    sites = np.unique(np.column_stack([groups, np.round(xyz % 1.0, 6)]), axis=0)
    contents: list[dict[str, float]] = []
    for n in range(len(simpler.groups)):
        n_sites = np.count_nonzero(sites[:, 0] == n)
        shares: dict[str, float] = {}
        for symbol, share in zip(symbols[groups == n], occupancy[groups == n], strict=True):
            shares[str(symbol)] = shares.get(str(symbol), 0.0) + float(share) / n_sites
        contents.append(shares)
    kept = sites[sites[:, 0] >= 0]
    cell = (base, kept[:, 1:], kept[:, 0].astype(int))
    if simpler.moved:
        cell = _symmetrised(cell, simpler)
        if cell is None:
            return None
    lattice, positions, site_groups = cell
    atoms = [
        (element, position, share)
        for position, group in zip(positions, site_groups, strict=True)
        for element, share in contents[int(group)].items()
    ]
    lengths = np.linalg.norm(lattice, axis=1)
    unit = lattice / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
    return make_structure(
        [*lengths, *np.degrees(np.arccos(np.clip(cosines, -1, 1)))],
        [element for element, _, _ in atoms],
        np.array([position for _, position, _ in atoms]),
        occupancy=[share for _, _, share in atoms],
    )


def _symmetrised(cell: tuple, simpler: SimplerType) -> tuple | None:
    """The cell with its atoms where the symmetry of the simpler type has them; None if too far."""
    for tolerance in TOLERANCES:
        dataset = spglib.get_symmetry_dataset(cell, symprec=tolerance)
        if (
            dataset is not None
            and dataset.number == simpler.space_group_number
            and len(dataset.std_types) == simpler.atoms
        ):
            return dataset.std_lattice, dataset.std_positions, dataset.std_types
    return None


def contrast(pattern: np.ndarray, simpler: np.ndarray) -> float:
    """Residual Rw of a pattern against that of a simpler structure at its best scale.

    Parameters
    ----------
    pattern, simpler : array (points,)
        G(r) on one grid.

    Returns
    -------
    float
        sqrt(sum (G - c G_simpler)^2 / sum G^2), from 0 (the patterns agree) to 1; no unit.

    Examples
    --------
    >>> pattern = np.array([0.0, 1.0, 0.0, -1.0])
    >>> contrast(pattern, 2 * pattern)
    0.0
    >>> contrast(pattern, np.array([1.0, 0.0, -1.0, 0.0]))
    1.0
    """
    scale = (pattern @ simpler) / max(float(simpler @ simpler), 1e-300)
    return float(np.sqrt(np.sum((pattern - scale * simpler) ** 2) / np.sum(pattern**2)))


def contrasts(
    structure: Structure,
    simpler_types: Iterable[SimplerType],
    simulators: dict[str, Callable[[Structure], np.ndarray]],
) -> dict[tuple[str, str], float]:
    """Contrast of a structure against each of its simpler types.

    Parameters
    ----------
    structure : Structure
        Built from the library's table.
    simpler_types : iterable of SimplerType
        One type may be listed more than once, in different ways.
    simulators : dict
        Radiation -> function from a structure to its pattern (points,).

    Returns
    -------
    dict
        (radiation, name) -> the lowest contrast of all ways to see the structure as that type.
        Types that it cannot be seen as are left out; infinite where the simpler structure does
        not scatter.
    """
    result: dict[tuple[str, str], float] = {}
    patterns: dict[str, np.ndarray] = {}
    for simpler in simpler_types:
        simplified = as_simpler_type(structure, simpler)
        if simplified is None:
            continue
        for radiation, simulate in simulators.items():
            if radiation not in patterns:
                patterns[radiation] = simulate(structure)
            key = (radiation, simpler.name)
            try:
                value = contrast(patterns[radiation], simulate(simplified))
            except SimulationError:  # average atoms may not scatter neutrons at all
                value = np.inf
            result[key] = min(value, result.get(key, np.inf))
    return result


def type_contrasts(
    structure: Structure,
    simpler_types: Iterable[SimplerType],
    grid: Grid,
    radiations: Iterable[str],
) -> dict[tuple[str, str], float]:
    """Contrast of a structure's reference pattern against each of its simpler types.

    Parameters
    ----------
    structure : Structure
        Built from the library's table.
    simpler_types : iterable of SimplerType
        Simplest first, as `Library.simpler_types` gives them.
    grid : Grid
        Of the patterns, angstrom; points from `R_MIN` on are compared.
    radiations : iterable of {"xray", "neutron"}
        Those with which the structure can be simulated.

    Returns
    -------
    dict
        (radiation, name) -> contrast, see `contrasts`.

    See Also
    --------
    reference.simulate_reference : the patterns that are compared.

    Examples
    --------
    Potassium and chloride ions have equally many electrons: X-rays hardly tell rock salt KCl from
    a simple cubic lattice of one element (sc), while neutrons do.

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.structures.library import load_library
    >>> library = load_library("resources/library")
    >>> simplest = library.simpler_types("rocksalt")[:1]
    >>> values = type_contrasts(
    ...     library.build("KCl rocksalt"), simplest, Grid(1.0, 20.0, 0.1), ["xray", "neutron"]
    ... )
    >>> {key: round(value, 2) for key, value in values.items()}
    {('xray', 'sc'): 0.01, ('neutron', 'sc'): 0.29}
    """
    compared = grid.r >= R_MIN
    simulators = {
        name: lambda one, name=name: simulate_reference(one, grid, name)[compared]
        for name in radiations
    }
    return contrasts(structure, simpler_types, simulators)
