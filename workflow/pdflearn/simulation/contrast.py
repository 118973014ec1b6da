"""What a radiation can show of a structure: its pattern against that of simpler types.

An ordered alloy such as L1_2 differs from fcc only in which element sits where; fluorite's cations
alone are fcc; a perovskite may be distorted by a hundredth of an angstrom. Where the elements
scatter alike, where some of them hardly scatter, where atoms hardly move, no PDF can tell the type
from the simpler one, and to ask a model for it is to ask for luck. The contrast says how much of
the pattern makes the difference.
"""

from collections.abc import Callable, Iterable

import numpy as np
import spglib
from diffpy.structure import Structure

from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import arrays, make_structure

# Atoms may stand so far (angstrom) from where the simpler type has them; whether that can be seen
# is for the contrast to say. The first that finds the type is taken: a wide one may find too much.
TOLERANCES = (0.25, 0.5, 0.1, 0.02)


def simplified(structure: Structure, simpler: SimplerType) -> Structure | None:
    """A structure as one of a simpler type: sites averaged or left out, atoms moved.

    Parameters
    ----------
    structure : Structure
        Built from the library's table: `orbits` are the numbers of its sites.
    simpler : SimplerType

    Returns
    -------
    Structure or None
        None where the atoms stand too far from the places of the simpler type.
    """
    symbols, xyz, occupancy, base = arrays(structure)
    group_of = {site - 1: n for n, group in enumerate(simpler.groups) for site in group}
    groups = np.array([group_of.get(int(orbit), -1) for orbit in structure.orbits])
    # Atoms that share a site stand one after the other; the site's first one stands for it.
    places = np.unique(np.column_stack([groups, np.round(xyz % 1.0, 6)]), axis=0)
    contents: list[dict[str, float]] = []
    for n in range(len(simpler.groups)):
        sites = np.count_nonzero(places[:, 0] == n)
        shares: dict[str, float] = {}
        for symbol, share in zip(symbols[groups == n], occupancy[groups == n], strict=True):
            shares[str(symbol)] = shares.get(str(symbol), 0.0) + float(share) / sites
        contents.append(shares)
    kept = places[places[:, 0] >= 0]
    cell = (base, kept[:, 1:], kept[:, 0].astype(int))
    if simpler.moved:
        cell = _moved(cell, simpler)
        if cell is None:
            return None
    lattice, positions, kinds = cell
    atoms = [
        (element, position, share)
        for position, kind in zip(positions, kinds, strict=True)
        for element, share in contents[int(kind)].items()
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


def _moved(cell: tuple, simpler: SimplerType) -> tuple | None:
    """The cell with its atoms where the simpler type's symmetry has them."""
    for tolerance in TOLERANCES:
        found = spglib.get_symmetry_dataset(cell, symprec=tolerance)
        if (
            found is not None
            and found.number == simpler.space_group_number
            and len(found.std_types) == simpler.atoms
        ):
            return found.std_lattice, found.std_positions, found.std_types
    return None


def contrast(pattern: np.ndarray, simpler: np.ndarray) -> float:
    """Rw of the simpler structure's pattern, at its best scale, against the pattern (no unit)."""
    scale = (pattern @ simpler) / max(float(simpler @ simpler), 1e-300)
    return float(np.sqrt(np.sum((pattern - scale * simpler) ** 2) / np.sum(pattern**2)))


def contrasts(
    structure: Structure,
    simpler_types: Iterable[SimplerType],
    simulators: dict[str, Callable[[Structure], np.ndarray]],
) -> dict[tuple[str, str], float]:
    """How much of the pattern tells a structure from each of the simpler types.

    Parameters
    ----------
    structure : Structure
    simpler_types : iterable of SimplerType
    simulators : dict
        Radiation -> function from a structure to its pattern (points,).

    Returns
    -------
    dict
        (radiation, name) -> the lowest contrast of all ways to see it so; only types that it can be
        seen as.
    """
    found: dict[tuple[str, str], float] = {}
    own: dict[str, np.ndarray] = {}
    for simpler in simpler_types:
        made = simplified(structure, simpler)
        if made is None:
            continue
        for radiation, simulate in simulators.items():
            if radiation not in own:
                own[radiation] = simulate(structure)
            key = (radiation, simpler.name)
            try:
                value = contrast(own[radiation], simulate(made))
            except SimulationError:  # average atoms may not scatter neutrons at all
                value = np.inf
            found[key] = min(value, found.get(key, np.inf))
    return found
