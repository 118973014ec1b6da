"""Structures of ASE and of pymatgen, in and out.

They are told by what they can do, so neither program is imported to read one of its objects.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.elements import clean_symbol, parse_symbol
from pdflearn.structures.structure import StructureError, arrays, make_structure

if TYPE_CHECKING:
    import ase

_HYDROGEN = {"2H": "D", "3H": "T"}  # the isotopes that pymatgen has elements for


def is_foreign(thing: Any) -> bool:
    """Whether this is an Atoms of ASE, or a Structure or Molecule of pymatgen."""
    return _is_ase(thing) or _is_pymatgen(thing)


def structure_from(thing: Any) -> Structure:
    """The structure that an object of ASE's or pymatgen's holds.

    Parameters
    ----------
    thing : ase.Atoms, pymatgen.core.Structure or pymatgen.core.Molecule
        Of ASE, all three directions are periodic, or none is.

    Returns
    -------
    Structure
        Without displacements, which neither program holds.

    Raises
    ------
    StructureError
        Where it holds no atoms, or is periodic in one or two directions.

    Examples
    --------
    >>> from ase.build import bulk
    >>> nickel = structure_from(bulk("Ni", cubic=True))
    >>> nickel.composition, nickel.periodic, nickel.title
    ({'Ni': 4.0}, True, 'Ni4')
    """
    return _from_ase(thing) if _is_ase(thing) else _from_pymatgen(thing)


def to_ase(structure: Structure) -> "ase.Atoms":
    """A structure as Atoms of ASE, with cell and positions in angstrom.

    Raises
    ------
    StructureError
        Where sites are mixed or partly empty, which ASE cannot hold.

    Examples
    --------
    >>> from ase.build import bulk
    >>> to_ase(structure_from(bulk("Ni", cubic=True))).get_chemical_formula()
    'Ni4'
    """
    from ase import Atoms

    symbols, xyz, occupancy, base = arrays(structure)
    if not np.allclose(occupancy, 1.0):
        raise StructureError(
            "sites are mixed or partly empty, which ASE cannot hold; use to_pymatgen, or the CIF"
        )
    names = [clean_symbol(str(symbol)) for symbol in symbols]
    if not structure.periodic:
        return Atoms(names, positions=xyz)
    return Atoms(names, scaled_positions=xyz, cell=base, pbc=True)


def to_pymatgen(structure: Structure) -> Any:
    """A structure as a Structure of pymatgen (a cluster: a Molecule); atoms on one site are mixed.

    Raises
    ------
    StructureError
        Where pymatgen is not installed.
    """
    try:
        from pymatgen.core import Lattice, Molecule
        from pymatgen.core import Structure as PymatgenStructure
    except ImportError:
        raise StructureError("pymatgen is not installed; pip install pymatgen") from None
    symbols, xyz, occupancy, base = arrays(structure)
    sites: dict[tuple[float, ...], dict[str, float]] = {}
    for symbol, place, share in zip(symbols, xyz, occupancy, strict=True):
        species = sites.setdefault(tuple(np.round(place, 6)), {})
        name = _HYDROGEN.get(parse_symbol(str(symbol)).label, clean_symbol(str(symbol)))
        species[name] = species.get(name, 0.0) + float(share)
    places = [list(place) for place in sites]
    if not structure.periodic:
        return Molecule(list(sites.values()), places)
    return PymatgenStructure(Lattice(base), list(sites.values()), places)


def _is_ase(thing: Any) -> bool:
    return all(hasattr(thing, name) for name in ("get_chemical_symbols", "positions", "pbc"))


def _is_pymatgen(thing: Any) -> bool:
    return all(hasattr(thing, name) for name in ("species_and_occu", "cart_coords", "composition"))


def _from_ase(atoms: Any) -> Structure:
    symbols = atoms.get_chemical_symbols()
    title = atoms.get_chemical_formula()
    periodic = [bool(direction) for direction in atoms.pbc]
    if not symbols:
        raise StructureError("the Atoms hold no atoms; nothing can be simulated from them")
    if any(periodic) and not all(periodic):
        raise StructureError(
            f"the Atoms are periodic in some directions alone (pbc {periodic}); set pbc to True "
            "for a crystal, to False for a cluster"
        )
    if not any(periodic):
        return make_structure(None, symbols, atoms.positions, title=title)
    return make_structure(atoms.cell.cellpar(), symbols, atoms.get_scaled_positions(), title=title)


def _from_pymatgen(thing: Any) -> Structure:
    lattice = getattr(thing, "lattice", None)
    places = thing.cart_coords if lattice is None else thing.frac_coords
    symbols, xyz, shares = [], [], []
    for species, place in zip(thing.species_and_occu, places, strict=True):
        for element, share in species.items():
            plain = getattr(element, "element", element)
            symbols.append(str(getattr(plain, "value", plain)))  # D and T; as text they are H
            xyz.append(place)
            shares.append(float(share))
    if not symbols:
        raise StructureError(f"the {type(thing).__name__} holds no atoms; nothing can be simulated")
    cell = None if lattice is None else (*lattice.abc, *lattice.angles)
    title = thing.composition.reduced_formula
    return make_structure(cell, symbols, np.array(xyz), occupancy=shares, title=title)
