"""Crystal structures built by symmetry from the two tables in resources/library."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import gemmi
import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.structures import tables
from pdflearn.structures.checks import check, contact_warnings
from pdflearn.structures.relations import SimplerType, split_way
from pdflearn.structures.structure import make_structure
from pdflearn.structures.tables import CELL_COLUMNS, LibraryError

__all__ = ["Library", "LibraryError", "load_library", "space_group", "cell_by_symmetry"]

# Two images of one atom nearer than this (fraction of the cell edge) are the same atom.
SAME_IMAGE = 1e-4


@lru_cache(maxsize=512)
def space_group(number: int, setting: str = "") -> gemmi.SpaceGroup:
    """The space group of a number in its standard setting, or in a named one.

    Standard means the reference setting of International Tables A: unique axis b, cell choice 1,
    hexagonal axes, origin choice 2.

    Parameters
    ----------
    number : int
        From 1 to 230.
    setting : str, optional
        A Hermann-Mauguin symbol such as "P b n m".

    Returns
    -------
    gemmi.SpaceGroup

    Raises
    ------
    LibraryError
        For another number, and for a setting that is not one of this space group.

    Examples
    --------
    >>> space_group(225).hm
    'F m -3 m'
    >>> space_group(62).hm, space_group(62, "P b n m").hm
    ('P n m a', 'P b n m')
    """
    if setting:
        group = gemmi.find_spacegroup_by_name(setting)
        if group is None or group.number != number:
            raise LibraryError(f"setting {setting!r} is no setting of space group {number}")
        return group
    for group in gemmi.spacegroup_table():
        if group.number == number and group.is_reference_setting():
            return group
    raise LibraryError(f"space group {number}: expected 1 to 230")


def cell_by_symmetry(group: gemmi.SpaceGroup, known: dict[str, float | None]) -> list[float]:
    """Complete the lattice constants of a cell by symmetry.

    Parameters
    ----------
    group : gemmi.SpaceGroup
    known : dict
        a, b, c (angstrom) and alpha, beta, gamma (degrees); None or missing where unknown.

    Returns
    -------
    list of float
        All six.

    Raises
    ------
    LibraryError
        For a value that breaks the symmetry, and for one that symmetry leaves free and is missing.

    Examples
    --------
    >>> cell_by_symmetry(space_group(194), {"a": 3.0, "c": 5.0})
    [3.0, 3.0, 5.0, 90.0, 90.0, 120.0]
    """
    system = group.crystal_system_str()
    rule: dict[str, float | str] = {"alpha": 90.0, "beta": 90.0, "gamma": 90.0}
    if system == "triclinic":
        rule = {}
    elif system == "monoclinic":
        rule.pop({"a": "alpha", "b": "beta", "c": "gamma"}[group.monoclinic_unique_axis()])
    elif system == "tetragonal":
        rule["b"] = "a"
    elif system == "hexagonal" or (system == "trigonal" and group.ext != "R"):
        rule |= {"b": "a", "gamma": 120.0}
    elif system == "trigonal":
        rule = {"b": "a", "c": "a", "beta": "alpha", "gamma": "alpha"}
    elif system == "cubic":
        rule |= {"b": "a", "c": "a"}
    cell = dict(known)
    for column in CELL_COLUMNS:
        if column in rule:
            required = cell[rule[column]] if isinstance(rule[column], str) else rule[column]
            if cell.get(column) not in (None, required):
                raise LibraryError(
                    f"{column} = {cell[column]}: {system} symmetry ({group.hm}) makes it "
                    f"{required}; leave the cell blank"
                )
            cell[column] = required
        if cell.get(column) is None:
            raise LibraryError(
                f"{column} is missing; {system} symmetry ({group.hm}) leaves it free"
            )
    return [float(cell[column]) for column in CELL_COLUMNS]


@lru_cache(maxsize=512)
def _operations(hall: str) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (n, 3, 3) and translations (n, 3) of all operations of a space group."""
    operations = list(gemmi.symops_from_hall(hall))
    rotations = np.array([operation.rot for operation in operations], dtype=float)
    shifts = np.array([operation.tran for operation in operations], dtype=float)
    return rotations / gemmi.Op.DEN, shifts / gemmi.Op.DEN


def expand_site(
    group: gemmi.SpaceGroup, position: np.ndarray, multiplicity: int, label: str
) -> np.ndarray:
    """All positions (multiplicity, 3) equivalent to one, as fractions in [0, 1).

    Raises LibraryError where symmetry gives another number of them than the site's multiplicity.
    """
    rotations, shifts = _operations(group.hall)
    images = (rotations @ position + shifts) % 1.0
    images[images > 1.0 - 1e-9] = 0.0
    # exact coordinates give exact images; truncated ones (0.3333) need the tolerance
    first = np.unique(np.round(images, 7), axis=0, return_index=True)[1]
    if len(first) == multiplicity:
        return images[np.sort(first)]
    apart = np.abs((images[:, None] - images[None] + 0.5) % 1.0 - 0.5).max(axis=2) > SAME_IMAGE
    images = images[np.tril(~apart, -1).sum(axis=1) == 0]
    if len(images) != multiplicity:
        raise LibraryError(
            f"site {label} at {np.round(position, 5).tolist()}: {group.hm} makes {len(images)} "
            f"positions of it, {multiplicity} expected"
        )
    return images


@dataclass(frozen=True)
class Library:
    """The tables of structure types and compounds, and what builds structures from them.

    Attributes
    ----------
    types : DataFrame
        Rows of types.csv by structure_type.
    compounds : DataFrame
        Rows of compounds.csv by name. Lattice constants are floats (angstrom, degrees; NaN where
        symmetry gives them), all else is text as it stands in the file.
    """

    types: pd.DataFrame
    compounds: pd.DataFrame

    def simpler_types(self, structure_type: str) -> list[SimplerType]:
        """What a type may look like to a radiation (its column simpler_types), simplest first."""
        simpler = []
        for word in self._type(structure_type)["simpler_types"].split():
            name, moved, groups = split_way(word)
            row = self._type(name)
            sites = tables.parse_sites(row["sites"])
            atoms = sum(multiplicity for _, multiplicity, *_ in sites)
            simpler.append(SimplerType(name, moved, groups, int(row["space_group_number"]), atoms))
        return sorted(simpler, key=lambda t: (len(t.groups), t.atoms, t.name, t.groups))

    def build(self, name: str) -> Structure:
        """Build the whole conventional cell of a compound and check it.

        Parameters
        ----------
        name : str
            A row of compounds.csv, such as "MgO rocksalt".

        Returns
        -------
        Structure

        Raises
        ------
        LibraryError
            Where the row cannot be built; the message names it.
        StructureError
            Where no such structure can exist, as atoms are too close.

        See Also
        --------
        build_type : The same with elements and cell of your choice.

        Examples
        --------
        >>> library = load_library("resources/library")
        >>> oxide = library.build("MgO rocksalt")
        >>> oxide.composition
        {'Mg': 4.0, 'O': 4.0}
        """
        if name not in self.compounds.index:
            raise LibraryError(f"{name!r} is not in the library's compounds.csv")
        row = self.compounds.loc[name]
        try:
            structure = self.build_type(
                row["structure_type"],
                row["elements"].split(),
                {column: None if np.isnan(row[column]) else row[column] for column in CELL_COLUMNS},
                tables.parse_parameters(row["parameters"]),
                title=name,
            )
        except LibraryError as error:
            raise LibraryError(f"compounds.csv, {name!r}: {error}") from None
        structure.warnings = [*check(structure, row["formula"]), *contact_warnings(structure)]
        return structure

    def build_type(
        self,
        structure_type: str,
        elements: list[str],
        cell: dict[str, float | None],
        parameters: dict[str, float] | None = None,
        title: str = "",
    ) -> Structure:
        """Build the conventional cell of a structure type with elements on its roles.

        Parameters
        ----------
        structure_type : str
            A row of types.csv.
        elements : list of str
            For each role an element, or a mixture such as "Fe0.5Mg0.5".
        cell : dict
            a, b, c (angstrom) and alpha, beta, gamma (degrees); None where symmetry gives them.
        parameters : dict, optional
            Free parameters of the coordinates that differ from the type's usual values.
        title : str, default ""

        Returns
        -------
        Structure
            Not checked.

        Raises
        ------
        LibraryError
            For an unknown type, and for what its symmetry does not allow.
        """
        row = self._type(structure_type)
        sites = tables.parse_sites(row["sites"])
        roles = tables.site_roles(row["sites"])
        if len(elements) != len(roles):
            raise LibraryError(f"{structure_type} has the roles {roles}, not {len(elements)}")
        occupants = dict(zip(roles, map(tables.parse_occupants, elements), strict=True))
        values = tables.parse_parameters(row["parameters"]) | (parameters or {})
        group = space_group(int(row["space_group_number"]), row["setting"])
        symbols: list[str] = []
        positions: list[np.ndarray] = []
        occupancy: list[float] = []
        orbits: list[int] = []
        for orbit, (role, multiplicity, letter, xyz) in enumerate(sites):
            position = np.array([_evaluate(text, values) for text in xyz])
            images = expand_site(group, position, multiplicity, f"{role} {multiplicity}{letter}")
            for symbol, share in occupants[role]:
                symbols += [symbol] * multiplicity
                positions.append(images)
                occupancy += [share] * multiplicity
                orbits += [orbit] * multiplicity
        return make_structure(
            cell_by_symmetry(group, cell),
            symbols,
            np.concatenate(positions),
            occupancy=occupancy,
            orbits=orbits,
            title=title,
        )

    def _type(self, structure_type: str) -> pd.Series:
        if structure_type not in self.types.index:
            raise LibraryError(f"structure_type {structure_type!r} is not in types.csv")
        return self.types.loc[structure_type]


def _evaluate(text: str, values: dict[str, float]) -> float:
    coefficients, constant = tables.parse_coordinate(text)
    return constant + sum(factor * values[name] for name, factor in coefficients.items())


def load_library(folder: str | Path = "resources/library") -> Library:
    """Read types.csv and compounds.csv of a folder.

    Parameters
    ----------
    folder : str or Path, default "resources/library"

    Returns
    -------
    Library

    Raises
    ------
    LibraryError
        For a wrong row, which the message names.

    Examples
    --------
    >>> library = load_library("resources/library")
    >>> int(library.types.loc["rutile", "space_group_number"])
    136
    """
    type_rows = tables.read_types(folder)
    compound_rows = tables.read_compounds(folder, type_rows)
    types = pd.DataFrame(list(type_rows.values())).set_index("structure_type")
    types["space_group_number"] = types["space_group_number"].astype(int)
    compounds = pd.DataFrame(list(compound_rows.values())).set_index("name")
    for column in CELL_COLUMNS:
        compounds[column] = pd.to_numeric(compounds[column])
    return Library(types, compounds)
