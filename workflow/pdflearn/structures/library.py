"""Crystal structures built by symmetry from the two tables in resources/library."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.structures import tables
from pdflearn.structures.checks import check, contact_warnings
from pdflearn.structures.crystal import Crystal
from pdflearn.structures.isometries import may_be_higher, near_isometries
from pdflearn.structures.relations import SimplerType, split_way
from pdflearn.structures.sites import TypeSites, expand_site, space_group, type_sites
from pdflearn.structures.structure import SAME_SITE, neighbours, structure_of_crystal
from pdflearn.structures.tables import CELL_COLUMNS, LibraryError

__all__ = [
    "Library",
    "LibraryError",
    "cell_by_symmetry",
    "expand_site",
    "load_library",
    "space_group",
]


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
        crystal = self.crystal(name)
        crystal.warnings += contact_warnings(crystal)
        return structure_of_crystal(crystal)

    def crystal(self, name: str) -> Crystal:
        """Build a compound as arrays, see `build`, without warnings about its contacts."""
        row = self.compound(name)
        try:
            crystal = self.crystal_of_type(
                row["structure_type"],
                row["elements"].split(),
                {column: None if np.isnan(row[column]) else row[column] for column in CELL_COLUMNS},
                tables.parse_parameters(row["parameters"]),
                title=name,
            )
        except LibraryError as error:
            raise LibraryError(f"compounds.csv, {name!r}: {error}") from None
        crystal.warnings = check(crystal, row["formula"])
        return crystal

    def sure_group(self, name: str, crystal: Crystal) -> int | None:
        """The number of a compound's space group where a search for it is spared, see `isometries`.

        Parameters
        ----------
        name : str
            A row of compounds.csv.
        crystal : Crystal
            What `crystal` makes of it.

        Returns
        -------
        int or None
        """
        row = self.compound(name)
        type_row, sites = self._type(row["structure_type"]), self.sites(row["structure_type"])
        values = tables.parse_parameters(type_row["parameters"])
        values |= tables.parse_parameters(row["parameters"])
        inside, _, regular = sites.positions(sites.values(values)[None])
        one_each = Crystal(
            crystal.cell, sites.role_of_atom, inside[0], np.ones(len(sites.orbits)), sites.orbits
        )
        if not regular[0] or len(neighbours(one_each, SAME_SITE)[0]):
            return None
        contents = [
            tuple(
                sorted((symbol, round(share, 3)) for symbol, share in tables.parse_occupants(text))
            )
            for text in row["elements"].split()
        ]
        numbers = {content: number for number, content in enumerate(sorted(set(contents)))}
        kinds = np.array([numbers[content] for content in contents])[sites.role_of_atom]
        maps = near_isometries(sites, crystal.base, strain=0.0)
        if maps is None or may_be_higher(sites, maps, inside, crystal.base[None], kinds)[0]:
            return None
        return int(type_row["space_group_number"])

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
        return structure_of_crystal(
            self.crystal_of_type(structure_type, elements, cell, parameters, title)
        )

    def crystal_of_type(
        self,
        structure_type: str,
        elements: list[str],
        cell: dict[str, float | None],
        parameters: dict[str, float] | None = None,
        title: str = "",
    ) -> Crystal:
        """Build a type as arrays, see `build_type`."""
        row = self._type(structure_type)
        sites = self.sites(structure_type)
        if len(elements) != len(sites.roles):
            raise LibraryError(
                f"{structure_type} has the roles {list(sites.roles)}, not {len(elements)}"
            )
        occupants = [tables.parse_occupants(text) for text in elements]
        values = tables.parse_parameters(row["parameters"]) | (parameters or {})
        images = sites.images(sites.values(values))
        symbols: list[str] = []
        occupancy: list[float] = []
        atoms: list[np.ndarray] = []
        for role, start, n in zip(
            sites.role_of_site, sites.first_atoms, sites.multiplicities, strict=True
        ):
            for symbol, share in occupants[role]:
                symbols += [symbol] * n
                occupancy += [share] * n
                atoms.append(np.arange(start, start + n))
        order = np.concatenate(atoms)
        return Crystal(
            cell_by_symmetry(sites.group, cell),
            np.array(symbols),
            images[order],
            np.array(occupancy),
            sites.orbits[order],
            title,
        )

    def sites(self, structure_type: str) -> TypeSites:
        """Where the atoms of a type are, see `sites.TypeSites`."""
        row = self._type(structure_type)
        return type_sites(int(row["space_group_number"]), row["setting"], row["sites"])

    def compound(self, name: str) -> dict[str, Any]:
        """A row of `compounds`. Raises LibraryError for a name that is not there."""
        if name not in self._compound_rows:
            raise LibraryError(f"{name!r} is not in the library's compounds.csv")
        return self._compound_rows[name]

    def _type(self, structure_type: str) -> dict[str, Any]:
        if structure_type not in self._type_rows:
            raise LibraryError(f"structure_type {structure_type!r} is not in types.csv")
        return self._type_rows[structure_type]

    # a row of a table of pandas takes longer to find than a structure to build
    @cached_property
    def _type_rows(self) -> dict[str, dict[str, Any]]:
        return self.types.to_dict("index")

    @cached_property
    def _compound_rows(self) -> dict[str, dict[str, Any]]:
        return self.compounds.to_dict("index")


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
